import { describe, expect, it } from "vitest";
import { anyOf, exampleSettings, primary, reportOf, revision, seenAt } from "../../../test/example-reigns.ts";
import { only, Rehearsal } from "../../../test/rehearsal.ts";
import type { RegionId } from "./member.ts";
import type { MemberReport } from "./message.ts";
import type { FailoverSettings } from "./settings.ts";

const { timing } = exampleSettings;

describe("the set of standbys that confirm", () => {
  const both = anyOf(1, "west", "central");

  /** The primary says who streams; both standbys count, as far as it knows. */
  function eastSees(...standbys: readonly RegionId[]): MemberReport {
    return reportOf("east", primary(both, standbys), { seen: revision(12) });
  }

  it("loses a standby that has been gone for long, on the record, and first as a second guard beside the old one", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.witnesses(eastSees("west", "central"));
    leader.pass(1_000);
    leader.witnesses(eastSees("west"));
    expect(leader.pass(timing.standbyAbsentAfterMs - timing.tickMs)).toEqual([]);
    const change = only(leader.pass(timing.tickMs), "commit");
    expect(change.record).toMatchObject({
      kind: "sync-set-change",
      next: { phase: "steady", active: "east" },
    });
    expect(leader.written(change).reign).toMatchObject({ epoch: 10, guards: [both, anyOf(1, "west")] });
  });

  it("lets the old guard go only when the primary says that the new set is in force", () => {
    const leader = Rehearsal.leading("west", seenAt(13, { guards: [both, anyOf(1, "west")] }));
    leader.witnesses(reportOf("east", primary(both, ["west"]), { seen: revision(13) }));
    expect(leader.pass(2_000)).toEqual([]);
    const inForce = reportOf("east", primary(anyOf(1, "west")), { seen: revision(13) });
    leader.witnesses(inForce);
    const settled = only(leader.pass(0), "commit");
    expect(settled.record.kind).toBe("sync-set-settled");
    expect(leader.written(settled).reign.guards).toEqual([anyOf(1, "west")]);
  });

  it("does not believe a primary that obeys an older reign", () => {
    const leader = Rehearsal.leading("west", seenAt(13, { guards: [both, anyOf(1, "west")] }));
    leader.witnesses(reportOf("east", primary(anyOf(1, "west")), { seen: revision(12) }));
    expect(leader.pass(2_000)).toEqual([]);
  });

  it("gains a standby as soon as it streams", () => {
    const leader = Rehearsal.leading("west", seenAt(12, { guards: [anyOf(1, "west")] }));
    leader.witnesses(eastSees("west", "central"));
    const change = only(leader.pass(0), "commit");
    expect(leader.written(change).reign.guards).toEqual([anyOf(1, "west"), both]);
  });

  it("never shrinks below the number of confirmations, however long everybody is gone: writes wait instead", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.witnesses(eastSees("west", "central"));
    leader.pass(1_000);
    leader.witnesses(eastSees());
    expect(leader.pass(4 * timing.standbyAbsentAfterMs)).toEqual([]);
  });
});

describe("the set of four standbys of which any two confirm", () => {
  const standbys = ["west", "central", "north", "south"] as const;
  const settings: FailoverSettings = { ...exampleSettings, regions: ["east", ...standbys], confirmations: 2 };
  const all = anyOf(2, ...standbys);

  function sees(...streaming: readonly RegionId[]): MemberReport {
    return reportOf("east", primary(all, streaming), { seen: revision(12) });
  }

  it("is any two of three when one has been gone for long", () => {
    const leader = Rehearsal.leading("west", seenAt(12, { guards: [all] }), settings);
    leader.witnesses(sees(...standbys));
    leader.pass(1_000);
    leader.witnesses(sees("west", "central", "south"));
    expect(leader.pass(timing.standbyAbsentAfterMs - timing.tickMs)).toEqual([]);
    const { reign } = leader.written(only(leader.pass(timing.tickMs), "commit"));
    expect(reign.guards).toEqual([all, anyOf(2, "west", "central", "south")]);
  });

  it("stays when three have gone: any two of one would be none", () => {
    const leader = Rehearsal.leading("west", seenAt(12, { guards: [all] }), settings);
    leader.witnesses(sees(...standbys));
    leader.pass(1_000);
    leader.witnesses(sees("west"));
    expect(leader.pass(4 * timing.standbyAbsentAfterMs)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import {
  anyOf,
  exampleSettings,
  position,
  primary,
  reportOf,
  revision,
  seenAt,
  streaming,
  streamless,
} from "../../../test/example-reigns.ts";
import { only, Rehearsal } from "../../../test/rehearsal.ts";
import { milliseconds } from "../units/units.ts";
import type { MemberStatus, RegionId } from "./member.ts";
import type { MemberReport } from "./message.ts";
import type { FailoverSettings } from "./settings.ts";

const { timing } = exampleSettings;

/** A leader that has just seen west chosen, at revision 21 and under epoch 20. */
function promoting(status: MemberStatus | null): Rehearsal {
  const leader = Rehearsal.leading(
    "central",
    seenAt(21, {
      epoch: revision(20),
      phase: "promoting",
      active: "west",
      guards: [anyOf(1, "central")],
      branch: position(100),
      floor: position(100),
    }),
  );
  leader.edge = { view: "idle", epoch: 10 };
  if (status !== null) leader.witnesses(west(status));
  return leader;
}

function west(status: MemberStatus): MemberReport {
  return reportOf("west", status, { seen: revision(21) });
}

function central(lsn: number): MemberReport {
  return reportOf("central", streaming("west", position(lsn)), { seen: revision(21) });
}

const serving = primary(anyOf(1, "central"));

describe("a promotion", () => {
  it("writes down at its end what agents did in it, and nothing that they did before", () => {
    const leader = promoting(null);
    const promote = {
      deed: "promote",
      under: revision(21),
      ticket: 4,
      isDone: true,
      took: milliseconds(240),
      age: milliseconds(0),
    } as const;
    const earlier = { ...promote, deed: "follow", under: revision(12), ticket: 1 } as const;
    leader.witnesses({ ...west(serving), lastDeed: promote }, { ...central(100), lastDeed: earlier });
    leader.pass(0);
    leader.answer({ kind: "routed" });
    const { record } = only(leader.answer({ kind: "verified" }), "commit");
    expect(record.deeds).toMatchObject([{ region: "west", deed: "promote", ticket: 4 }]);
  });

  it("is routed, then verified, then complete, each only after the one before", () => {
    const leader = promoting(streamless(null));
    expect(leader.pass(500)).toEqual([]);
    leader.witnesses(west(serving));
    expect(only(leader.pass(0), "route-edge")).toMatchObject({ epoch: 20, active: "west" });
    expect(leader.pass(500)).toEqual([]);
    expect(only(leader.answer({ kind: "routed" }), "verify")).toMatchObject({ epoch: 20, active: "west" });
    expect(leader.pass(500)).toEqual([]);
    const wall = leader.wall;
    const end = only(leader.answer({ kind: "verified" }), "commit");
    expect(end.record).toMatchObject({ kind: "failover-complete" });
    expect(leader.written(end).reign).toMatchObject({
      epoch: 20,
      phase: "steady",
      active: "west",
      guards: [anyOf(1, "central")],
      settledAt: wall,
    });
  });

  it.each<[string, MemberReport]>([
    ["has the sync set not yet in force", west(primary(null))],
    ["has another sync set in force", west(primary(anyOf(1, "east", "central")))],
    ["obeys an older reign", reportOf("west", serving, { seen: revision(20) })],
    ["is a standby", west(streamless(null))],
  ])("is not routed while its primary %s", (_, report) => {
    const leader = promoting(null);
    leader.witnesses(report);
    expect(leader.pass(1_000)).toEqual([]);
  });

  it("is not complete before a write and an inference have passed, and asks for them again until they do", () => {
    const leader = promoting(serving);
    only(leader.pass(0), "route-edge");
    only(leader.answer({ kind: "routed" }), "verify");
    expect(leader.answer({ kind: "failed", because: "no write passed" })).toEqual([]);
    expect(leader.pass(timing.tickMs)).toEqual([]);
    expect(only(leader.pass(timing.tickMs), "verify").active).toBe("west");
  });

  it("is routed again, a moment later, when the edge did not answer", () => {
    const leader = promoting(serving);
    only(leader.pass(0), "route-edge");
    expect(leader.answer({ kind: "failed", because: "no answer" })).toEqual([]);
    expect(leader.pass(timing.tickMs)).toEqual([]);
    expect(only(leader.pass(timing.tickMs), "route-edge").active).toBe("west");
  });

  it("is given up when its candidate tells nothing any more, by a new intent under a new epoch", () => {
    const leader = promoting(null);
    leader.witnesses(central(100));
    expect(leader.pass(timing.candidateLostAfterMs - timing.tickMs)).toEqual([]);
    const intent = only(leader.pass(timing.tickMs), "commit");
    expect(intent.record).toMatchObject({ kind: "failover-intent", evidence: null });
    expect(leader.written(intent).reign).toMatchObject({ phase: "fencing", epoch: 22 });
  });

  it("is given more time while its candidate is heard and not yet ready", () => {
    const leader = promoting(streamless(null));
    leader.witnesses(west(streamless(null)), central(100));
    expect(leader.pass(timing.fenceLimitMs - timing.tickMs)).toEqual([]);
    expect(only(leader.pass(timing.tickMs), "commit").record.kind).toBe("failover-intent");
  });

  it("is not given up while nobody else holds as much: it may yet come, and there is nobody to choose", () => {
    const leader = promoting(null);
    leader.witnesses(central(99));
    expect(leader.pass(3 * timing.fenceLimitMs)).toEqual([]);
    expect(leader.state.blockedBy).toEqual(["no standby holds all that west held when it was chosen"]);
    leader.witnesses(central(100));
    expect(only(leader.pass(timing.tickMs), "commit").record.kind).toBe("failover-intent");
  });

  it.each(["refusing", "silent"] as const)("is given up when it serves and is %s to the edge", (view) => {
    const leader = promoting(serving);
    leader.edge = { view, epoch: 20 };
    leader.witnesses(west(serving), central(100));
    only(leader.pass(timing.tickMs), "route-edge");
    only(leader.answer({ kind: "routed" }), "verify");
    const failed = { kind: "failed", because: "no write passed" } as const;
    leader.answer(failed);
    const meanwhile = leader.pass(timing.fenceLimitMs - 2 * timing.tickMs);
    expect(meanwhile.every(({ kind }) => kind === "verify")).toBe(true);
    leader.answer(failed);
    expect(only(leader.pass(3 * timing.tickMs), "commit").record).toMatchObject({
      kind: "failover-intent",
      because: `west serves and is ${view} to the edge, so that no client reaches it`,
    });
  });

  it("counts what it took from its beginning: the phases that the one given up went through are not its own", () => {
    const leader = promoting(serving);
    leader.edge = { view: "silent", epoch: 20 };
    leader.witnesses(west(serving), central(100));
    only(leader.pass(timing.tickMs), "route-edge");
    only(leader.answer({ kind: "routed" }), "verify");
    leader.answer({ kind: "failed", because: "no write passed" });
    leader.pass(timing.fenceLimitMs);
    leader.answer({ kind: "failed", because: "no write passed" });
    const intent = only(leader.pass(3 * timing.tickMs), "commit");
    expect(intent.record.milestones).toEqual([]);
  });
});

describe("a promotion among five regions, of whose standbys any two confirm", () => {
  const regions = ["east", "west", "central", "north", "south"] as const;
  const settings: FailoverSettings = { ...exampleSettings, regions, confirmations: 2 };
  const guards = [anyOf(2, "central", "north", "south")] as const;

  function heldBy(leader: Rehearsal, positions: Readonly<Record<RegionId, number>>): void {
    leader.witnesses(
      ...Object.entries(positions).map(([region, lsn]) =>
        reportOf(region, streaming("west", position(lsn)), { seen: revision(21) }),
      ),
    );
  }

  /** West was chosen and tells nothing. */
  function silent(): Rehearsal {
    const chosen = { epoch: revision(20), phase: "promoting", active: "west" } as const;
    const seen = seenAt(21, { ...chosen, guards, branch: position(100), floor: position(100) });
    return Rehearsal.leading("central", seen, settings);
  }

  it("is given up once two of the three that confirm can be fenced and one holds as much, and not before", () => {
    const leader = silent();
    heldBy(leader, { central: 100 });
    expect(leader.pass(3 * timing.fenceLimitMs)).toEqual([]);
    expect(leader.state.blockedBy).toEqual([
      "1 of central, north, south can be fenced, 2 are needed to lose nothing",
    ]);
    heldBy(leader, { central: 99, north: 98 });
    expect(leader.pass(timing.tickMs)).toEqual([]);
    heldBy(leader, { central: 99, north: 100 });
    expect(only(leader.pass(timing.tickMs), "commit").record.kind).toBe("failover-intent");
  });
});

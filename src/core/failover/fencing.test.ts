import { describe, expect, it } from "vitest";
import {
  anyOf,
  asynchronousSettings,
  exampleSettings,
  fenced,
  position,
  primary,
  reportOf,
  revision,
  seenAt,
} from "../../../test/example-reigns.ts";
import { only, Rehearsal } from "../../../test/rehearsal.ts";
import type { MemberReport } from "./message.ts";
import type { Reign } from "./reign.ts";
import { type FailoverSettings, leaseWithDrift } from "./settings.ts";

const { timing } = exampleSettings;

/** A leader that has just seen the intent at revision 20. */
function fencing(more: Partial<Reign> = {}, settings = exampleSettings): Rehearsal {
  const leader = Rehearsal.leading(
    "west",
    seenAt(20, { epoch: revision(20), phase: "fencing", ...more }),
    settings,
  );
  leader.probes = "refused";
  leader.edge = { view: "refusing", epoch: 10 };
  return leader;
}

describe("a fence", () => {
  it("begins by holding the edge, and by telling every agent rather than wait for its watch", () => {
    const leader = new Rehearsal("west");
    leader.hear({ kind: "leader-seen", holder: null, revision: revision(0) });
    leader.hear({ kind: "claim-ended", ticket: 1, leasedAt: leader.now });
    const seen = seenAt(20, { epoch: revision(20), phase: "fencing" });
    expect(leader.hear({ kind: "reign-seen", seen })).toEqual([
      { kind: "hold-edge", epoch: 20, streams: "cut" },
      { kind: "tell-agents", message: { kind: "reign-news", seen } },
    ]);
  });

  it("waits for the last of n − k + 1 standbys, and then chooses the one that holds the most", () => {
    const leader = fencing();
    leader.witnesses(fenced("west", 100));
    expect(leader.pass(3_000)).toEqual([]);
    leader.witnesses(fenced("west", 100), fenced("central", 160));
    const choice = only(leader.pass(0), "commit");
    expect(choice.record).toMatchObject({
      kind: "failover-fenced",
      next: { phase: "promoting", active: "central", branch: position(160) },
      fenced: [
        { region: "west", position: position(100) },
        { region: "central", position: position(160) },
      ],
    });
  });

  it("keeps the epoch of its intent; what was acknowledged so far lies before the one chosen, so the new set alone guards", () => {
    const leader = fencing();
    leader.witnesses(fenced("west", 100), fenced("central", 160));
    const choice = only(leader.pass(0), "commit");
    const { reign } = leader.written(choice);
    expect(reign.epoch).toBe(20);
    expect(reign.guards).toEqual([anyOf(1, "west")]);
    expect(reign.floor).toEqual(position(160));
  });

  it("chooses another that holds as much when the one that was chosen before did not come to serve", () => {
    const leader = fencing({ active: "west", guards: [anyOf(1, "central")], floor: position(100) });
    leader.witnesses(fenced("west", 100), fenced("central", 100));
    expect(only(leader.pass(0), "commit").record.next.active).toBe("central");
  });

  it("chooses nobody who holds less than the one that was chosen before", () => {
    const leader = fencing({ active: "west", guards: [anyOf(1, "central")], floor: position(100) });
    leader.witnesses(fenced("central", 99));
    expect(leader.pass(5_000)).toEqual([]);
    leader.witnesses(fenced("central", 99), fenced("west", 100));
    expect(only(leader.pass(0), "commit").record.next.active).toBe("west");
  });

  it("does not count a standby that stopped under an older reign: it may have gone on since", () => {
    const leader = fencing();
    leader.witnesses(fenced("west", 100), fenced("central", 160, 19));
    expect(leader.pass(3_000)).toEqual([]);
  });

  it("does not choose a candidate that has fallen silent since it was fenced", () => {
    const leader = fencing();
    leader.witnesses(fenced("central", 160));
    leader.witnesses();
    leader.pass(timing.freshMs + timing.tickMs);
    leader.witnesses(fenced("west", 100));
    expect(leader.pass(1_000)).toEqual([]);
    leader.witnesses(fenced("west", 100), fenced("central", 160));
    expect(only(leader.pass(0), "commit").record).toMatchObject({
      next: { active: "central" },
    });
  });

  it("reinstates the old active region when it cannot be completed in time, once that one says that it has stopped", () => {
    const leader = fencing();
    leader.witnesses(
      fenced("west", 100),
      reportOf("east", { kind: "down", holds: "primary", closedAt: null }, { fencedUnder: revision(20) }),
    );
    const waited = leader.pass(timing.fenceLimitMs - timing.tickMs);
    expect(waited).toEqual([]);
    const back = only(leader.pass(timing.tickMs), "commit");
    expect(back.record).toMatchObject({
      kind: "failover-reinstated",
      next: { phase: "promoting", active: "east" },
    });
  });

  it("lets the standbys that were fenced meanwhile follow the reinstated region without being seeded anew", () => {
    const leader = fencing();
    leader.witnesses(
      fenced("west", 100),
      reportOf("east", { kind: "down", holds: "primary", closedAt: null }, { fencedUnder: revision(20) }),
    );
    const { reign } = leader.written(only(leader.pass(timing.fenceLimitMs), "commit"));
    expect(reign.branch).toMatchObject({ timeline: 1 });
    expect(reign.branch?.lsn).toBeGreaterThan(1e12);
  });

  it.each<[string, MemberReport | null]>([
    ["is not heard", null],
    ["has not stopped", reportOf("east", primary(anyOf(1, "west")), { fencedUnder: revision(20) })],
    [
      "stopped under another reign",
      reportOf("east", { kind: "down", holds: "primary", closedAt: null }, { fencedUnder: revision(19) }),
    ],
  ])("goes on waiting when the old active region %s", (_, east) => {
    const leader = fencing();
    leader.witnesses(fenced("west", 100), ...(east === null ? [] : [east]));
    expect(leader.pass(3 * timing.fenceLimitMs)).toEqual([]);
  });
});

describe("a fence among five regions, of whose standbys any two confirm", () => {
  const standbys = ["west", "central", "north", "south"] as const;
  const settings: FailoverSettings = { ...exampleSettings, regions: ["east", ...standbys], confirmations: 2 };
  const guards = [anyOf(2, ...standbys)] as const;

  it("needs three of the four: a commit may stand on the two others", () => {
    const leader = fencing({ guards }, settings);
    leader.witnesses(fenced("west", 100), fenced("central", 160));
    expect(leader.pass(3_000)).toEqual([]);
    leader.witnesses(fenced("west", 100), fenced("central", 160), fenced("south", 120));
    expect(only(leader.pass(0), "commit").record.kind).toBe("failover-fenced");
  });

  it("chooses the furthest of those three, and of the other two each commit is confirmed from then on", () => {
    const leader = fencing({ guards }, settings);
    leader.witnesses(fenced("west", 100), fenced("central", 120), fenced("south", 160));
    const { reign } = leader.written(only(leader.pass(0), "commit"));
    expect(reign).toMatchObject({ phase: "promoting", active: "south", floor: position(160) });
    expect(reign.guards).toEqual([anyOf(2, "west", "central")]);
  });

  it("must satisfy both guards while the set changes: three that confirmed before, and two of those that confirm now", () => {
    const leader = fencing({ guards: [...guards, anyOf(2, "west", "central", "north")] }, settings);
    leader.witnesses(fenced("west", 100), fenced("south", 160));
    expect(leader.pass(3_000)).toEqual([]);
    leader.witnesses(fenced("west", 100), fenced("south", 160), fenced("north", 120));
    expect(only(leader.pass(0), "commit").record.next.active).toBe("south");
  });
});

describe("a fence of an asynchronous store", () => {
  const settings = { ...asynchronousSettings, lossyFailover: "automatic" } as const;
  const guards: Reign["guards"] = [anyOf(0, "west", "central")];

  it("waits out the old primary's lease on the slowest clock, for nobody can stop it from afar", () => {
    const leader = fencing({ guards }, settings);
    leader.witnesses(fenced("west", 100), fenced("central", 160));
    const untilJustBefore = (Math.ceil(leaseWithDrift(timing) / timing.tickMs) - 1) * timing.tickMs;
    expect(leader.pass(untilJustBefore)).toEqual([]);
    expect(only(leader.pass(timing.tickMs), "commit").record.next.active).toBe("central");
  });

  it("need not wait when the old primary itself says that it has stopped", () => {
    const leader = fencing({ guards }, settings);
    const east = reportOf(
      "east",
      { kind: "down", holds: "primary", closedAt: null },
      { fencedUnder: revision(20) },
    );
    leader.witnesses(fenced("west", 100), east);
    expect(only(leader.pass(0), "commit").record.next.active).toBe("west");
  });
});

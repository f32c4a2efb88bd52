import { describe, expect, it } from "vitest";
import {
  anyOf,
  asynchronousSettings,
  exampleSettings,
  observationOf,
  position,
  primary,
  reportOf,
  revision,
  seenAt,
  streaming,
  streamless,
} from "../../../test/example-reigns.ts";
import { only, Rehearsal, wallAtStart } from "../../../test/rehearsal.ts";
import { instantMs } from "../units/units.ts";
import type { MemberStatus, RegionId } from "./member.ts";
import type { MemberReport } from "./message.ts";
import type { Reign } from "./reign.ts";
import { leaseWithDrift } from "./settings.ts";

const { timing } = exampleSettings;

/** All three kinds of witness say that east is gone. */
function eastIsGone(leader: Rehearsal): ReturnType<Rehearsal["pass"]> {
  leader.probes = "refused";
  leader.edge = { view: "refusing", epoch: 10 };
  leader.witnesses(
    observationOf("central", "refusing"),
    reportOf("west", streamless("east")),
    reportOf("central", streamless("east")),
  );
  return leader.pass(timing.refusalsMin * timing.tickMs);
}

function fenced(from: RegionId, lsn: number, under = 20): MemberReport {
  return reportOf(from, streamless(null, position(lsn)), {
    fencedUnder: revision(under),
    seen: revision(under),
  });
}

describe("while nothing is lost", () => {
  it("decides nothing", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.witnesses(
      observationOf("central", "answering"),
      reportOf("east", primary(anyOf(1, "west", "central"))),
      reportOf("west", streaming("east")),
      reportOf("central", streaming("east")),
    );
    expect(leader.pass(20_000)).toEqual([]);
  });

  it("points an edge that routes by another epoch to the region that serves", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.edge = { view: "idle", epoch: 4 };
    expect(only(leader.pass(timing.tickMs), "route-edge")).toMatchObject({ epoch: 10, active: "east" });
  });
});

describe("a failover", () => {
  it("begins with an intent written over the reign that was seen, with its evidence on the record", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    const intent = only(eastIsGone(leader), "commit");
    expect(intent.expected).toBe(12);
    expect(intent.record).toMatchObject({
      kind: "failover-intent",
      by: "west",
      under: { epoch: 10, revision: 12 },
      next: { phase: "fencing", active: "east" },
      evidence: { lost: "east", streamsLost: ["west", "central"], edge: "refusing" },
    });
  });

  it("takes the revision of its intent for its epoch", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    const { reign } = leader.written(only(eastIsGone(leader), "commit"));
    expect(reign.epoch).toBe(13);
  });

  it("does not begin by itself while automation is held, and says so", () => {
    const leader = Rehearsal.leading("west", seenAt(12, { automation: "held" }));
    expect(eastIsGone(leader)).toEqual([]);
    expect(leader.state.blockedBy).toEqual(["automatic failover is not armed"]);
  });

  it("does not begin within a cool-down of the last one's end, and begins when it is over", () => {
    const settledAt = instantMs(wallAtStart - timing.coolDownMs + 2_000);
    const leader = Rehearsal.leading("west", seenAt(12, { settledAt }));
    expect(eastIsGone(leader)).toEqual([]);
    expect(leader.state.blockedBy).toEqual(["the last failover ended less than one cool-down ago"]);
    expect(only(leader.pass(2_000), "commit").record.kind).toBe("failover-intent");
  });

  it("does not begin when its fence could not be completed: it would only stop what may come back", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.probes = "refused";
    leader.edge = { view: "refusing", epoch: 10 };
    leader.witnesses(observationOf("central", "refusing"), reportOf("west", streamless("east")));
    expect(leader.pass(5_000)).toEqual([]);
    expect(leader.state.blockedBy).toEqual([
      "1 of west, central can be fenced, 2 are needed to lose nothing",
    ]);
  });

  it("must be able to fence every set that may have confirmed, while a change of the set is on its way", () => {
    const guards: Reign["guards"] = [anyOf(1, "west", "central"), anyOf(1, "west")];
    const leader = Rehearsal.leading("west", seenAt(12, { guards }));
    leader.probes = "refused";
    leader.edge = { view: "refusing", epoch: 10 };
    leader.witnesses(observationOf("central", "refusing"), reportOf("west", streamless("east")));
    expect(leader.pass(5_000)).toEqual([]);
    expect(leader.state.blockedBy).toHaveLength(1);
  });

  it("is no longer said to be blocked once the region answers again", () => {
    const leader = Rehearsal.leading("west", seenAt(12, { automation: "held" }));
    eastIsGone(leader);
    leader.probes = "answered";
    leader.pass(timing.tickMs);
    expect(leader.state.blockedBy).toEqual([]);
  });

  it("that may lose data waits for a person", () => {
    const asynchronous = seenAt(12, { guards: [anyOf(0, "west", "central")] });
    const leader = Rehearsal.leading("west", asynchronous, asynchronousSettings);
    expect(eastIsGone(leader)).toEqual([]);
    expect(leader.state.blockedBy).toEqual(["replication is asynchronous: a person must decide"]);
  });

  it("that may lose data begins by itself where that was declared", () => {
    const asynchronous = seenAt(12, { guards: [anyOf(0, "west", "central")] });
    const leader = Rehearsal.leading("west", asynchronous, {
      ...asynchronousSettings,
      lossyFailover: "automatic",
    });
    expect(only(eastIsGone(leader), "commit").record.kind).toBe("failover-intent");
  });
});

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
      { kind: "hold-edge", epoch: 20 },
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

  it("keeps the epoch of its intent, and adds the new set to those that a later failover must fence", () => {
    const leader = fencing();
    leader.witnesses(fenced("west", 100), fenced("central", 160));
    const choice = only(leader.pass(0), "commit");
    const { reign } = leader.written(choice);
    expect(reign.epoch).toBe(20);
    expect(reign.guards).toEqual([anyOf(1, "west", "central"), anyOf(1, "west")]);
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
      reportOf("east", { kind: "down", holds: "primary" }, { fencedUnder: revision(20) }),
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
      reportOf("east", { kind: "down", holds: "primary" }, { fencedUnder: revision(20) }),
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
      reportOf("east", { kind: "down", holds: "primary" }, { fencedUnder: revision(19) }),
    ],
  ])("goes on waiting when the old active region %s", (_, east) => {
    const leader = fencing();
    leader.witnesses(fenced("west", 100), ...(east === null ? [] : [east]));
    expect(leader.pass(3 * timing.fenceLimitMs)).toEqual([]);
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
    const east = reportOf("east", { kind: "down", holds: "primary" }, { fencedUnder: revision(20) });
    leader.witnesses(fenced("west", 100), east);
    expect(only(leader.pass(0), "commit").record.next.active).toBe("west");
  });
});

/** A leader that has just seen west chosen, at revision 21 and under epoch 20. */
function promoting(status: MemberStatus | null): Rehearsal {
  const leader = Rehearsal.leading(
    "central",
    seenAt(21, {
      epoch: revision(20),
      phase: "promoting",
      active: "west",
      guards: [anyOf(1, "west", "central"), anyOf(1, "central")],
      branch: position(100),
    }),
  );
  leader.edge = { view: "idle", epoch: 10 };
  if (status !== null) leader.witnesses(west(status));
  return leader;
}

function west(status: MemberStatus): MemberReport {
  return reportOf("west", status, { seen: revision(21) });
}

const serving = primary(anyOf(1, "central"));

describe("a promotion", () => {
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
    expect(leader.pass(timing.candidateLostAfterMs - timing.tickMs)).toEqual([]);
    const intent = only(leader.pass(timing.tickMs), "commit");
    expect(intent.record).toMatchObject({ kind: "failover-intent", evidence: null });
    expect(leader.written(intent).reign).toMatchObject({ phase: "fencing", epoch: 22 });
  });

  it("is given more time while its candidate is heard and not yet ready", () => {
    const leader = promoting(streamless(null));
    expect(leader.pass(timing.fenceLimitMs - timing.tickMs)).toEqual([]);
    expect(only(leader.pass(timing.tickMs), "commit").record.kind).toBe("failover-intent");
  });
});

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

describe("a decision", () => {
  it("whose record cannot be written changes nothing, and is taken again a moment later", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    eastIsGone(leader);
    expect(leader.answer({ kind: "not-committed", because: "record-failed" })).toEqual([]);
    expect(leader.state.seen).toEqual(seenAt(12));
    expect(leader.pass(timing.tickMs)).toEqual([]);
    expect(only(leader.pass(timing.tickMs), "commit")).toMatchObject({
      expected: 12,
      record: { kind: "failover-intent" },
    });
  });

  it("is not taken twice while its answer is waited for", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    only(eastIsGone(leader), "commit");
    expect(leader.pass(3_000)).toEqual([]);
  });

  it("that lost to another's is not repeated: the reign that won is obeyed", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    eastIsGone(leader);
    const winner = seenAt(13, { epoch: revision(13), phase: "fencing" });
    leader.hear({ kind: "reign-seen", seen: winner });
    expect(leader.answer({ kind: "not-committed", because: "refused" })).toEqual([]);
    expect(leader.pass(500).map((decision) => decision.kind)).toEqual(["hold-edge", "tell-agents"]);
  });

  it("answered after it was given up is nobody's", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    eastIsGone(leader);
    const before = leader.state.seen;
    leader.hear({ kind: "deed-ended", ticket: 99, deed: { kind: "committed", seen: seenAt(40) } });
    expect(leader.state.seen).toEqual(before);
  });
});

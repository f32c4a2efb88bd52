import { describe, expect, it } from "vitest";
import {
  anyOf,
  asynchronousSettings,
  exampleSettings,
  observationOf,
  primary,
  reportOf,
  revision,
  seenAt,
  streaming,
  streamless,
} from "../../../test/example-reigns.ts";
import { only, Rehearsal, wallAtStart } from "../../../test/rehearsal.ts";
import { instantMs } from "../units/units.ts";
import type { Reign } from "./reign.ts";

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

  it("does not begin by itself an hour after what armed it is too old, and until then an outage is not left to itself", () => {
    const hour = 3_600_000;
    const old = Rehearsal.leading("west", seenAt(12, { armedUntil: instantMs(wallAtStart - hour - 1) }));
    expect(eastIsGone(old)).toEqual([]);
    expect(old.state.blockedBy).toEqual([
      "what proves the plan is too old, so that automatic failover is not armed",
    ]);
    const armed = Rehearsal.leading(
      "west",
      seenAt(12, { armedUntil: instantMs(wallAtStart - hour + 60_000) }),
    );
    expect(only(eastIsGone(armed), "commit").record.kind).toBe("failover-intent");
  });

  it("does not begin within a cool-down of the last one's end, and begins when it is over", () => {
    const settledAt = instantMs(wallAtStart - timing.coolDownMs + 2_000);
    const leader = Rehearsal.leading("west", seenAt(12, { settledAt }));
    expect(eastIsGone(leader)).toEqual([]);
    expect(leader.state.blockedBy).toEqual(["the last failover ended less than one cool-down ago"]);
    expect(only(leader.pass(2_000), "commit").record.kind).toBe("failover-intent");
  });

  it("does not wait for hours because the wall clock of whoever ended the last one runs ahead", () => {
    const settledAt = instantMs(wallAtStart + 3_600_000);
    const leader = Rehearsal.leading("west", seenAt(12, { settledAt }));
    eastIsGone(leader);
    expect(only(leader.pass(timing.coolDownMs), "commit").record.kind).toBe("failover-intent");
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

import { describe, expect, it } from "vitest";
import {
  anyOf,
  asynchronousSettings,
  exampleSettings,
  fenced,
  observationOf,
  position,
  primary,
  reportOf,
  revision,
  seenAt,
  streaming,
  streamless,
} from "../../../test/example-reigns.ts";
import { type Decision, only, Rehearsal, wallAtStart } from "../../../test/rehearsal.ts";
import { instantMs, milliseconds } from "../units/units.ts";
import type { MemberReport } from "./message.ts";
import type { Order } from "./order.ts";
import type { Reign } from "./reign.ts";
import { type FailoverSettings, leaseWithDrift } from "./settings.ts";

const { timing } = exampleSettings;
const set = anyOf(0, "west", "central");
const guards: Reign["guards"] = [set];

function within(rpoMs: number | null): FailoverSettings {
  const lossMax = rpoMs === null ? null : milliseconds(rpoMs);
  return { ...asynchronousSettings, lossyFailover: "automatic", lossMax };
}

function eastAt(lsn: number): MemberReport {
  return reportOf("east", { ...primary(set), position: position(lsn) } as MemberReport["status"]);
}

/** East serves and writes; its standbys reach as far as they do. */
function serving(leader: Rehearsal, lsn: number, [west, central]: readonly [number, number]): Rehearsal {
  leader.witnesses(
    eastAt(lsn),
    reportOf("west", streaming("east", position(west))),
    reportOf("central", streaming("east", position(central))),
  );
  leader.pass(1_000);
  return leader;
}

/** A leader of a platform on which everybody was level for a while. */
function level(rpoMs: number | null): Rehearsal {
  const leader = Rehearsal.leading("west", seenAt(12, { guards }), within(rpoMs));
  return serving(serving(leader, 90, [90, 90]), 100, [100, 100]);
}

/** The standbys have stood still for 12 s while east went on. */
function lagging(rpoMs: number | null): Rehearsal {
  const leader = level(rpoMs);
  for (let second = 1; second <= 12; second += 1) serving(leader, 100 + second, [100, 100]);
  return leader;
}

function lose(
  leader: Rehearsal,
  [west, central]: readonly [number, number] = [100, 100],
): readonly Decision[] {
  leader.probes = "refused";
  leader.edge = { view: "refusing", epoch: 10 };
  leader.witnesses(
    observationOf("central", "refusing"),
    reportOf("west", streamless("east", position(west))),
    reportOf("central", streamless("east", position(central))),
  );
  return leader.pass(timing.refusalsMin * timing.tickMs);
}

function orderUnder(under: number, during: Order["during"]): Order {
  return {
    id: "an order",
    kind: "failover",
    to: null,
    under: revision(under),
    during,
    by: "ada",
    validUntil: instantMs(wallAtStart + 3_600_000),
    refusedBecause: null,
  };
}

const ask = "ask for it with `holdfast failover run --ungraceful`";

describe("a failover that may lose data", () => {
  it("begins by itself within the RPO, and says how far whoever is chosen must reach", () => {
    const { record } = only(lose(level(10_000)), "commit");
    expect(record).toMatchObject({ kind: "failover-intent", next: { floor: position(90) } });
  });

  it("does not begin by itself where whoever would be chosen may lack more, and says how much", () => {
    const leader = lagging(10_000);
    expect(lose(leader)).toEqual([]);
    const [because = "", ...others] = leader.state.blockedBy;
    expect(others).toEqual([]);
    expect(because).toMatch(/^west may lack 1[45] s of writes, and the RPO is 10 s: /);
    expect(because).toContain(ask);
    expect(leader.pass(60_000)).toEqual([]);
    expect(leader.state.blockedBy).toEqual([because]);
  });

  it("goes by the one that holds the most", () => {
    const leader = level(10_000);
    for (let second = 1; second <= 12; second += 1) serving(leader, 100 + second, [100, 100 + second]);
    expect(only(lose(leader, [100, 112]), "commit").record.kind).toBe("failover-intent");
  });

  it("begins on a person's word however much may be lost, and asks for nothing that is to be kept", () => {
    const leader = lagging(10_000);
    lose(leader);
    const seen = { order: orderUnder(10, "steady"), revision: revision(15) };
    const { record } = only(leader.hear({ kind: "order-seen", seen }), "commit");
    expect(record).toMatchObject({ kind: "failover-intent", next: { floor: null }, order: { by: "ada" } });
  });

  it("begins by itself however much may be lost where no RPO is declared", () => {
    expect(only(lose(lagging(null)), "commit").record.next.floor).toBeNull();
  });

  it("does not begin by itself where the lost region was never heard, nor after a sleep", () => {
    const unheard = Rehearsal.leading("west", seenAt(12, { guards }), within(10_000));
    expect(lose(unheard)).toEqual([]);
    const asleep = level(10_000);
    asleep.sleep(timing.freshMs + 1);
    expect(lose(asleep)).toEqual([]);
    for (const { state } of [unheard, asleep])
      expect(state.blockedBy).toEqual([`what west may lack cannot be told, and the RPO is 10 s: ${ask}`]);
  });

  it("reckons, while the edge is not heard, with clients that are answered to this moment", () => {
    const blocked = level(3_000);
    blocked.isEdgeThere = false;
    lose(blocked);
    expect(blocked.pass(3_000)).toEqual([]);
    expect(blocked.state.blockedBy).toEqual([
      `the edge is not heard, so that west may lack more and more, and the RPO is 3 s: ${ask}`,
    ]);
    const patient = level(20_000);
    patient.isEdgeThere = false;
    expect(only([...lose(patient), ...patient.pass(3_000)], "commit").record.kind).toBe("failover-intent");
  });

  it("does not take the time for lost in which something else was in its way", () => {
    const held = Rehearsal.leading(
      "west",
      seenAt(12, { guards, settledAt: instantMs(wallAtStart - timing.coolDownMs + 60_000) }),
      within(10_000),
    );
    serving(held, 100, [100, 100]);
    lose(held);
    expect(only(held.pass(60_000), "commit").record.kind).toBe("failover-intent");
  });
});

describe("a fence of a failover that may lose data", () => {
  function fencing(more: Partial<Reign> = {}): Rehearsal {
    const reign = { epoch: revision(20), phase: "fencing", guards, floor: position(150), ...more } as const;
    const leader = Rehearsal.leading("west", seenAt(20, reign), within(10_000));
    leader.probes = "refused";
    leader.edge = { view: "refusing", epoch: 10 };
    return leader;
  }

  it("chooses nobody who lacks more than may be lost, however long it takes, and says so", () => {
    const leader = fencing();
    leader.witnesses(fenced("west", 149));
    expect(leader.pass(3 * timing.fenceLimitMs)).toEqual([]);
    expect(leader.state.blockedBy).toEqual([
      `what west may lack cannot be told, and the RPO is 10 s: ${ask}`,
    ]);
    leader.witnesses(fenced("west", 149), fenced("central", 150));
    expect(only(leader.pass(0), "commit").record.next.active).toBe("central");
  });

  it("chooses on a person's word whoever is there, and the record says whose", () => {
    const leader = fencing();
    leader.witnesses(fenced("west", 149));
    leader.pass(leaseWithDrift(timing) + timing.tickMs);
    const seen = { order: orderUnder(20, "fencing"), revision: revision(25) };
    const { record } = only(leader.hear({ kind: "order-seen", seen }), "commit");
    expect(record).toMatchObject({
      kind: "failover-fenced",
      next: { active: "west", floor: null },
      order: { by: "ada" },
    });
  });

  it("keeps what is to be held until somebody serves: a second choice must hold it too", () => {
    const leader = fencing();
    leader.witnesses(fenced("west", 160));
    const chosen = only(leader.pass(leaseWithDrift(timing) + timing.tickMs), "commit");
    expect(chosen.record.next.floor).toEqual(position(150));
    const promoting = { ...chosen.record.next, epoch: revision(20), active: "east" };
    const again = Rehearsal.leading("west", seenAt(21, promoting), within(10_000));
    again.witnesses(reportOf("central", streamless("east", position(149))));
    expect(again.pass(timing.candidateLostAfterMs + 500)).toEqual([]);
    again.witnesses(reportOf("central", streamless("east", position(150))));
    expect(only(again.pass(timing.tickMs), "commit").record).toMatchObject({
      kind: "failover-intent",
      next: { floor: position(150) },
    });
  });
});

describe("the record of a choice", () => {
  function chosenAfter(leader: Rehearsal, lsn: number): ReturnType<typeof chosen> {
    leader.written(only(lose(leader, [lsn, lsn]), "commit"));
    return chosen(leader, lsn);
  }
  /** East is heard meanwhile: what it does once nobody is to serve is not counted. */
  function chosen(leader: Rehearsal, lsn: number): Extract<Decision, { kind: "commit" }>["record"] {
    leader.witnesses(fenced("west", lsn, 13), fenced("central", lsn, 13), eastAt(160));
    return only(leader.pass(leaseWithDrift(timing) + timing.tickMs), "commit").record;
  }

  it("says what may be lost, in time at most and in bytes as far as it is known, labelled as an estimate", () => {
    const leader = serving(serving(level(10_000), 130, [100, 100]), 160, [100, 100]);
    const { next, because } = chosenAfter(leader, 100);
    expect(next.mayLack).toMatchObject({ kind: "estimated", bytes: 60 });
    const { seconds } = next.mayLack as { readonly seconds: number };
    expect(seconds).toBeGreaterThanOrEqual(4);
    expect(seconds).toBeLessThan(4.5);
    expect(because).toContain(`west may lack ${seconds} s of writes, 60 bytes of log (estimated)`);
  });

  it("says that it cannot be told where a leader took over that has not heard the lost region", () => {
    const leader = Rehearsal.leading(
      "west",
      seenAt(13, { epoch: revision(13), phase: "fencing", guards }),
      within(null),
    );
    expect(chosen(leader, 100).next.mayLack).toEqual({ kind: "unknown" });
  });

  it("says of nothing that it may be lost where others confirm every write", () => {
    const leader = Rehearsal.leading("west", seenAt(13, { epoch: revision(13), phase: "fencing" }));
    expect(chosen(leader, 100).next.mayLack).toBeNull();
  });

  it("says of nothing that it may be lost where the region ended in order, and whoever is chosen was sent all of it", () => {
    const reign = { epoch: revision(13), phase: "fencing", guards, floor: position(100) } as const;
    const leader = Rehearsal.leading("west", seenAt(13, reign), within(10_000));
    const closed = { kind: "down", holds: "primary", closedAt: position(100) } as const;
    leader.witnesses(
      fenced("west", 100, 13),
      reportOf("east", closed, { seen: revision(13), fencedUnder: revision(13) }),
    );
    expect(only(leader.pass(0), "commit").record.next.mayLack).toBeNull();
  });
});

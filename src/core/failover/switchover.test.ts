import { describe, expect, it } from "vitest";
import {
  asynchronousSettings,
  anyOf,
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
import { only, Rehearsal, wallAtStart } from "../../../test/rehearsal.ts";
import { instantMs } from "../units/units.ts";
import type { MemberStatus } from "./member.ts";
import type { MemberReport } from "./message.ts";
import { isOpen, type Order, orderStanding, type SeenOrder } from "./order.ts";
import type { Reign } from "./reign.ts";

const { timing } = exampleSettings;
const bound = anyOf(1, "west", "central");
const closed: MemberStatus = { kind: "down", holds: "primary", closedAt: position(150) };

function orderOf(more: Partial<Order> = {}): Order {
  return {
    id: "an order",
    kind: "switchover",
    to: "west",
    under: revision(10),
    during: "steady",
    by: "ada",
    validUntil: instantMs(wallAtStart + 60_000),
    refusedBecause: null,
    ...more,
  };
}

function seenOrder(more: Partial<Order> = {}, at = 15): SeenOrder {
  return { order: orderOf(more), revision: revision(at) };
}

const everybodyThere = [
  reportOf("east", primary(bound)),
  reportOf("west", streaming("east")),
  reportOf("central", streaming("east")),
] as const;

/** A leader that knows how everybody stands. */
function steady(more: Partial<Reign> = {}, settings = exampleSettings): Rehearsal {
  const leader = Rehearsal.leading("central", seenAt(10, more), settings);
  leader.witnesses(...everybodyThere);
  leader.pass(timing.freshMs + 200);
  return leader;
}

function closing(more: Partial<Reign> = {}, settings = exampleSettings): Rehearsal {
  const reign = { epoch: revision(20), phase: "closing", wanted: "west", ...more } as const;
  return Rehearsal.leading("central", seenAt(20, reign), settings);
}

describe("an order for a switchover", () => {
  it("begins with the shutdown of the region that serves, under a new epoch, and says who asked", () => {
    const leader = steady();
    const intent = only(leader.hear({ kind: "order-seen", seen: seenOrder() }), "commit");
    expect(intent.record).toMatchObject({
      kind: "switchover-intent",
      order: { by: "ada" },
      next: { phase: "closing", active: "east", wanted: "west" },
    });
    const { reign, then } = leader.written(intent);
    expect(reign).toMatchObject({ phase: "closing", active: "east", epoch: 11 });
    expect(then).toMatchObject([{ kind: "hold-edge", epoch: 11, streams: "drain" }, { kind: "tell-agents" }]);
  });

  it.each<[why: string, Partial<Order>, readonly MemberReport[]]>([
    [
      "west does not follow east now",
      {},
      [everybodyThere[0], reportOf("west", streaming("central")), everybodyThere[2]],
    ],
    ["east is not known to serve", {}, everybodyThere.slice(1)],
    ["2 are needed to lose nothing", {}, everybodyThere.slice(0, 2)],
    ["no switchover is under way", { kind: "abort", to: null }, everybodyThere],
  ])("is refused where %s", (why, order, witnesses) => {
    const leader = Rehearsal.leading("central", seenAt(10));
    leader.witnesses(...witnesses);
    leader.pass(timing.freshMs + 200);
    const [answer] = leader.hear({ kind: "order-seen", seen: seenOrder(order) });
    expect(answer).toMatchObject({ kind: "answer-order", expected: 15 });
    expect(answer?.kind === "answer-order" && answer.order.refusedBecause?.join()).toContain(why);
  });

  it.each<[kind: string, only: string, order: Partial<Order>]>([
    ["serves", "east serves already", { to: "east" }],
    ["name", "there is no region mars: east, west, central", { to: "mars" }],
    ["serves", "east serves already", { kind: "failover", to: "east" }],
  ])("is refused for its name (%s) and told nothing else: %s", (kind, only, order) => {
    const leader = Rehearsal.leading("central", seenAt(10));
    leader.pass(timing.freshMs + 200);
    const [answer] = leader.hear({ kind: "order-seen", seen: seenOrder(order) });
    expect(answer).toMatchObject({ order: { refusedBecause: [only], refusedFor: kind } });
  });

  it("tells that a person may take the region that serves for lost only where it is not known to serve", () => {
    const refusedFor = (order: Partial<Order>, witnesses: readonly MemberReport[]): unknown => {
      const leader = Rehearsal.leading("central", seenAt(10));
      leader.witnesses(...witnesses);
      leader.pass(timing.freshMs + 200);
      const [answer] = leader.hear({ kind: "order-seen", seen: seenOrder(order) });
      return answer?.kind === "answer-order" ? answer.order.refusedFor : answer;
    };
    expect(refusedFor({}, everybodyThere.slice(1))).toBe("lost");
    expect(refusedFor({}, everybodyThere.slice(0, 2))).toBe("obstacle");
  });

  it("is refused where the region has just been lost, though what it told last is still fresh", () => {
    const leader = steady({ automation: "held" });
    leader.probes = "refused";
    leader.edge = { view: "refusing", epoch: 10 };
    leader.witnesses(
      observationOf("west", "refusing"),
      reportOf("west", streamless("east")),
      reportOf("central", streamless("east")),
    );
    leader.pass(timing.freshMs - timing.tickMs);
    expect(leader.state.blockedBy).toEqual(["automatic failover is not armed"]);
    const [answer] = leader.hear({ kind: "order-seen", seen: seenOrder({ to: null }) });
    expect(answer?.kind === "answer-order" && answer.order.refusedBecause).toEqual([
      "east is not known to serve, so that nothing can be handed over in order",
    ]);
  });

  it("waits for what a leader that has just begun cannot know yet", () => {
    const leader = Rehearsal.leading("central", seenAt(10));
    expect(leader.hear({ kind: "order-seen", seen: seenOrder() })).toEqual([]);
    leader.witnesses(...everybodyThere);
    expect(only(leader.pass(200), "commit").record.kind).toBe("switchover-intent");
  });

  it.each<[string, Partial<Order>]>([
    ["for another reign", { under: revision(9) }],
    ["for another phase of it", { during: "closing" }],
    ["whose time is over", { validUntil: instantMs(wallAtStart - 1) }],
    ["that was refused", { refusedBecause: ["no"] }],
  ])("is passed over: one %s", (_, order) => {
    expect(steady().hear({ kind: "order-seen", seen: seenOrder(order) })).toEqual([]);
  });

  it("to take a region for lost overrules the cool-down and what is held, and never the fence", () => {
    const settledAt = instantMs(wallAtStart - 1);
    const held = steady({ automation: "held", settledAt });
    const given = seenOrder({ kind: "failover" });
    const intent = only(held.hear({ kind: "order-seen", seen: given }), "commit");
    expect(intent.record).toMatchObject({
      kind: "failover-intent",
      next: { phase: "fencing", wanted: "west" },
    });
    const alone = Rehearsal.leading("central", seenAt(10));
    alone.witnesses(everybodyThere[0], everybodyThere[2]);
    alone.pass(timing.freshMs + 200);
    expect(alone.hear({ kind: "order-seen", seen: given })).toMatchObject([{ kind: "answer-order" }]);
  });
});

describe("a region that is shut down in order", () => {
  const under = revision(20);

  it("is fenced once its own agent says, under this very reign, that it has ended", () => {
    const leader = closing();
    leader.witnesses({ ...reportOf("east", closed), seen: revision(10) });
    expect(leader.pass(500)).toEqual([]);
    leader.witnesses({ ...reportOf("east", closed), seen: under });
    expect(only(leader.pass(100), "commit").record).toMatchObject({
      kind: "switchover-closed",
      next: { phase: "fencing", wanted: "west", floor: null },
      fenced: [{ region: "east", position: position(150) }],
    });
  });

  it("is fenced as it is when it has ended otherwise, or has not after a while", () => {
    const crashed = closing();
    crashed.witnesses({ ...reportOf("east", { ...closed, closedAt: null }), seen: under });
    expect(only(crashed.pass(100), "commit").record).toMatchObject({ kind: "switchover-closed", fenced: [] });
    const slow = closing();
    slow.witnesses({ ...reportOf("east", primary(bound)), seen: under });
    expect(slow.pass(timing.candidateLostAfterMs - 200)).toEqual([]);
    expect(only(slow.pass(400), "commit").record).toMatchObject({ kind: "switchover-closed", fenced: [] });
  });

  it("says, where nobody confirmed its writes, how far whoever is chosen must reach", () => {
    const guards: Reign["guards"] = [anyOf(0, "west", "central")];
    const leader = closing({ guards }, asynchronousSettings);
    leader.witnesses({ ...reportOf("east", closed), seen: under });
    expect(only(leader.pass(100), "commit").record.next).toMatchObject({ floor: position(150) });
  });

  it("serves again when the switchover is called off", () => {
    const leader = closing();
    leader.witnesses({ ...reportOf("east", primary(bound)), seen: under });
    const order = { kind: "abort", to: null, under, during: "closing" } as const;
    const off = only(leader.hear({ kind: "order-seen", seen: seenOrder(order, 25) }), "commit");
    expect(off.record).toMatchObject({
      kind: "failover-reinstated",
      next: { phase: "promoting", active: "east" },
    });
  });
});

describe("what a person asks for while a region is shut down in order", () => {
  const now = { under: revision(20), during: "closing" } as const;

  it("is to wait for it no longer, and it is fenced as it is, under the same epoch", () => {
    const leader = closing();
    const given = seenOrder({ kind: "failover", to: null, ...now }, 25);
    const on = only(leader.hear({ kind: "order-seen", seen: given }), "commit");
    expect(on.record).toMatchObject({
      kind: "switchover-closed",
      order: { by: "ada", kind: "failover" },
      next: { phase: "fencing", active: "east", wanted: "west" },
      fenced: [],
    });
    const { reign } = leader.written(on);
    expect(reign).toMatchObject({ phase: "fencing", epoch: 20 });
  });

  it("may name another region than before", () => {
    const given = seenOrder({ kind: "failover", to: "central", ...now }, 25);
    const on = only(closing().hear({ kind: "order-seen", seen: given }), "commit");
    expect(on.record.next.wanted).toBe("central");
  });

  it.each<[why: string, Partial<Order>]>([
    ["a switchover is under way", { kind: "switchover" }],
    ["east serves already", { kind: "failover", to: "east" }],
    ["there is no region mars", { kind: "failover", to: "mars" }],
  ])("is refused where %s", (why, order) => {
    const [answer] = closing().hear({ kind: "order-seen", seen: seenOrder({ ...order, ...now }, 25) });
    expect(answer?.kind === "answer-order" && answer.order.refusedBecause?.join()).toContain(why);
  });
});

describe("the fence of a switchover", () => {
  const wanted = { epoch: revision(20), phase: "fencing", wanted: "central" } as const;

  it("chooses whom a person wants among those that hold as much", () => {
    const leader = Rehearsal.leading("west", seenAt(21, wanted));
    leader.witnesses(fenced("west", 160, 21), fenced("central", 160, 21));
    expect(only(leader.pass(100), "commit").record.next.active).toBe("central");
  });

  it("chooses another that holds more", () => {
    const leader = Rehearsal.leading("west", seenAt(21, wanted));
    leader.witnesses(fenced("west", 161, 21), fenced("central", 160, 21));
    expect(only(leader.pass(100), "commit").record.next.active).toBe("west");
  });

  it("waits, where nobody confirmed, for one that holds all that was handed over", () => {
    const reign = { ...wanted, guards: [anyOf(0, "west", "central")], floor: position(150) } as const;
    const leader = Rehearsal.leading("west", seenAt(21, reign), asynchronousSettings);
    leader.witnesses(fenced("west", 149, 21), ended());
    expect(leader.pass(timing.fenceLimitMs - 500)).toEqual([]);
    leader.witnesses(fenced("west", 150, 21), ended());
    expect(only(leader.pass(100), "commit").record.next.active).toBe("west");
  });

  const ended = (): MemberReport =>
    reportOf("east", closed, { seen: revision(21), fencedUnder: revision(21) });
});

describe("how an order stands", () => {
  const given = seenAt(10);
  const wall = wallAtStart;

  it.each<[string, Parameters<typeof orderStanding>[2], string]>([
    ["nobody has looked yet", { order: seenOrder(), seen: given, wall }, "open"],
    ["it is refused", { order: seenOrder({ refusedBecause: ["no"] }), seen: given, wall }, "refused"],
    ["another took its place", { order: seenOrder({ id: "another" }), seen: given, wall }, "not-taken"],
    ["its time is over", { order: seenOrder(), seen: given, wall: instantMs(wall + 60_001) }, "not-taken"],
    [
      "its reign has begun",
      { order: seenOrder(), seen: seenAt(20, { epoch: revision(20), phase: "closing" }), wall },
      "under-way",
    ],
    [
      "service is proven",
      { order: seenOrder(), seen: seenAt(24, { epoch: revision(20), active: "west" }), wall },
      "served",
    ],
  ])("when %s", (_, present, kind) => {
    expect(orderStanding(orderOf(), given, present).kind).toBe(kind);
  });

  it.each<[string, Partial<Reign>, string]>([
    ["while it is being shut down still", { phase: "closing" }, "open"],
    ["once it is fenced", { phase: "fencing" }, "under-way"],
    ["once it serves again", { phase: "steady" }, "served"],
  ])("where it was given while a region was being shut down: %s", (_, now, kind) => {
    const under = revision(20);
    const order = orderOf({ kind: "abort", under, during: "closing" });
    const reign = { epoch: under, ...now };
    const later = seenAt(now.phase === "closing" ? 20 : 22, reign);
    const present = { order: { order, revision: revision(21) }, seen: later, wall };
    expect(orderStanding(order, seenAt(20, { epoch: under, phase: "closing" }), present).kind).toBe(kind);
  });

  it("keeps another from being given while it is open", () => {
    expect(isOpen(seenOrder(), given, wall)).toBe(true);
    expect(isOpen(seenOrder(), seenAt(20, { epoch: revision(20) }), wall)).toBe(false);
    expect(isOpen(seenOrder({ refusedBecause: [] }), given, wall)).toBe(false);
  });
});

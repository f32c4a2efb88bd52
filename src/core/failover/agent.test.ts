import { describe, expect, it } from "vitest";
import {
  anyOf,
  asynchronousSettings,
  exampleSettings,
  position,
  primary,
  revision,
  seenAt,
  standby,
  streaming,
  streamless,
} from "../../../test/example-reigns.ts";
import { GuardRehearsal } from "../../../test/guard-rehearsal.ts";
import type { MemberStatus } from "./member.ts";

const { timing } = exampleSettings;
const both = anyOf(1, "west", "central");

/** East serves under epoch 10, has read the reign, and has its sync set in force. */
function serving(settings = exampleSettings): GuardRehearsal {
  const guards = [anyOf(settings.confirmations, "west", "central")] as const;
  const east = new GuardRehearsal("east", {
    member: primary(guards[0]),
    store: seenAt(12, { guards }),
    settings,
  });
  east.obey(seenAt(12, { guards }));
  east.pass(timing.tickMs);
  east.end("done");
  east.pass(timing.heartbeatMs);
  return east;
}

const intent = seenAt(20, { epoch: revision(20), phase: "fencing" });
const westChosen = seenAt(21, {
  epoch: revision(20),
  phase: "promoting",
  active: "west",
  guards: [both, anyOf(1, "central")],
  branch: position(100),
});

describe("an agent that is told to fence", () => {
  it("keeps the reign on disk before it ends a receiver", () => {
    const west = new GuardRehearsal("west", { member: streaming("east"), store: seenAt(12) });
    west.obey(seenAt(12));
    west.pass(timing.tickMs);
    west.isDiskThere = false;
    expect(west.obey(intent)).toEqual([]);
    expect(west.pass(500)).toEqual([]);
    west.isDiskThere = true;
    expect(west.pass(2 * timing.tickMs)).toEqual([{ kind: "stop-receiving" }]);
    expect(west.disk.seen).toBe(20);
  });

  it("stops a primary whatever the disk says, and tells of it only when the disk takes the reign", () => {
    const east = serving();
    east.isDiskThere = false;
    expect(east.obey(intent)).toEqual([{ kind: "stop" }]);
    east.end("done", { kind: "down", holds: "primary", closedAt: null });
    east.pass(1_000);
    expect(east.reports.at(-1)?.fencedUnder).toBeNull();
    east.isDiskThere = true;
    east.pass(1_000);
    expect(east.reports.at(-1)?.fencedUnder).toBe(20);
  });

  it("stops a primary, and ends the receiver of a standby", () => {
    expect(serving().obey(intent)).toEqual([{ kind: "stop" }]);
    const west = new GuardRehearsal("west", { member: streaming("east"), store: seenAt(12) });
    west.obey(seenAt(12));
    west.pass(timing.tickMs);
    expect(west.obey(intent)).toEqual([{ kind: "stop-receiving" }]);
  });

  it("tells that its member is fenced only when it has seen it stopped after the deed, and not when the deed failed", () => {
    const west = new GuardRehearsal("west", { member: streaming("east"), store: seenAt(12) });
    west.obey(seenAt(12));
    west.pass(timing.tickMs);
    west.obey(intent);
    expect(west.reports.at(-1)?.fencedUnder).toBeNull();
    west.end("failed");
    expect(west.reports.at(-1)?.fencedUnder).toBeNull();
    west.pass(timing.tickMs);
    west.end("done", streamless(null, position(140)));
    expect(west.reports.at(-1)).toMatchObject({
      fencedUnder: 20,
      seen: 20,
      status: { kind: "standby", position: position(140) },
    });
  });

  it("tells nothing of a fence that is not on disk, for a restart would forget it", () => {
    const west = new GuardRehearsal("west", { member: streamless(null), store: seenAt(12) });
    west.obey(seenAt(12));
    west.isDiskThere = false;
    west.obey(intent);
    west.pass(1_000);
    expect(west.reports.map(({ fencedUnder }) => fencedUnder)).not.toContain(20);
  });

  it("tells of no fence while a deed from before is on its way: it may yet connect the member again", () => {
    const west = new GuardRehearsal("west", { member: streamless(null), store: seenAt(12) });
    west.obey(seenAt(12));
    expect(west.pass(timing.tickMs)).toEqual([{ kind: "follow", upstream: "east" }]);
    expect(west.obey(intent)).toEqual([{ kind: "abort" }]);
    west.pass(1_000);
    expect(west.reports.at(-1)?.fencedUnder).toBeNull();
    west.end("failed");
    expect(west.reports.at(-1)).toMatchObject({ seen: 20, fencedUnder: 20 });
  });

  it("starts a standby that is down, following nobody, so that it can say how far it reaches", () => {
    const west = new GuardRehearsal("west", {
      member: { kind: "down", holds: "standby", closedAt: null },
      store: null,
    });
    west.pass(timing.tickMs);
    expect(west.hear({ kind: "reign-seen", seen: intent })).toEqual([
      { kind: "start", as: { kind: "standby", upstream: null } },
    ]);
    west.pass(1_000);
    expect(west.reports.at(-1)).toMatchObject({ seen: 20, fencedUnder: null });
    west.end("done", streamless(null));
    expect(west.reports.at(-1)).toMatchObject({ fencedUnder: 20, status: { kind: "standby" } });
  });

  it("calls off what it was about to do, but never a stop", () => {
    const west = new GuardRehearsal("west", {
      member: { kind: "down", holds: "standby", closedAt: null },
      store: seenAt(12),
    });
    west.obey(seenAt(12));
    expect(west.pass(timing.tickMs)).toEqual([{ kind: "start", as: { kind: "standby", upstream: "east" } }]);
    expect(west.obey(intent)).toEqual([{ kind: "abort" }]);
    expect(west.pass(500)).toEqual([]);
    const east = serving();
    expect(east.obey(intent)).toEqual([{ kind: "stop" }]);
    expect(east.obey(westChosen)).toEqual([]);
  });
});

describe("an agent", () => {
  it("refuses an older reign, whoever sends it", () => {
    const east = serving();
    east.obey(intent);
    east.end("done", { kind: "down", holds: "primary", closedAt: null });
    east.store = null;
    expect(east.hear({ kind: "reign-seen", seen: seenAt(12) })).toEqual([]);
    expect(east.state.seen).toEqual(intent);
  });

  it("refuses it after a restart too", () => {
    const east = serving();
    east.obey(intent);
    east.end("done", { kind: "down", holds: "primary", closedAt: null });
    east.store = null;
    east.restart();
    expect(east.hear({ kind: "reign-seen", seen: seenAt(12) })).toEqual([]);
    expect(east.pass(1_000)).toEqual([]);
    expect(east.state.seen).toBeNull();
  });

  it("refuses a stale answer to its own question", () => {
    const east = serving();
    east.obey(intent);
    east.hear({ kind: "reign-read", seen: seenAt(12), sentAt: east.state.clock.now });
    expect(east.state.servesUntil).toBeNull();
    expect(east.state.seen).toEqual(intent);
  });

  it("says nothing of its member after a pause until it has looked at it again", () => {
    const east = serving();
    const told = east.reports.length;
    east.sleep(timing.freshMs + timing.tickMs);
    east.hear({ kind: "reign-seen", seen: seenAt(13) });
    expect(east.reports).toHaveLength(told);
    east.pass(timing.tickMs);
    expect(east.reports.length).toBeGreaterThan(told);
  });

  it("does one deed at a time, and tries one that failed again", () => {
    const west = new GuardRehearsal("west", {
      member: { kind: "down", holds: "standby", closedAt: null },
      store: seenAt(12),
    });
    west.obey(seenAt(12));
    const start = { kind: "start", as: { kind: "standby", upstream: "east" } };
    expect(west.pass(timing.tickMs)).toEqual([start]);
    expect(west.pass(2_000)).toEqual([]);
    expect(west.end("failed")).toEqual([]);
    expect(west.pass(2 * timing.tickMs)).toEqual([start]);
  });

  it("rests between starts of a member that has not started ten times, but not under a newer reign", () => {
    const west = new GuardRehearsal("west", {
      member: { kind: "down", holds: "standby", closedAt: null },
      store: seenAt(12),
    });
    west.obey(seenAt(12));
    const start = { kind: "start", as: { kind: "standby", upstream: "east" } };
    for (let tries = 1; tries <= 10; tries += 1) {
      expect(west.pass(2 * timing.tickMs)).toEqual([start]);
      west.end("failed");
    }
    expect(west.pass(1_900)).toEqual([]);
    expect(west.pass(300)).toEqual([start]);
    west.end("failed");
    west.obey(intent);
    expect(west.pass(2 * timing.tickMs)).toEqual([
      { kind: "start", as: { kind: "standby", upstream: null } },
    ]);
  });
});

describe("a report", () => {
  /** West follows east and has just told so; what it tells a tick later is told before its heartbeat is due. */
  function following(): GuardRehearsal {
    const west = new GuardRehearsal("west", { member: streaming("east"), store: seenAt(12) });
    west.obey(seenAt(12));
    west.pass(timing.heartbeatMs);
    const count = west.reports.length;
    while (west.reports.length === count) west.pass(timing.tickMs);
    west.reports.length = 0;
    return west;
  }

  const ahead = streaming("east", position(500));
  const silent = standby("east", { at: position(100), silentFor: timing.streamSilentAfterMs });

  it.each<[string, MemberStatus]>([
    ["is another kind", { kind: "down", holds: "standby", closedAt: null }],
    ["follows another", streaming("central")],
    ["has no stream", streamless("east")],
    ["hears nothing on its stream", silent],
  ])("is told at once when a standby %s", (_, member) => {
    const west = following();
    west.member = member;
    west.pass(timing.tickMs);
    expect(west.reports.map(({ status }) => status)).toEqual([member]);
  });

  it("is told at once when a newer reign is on disk", () => {
    const west = following();
    west.obey(seenAt(13, { guards: [both, anyOf(1, "west")] }));
    west.pass(timing.tickMs);
    expect(west.reports.map(({ seen }) => seen)).toEqual([13]);
  });

  it("waits for the next heartbeat when nothing but the position has changed", () => {
    const west = following();
    west.member = ahead;
    west.pass(timing.tickMs);
    expect(west.reports).toEqual([]);
    west.pass(timing.heartbeatMs);
    expect(west.reports.map(({ status }) => status)).toEqual([ahead]);
  });

  it("is told at once when a standby of a primary leaves or comes back", () => {
    const east = serving();
    east.reports.length = 0;
    east.member = primary(both, []);
    east.pass(timing.tickMs);
    east.member = primary(both);
    east.pass(timing.tickMs);
    expect(
      east.reports.map(({ status }) => (status.kind === "primary" ? status.standbys.length : null)),
    ).toEqual([0, 2]);
  });
});

describe("the right to serve", () => {
  it("lasts while the reign can be read", () => {
    const east = serving();
    east.member = primary(both, []);
    expect(east.pass(4 * timing.servingLeaseMs)).toEqual([]);
  });

  it("runs out when the store is gone and no standby confirms: the primary stops", () => {
    const east = serving();
    east.store = null;
    east.member = primary(both, []);
    expect(east.pass(timing.servingLeaseMs)).toEqual([{ kind: "stop" }]);
    expect(east.end("done", { kind: "down", holds: "primary", closedAt: null })).toEqual([]);
    expect(east.pass(2 * timing.servingLeaseMs)).toEqual([]);
  });

  it("is counted from when the question was sent, however late the answer comes", () => {
    const east = serving();
    const sentAt = east.state.clock.now;
    const until = east.state.servesUntil;
    east.store = null;
    east.pass(800);
    east.hear({ kind: "reign-read", seen: seenAt(12), sentAt });
    expect((east.state.servesUntil ?? 0) - sentAt).toBeLessThanOrEqual(timing.servingLeaseMs);
    expect(east.state.servesUntil).toBeGreaterThanOrEqual(until ?? 0);
  });

  it("lasts without the store for as long as standbys confirm: had anybody been chosen, they would not", () => {
    const east = serving();
    east.store = null;
    expect(east.pass(10 * timing.servingLeaseMs)).toEqual([]);
    east.member = primary(both, []);
    expect(east.pass(2 * timing.tickMs)).toEqual([{ kind: "stop" }]);
  });

  it("does not last on standbys that stream without their confirmations being counted", () => {
    const east = serving();
    east.store = null;
    east.member = primary(anyOf(1, "central"), ["west"]);
    expect(east.pass(timing.servingLeaseMs)).toContainEqual({ kind: "stop" });
  });

  it("does not last without the store where nobody confirms commits, not even held ones", () => {
    const east = serving(asynchronousSettings);
    east.store = null;
    east.member = primary(anyOf(0, "west", "central"), ["west"]);
    east.pass(timing.freshMs);
    east.end("done");
    expect(east.pass(timing.servingLeaseMs)).toContainEqual({ kind: "stop" });
  });

  it.each(["silent", "starting"] as const)(
    "runs out for an asynchronous primary that cannot be seen too, for it may acknowledge all the same: %s",
    (kind) => {
      const east = serving(asynchronousSettings);
      east.store = null;
      east.pass(timing.tickMs);
      east.member = { kind };
      expect(east.pass(timing.servingLeaseMs)).toEqual([{ kind: "stop" }]);
    },
  );

  describe("of a primary whose commits nobody confirms", () => {
    const hold = { kind: "hold-commits", syncSet: anyOf(2, "west", "central") };
    const release = { kind: "apply-sync-set", syncSet: anyOf(0, "west", "central") };

    function unread(): GuardRehearsal {
      const east = serving(asynchronousSettings);
      east.store = null;
      return east;
    }

    it("is to acknowledge nothing that not every other region holds, once the reign has not been read for a moment", () => {
      const east = unread();
      expect(east.pass(timing.freshMs - 2 * timing.heartbeatMs)).toEqual([]);
      expect(east.pass(2 * timing.heartbeatMs + timing.tickMs)).toEqual([hold]);
      east.end("done");
      expect(east.reports.at(-1)).toMatchObject({ status: { kind: "primary", syncSet: null } });
      expect(east.pass(timing.freshMs)).toEqual([]);
    });

    it("lasts without the store for as long as every other region confirms what is held back", () => {
      const east = unread();
      east.pass(timing.freshMs + timing.tickMs);
      east.end("done");
      expect(east.pass(4 * timing.servingLeaseMs)).toEqual([]);
      east.member = primary(anyOf(2, "west", "central"), ["west"]);
      expect(east.pass(timing.tickMs)).toEqual([{ kind: "stop" }]);
    });

    it("lets commits go again when the reign is read", () => {
      const east = unread();
      east.pass(timing.freshMs + timing.tickMs);
      east.end("done");
      east.store = seenAt(12, { guards: [anyOf(0, "west", "central")] });
      expect(east.pass(timing.heartbeatMs + timing.tickMs)).toEqual([release]);
      east.end("done");
      expect(east.pass(timing.heartbeatMs)).toEqual([]);
    });

    it("takes a hold that failed for one that may be in force: it is tried again, or undone", () => {
      const east = unread();
      east.pass(timing.freshMs + timing.tickMs);
      east.end("failed");
      expect(east.pass(2 * timing.tickMs)).toEqual([hold]);
      east.end("failed");
      east.store = seenAt(12, { guards: [anyOf(0, "west", "central")] });
      expect(east.hear({ kind: "reign-read", seen: east.store, sentAt: east.state.clock.now })).toEqual([]);
      expect(east.pass(2 * timing.tickMs)).toEqual([release]);
    });

    it("lets a primary that starts meanwhile begin with its commits held back", () => {
      const east = unread();
      east.pass(timing.freshMs + timing.tickMs);
      east.end("failed", { kind: "down", holds: "primary", closedAt: null });
      expect(east.pass(2 * timing.tickMs)).toEqual([
        { kind: "start", as: { kind: "primary", syncSet: hold.syncSet } },
      ]);
    });

    it("is held back by nothing where others confirm every commit", () => {
      const east = serving();
      east.store = null;
      expect(east.pass(timing.servingLeaseMs - timing.tickMs)).toEqual([]);
    });
  });

  it("that runs out stops no synchronous primary that is merely slow to answer: its standbys fence it", () => {
    const east = serving();
    east.store = null;
    east.pass(timing.tickMs);
    east.member = { kind: "silent" };
    expect(east.pass(timing.servingLeaseMs)).toEqual([]);
  });

  it("is looked at first after a pause: what lies in the sockets is not acknowledged before the stop", () => {
    const east = serving();
    east.store = null;
    east.sleep(timing.servingLeaseMs + 1_000);
    expect(east.hear({ kind: "tick" })).toEqual([{ kind: "stop" }]);
  });

  it("that ran out during a pause is not renewed by what standbys confirmed before it", () => {
    const east = serving();
    east.store = null;
    east.pass(timing.tickMs);
    east.sleep(timing.servingLeaseMs);
    expect(east.hear({ kind: "tick" })[0]).toEqual({ kind: "stop" });
  });

  it("survives a pause that was shorter than itself", () => {
    const east = serving();
    east.store = null;
    east.sleep(timing.freshMs + 100);
    expect(east.hear({ kind: "tick" })).toEqual([]);
  });

  it("is asked for before a chosen standby is promoted", () => {
    const west = new GuardRehearsal("west", {
      member: streamless(null),
      store: intent,
      memory: { seen: revision(20), lineage: revision(10) },
    });
    west.obey(intent);
    west.pass(timing.tickMs);
    west.store = null;
    expect(west.hear({ kind: "reign-seen", seen: westChosen })).toEqual([]);
    expect(west.pass(3_000)).toEqual([]);
    west.store = westChosen;
    expect(west.pass(timing.heartbeatMs + timing.tickMs)).toEqual([
      { kind: "promote", syncSet: anyOf(1, "central") },
    ]);
  });

  it("is not taken from a primary by a change of the reign that leaves it in place", () => {
    const east = serving();
    const until = east.state.servesUntil;
    east.store = null;
    east.hear({ kind: "reign-seen", seen: seenAt(13, { guards: [both, anyOf(1, "west")] }) });
    expect(east.state.servesUntil).toBe(until);
  });
});

describe("a primary's sync set", () => {
  it("is told to be in force only when the change has ended, not when it was begun", () => {
    const east = serving();
    const smaller = anyOf(1, "west");
    expect(east.obey(seenAt(13, { guards: [both, smaller] }))).toEqual([
      { kind: "apply-sync-set", syncSet: smaller },
    ]);
    east.member = primary(smaller);
    east.pass(1_000);
    expect(east.reports.at(-1)?.status).toMatchObject({ syncSet: both });
    east.end("done");
    expect(east.reports.at(-1)?.status).toMatchObject({ syncSet: smaller });
  });

  it("is not known after a restart of the agent, and is set again", () => {
    const east = serving();
    east.restart();
    east.hear({ kind: "reign-seen", seen: seenAt(12) });
    expect(east.pass(timing.tickMs)).toEqual([{ kind: "apply-sync-set", syncSet: both }]);
    expect(east.reports.at(-1)?.status).toMatchObject({ kind: "primary", syncSet: null });
  });
});

describe("a returning member", () => {
  /** West is chosen and serves; this agent comes back with what it had. */
  function returning(member: MemberStatus, lineage: number | null = 10): GuardRehearsal {
    const settled = seenAt(22, { ...westChosen.reign, phase: "steady", guards: [anyOf(1, "central")] });
    const east = new GuardRehearsal("east", {
      member,
      store: settled,
      memory: { seen: revision(12), lineage: lineage === null ? null : revision(lineage) },
    });
    east.obey(settled);
    return east;
  }

  it("that was the primary is seeded anew: it may hold what was never confirmed", () => {
    const east = returning({ kind: "down", holds: "primary", closedAt: null });
    expect(east.pass(timing.tickMs)).toEqual([{ kind: "reseed", upstream: "west" }]);
  });

  it("that still runs as the primary is stopped first", () => {
    const east = returning(primary(both));
    expect(east.pass(timing.tickMs)).toEqual([{ kind: "stop" }]);
  });

  it("whose history is a prefix of the new one follows as it is", () => {
    const east = returning(streamless(null, position(100)));
    expect(east.pass(timing.tickMs)).toEqual([{ kind: "follow", upstream: "west" }]);
  });

  it("whose history goes beyond the branch is seeded anew", () => {
    const east = returning(streamless(null, position(101)));
    expect(east.pass(timing.tickMs)).toEqual([{ kind: "reseed", upstream: "west" }]);
  });

  it("that is down is started beside nobody first, to see how far it reaches", () => {
    const east = returning({ kind: "down", holds: "standby", closedAt: null });
    expect(east.pass(timing.tickMs)).toEqual([{ kind: "start", as: { kind: "standby", upstream: null } }]);
  });

  it("that is part of the present history already is started as its standby at once", () => {
    const east = returning({ kind: "down", holds: "standby", closedAt: null }, 20);
    expect(east.pass(timing.tickMs)).toEqual([{ kind: "start", as: { kind: "standby", upstream: "west" } }]);
  });

  it("counts as part of the new history only once it follows it", () => {
    const east = returning(streamless(null, position(100)));
    east.pass(timing.tickMs);
    expect(east.disk.lineage).toBe(10);
    east.end("done", streaming("west"));
    expect(east.disk.lineage).toBe(20);
  });

  it("that is being seeded belongs to no history, should it stop in the middle", () => {
    const east = returning(streamless(null, position(101)));
    east.pass(timing.tickMs);
    east.member = { kind: "down", holds: "nothing", closedAt: null };
    east.pass(timing.tickMs);
    east.end("failed");
    east.pass(timing.tickMs);
    expect(east.disk.lineage).toBeNull();
  });

  it("goes on being seeded while the reign changes within its epoch, and comes to obey the newest", () => {
    const east = returning(streamless(null, position(101)));
    east.pass(timing.tickMs);
    const widened = seenAt(25, {
      ...westChosen.reign,
      phase: "steady",
      guards: [anyOf(1, "central", "east")],
    });
    expect(east.obey(widened)).toEqual([]);
    expect(east.pass(1_000)).toEqual([]);
    east.end("done", streaming("west"));
    expect(east.disk).toEqual({ seen: 25, lineage: 20 });
  });

  it.each([
    ["is fenced", { epoch: revision(30), phase: "fencing" }],
    ["began anew with the same one serving", { epoch: revision(30) }],
    ["has somebody else serve", { epoch: revision(30), active: "central" }],
  ] as const)("is seeded no longer once the reign %s", (_when, changes) => {
    const east = returning(streamless(null, position(101)));
    expect(east.pass(timing.tickMs)).toEqual([{ kind: "reseed", upstream: "west" }]);
    const newer = seenAt(30, { ...westChosen.reign, phase: "steady", ...changes });
    expect(east.obey(newer)).toEqual([{ kind: "abort" }]);
  });

  it("that has found no stream for long is seeded anew, as the log no longer reaches back to it", () => {
    const east = returning(streamless("west"), 20);
    expect(east.pass(timing.reseedAfterMs)).toEqual([]);
    expect(east.pass(2 * timing.tickMs)).toEqual([{ kind: "reseed", upstream: "west" }]);
  });

  it("that gets a stream again and again and loses it at once is seeded anew as well", () => {
    const east = returning(streamless("west"), 20);
    for (let passed = 0; passed < timing.reseedAfterMs - timing.tickMs; passed += 2 * timing.tickMs) {
      east.member = streamless("west");
      expect(east.pass(timing.tickMs)).toEqual([]);
      east.member = streaming("west");
      expect(east.pass(timing.tickMs)).toEqual([]);
    }
    east.member = streamless("west");
    expect(east.pass(4 * timing.tickMs)).toEqual([{ kind: "reseed", upstream: "west" }]);
  });

  it("that has a stream again in the end is not seeded", () => {
    const east = returning(streamless("west"), 20);
    east.pass(timing.reseedAfterMs - timing.tickMs);
    east.member = streaming("west");
    expect(east.pass(2_000)).toEqual([]);
    east.member = streamless("west");
    expect(east.pass(timing.reseedAfterMs)).toEqual([]);
  });

  it("is not seeded while the new primary is still taking over, so as not to slow it down", () => {
    const east = new GuardRehearsal("east", {
      member: { kind: "down", holds: "primary", closedAt: null },
      store: westChosen,
      memory: { seen: revision(12), lineage: revision(10) },
    });
    east.obey(westChosen);
    expect(east.pass(3_000)).toEqual([]);
  });

  it("is seeded at once when the new primary's writes wait for it", () => {
    const waited = seenAt(21, { ...westChosen.reign, guards: [both, anyOf(1, "east")] });
    const east = new GuardRehearsal("east", {
      member: { kind: "down", holds: "primary", closedAt: null },
      store: waited,
      memory: { seen: revision(12), lineage: revision(10) },
    });
    east.obey(waited);
    expect(east.pass(timing.tickMs)).toEqual([{ kind: "reseed", upstream: "west" }]);
  });
});

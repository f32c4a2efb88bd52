import { describe, expect, it } from "vitest";
import {
  exampleSettings,
  observationOf,
  primary,
  anyOf,
  reportOf,
  revision,
  seenAt,
  streamless,
} from "../../../test/example-reigns.ts";
import { type Decision, only, Rehearsal } from "../../../test/rehearsal.ts";
import type { Observation } from "./message.ts";

const { timing } = exampleSettings;

function eastIsGone(controller: Rehearsal): ReturnType<Rehearsal["pass"]> {
  controller.probes = "refused";
  controller.edge = { view: "refusing", epoch: 10 };
  controller.witnesses(
    observationOf("central", "refusing"),
    reportOf("west", streamless("east")),
    reportOf("central", streamless("east")),
  );
  return controller.pass(timing.refusalsMin * timing.tickMs);
}

function observationsOf(controller: Rehearsal): readonly Observation[] {
  return controller.said.flatMap((effect) =>
    effect.kind === "tell-controllers" && effect.message.kind === "observation" ? [effect.message] : [],
  );
}

describe("a leader that keeps a better one from leading", () => {
  it("resigns when it cannot write down what it decides, and leaves others the time of a lease", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    let decisions = eastIsGone(leader);
    for (let refusals = 1; refusals <= 3; refusals += 1) {
      only(decisions, "commit");
      leader.answer({ kind: "not-committed", because: "record-failed" });
      decisions = leader.pass(2 * timing.tickMs);
    }
    expect(leader.state.blockedBy).toEqual(["the decision could not be written down"]);
    only(decisions, "resign-leadership");
    expect(leader.pass(timing.leaderLeaseMs - 3 * timing.tickMs)).toEqual([]);
    only(leader.pass(3 * timing.tickMs), "claim-leadership");
  });

  it("goes on when the record could be written in between", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    only(eastIsGone(leader), "commit");
    leader.answer({ kind: "not-committed", because: "record-failed" });
    only(leader.pass(2 * timing.tickMs), "commit");
    leader.answer({ kind: "not-committed", because: "refused" });
    expect(leader.state.recordsFailed).toBe(1);
  });

  it("resigns when it does not reach the edge that it must route", () => {
    const seen = seenAt(21, { epoch: revision(20), phase: "promoting", active: "west" });
    const leader = Rehearsal.leading("central", seen);
    leader.isEdgeThere = false;
    expect(leader.pass(timing.fenceLimitMs - timing.tickMs)).toEqual([]);
    only(leader.pass(timing.tickMs), "resign-leadership");
  });
});

describe("leadership", () => {
  it("is claimed when nobody has it, and not again while the answer is waited for", () => {
    const controller = new Rehearsal("west");
    const vacant = { kind: "leader-seen", holder: null, revision: revision(4) } as const;
    expect(only(controller.hear(vacant), "claim-leadership").expected).toBe(0);
    expect(controller.pass(1_000)).toEqual([]);
  });

  it("is claimed again, a moment later, when the claim came to nothing", () => {
    const controller = new Rehearsal("west");
    controller.hear({ kind: "leader-seen", holder: null, revision: revision(0) });
    expect(controller.hear({ kind: "claim-ended", ticket: 1, leasedAt: null })).toEqual([]);
    expect(controller.pass(timing.tickMs)).toEqual([]);
    expect(only(controller.pass(timing.tickMs), "claim-leadership").ticket).toBe(2);
  });

  it("is left alone while another has it and stands elsewhere, even if the active region is lost", () => {
    const controller = new Rehearsal("west");
    controller.hear({ kind: "reign-seen", seen: seenAt(12) });
    controller.hear({ kind: "leader-seen", holder: "central", revision: revision(9) });
    expect(eastIsGone(controller)).toEqual([]);
  });

  it("is taken over by evidence from a leader who stands in the lost region, without waiting for its lease", () => {
    const controller = new Rehearsal("west");
    controller.hear({ kind: "reign-seen", seen: seenAt(12) });
    controller.hear({ kind: "leader-seen", holder: "east", revision: revision(9) });
    expect(only(eastIsGone(controller), "claim-leadership").expected).toBe(9);
  });

  it("is not taken over from a leader in the active region while that is not lost", () => {
    const controller = new Rehearsal("west");
    controller.hear({ kind: "reign-seen", seen: seenAt(12) });
    controller.hear({ kind: "leader-seen", holder: "east", revision: revision(9) });
    expect(controller.pass(5_000)).toEqual([]);
  });

  it("that was taken over goes straight on to the failover", () => {
    const controller = new Rehearsal("west");
    controller.hear({ kind: "reign-seen", seen: seenAt(12) });
    controller.hear({ kind: "leader-seen", holder: "east", revision: revision(9) });
    const { ticket } = only(eastIsGone(controller), "claim-leadership");
    const next = controller.hear({ kind: "claim-ended", ticket, leasedAt: controller.now });
    expect(only(next, "commit").record.kind).toBe("failover-intent");
  });

  it("ends when it could not be renewed for as long as the lease, and nothing is decided any more", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.isStoreThere = false;
    leader.pass(timing.leaderLeaseMs);
    expect(leader.state.leadership.kind).not.toBe("mine");
    expect(eastIsGone(leader).filter(({ kind }) => kind === "commit")).toEqual([]);
  });

  it("is counted from when its lease was asked for, however late the answer came", () => {
    const controller = new Rehearsal("west");
    controller.isStoreThere = false;
    controller.hear({ kind: "leader-seen", holder: null, revision: revision(0) });
    const leasedAt = controller.now;
    controller.pass(timing.leaderLeaseMs - timing.tickMs);
    controller.hear({ kind: "claim-ended", ticket: 1, leasedAt });
    expect(controller.state.leadership.kind).toBe("mine");
    controller.pass(timing.tickMs);
    expect(controller.state.leadership.kind).not.toBe("mine");
  });

  it.each<[string, (leader: Rehearsal) => readonly Decision[]]>([
    ["by the store's word", (leader) => leader.hear({ kind: "leadership-lost" })],
    ["by its own clock", (leader) => leader.pass(timing.leaderLeaseMs)],
  ])(
    "that ran out %s is asked for again, though its end was told while it was still believed in",
    (_, lose) => {
      const leader = Rehearsal.leading("west", seenAt(12));
      leader.hear({ kind: "leader-seen", holder: null, revision: revision(30) });
      leader.isStoreThere = false;
      expect(only(lose(leader), "claim-leadership").expected).toBe(0);
    },
  );

  it("that another has is not thought free when the end of one's own is told late", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.hear({ kind: "leader-seen", holder: "central", revision: revision(30) });
    expect(leader.hear({ kind: "leadership-lost" })).toEqual([]);
    expect(leader.state.leadership.kind).toBe("other");
  });

  it("lasts as long as it is renewed", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.pass(10 * timing.leaderLeaseMs);
    expect(leader.state.leadership.kind).toBe("mine");
  });

  it("is given up at once when another is seen to have it", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.hear({ kind: "leader-seen", holder: "central", revision: revision(30) });
    expect(eastIsGone(leader)).toEqual([]);
  });
});

describe("a controller that slept", () => {
  it("forgets what it was told before, for others may have seen otherwise since", () => {
    const leader = Rehearsal.leading("west", seenAt(12, { automation: "held" }));
    eastIsGone(leader);
    leader.sleep(timing.freshMs + timing.tickMs);
    leader.hear({ kind: "reign-seen", seen: seenAt(13) });
    expect(leader.state.around).toMatchObject({ observations: new Map(), reports: new Map(), edge: null });
    expect(leader.state.vantage?.verdict).toBe("unsure");
  });

  it("decides nothing by a leadership that ran out meanwhile", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.sleep(timing.leaderLeaseMs);
    expect(leader.hear({ kind: "tick" }).filter(({ kind }) => kind !== "claim-leadership")).toEqual([]);
    expect(leader.state.leadership.kind).not.toBe("mine");
  });
});

describe("how often the edge is looked at", () => {
  const looks = (controller: Rehearsal, spanMs: number): number => {
    const before = controller.said.length;
    controller.pass(spanMs);
    return controller.said.slice(before).filter(({ kind }) => kind === "look-at-edge").length;
  };
  const second = 10 * timing.tickMs;

  it("is now and then by a leader while all is well, and by nobody else", () => {
    const leader = Rehearsal.leading("west", seenAt(12));
    leader.pass(second);
    // Of heartbeats that are not a whole number of ticks apart, the next tick's.
    expect(looks(leader, 3 * second)).toBe(10);
    const follower = new Rehearsal("west");
    follower.hear({ kind: "reign-seen", seen: seenAt(12) });
    follower.hear({ kind: "leader-seen", holder: "central", revision: revision(9) });
    expect(looks(follower, second)).toBe(0);
  });

  it("is at every tick once one probe is not answered, or clients are not, or somebody is to be promoted", () => {
    const probing = Rehearsal.leading("west", seenAt(12));
    probing.pass(second);
    probing.probes = "refused";
    probing.pass(timing.tickMs);
    expect(looks(probing, 2 * timing.tickMs)).toBe(2);
    const refusing = Rehearsal.leading("west", seenAt(12));
    refusing.edge = { view: "refusing", epoch: 12 };
    refusing.pass(second);
    expect(looks(refusing, second)).toBe(10);
    const promoting = seenAt(21, { epoch: revision(20), phase: "promoting", active: "west" });
    expect(looks(Rehearsal.leading("central", promoting), second)).toBe(10);
  });

  it("is at every tick by whoever suspects the active region", () => {
    const follower = new Rehearsal("west");
    follower.hear({ kind: "reign-seen", seen: seenAt(12) });
    follower.hear({ kind: "leader-seen", holder: "central", revision: revision(9) });
    follower.probes = "silent";
    follower.pass(2 * timing.silentAfterMs);
    expect(looks(follower, second)).toBe(10);
  });
});

describe("what a controller sees", () => {
  it("is told to the others at once when it changes, and repeated as a heartbeat when it does not", () => {
    const controller = new Rehearsal("west");
    controller.hear({ kind: "reign-seen", seen: seenAt(12) });
    controller.pass(1_000);
    const calm = observationsOf(controller).length;
    expect(calm).toBeGreaterThanOrEqual(1_000 / timing.heartbeatMs - 1);
    expect(calm).toBeLessThan(1_000 / timing.tickMs);
    controller.probes = "refused";
    controller.pass(timing.refusalsMin * timing.tickMs);
    expect(observationsOf(controller).at(-1)).toMatchObject({
      about: "east",
      epoch: 10,
      verdict: "refusing",
      age: 0,
    });
  });

  it("is of the region that serves now: a new epoch is watched from the beginning", () => {
    const controller = new Rehearsal("west");
    controller.hear({ kind: "reign-seen", seen: seenAt(12) });
    controller.probes = "refused";
    controller.pass(1_000);
    controller.hear({ kind: "reign-seen", seen: seenAt(20, { epoch: revision(20) }) });
    expect(controller.state.vantage).toMatchObject({ epoch: 20, verdict: "unsure", refusals: 0 });
  });

  it("goes on through a change of the reign that keeps its epoch", () => {
    const controller = new Rehearsal("west");
    controller.hear({ kind: "reign-seen", seen: seenAt(12) });
    controller.probes = "refused";
    controller.pass(1_000);
    controller.hear({ kind: "reign-seen", seen: seenAt(13) });
    expect(controller.state.vantage?.verdict).toBe("refusing");
  });

  it("is not what a probe of another epoch found", () => {
    const controller = new Rehearsal("west");
    controller.hear({ kind: "reign-seen", seen: seenAt(12) });
    const { vantage } = controller.state;
    controller.hear({ kind: "probe-ended", about: "east", epoch: revision(9), outcome: "refused" });
    expect(controller.state.vantage).toEqual(vantage);
  });
});

describe("what a controller is told", () => {
  const east = primary(anyOf(1, "west", "central"));

  it("is taken in the order in which it was said, not in which it arrived", () => {
    const controller = new Rehearsal("west");
    const [first, second] = [reportOf("east", east), reportOf("east", { kind: "silent" })];
    controller.hear({ kind: "message", message: second });
    controller.hear({ kind: "message", message: first });
    expect(controller.state.around.reports.get("east")?.told.status.kind).toBe("silent");
  });

  it("does not grow fresh again when an old message comes twice", () => {
    const controller = new Rehearsal("west");
    const report = reportOf("east", east);
    controller.hear({ kind: "message", message: report });
    const heardAt = controller.state.around.reports.get("east")?.at;
    controller.pass(500);
    controller.hear({ kind: "message", message: report });
    expect(controller.state.around.reports.get("east")?.at).toBe(heardAt);
  });

  it("is believed from a sender that started again and counts from 0, and no longer from its earlier life", () => {
    const controller = new Rehearsal("west");
    const again = reportOf("east", { kind: "starting" }, { sequence: 0, incarnation: 2 });
    controller.hear({ kind: "message", message: reportOf("east", east) });
    controller.hear({ kind: "message", message: again });
    controller.hear({ kind: "message", message: reportOf("east", east) });
    expect(controller.state.around.reports.get("east")?.told).toEqual(again);
  });

  it("is believed from a life that a clock set back numbers lower, once the earlier one has long been silent", () => {
    const controller = new Rehearsal("west");
    const again = reportOf("east", { kind: "starting" }, { incarnation: 0 });
    controller.hear({ kind: "message", message: reportOf("east", east) });
    controller.pass(timing.freshMs);
    controller.hear({ kind: "message", message: again });
    expect(controller.state.around.reports.get("east")?.told.status).toEqual(east);
    controller.pass(timing.tickMs);
    controller.hear({ kind: "message", message: again });
    expect(controller.state.around.reports.get("east")?.told).toEqual(again);
  });

  it("is the newest reign, by whatever way it came, and never an older one", () => {
    const controller = new Rehearsal("west");
    controller.hear({ kind: "message", message: { kind: "reign-news", seen: seenAt(20) } });
    controller.hear({ kind: "reign-seen", seen: seenAt(12) });
    expect(controller.state.seen).toEqual(seenAt(20));
  });
});

import { describe, expect, it } from "vitest";
import type { Entry, Json, JsonObject } from "../evidence/evidence.ts";
import { instantMs, monotonicMs } from "../units/units.ts";
import { milestonesOf } from "./milestones.ts";
import type { PhaseName } from "./phases.ts";

const failover = {
  epochBefore: 1,
  epochAfter: 2,
  injectedAt: monotonicMs(10_000),
  endedAt: monotonicMs(70_000),
};

function entry(kind: string, at: number, body: JsonObject): Entry {
  return {
    log: "controller-west",
    sequence: 1,
    previousRoot: "",
    at: instantMs(1_790_000_000_000),
    monotonic: monotonicMs(at),
    software: "holdfast",
    kind,
    body,
    subjects: [],
    anchors: [],
  };
}

function body(epoch: number, reached: Readonly<Partial<Record<PhaseName, Json>>>): JsonObject {
  const milestones = Object.entries(reached).map(([phase, atMonotonicMs]) => ({ phase, atMonotonicMs }));
  return { under: { epoch, revision: epoch }, milestones };
}

const whole = {
  detect: 10_200,
  decide: 10_220,
  fence: 10_300,
  promote: 10_600,
  route: 10_650,
  verify: 10_800,
};

describe("the milestones of a failover", () => {
  it("are those of the last entry that completes it: the commit of one before may have failed", () => {
    const failed = entry("failover-complete", 10_801, body(2, whole));
    const repeated = entry("failover-complete", 11_401, body(2, { ...whole, verify: 11_400 }));
    for (const entries of [
      [failed, repeated],
      [repeated, failed],
    ])
      expect(milestonesOf(entries, failover)).toEqual({ ...whole, verify: 11_400 });
  });

  it("are those of the epoch under which the platform was seen to serve", () => {
    const later = {
      detect: 15_000,
      decide: 15_010,
      fence: 15_100,
      promote: 15_400,
      route: 15_450,
      verify: 15_500,
    };
    const entries = [
      entry("failover-complete", 10_801, body(2, whole)),
      entry("failover-complete", 15_501, body(3, later)),
    ];
    expect(milestonesOf(entries, failover)).toEqual(whole);
    expect(milestonesOf(entries, { ...failover, epochAfter: null })).toEqual(later);
  });

  it("are told by all who led it, when the leader changed on the way", () => {
    const { detect, decide, fence, ...rest } = whole;
    const entries = [
      entry("failover-intent", 10_201, body(1, { detect })),
      entry("failover-fenced", 10_301, body(2, { detect, decide, fence })),
      entry("failover-complete", 10_801, body(2, rest)),
    ];
    expect(milestonesOf(entries, failover)).toEqual(whole);
  });

  it("of a choice that did not hold are not those of the next, but it was found and decided once", () => {
    const { detect, decide, fence } = whole;
    const entries = [
      entry("failover-intent", 10_201, body(1, { detect })),
      entry("failover-fenced", 10_301, body(2, { detect, decide, fence })),
      entry("failover-intent", 10_901, body(2, { detect, decide })),
      entry("failover-complete", 11_801, body(3, { promote: 11_600, route: 11_650, verify: 11_800 })),
    ];
    expect(milestonesOf(entries, { ...failover, epochAfter: 3 })).toEqual({
      ...{ detect, decide, fence: null },
      ...{ promote: 11_600, route: 11_650, verify: 11_800 },
    });
  });

  it("tell how far a failover came that never ended", () => {
    const intent = entry("failover-intent", 10_201, body(1, { detect: 10_200 }));
    const fenced = entry(
      "failover-fenced",
      10_301,
      body(2, { detect: 10_200, decide: 10_220, fence: 10_300 }),
    );
    const none = { detect: null, decide: null, fence: null, promote: null, route: null, verify: null };
    const stuck = { ...failover, epochAfter: null };
    expect(milestonesOf([intent], stuck)).toEqual({ ...none, detect: 10_200 });
    expect(milestonesOf([intent, fenced], stuck)).toEqual({
      ...none,
      detect: 10_200,
      decide: 10_220,
      fence: 10_300,
    });
    expect(milestonesOf([], stuck)).toEqual(none);
  });

  it("leave out what was reached before the fault, which belongs to another failover", () => {
    const early = entry("failover-complete", 10_801, body(2, { ...whole, detect: 9_000 }));
    expect(milestonesOf([early], failover)).toEqual({ ...whole, detect: null });
    const other = entry("failover-intent", 9_001, body(1, { detect: 10_100 }));
    expect(milestonesOf([other], { ...failover, epochAfter: null }).detect).toBeNull();
  });

  it("leave out a failover that began when the region was brought back, which nobody watched", () => {
    const intent = entry("failover-intent", 10_201, body(1, { detect: 10_200 }));
    const later = entry("failover-complete", 75_000, body(2, { detect: 70_100, verify: 74_000 }));
    expect(milestonesOf([intent, later], { ...failover, epochAfter: null })).toMatchObject({
      detect: 10_200,
      verify: null,
    });
  });

  it.each<[string, JsonObject]>([
    ["without a reign", { milestones: [] }],
    ["without milestones", { under: { epoch: 2 } }],
    ["with milestones that are none", { under: { epoch: 2 }, milestones: ["verify"] }],
    [
      "with a phase that nobody knows",
      { under: { epoch: 2 }, milestones: [{ phase: "pray", atMonotonicMs: 1 }] },
    ],
    ["with a time that is none", body(2, { verify: "soon" })],
  ])("are not taken from an entry %s", (_what, malformed) => {
    const entries = [
      entry("failover-complete", 10_801, body(2, whole)),
      entry("failover-complete", 11_000, malformed),
    ];
    expect(milestonesOf(entries, failover)).toEqual(whole);
  });
});

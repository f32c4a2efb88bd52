import { describe, expect, it } from "vitest";
import type { Entry, JsonObject } from "../src/core/evidence/evidence.ts";
import { instantMs, monotonicMs } from "../src/core/units/units.ts";
import { toldBy } from "./controllers-evidence.ts";

function entryOf(kind: string, at: number, body: JsonObject = {}): Entry {
  return {
    log: "controller-west",
    sequence: 1,
    previousRoot: "0".repeat(64),
    at: instantMs(0),
    monotonic: monotonicMs(at),
    software: "holdfast",
    kind,
    body,
    subjects: [],
    anchors: [],
  };
}

describe("what the controllers tell of a failover", () => {
  it("is when each phase was over, as the one that completed it wrote down", () => {
    const milestones = [
      { phase: "detect", atMonotonicMs: 320 },
      { phase: "fence", atMonotonicMs: 450.5 },
    ];
    const told = toldBy([entryOf("failover-intent", 1), entryOf("failover-complete", 2, { milestones })]);
    expect(told.failovers).toBe(1);
    expect(told.completedBy).toBe("controller-west");
    expect(told.milestones).toEqual({
      detect: 320,
      decide: null,
      fence: 450.5,
      promote: null,
      route: null,
      verify: null,
    });
  });

  it("counts every completed failover, and takes the phases of the first", () => {
    const second = entryOf("failover-complete", 9, { milestones: [{ phase: "detect", atMonotonicMs: 8 }] });
    const first = entryOf("failover-complete", 5, { milestones: [{ phase: "detect", atMonotonicMs: 4 }] });
    const told = toldBy([second, first]);
    expect(told.failovers).toBe(2);
    expect(told.milestones.detect).toBe(4);
  });

  it("is nothing in calm", () => {
    expect(toldBy([entryOf("sync-set-change", 3)]).failovers).toBe(0);
  });
});

import { describe, expect, it } from "vitest";
import { phaseNames } from "../src/core/drill/phases.ts";
import { monotonicMs, seconds } from "../src/core/units/units.ts";
import { lossResultOf } from "./failover-result.ts";
import { failoverText } from "./failover-text.ts";
import type { RegionLoss } from "./region-loss.ts";

function lossOf(outageSeconds: number, changes: Partial<RegionLoss> = {}): RegionLoss {
  return {
    fault: "kill",
    region: "east",
    injectedAt: monotonicMs(0),
    successor: "west",
    leader: "anywhere",
    outage: {
      kind: "interrupted",
      from: monotonicMs(0),
      to: monotonicMs(outageSeconds * 1_000),
      duration: seconds(outageSeconds),
      others: [],
    },
    phases: phaseNames.map((name) => ({
      name,
      from: monotonicMs(0),
      to: monotonicMs(outageSeconds * 100),
      duration: seconds(outageSeconds / 10),
    })),
    acknowledged: 100,
    lostIds: [],
    dataLoss: seconds(0),
    acknowledgedByOld: 0,
    failovers: 1,
    completedBy: "controller-west",
    returnPause: seconds(0.1),
    wholeAfter: seconds(4),
    ...changes,
  };
}

describe("what the losses of a region come to", () => {
  it("is met when all are fast and nothing was lost", () => {
    const result = lossResultOf("kill", [lossOf(0.8), lossOf(1), lossOf(3.9)]);
    expect(result?.verdict).toBe("met");
    expect(result?.outage).toEqual({ n: 3, median: 1, p95: 3.9, worst: 3.9 });
    expect(result?.phaseMedians.fence).toBeCloseTo(0.1);
    expect(result?.acknowledged).toBe(300);
  });

  it.each([
    ["half of the outages are longer than the target", [lossOf(1.6)]],
    ["a single outage is longer than the worst allowed", [lossOf(1), lossOf(1), lossOf(4.1)]],
    ["one acknowledged write is lost", [lossOf(1, { lostIds: ["kill-1-edge-7"] })]],
    ["the old primary acknowledged after its successor", [lossOf(1, { acknowledgedByOld: 1 })]],
    ["a loss took two failovers", [lossOf(1, { failovers: 2 })]],
    [
      "service did not return",
      [lossOf(1, { outage: { kind: "not-restored", from: monotonicMs(0), atLeast: seconds(1) } })],
    ],
    ["there was no service before the fault", [lossOf(1, { outage: { kind: "unmeasured" } })]],
  ])("is missed when %s", (_, losses) => {
    expect(lossResultOf("kill", losses)?.verdict).toBe("missed");
  });

  it("allows a freeze more time than a kill, for silence is slower to tell than refusal", () => {
    expect(lossResultOf("freeze", [lossOf(2.4, { fault: "freeze" })])?.verdict).toBe("met");
  });

  it("counts each kind of fault for itself", () => {
    const all = [lossOf(1), lossOf(2, { fault: "freeze" })];
    expect(lossResultOf("freeze", all)?.outage.n).toBe(1);
    expect(lossResultOf("freeze", [lossOf(1)])).toBeNull();
  });
});

describe("the text of the failover bench", () => {
  it("shows each figure beside its target, and remarks what a table has no column for", () => {
    const result = lossResultOf("kill", [lossOf(0.8, { failovers: 2 }), lossOf(1)]);
    const text = failoverText(result === null ? [] : [result], null);
    expect(text).toContain("| killed        |  2 | 0.90 s |");
    expect(text).toContain("≤ 1.5 s, ≤ 4 s");
    expect(text).toContain("kill: 1 of 2 losses took another number of failovers than one.");
  });

  it("tells how long it took when the leading controller was lost with the region", () => {
    const result = lossResultOf("kill", [lossOf(0.8), lossOf(1.2, { leader: "in-lost-region" })]);
    expect(failoverText(result === null ? [] : [result], null)).toContain(
      "kill: in 1 of 2 the leading controller was lost with the region; median 1.20 s, worst 1.20 s.",
    );
  });

  it("names what was not measured, with the reason", () => {
    const text = failoverText([], { kind: "skipped", because: "stress-ng is not installed" });
    expect(text).toBe("No fault, all cores busy: skipped, because stress-ng is not installed.");
  });
});

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepAttempts } from "../src/adapters/libsql/attempt-store.ts";
import { metricsText } from "../src/core/metrics/exposition.ts";
import { instantMs } from "../src/core/units/units.ts";
import { ErrorBudgets } from "./error-budgets.ts";
import { promisedIn } from "./promised.ts";

const now = 1_800_000_000;
const query = (metric: string): object => ({
  metricSource: { type: "Prometheus", spec: { query: `holdfast_journey_${metric}{journey="chat"}` } },
});
const promise = {
  apiVersion: "openslo/v1",
  kind: "SLO",
  metadata: { name: "chat-availability" },
  spec: {
    service: "lab",
    indicator: {
      metadata: { name: "chat-availability" },
      spec: {
        ratioMetric: { counter: true, bad: query("failures_total"), total: query("attempts_total") },
      },
    },
    timeWindow: [{ duration: "30d", isRolling: true }],
    budgetingMethod: "Occurrences",
    objectives: [{ target: 0.75 }],
  },
};
const { slos } = promisedIn([promise], instantMs(now * 1000));

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-budgets-"));
  file = join(folder, "attempts.db");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function told(budgets: ErrorBudgets): readonly string[] {
  return metricsText(budgets.samples())
    .split("\n")
    .filter((line) => line.startsWith("holdfast_"));
}

describe("error budgets by the attempts that a lab keeps", () => {
  it("are told of each SLO, as they were when last looked up, below 0 too", () => {
    const budgets = new ErrorBudgets(file, slos);
    budgets.refresh(now);
    expect(told(budgets)).toEqual([]);
    const keeper = keepAttempts(file);
    for (const [ago, isBad] of [
      [8, true],
      [7, false],
      [6, false],
      [5, false],
    ] as const)
      keeper.keep({ journey: "chat", at: now - ago, isBad });
    // One of four is bad, of four that may be one.
    budgets.refresh(now);
    expect(told(budgets)).toEqual(['holdfast_error_budget_remaining_ratio{slo="chat-availability"} 0']);
    for (const ago of [4, 3, 2, 1]) keeper.keep({ journey: "chat", at: now - ago, isBad: true });
    keeper.close();
    expect(told(budgets)).toHaveLength(1);
    budgets.refresh(now);
    expect(told(budgets)).toEqual(['holdfast_error_budget_remaining_ratio{slo="chat-availability"} -1.5']);
  });

  it("are not told while the attempts cannot be read", () => {
    writeFileSync(file, "something else ".repeat(100));
    const budgets = new ErrorBudgets(file, slos);
    budgets.refresh(now);
    expect(told(budgets)).toEqual([]);
  });
});

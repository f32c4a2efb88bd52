import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keepAttempts } from "../src/adapters/libsql/attempt-store.ts";
import { metricsText } from "../src/core/metrics/exposition.ts";
import { instantMs } from "../src/core/units/units.ts";
import { promiseOf } from "../test/example-promise.ts";
import { ErrorBudgets } from "./error-budgets.ts";
import { promisedIn } from "./promised.ts";

const now = 1_800_000_000;
const promise = promiseOf({
  bad: "holdfast_journey_failures_total",
  total: "holdfast_journey_attempts_total",
  target: 0.75,
});
const { slos } = promisedIn([promise], instantMs(now * 1000));

let folder = "";
let file = "";
let budgets: ErrorBudgets;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-budgets-"));
  file = join(folder, "attempts.db");
  budgets = new ErrorBudgets(file, slos);
});
afterEach(() => {
  budgets.close();
  rmSync(folder, { recursive: true });
});

function told(): readonly string[] {
  return metricsText(budgets.samples())
    .split("\n")
    .filter((line) => line.startsWith("holdfast_"));
}

describe("error budgets by the attempts that a lab keeps", () => {
  it("are told of each SLO, as they were when last looked up, below 0 too", () => {
    budgets.refresh(now);
    expect(told()).toEqual([]);
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
    expect(told()).toEqual(['holdfast_error_budget_remaining_ratio{slo="chat-availability"} 0']);
    for (const ago of [4, 3, 2, 1]) keeper.keep({ journey: "chat", at: now - ago, isBad: true });
    keeper.close();
    expect(told()).toHaveLength(1);
    budgets.refresh(now);
    expect(told()).toEqual(['holdfast_error_budget_remaining_ratio{slo="chat-availability"} -1.5']);
  });

  it("are not told while the attempts cannot be read, also where they were before", () => {
    const keeper = keepAttempts(file);
    keeper.keep({ journey: "chat", at: now - 1, isBad: false });
    keeper.close();
    budgets.refresh(now);
    expect(told()).toHaveLength(1);
    budgets.close();
    for (const name of readdirSync(folder)) rmSync(join(folder, name));
    writeFileSync(file, "something else ".repeat(100));
    budgets.refresh(now);
    expect(told()).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import type { ErrorBudgetPolicy } from "../../model/error-budget-policy.ts";
import { instantMs, ratio, seconds } from "../../units/units.ts";
import { policyState, type Standing, verdictOn } from "./gate.ts";

const hour = seconds(3600);
const now = instantMs(Date.UTC(2026, 10, 27));
const policy: ErrorBudgetPolicy = {
  ...{ name: "budget", description: "", slos: [], hold: hour, unknown: "frozen" },
  states: [
    { name: "open", budgetLeft: ratio(0.5), burnRate: null, allows: ["deploy", "chaos", "drill"] },
    { name: "careful", budgetLeft: ratio(0.2), burnRate: { over: hour, below: 6 }, allows: ["deploy"] },
    { name: "frozen", budgetLeft: null, burnRate: null, allows: ["automatic-failover"] },
  ],
  overrides: [
    { allows: ["deploy"], owner: "ada", reason: "the fix", until: instantMs(Date.UTC(2026, 10, 28)) },
    { allows: ["chaos"], owner: "bob", reason: "a test", until: instantMs(Date.UTC(2026, 10, 26)) },
  ],
};

function standing(
  objective: string,
  left: number,
  { least = left, burn = 0, wasMeasured = true } = {},
): Standing {
  const burnRates = new Map([[hour, { now: burn, most: burn }]]);
  return { objective, known: { budgetLeft: { now: left, least }, burnRates, wasMeasured } };
}

const stateAt = (...standings: readonly Standing[]): string => policyState(policy, standings).state.name;

describe("the state of an error budget policy", () => {
  it("is the best whose conditions hold, from exactly the share on that it asks for", () => {
    expect(stateAt(standing("a", 0.5))).toBe("open");
    expect(stateAt(standing("a", 1 - 0.9 / 1.8 - 1e-16))).toBe("open");
    expect(stateAt(standing("a", 0.4999))).toBe("careful");
    expect(stateAt(standing("a", 0.1999))).toBe("frozen");
    expect(stateAt(standing("a", -3))).toBe("frozen");
  });

  it("is worse while it burns too fast", () => {
    expect(stateAt(standing("a", 0.3, { burn: 5.9 }))).toBe("careful");
    expect(stateAt(standing("a", 0.3, { burn: 6 }))).toBe("frozen");
  });

  it("is that of the worst objective, which is named with why", () => {
    const { state, because } = policyState(policy, [
      standing("a", 0.9),
      standing("b", 0.3, { burn: 7 }),
      standing("c", 0.1),
    ]);
    expect(state.name).toBe("frozen");
    expect(because).toEqual([
      { objective: "b", budgetLeft: 0.3, burnRate: { over: hour, below: 6, rate: 7 }, wasMeasured: true },
      { objective: "c", budgetLeft: 0.1, burnRate: null, wasMeasured: true },
    ]);
  });

  it("becomes worse at once, and better when that has held", () => {
    const rising = policyState(policy, [standing("a", 0.6, { least: 0.45 })]);
    expect([rising.state.name, rising.atOnce.name]).toEqual(["careful", "open"]);
    const falling = policyState(policy, [standing("a", 0.45)]);
    expect([falling.state.name, falling.atOnce.name]).toEqual(["careful", "careful"]);
  });

  it("becomes no better than the declared one when it was unknown meanwhile", () => {
    const back = policyState(policy, [standing("a", 0.9, { wasMeasured: false })]);
    expect([back.state.name, back.atOnce.name]).toEqual(["frozen", "open"]);
    expect(back.because).toEqual([{ objective: "a", budgetLeft: 0.9, burnRate: null, wasMeasured: false }]);
    const open = policyState({ ...policy, unknown: "open" }, [standing("a", 0.3, { wasMeasured: false })]);
    expect(open.state.name).toBe("careful");
  });

  it("is the declared one while nothing is known", () => {
    const nothing: Standing = { objective: "b", known: null };
    expect(stateAt(standing("a", 0.9), nothing)).toBe("frozen");
    expect(policyState({ ...policy, unknown: "open" }, [standing("a", 0.9), nothing]).state.name).toBe(
      "open",
    );
  });
});

describe("a gate", () => {
  const at = (action: Parameters<typeof verdictOn>[0], left: number): ReturnType<typeof verdictOn> =>
    verdictOn(action, { policy, standings: [standing("a", left)], now });

  it("is open for what the state allows, and closed for the rest", () => {
    expect(at("chaos", 0.9)).toMatchObject({ gate: "open", override: null });
    expect(at("chaos", 0.3)).toMatchObject({ gate: "closed" });
    expect(at("automatic-failover", -1)).toMatchObject({ gate: "open" });
  });

  it("is opened by an override that has not ended, with who answers for it", () => {
    expect(at("deploy", 0)).toMatchObject({ gate: "open", override: { owner: "ada" } });
    expect(at("deploy", 0.9).override).toBeNull();
  });

  it("stays closed when the override has ended, and says so", () => {
    expect(at("chaos", 0)).toMatchObject({ gate: "closed", override: null, ended: [{ owner: "bob" }] });
  });
});

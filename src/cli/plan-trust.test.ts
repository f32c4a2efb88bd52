import { describe, expect, it } from "vitest";
import { heldBy } from "./plan-trust.ts";

describe("a plan that is ARMED in one of its scenarios", () => {
  const of = (scenario: string, state: "ARMED" | "SIMULATED", plan = "leave-east") =>
    ({ plan: { plan, scenario, automation: "when-armed" }, trust: { state } }) as const;

  it("is said to wait until each of them is, and for no other plan", () => {
    const lost = of("lost", "ARMED");
    expect(heldBy(lost, [lost, of("frozen", "SIMULATED")])).toEqual([
      "it goes by itself only once every scenario of the plan is ARMED, and not yet: frozen",
    ]);
    expect(heldBy(lost, [lost, of("frozen", "ARMED")])).toEqual([]);
    expect(heldBy(lost, [lost, of("frozen", "SIMULATED", "leave-west")])).toEqual([]);
    const frozen = of("frozen", "SIMULATED");
    expect(heldBy(frozen, [lost, frozen])).toEqual([]);
    const always = { ...lost, plan: { ...lost.plan, automation: "always" } } as const;
    expect(heldBy(always, [always, frozen])).toEqual([]);
  });
});

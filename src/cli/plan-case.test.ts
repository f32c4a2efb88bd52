import { describe, expect, it } from "vitest";
import type { Model } from "../core/model/model.ts";
import { keptCase, planCase } from "./plan-case.ts";

// Nothing but its plans is asked of the model.
const model = {
  plans: new Map([["region-failover", { scenarios: ["region-lost", "region-frozen"] }]]),
} as unknown as Model;

describe("a plan that was kept", () => {
  it("is found where it was made, and else the folder is asked for that it was made from", () => {
    const kept = { plan: "region-failover", scenario: "region-lost" };
    expect(keptCase(model, kept, ".")).toEqual({ ...kept, others: ["region-frozen"] });
    const elsewhere = { plan: "grow", scenario: "region-lost" };
    expect(keptCase(model, elsewhere, ".")).toMatchObject({
      problem: {
        code: "plan/unknown-plan",
        mend: "name the folder that it was made from: --workspace DIR; here there is region-failover",
      },
    });
    expect(planCase(model, elsewhere, ".")).toMatchObject({ problem: { mend: "there is region-failover" } });
  });
});

import { describe, expect, it } from "vitest";
import { orderProblem } from "./order-problem.ts";

describe("an order that is not begun", () => {
  it("names the command that goes on with the same run, where a run gave it", () => {
    const ungraceful = "holdfast failover run plan.json --resume --ungraceful";
    const asked = { dir: ".holdfast/lab", ungraceful };
    const lost = { kind: "refused", because: ["east is not known to serve"], refusal: "lost" } as const;
    expect(orderProblem(lost, "switchover", asked).mend).toContain(`\`${ungraceful}\``);
    expect(orderProblem(lost, "failover", asked).mend).not.toContain("--ungraceful");
    const busy = { kind: "busy", phase: "closing" } as const;
    expect(orderProblem(busy, "switchover", asked).mend).toContain(`\`${ungraceful}\``);
  });
});

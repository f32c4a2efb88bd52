import type { Engine } from "../runtime/carry-out-step.ts";
import type { LabVerbs } from "../runtime/lab.ts";
import { servingRegion } from "../runtime/serving-region.ts";
import { orderProblem } from "./order-problem.ts";

interface Place {
  readonly lab: LabVerbs;
  readonly root: string;
}

/** The failover engine of a lab, as the steps of a plan use it. @param told of what a refusal names */
export function labEngine({ lab, root }: Place, told: Parameters<typeof orderProblem>[2]): Engine {
  return {
    serving: async () => servingRegion(lab, root),
    handOver: async ({ form, to, by }) => {
      const kind = form === "graceful" ? "switchover" : "failover";
      const answer = await lab.order(root, { kind, to: to === null ? null : { region: to }, by });
      if (!answer.ok) return answer;
      const outcome = answer.value;
      if (outcome.kind === "served") return { ok: true, value: outcome.active };
      return { ok: false, problems: [orderProblem(outcome, kind, told)] };
    },
  };
}

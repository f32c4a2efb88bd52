import type { BudgetWish } from "../core/model/recovery-plan.ts";
import { cannotFor, type Tried } from "../core/plan/verifier.ts";
import type { Context } from "./context.ts";
import { openWorkspace } from "./workspace.ts";

const timeout = "10s";

/** Asks the error budget policies of a workspace, as a gate of a plan does. @param workspace the folder of its manifests */
export function budgetGate(
  workspace: string,
  context: Pick<Context, "shell" | "parts">,
): (wish: BudgetWish) => Promise<Tried> {
  return async (wish) => {
    const opened = await openWorkspace(workspace, "text", context);
    if (opened.kind === "refused")
      return cannotFor({ what: `${workspace} cannot be read`, mend: "mend what is told of it" });
    const { triedBudget } = await import("./gate-slo.ts");
    return triedBudget(opened, { ...wish, timeout }, context);
  };
}

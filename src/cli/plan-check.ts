import { foreseenPlans, standingOf } from "../core/plan/foreseen.ts";
import { type Context, formatOf } from "./context.ts";
import { foreseeSettings } from "../runtime/foresee-settings.ts";
import { type PlanOptions, workspaceCommand } from "./plan-options.ts";
import {
  countsText,
  isToBeHad,
  type Verdict,
  verdictData,
  verdictLines,
  verdictsNow,
} from "./plan-verdict.ts";
import { type ExitStatus, printJson, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

export interface CheckOptions extends PlanOptions {
  readonly now?: true;
}

/** `holdfast plan check`: every plan in every scenario that it covers. */
export async function checkPlans(options: CheckOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const opened = await openWorkspace(options.workspace, format, context);
  if (opened.kind === "refused") return opened.status;
  const plans = foreseenPlans(opened.workspace.model, foreseeSettings(opened));
  const verdicts: readonly Verdict[] =
    options.now === true
      ? await verdictsNow(plans, options.workspace, context)
      : plans.map((plan) => ({ plan, hindrances: null }));
  const status: ExitStatus = verdicts.every(isToBeHad) ? 0 : 2;
  if (format === "json") {
    printJson(shell, { ok: status === 0, plans: verdicts.map(verdictData) });
    return status;
  }
  if (verdicts.length === 0) {
    shell.out("no recovery plan is declared\n");
    return 0;
  }
  const { columns } = shell.output;
  shell.out(verdicts.map((verdict) => verdictLines(verdict, columns)).join(""));
  shell.out(`\n${countsText(verdicts, columns)}\n`);
  const worst = plans.find((plan) => standingOf(plan) === "stops") ?? plans[0];
  if (worst !== undefined) {
    const show = `plan show ${worst.plan} --scenario ${worst.scenario}`;
    suggestNext(shell, [workspaceCommand(show, options.workspace), "all that it would do there"]);
  }
  return status;
}

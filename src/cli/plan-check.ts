import { foreseenPlans, type ForeseenPlan, standingOf } from "../core/plan/foreseen.ts";
import { roughTimeText } from "../core/units/shown.ts";
import { seconds } from "../core/units/units.ts";
import { type Context, formatOf } from "./context.ts";
import { counted, ledBy, wrapped } from "./layout.ts";
import { foreseeSettings } from "./plan-foresee.ts";
import { type PlanOptions, workspaceCommand } from "./plan-options.ts";
import { type ExitStatus, printJson, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

/** `holdfast plan check`: every plan in every scenario that it covers. */
export async function checkPlans(options: PlanOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const opened = await openWorkspace(options.workspace, format, context);
  if (opened.kind === "refused") return opened.status;
  const plans = foreseenPlans(opened.workspace.model, foreseeSettings(opened));
  const stopped = plans.filter((plan) => standingOf(plan) === "stops");
  const status: ExitStatus = stopped.length > 0 ? 2 : 0;
  if (format === "json") {
    printJson(shell, { ok: status === 0, plans: plans.map(verdictData) });
    return status;
  }
  if (plans.length === 0) {
    shell.out("no recovery plan is declared\n");
    return 0;
  }
  const { columns } = shell.output;
  shell.out(plans.map((plan) => verdictLines(plan, columns)).join(""));
  shell.out(`\n${counted(plans.length, "case")}: ${countsText(plans)}\n`);
  const [worst = plans[0]] = stopped;
  if (worst !== undefined) {
    const show = `plan show ${worst.plan} --scenario ${worst.scenario}`;
    suggestNext(shell, [workspaceCommand(show, options.workspace), "all that it would do there"]);
  }
  return status;
}

function verdictData(plan: ForeseenPlan): Readonly<Record<string, unknown>> {
  const { plan: name, scenario, obstacles, forecasts } = plan;
  return { plan: name, scenario, standing: standingOf(plan), obstacles, forecasts };
}

function verdictLines(plan: ForeseenPlan, columns: number): string {
  const lead = standingOf(plan).padEnd(7);
  const proviso = standingOf(plan) === "stops" ? "if nothing stopped it, " : "";
  const head = `${plan.plan} in ${plan.scenario}: ${proviso}${plan.forecasts.map(forecastText).join("; ")}`;
  const why = plan.obstacles.map(({ effect, what }) => wrapped(`${effect}: ${what}`, { columns, indent: 9 }));
  return [ledBy(lead, head, columns), ...why].map((line) => `${line}\n`).join("");
}

function forecastText({ journey, outcome, time, loss }: ForeseenPlan["forecasts"][number]): string {
  if (time === null) return `${journey} ${outcome === "untouched" ? "goes on" : "does not come back"}`;
  const missed = [
    time.verdict === "missed" ? ["RTO missed"] : [],
    loss?.verdict === "missed" ? ["RPO missed"] : [],
  ];
  const told = ["estimated", ...missed.flat()].join(", ");
  return `${journey} back within ${roughTimeText(seconds(time.p95Seconds))} (${told})`;
}

function countsText(plans: readonly ForeseenPlan[]): string {
  const count = (standing: ReturnType<typeof standingOf>): number =>
    plans.filter((plan) => standingOf(plan) === standing).length;
  return `${count("goes")} would go by themselves, ${count("asks")} would ask a person, ${count("stops")} would stop`;
}

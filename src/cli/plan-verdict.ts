import { resolve } from "node:path";
import { type ForeseenPlan, standingOf } from "../core/plan/foreseen.ts";
import type { Hindrance } from "../core/plan/today.ts";
import { roughTimeText } from "../core/units/shown.ts";
import { instantMs, seconds } from "../core/units/units.ts";
import { lookToday } from "../runtime/look-today.ts";
import { budgetGate } from "./budget-gate.ts";
import type { Context } from "./context.ts";
import { counted, ledBy, wrapped } from "./layout.ts";
import { asTyped, calledAs } from "./shell.ts";

/** What is said of a plan in a scenario. */
export interface Verdict {
  readonly plan: ForeseenPlan;
  /** What keeps it from being begun right now; `null`: nobody has looked. */
  readonly hindrances: readonly Hindrance[] | null;
}

export type Standing = ReturnType<typeof standingOf> | "held";

/** `held`: it could be carried out, and would not be begun right now. */
export function standingNow({ plan, hindrances }: Verdict): Standing {
  const standing = standingOf(plan);
  return standing !== "stops" && hindrances !== null && hindrances.length > 0 ? "held" : standing;
}

/** Whether somebody who needs the plan right now could have it. */
export function isToBeHad(verdict: Verdict): boolean {
  const standing = standingNow(verdict);
  return standing === "goes" || standing === "asks";
}

/** Looks at what each plan is to be looked at for, once for all its scenarios. @param workspace its folder */
export async function verdictsNow(
  plans: readonly ForeseenPlan[],
  workspace: string,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<readonly Verdict[]> {
  const { verifiers, environment } = await parts.planRun();
  const budget = budgetGate(workspace, { shell, parts });
  const settings = {
    verifiers,
    budget,
    environment,
    now: instantMs(Date.now()),
    folder: resolve(shell.cwd, workspace),
  };
  const typed = (each: Hindrance): Hindrance => ({
    ...each,
    what: asTyped(each.what, calledAs(shell)),
    mend: asTyped(each.mend, calledAs(shell)),
  });
  const names = [...new Set(plans.map(({ plan }) => plan))];
  const looked = await Promise.all(
    names.map(async (name) => {
      const plan = plans.find((each) => each.plan === name);
      const found = plan === undefined ? [] : await lookToday(plan, settings, shell.signal);
      return [name, found.map(typed)] as const;
    }),
  );
  const byName = new Map(looked);
  return plans.map((plan) => ({ plan, hindrances: byName.get(plan.plan) ?? [] }));
}

export function verdictData(verdict: Verdict): Readonly<Record<string, unknown>> {
  const { plan: name, scenario, obstacles, forecasts } = verdict.plan;
  const looked = verdict.hindrances === null ? {} : { hindrances: verdict.hindrances };
  return { plan: name, scenario, standing: standingNow(verdict), obstacles, ...looked, forecasts };
}

/** @param more what is told beneath it besides */
export function verdictLines(verdict: Verdict, columns: number, more: readonly string[] = []): string {
  const { plan, hindrances } = verdict;
  const lead = standingNow(verdict).padEnd(7);
  const proviso = isToBeHad(verdict) ? "" : "if nothing stopped it, ";
  const head = `${plan.plan} in ${plan.scenario}: ${proviso}${plan.forecasts.map(forecastText).join("; ")}`;
  const why = [
    ...(standingNow(verdict) === "goes" ? [actsUnproven(plan) ? actsUnprovenText : actsOnceArmedText] : []),
    ...plan.obstacles.map(({ effect, what }) => `${effect}: ${what}`),
    ...(hindrances ?? []).map(({ what, mend }) => `held: ${what}; mend: ${mend}`),
    ...more,
  ].map((text) => wrapped(text, { columns, indent: 9 }));
  return [ledBy(lead, head, columns), ...why].map((line) => `${line}\n`).join("");
}

/** Whether it begins by itself, whatever is proven of it. */
export function actsUnproven(plan: ForeseenPlan): boolean {
  return plan.automation === "always" && standingOf(plan) === "goes";
}

const actsOnceArmedText = "by itself while its trust is ARMED, which `plan trust` tells";
export const actsUnprovenText = "proven or not: automation.failover is always";

type Forecast = ForeseenPlan["forecasts"][number];

function forecastText(forecast: Forecast): string {
  return [wholeText(forecast), ...forecast.modes.map(modeText)].join(", ");
}

function modeText({ mode, outcome, p95Seconds, verdict }: Forecast["modes"][number]): string {
  if (outcome === "untouched") return `in ${mode} goes on`;
  if (p95Seconds === null) return `in ${mode} does not come back`;
  const missed = verdict === "missed" ? ", RTO missed" : "";
  return `in ${mode} within ${roughTimeText(seconds(p95Seconds))} (estimated${missed})`;
}

function wholeText({ journey, outcome, time, loss }: Forecast): string {
  if (time === null) return `${journey} ${outcome === "untouched" ? "goes on" : "does not come back"}`;
  const missed = [
    time.verdict === "missed" ? ["RTO missed"] : [],
    loss?.verdict === "missed" ? ["RPO missed"] : [],
  ];
  const told = ["estimated", ...missed.flat()].join(", ");
  return `${journey} back within ${roughTimeText(seconds(time.p95Seconds))} (${told})`;
}

export function countsText(verdicts: readonly Verdict[], columns: number): string {
  const count = (standing: Standing): number =>
    verdicts.filter((verdict) => standingNow(verdict) === standing).length;
  const held = count("held") === 0 ? "" : `, ${count("held")} would not be begun right now`;
  const text = `${counted(verdicts.length, "case")}: ${count("goes")} would go by themselves, ${count("asks")} would ask a person, ${count("stops")} would stop${held}`;
  return wrapped(text, { columns, indent: 0 });
}

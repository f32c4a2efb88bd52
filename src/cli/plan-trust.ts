import { foreseenPlans, type ForeseenPlan } from "../core/plan/foreseen.ts";
import type { Trust } from "../core/plan/trust.ts";
import { type TrustState, trustStates } from "../core/plan/trust-state.ts";
import { onPaper, type Proven, trustedBy } from "../core/plan/trusted.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { instantMs } from "../core/units/units.ts";
import { type Context, formatOf } from "./context.ts";
import { printable } from "./evidence-text.ts";
import { counted, ledBy, wrapped } from "./layout.ts";
import { doubtsIn, type EvidenceOptions, proofsAtHand, provenBy } from "./plan-evidence.ts";
import { foreseeSettings, textDigest } from "../runtime/foresee-settings.ts";
import { actsUnproven, actsUnprovenText } from "./plan-verdict.ts";
import type { PlanOptions } from "./plan-options.ts";
import { type ExitStatus, fail, printJson } from "./shell.ts";
import { isAtLeast, provenText, trustFields } from "./trust-text.ts";
import { openWorkspace } from "./workspace.ts";

export interface TrustOptions extends PlanOptions, EvidenceOptions {
  readonly require?: TrustState;
}

interface Trusted {
  readonly plan: ForeseenPlan;
  readonly trust: Trust;
  /** So many courses it was carried out in on paper. */
  readonly courses: number;
}

/** `holdfast plan trust`: how far each plan is to be trusted in each scenario, and why no further. */
export async function tellTrust(options: TrustOptions, context: Context): Promise<ExitStatus> {
  const { shell } = context;
  const format = formatOf(options);
  const opened = await openWorkspace(options.workspace, format, context);
  if (opened.kind === "refused") return opened.status;
  const proven = await provenNow(options, context);
  if (!proven.ok) return fail(shell, proven.problems, format);
  const settings = foreseeSettings(opened);
  const { model } = opened.workspace;
  const now = instantMs(Date.now());
  const trusted = foreseenPlans(model, settings).map((plan): Trusted => {
    const paper = onPaper(plan, model, textDigest);
    const trust = trustedBy(paper, proven.value, now);
    return { plan, trust, courses: paper.grounds.rehearsal.courses };
  });
  const isEnough = trusted.every(({ trust }) => isAtLeast(trust.state, options.require ?? "DECLARED"));
  const status: ExitStatus = isEnough ? 0 : 2;
  if (format === "json") {
    printJson(shell, { ok: isEnough, plans: trusted.map(trustData) });
    return status;
  }
  if (trusted.length === 0) shell.out("no recovery plan is declared\n");
  else
    shell.out(trusted.map((each) => trustLines(each, shell.output.columns, heldBy(each, trusted))).join(""));
  return status;
}

/** What does not hold is told, and a folder that cannot be read is a slip of whoever named it. */
async function provenNow(options: TrustOptions, context: Context): Promise<Parsed<Proven>> {
  const { shell } = context;
  const hand = await proofsAtHand(options, context);
  if (!hand.ok) return hand;
  const folders = await hand.value.read(shell.signal);
  for (const { problem } of folders) if (problem !== null) return { ok: false, problems: [problem] };
  for (const read of folders)
    for (const doubt of doubtsIn(read))
      shell.err(`${ledBy("", `${printable(read.folder)}: ${doubt}`, shell.terminal.columns)}\n`);
  return { ok: true, value: provenBy(folders) };
}

function trustData({ plan: { plan, scenario }, trust, courses }: Trusted): Readonly<Record<string, unknown>> {
  return { plan, scenario, ...trustFields(trust), rehearsedCourses: courses };
}

interface Standing {
  readonly plan: Pick<ForeseenPlan, "plan" | "scenario" | "automation">;
  readonly trust: Pick<Trust, "state">;
}

/** What keeps a plan from going by itself in a scenario in which it is ARMED: who acts knows not beforehand which comes. */
export function heldBy({ plan, trust }: Standing, all: readonly Standing[]): readonly string[] {
  if (trust.state !== "ARMED" || plan.automation !== "when-armed") return [];
  const unproven = all.filter((each) => each.plan.plan === plan.plan && each.trust.state !== "ARMED");
  if (unproven.length === 0) return [];
  const names = unproven.map((each) => each.plan.scenario).join(", ");
  return [`it goes by itself only once every scenario of the plan is ARMED, and not yet: ${names}`];
}

function trustLines({ plan, trust, courses }: Trusted, columns: number, held: readonly string[]): string {
  const { state, because } = trust;
  const proven = [provenText(trust) ?? []].flat();
  const rehearsed = isAtLeast(state, "SIMULATED")
    ? [`carried out on paper in ${counted(courses, "course")} (simulated)`]
    : [];
  const next = trustStates[trustStates.indexOf(state) + 1];
  const why = because === null || next === undefined ? [] : [`not ${next}: ${because}`];
  const unproven = actsUnproven(plan) && state !== "ARMED" ? [`it goes by itself ${actsUnprovenText}`] : [];
  const lines = [...proven, ...rehearsed, ...why, ...unproven, ...held].map((text) =>
    wrapped(text, { columns, indent: 11 }),
  );
  return [ledBy(state.padEnd(11), `${plan.plan} in ${plan.scenario}`, columns), ...lines]
    .map((line) => `${line}\n`)
    .join("");
}

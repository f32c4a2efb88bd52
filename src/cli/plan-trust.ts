import { type Fault, logsOf, placeOf, sentenceOf } from "../core/evidence/fault.ts";
import { foreseenPlans, type ForeseenPlan } from "../core/plan/foreseen.ts";
import { type Proof, proofsIn } from "../core/plan/proofs.ts";
import { rehearse } from "../core/plan/rehearsal.ts";
import { savedPlan } from "../core/plan/saved.ts";
import { type Trust, trustOf } from "../core/plan/trust.ts";
import { type TrustState, trustStates } from "../core/plan/trust-state.ts";
import { outsideSteps } from "../core/model/arming.ts";
import type { Model } from "../core/model/model.ts";
import { the } from "../core/model/model.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { instantMs } from "../core/units/units.ts";
import { type Context, formatOf } from "./context.ts";
import { printable, trustedKeys, verifiedFolder } from "./evidence-text.ts";
import { counted, ledBy, wrapped } from "./layout.ts";
import { foreseeSettings, textDigest } from "../runtime/foresee-settings.ts";
import { actsUnproven, actsUnprovenText } from "./plan-verdict.ts";
import type { PlanOptions } from "./plan-options.ts";
import { type ExitStatus, fail, printJson } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

export interface TrustOptions extends PlanOptions {
  readonly evidence?: readonly string[];
  /** Files of public keys that are believed; none: those beside the logs. */
  readonly key?: readonly string[];
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
  const proofs = await proofsOf(options, context);
  if (!proofs.ok) return fail(shell, proofs.problems, format);
  const settings = foreseeSettings(opened);
  const { model } = opened.workspace;
  const trusted = foreseenPlans(model, settings).map((plan) => trustedOf(plan, model, proofs.value));
  const isEnough = trusted.every(({ trust }) => isAtLeast(trust.state, options.require ?? "DECLARED"));
  const status: ExitStatus = isEnough ? 0 : 2;
  if (format === "json") {
    printJson(shell, { ok: isEnough, plans: trusted.map(trustData) });
    return status;
  }
  if (trusted.length === 0) shell.out("no recovery plan is declared\n");
  else shell.out(trusted.map((each) => trustLines(each, shell.output.columns)).join(""));
  return status;
}

function isAtLeast(state: TrustState, least: TrustState): boolean {
  return trustStates.indexOf(state) >= trustStates.indexOf(least);
}

/** What these folders of evidence hold. A log with a fault proves nothing: what it lacks may be a run that did not end well. */
async function proofsOf(
  { evidence = [], key = [] }: TrustOptions,
  { shell, parts }: Context,
): Promise<Parsed<readonly Proof[]>> {
  const desk = { shell, reader: await parts.evidence() };
  const trusted = await trustedKeys(desk, key);
  if (!trusted.ok) return trusted;
  const all: Proof[] = [];
  for (const folder of evidence) {
    const verified = await verifiedFolder(desk, folder, trusted.value);
    if (!verified.ok) return verified;
    const faulty = new Set(verified.value.faults.flatMap(logsOf));
    const whole = verified.value.logs.filter(({ log }) => !faulty.has(log));
    for (const fault of verified.value.faults)
      shell.err(`${faultLine(folder, fault, shell.terminal.columns)}\n`);
    all.push(...proofsIn(whole.flatMap((log) => log.entries.map(({ entry }) => entry))));
  }
  return { ok: true, value: all.toSorted((a, b) => a.at - b.at) };
}

/** Whoever asks is to know why a log proves nothing. */
function faultLine(folder: string, fault: Fault, columns: number): string {
  const what = `${printable(placeOf(fault))}: ${printable(sentenceOf(fault))}`;
  return ledBy(
    "",
    `${printable(folder)}: ${what}; nothing of ${logsOf(fault).join(" and ")} proves anything`,
    columns,
  );
}

function trustedOf(plan: ForeseenPlan, model: Model, proofs: readonly Proof[]): Trusted {
  const rehearsal = rehearse(plan.stages);
  const declared = the(model.plans, plan.plan);
  const trust = trustOf(plan, {
    hash: savedPlan(plan, textDigest).hash,
    rehearsal,
    proofs: proofs.filter((proof) => proof.plan === plan.plan && proof.scenario === plan.scenario),
    proofValidFor: declared.automation.proofValidFor,
    isDrillWhole: outsideSteps(declared).length === 0,
    now: instantMs(Date.now()),
  });
  return { plan, trust, courses: rehearsal.courses };
}

function trustData({ plan: { plan, scenario }, trust, courses }: Trusted): Readonly<Record<string, unknown>> {
  const { state, because, proof, until } = trust;
  return {
    ...{ plan, scenario, state, because, proof },
    until: until === null ? null : new Date(until).toISOString(),
    rehearsedCourses: courses,
  };
}

function trustLines({ plan, trust, courses }: Trusted, columns: number): string {
  const { state, because, proof, until } = trust;
  const proven =
    proof === null || until === null
      ? []
      : [`proven by the ${proof.kind} ${proof.entry}, until ${new Date(until).toISOString().slice(0, 10)}`];
  const rehearsed = isAtLeast(state, "SIMULATED")
    ? [`carried out on paper in ${counted(courses, "course")} (simulated)`]
    : [];
  const next = trustStates[trustStates.indexOf(state) + 1];
  const why = because === null || next === undefined ? [] : [`not ${next}: ${because}`];
  const unproven = actsUnproven(plan) && state !== "ARMED" ? [`it goes by itself ${actsUnprovenText}`] : [];
  const lines = [...proven, ...rehearsed, ...why, ...unproven].map((text) =>
    wrapped(text, { columns, indent: 11 }),
  );
  return [ledBy(state.padEnd(11), `${plan.plan} in ${plan.scenario}`, columns), ...lines]
    .map((line) => `${line}\n`)
    .join("");
}

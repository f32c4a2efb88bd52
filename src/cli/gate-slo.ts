import type { SourceFile } from "../core/manifest/document.ts";
import type { Workspace } from "../core/manifest/manifest.ts";
import type { BudgetedAction, ErrorBudgetPolicy } from "../core/model/error-budget-policy.ts";
import type { BudgetWish } from "../core/model/recovery-plan.ts";
import { cannotFor, type Tried } from "../core/plan/verifier.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import type { Parsed, Problem, Problems } from "../core/problem/problem.ts";
import { unrecordedWindows } from "../core/slo/policy/held.ts";
import { verdictOn } from "../core/slo/policy/gate.ts";
import type { SeriesStore } from "../core/slo/ports.ts";
import { readingsOf } from "../core/slo/status/readings.ts";
import { instantMs } from "../core/units/units.ts";
import { readStandings } from "../runtime/slo-gate.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import type { PolicyVerdict } from "./gate-text.ts";
import { type PrometheusOptions, prometheusOf } from "./prometheus-options.ts";
import {
  type AnswerFormat,
  type ExitStatus,
  fail,
  problemsAsTyped,
  problemsText,
  printJson,
  type Shell,
} from "./shell.ts";
import { openSlosIn, type Promises } from "./slo-read.ts";
import { openWorkspace } from "./workspace.ts";

export interface GateOptions extends PrometheusOptions, JsonOption {
  readonly for: BudgetedAction;
  readonly policy?: string;
}

/** Asks whether something may be done by the error budget. Exit status 2: it may not. */
export async function askBudgetGate(
  folder: string,
  options: GateOptions,
  context: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const { shell, parts } = context;
  const format = formatOf(options);
  const settings = prometheusOf(options, shell);
  if (!settings.ok) return fail(shell, settings.problems, format);
  const opened = await openWorkspace(folder, format, context);
  if (opened.kind === "refused") return opened.status;
  const policies = policiesOf(opened.workspace.model.budgetPolicies, options.policy);
  if (!policies.ok) return fail(shell, policies.problems, format);
  const promises = await openSlosIn(opened.files, options, context);
  if (promises.kind === "refused") return promises.status;
  const store = await parts.prometheus({ ...settings.value, signal: shell.signal });
  const asked = { policies: policies.value, promises, action: options.for };
  const answer = await askedOfAll(asked, store);
  if (!answer.ok) return fail(shell, answer.problems, format);
  return shownVerdicts(answer.value, { format, action: options.for }, shell);
}

async function shownVerdicts(
  { verdicts, unknown }: AllVerdicts,
  { format, action }: { readonly format: AnswerFormat; readonly action: BudgetedAction },
  shell: Shell,
): Promise<ExitStatus> {
  const isOpen = verdicts.every(({ verdict }) => verdict.gate === "open");
  const status: ExitStatus = isOpen ? 0 : 2;
  if (format === "json") {
    const problems = problemsAsTyped(unknown, shell);
    printJson(shell, { ok: isOpen, action, gate: isOpen ? "open" : "closed", policies: verdicts, problems });
    return status;
  }
  const [first, ...others] = unknown;
  if (first !== undefined) shell.err(`${problemsText(shell, [first, ...others])}\n`);
  const { verdictText } = await import("./gate-text.ts");
  for (const each of verdicts) shell.out(verdictText(each, shell.output.columns));
  return status;
}

/**
 * Why something of a workspace may not be done by its error budget policies, or cannot be known to be; `null`: it may, or none is declared.
 */
export async function refusedByBudget(
  { workspace, files }: { readonly workspace: Workspace; readonly files: readonly SourceFile[] },
  { action, ...options }: PrometheusOptions & JsonOption & { readonly action: BudgetedAction },
  context: Pick<Context, "shell" | "parts">,
): Promise<Refusal | null> {
  const { shell, parts } = context;
  const policies = [...workspace.model.budgetPolicies.values()];
  if (policies.length === 0) return null;
  const settings = prometheusOf(options, shell);
  if (!settings.ok) return { status: 1, problems: settings.problems };
  const promises = await openSlosIn(files, options, context);
  if (promises.kind === "refused") return { status: promises.status, problems: null };
  const store = await parts.prometheus({ ...settings.value, signal: shell.signal });
  const answer = await askedOfAll({ policies, promises, action }, store);
  if (!answer.ok) return { status: 1, problems: answer.problems };
  const { verdicts, unknown } = answer.value;
  const closed = verdicts.filter(({ verdict }) => verdict.gate === "closed");
  if (closed.length === 0) return null;
  const problem: Problem = {
    code: "gate/closed",
    what: closed.map((each) => told(each, action)).join("; "),
    where: null,
    why: "users have had enough: what may go wrong now takes what is left of the error budget",
    mend: `wait until more is left, or declare an override with an owner and an end; \`holdfast gate slo FOLDER --for ${action}\` tells more`,
  };
  return { status: 2, problems: [problem, ...unknown] };
}

/** One look at what error budgets allow, in the words in which the command refuses. What cannot be known is not allowed. */
export async function triedBudget(
  { workspace, files }: { readonly workspace: Workspace; readonly files: readonly SourceFile[] },
  { action, policy, ...options }: PrometheusOptions & BudgetWish,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<Tried> {
  const settings = prometheusOf(options, shell);
  if (!settings.ok) return cannotFor(settings.problems[0]);
  const policies = policiesOf(workspace.model.budgetPolicies, policy ?? undefined);
  if (!policies.ok) return cannotFor(policies.problems[0]);
  const promises = await openSlosIn(files, {}, { shell, parts });
  if (promises.kind === "refused")
    return cannotFor({ what: "its objectives cannot be read", mend: "mend what is told of them" });
  const store = await parts.prometheus({ ...settings.value, signal: shell.signal });
  const answer = await askedOfAll({ policies: policies.value, promises, action }, store);
  if (!answer.ok) return cannotFor(answer.problems[0]);
  const { verdicts, unknown } = answer.value;
  const closed = verdicts.filter(({ verdict }) => verdict.gate === "closed");
  if (closed.length === 0) return { kind: "so" };
  const because = [...closed.map((each) => told(each, action)), ...unknown.map(({ what }) => what)];
  return { kind: "not-so", because: because.join("; ") };
}

export interface Refusal {
  readonly status: ExitStatus;
  /** `null`: they have been told. */
  readonly problems: Problems | null;
}

function told({ policy, verdict: { state, because } }: PolicyVerdict, action: BudgetedAction): string {
  const objectives = because.map(({ objective }) => objective).join(", ");
  return `the error budget policy ${policy} is in the state ${state.name} by ${objectives}, and allows no ${action}`;
}

/** The policies that are asked; at least one. */
function policiesOf(
  all: ReadonlyMap<string, ErrorBudgetPolicy>,
  name: string | undefined,
): Parsed<readonly ErrorBudgetPolicy[]> {
  const named =
    name === undefined ? [...all.values()] : [...all.values()].filter((each) => each.name === name);
  if (named.length > 0) return { ok: true, value: named };
  const known = [...all.keys()];
  const problem: Problem = {
    code: "gate/no-policy",
    what:
      name === undefined
        ? "the workspace declares no ErrorBudgetPolicy"
        : `no ErrorBudgetPolicy is named "${name}"`,
    where: null,
    why: "a gate that nobody has declared is neither open nor closed",
    mend:
      known.length === 0
        ? "declare one: `holdfast schema ErrorBudgetPolicy` says how"
        : `${didYouMean(name ?? "", known)}write one of ${known.join(", ")}`,
  };
  return { ok: false, problems: [problem] };
}

interface AskedOfAll {
  readonly policies: readonly ErrorBudgetPolicy[];
  readonly promises: Promises;
  readonly action: BudgetedAction;
}

interface AllVerdicts {
  readonly verdicts: readonly PolicyVerdict[];
  /** Why nothing is known of objectives; empty: all could be asked. */
  readonly unknown: readonly Problem[];
}

/** What each policy says, one store asked for all. */
async function askedOfAll(
  { policies, promises, action }: AskedOfAll,
  store: SeriesStore,
): Promise<Parsed<AllVerdicts>> {
  const verdicts: PolicyVerdict[] = [];
  const unknown: Problem[] = [];
  for (const policy of policies) {
    const about = aboutOf(policy, promises);
    if (!about.ok) return about;
    const windows = unrecordedWindows(readingsOf(about.value.slos, about.value.composites), policy);
    const [first, ...others] = windows;
    if (first !== undefined) return { ok: false, problems: [first, ...others] };
    const now = Date.now();
    const { standings, problems } = await readStandings({ policy, ...about.value, now: now / 1000 }, store);
    unknown.push(...problems);
    verdicts.push({
      policy: policy.name,
      verdict: verdictOn(action, { policy, standings, now: instantMs(now) }),
    });
  }
  return { ok: true, value: { verdicts, unknown } };
}

/** The SLOs that a policy is about. */
function aboutOf({ name, slos: names }: ErrorBudgetPolicy, { slos, composites }: Promises): Parsed<Promises> {
  const known = [...slos, ...composites].map((each) => each.name);
  const missing = names.filter((each) => !known.includes(each));
  const [first] = missing;
  if (first === undefined && known.length > 0) {
    const isAbout = (each: { readonly name: string }): boolean =>
      names.length === 0 || names.includes(each.name);
    return { ok: true, value: { slos: slos.filter(isAbout), composites: composites.filter(isAbout) } };
  }
  const problem: Problem = {
    code: "gate/no-such-slo",
    what:
      first === undefined
        ? `ErrorBudgetPolicy "${name}" is about all SLOs, and there is none`
        : `ErrorBudgetPolicy "${name}" is about the SLO ${first}, and there is none of that name`,
    where: null,
    why: "a gate that looks at nothing would always be open",
    mend:
      known.length === 0
        ? "put OpenSLO documents beside your manifests, or give a journey an availability objective"
        : `${didYouMean(first ?? "", known)}write one of ${known.join(", ")}`,
  };
  return { ok: false, problems: [problem] };
}

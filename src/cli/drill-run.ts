import { createHash } from "node:crypto";
import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import type { WholeCatalogue } from "../core/catalogue/whole-catalogue.ts";
import { summaryOf } from "../core/drill/summary.ts";
import { verifyEvidence } from "../core/evidence/verify.ts";
import type { Workspace } from "../core/manifest/manifest.ts";
import type { SourceFile } from "../core/manifest/document.ts";
import { objectiveFor, the } from "../core/model/model.ts";
import type { Drill } from "../core/model/recovery-plan.ts";
import { foreseen } from "../core/plan/foreseen.ts";
import { planSubject } from "../core/plan/proofs.ts";
import { savedPlan } from "../core/plan/saved.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import type { Parsed, Problem, Problems } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import { drillReportOf } from "../core/report/drill-report.ts";
import { otlpText } from "../core/trace/otlp.ts";
import { type Trace, tracesIn, traceWithHead } from "../core/trace/trace.ts";
import { type DrillOutcome, runDrill } from "../runtime/drill.ts";
import type { DrillParts } from "../runtime/drill-ports.ts";
import { reportContext, typedPath } from "../runtime/report-files.ts";
import { labCommand } from "../runtime/lab-command.ts";
import { formatOf, type JsonOption } from "./context.ts";
import { findingsOf } from "./findings.ts";
import { DrillProgress, outcomeText } from "./drill-progress.ts";
import { counted } from "./layout.ts";
import { refusedByBudget } from "./gate-slo.ts";
import { foreseeSettings, textDigest } from "../runtime/foresee-settings.ts";
import { openOutcomeFolder, type OutcomeFolder, placeOutcome } from "./outcome-folder.ts";
import type { Parts } from "./parts.ts";
import type { PrometheusOptions } from "./prometheus-options.ts";
import {
  asTyped,
  calledAs,
  type ExitStatus,
  fail,
  type Next,
  problemsText,
  type Shell,
  suggestNext,
} from "./shell.ts";
import { sendTraces } from "./trace-sending.ts";
import { type Opened, openWorkspace } from "./workspace.ts";

export interface DrillOptions extends JsonOption, PrometheusOptions {
  readonly dir: string;
  readonly workspace?: string;
  readonly out: string;
}

/** `holdfast drill run`: a drill of a workspace against the lab that runs. */
export async function runDeclaredDrill(
  name: string,
  options: DrillOptions,
  { shell, parts }: { readonly shell: Shell; readonly parts: Parts },
): Promise<ExitStatus> {
  const format = formatOf(options);
  const opened = await openDrills(options, { shell, parts });
  if (opened.kind === "refused") return opened.status;
  const unsound = await unsoundWorkspace(opened.workspace, opened.folder);
  if (unsound !== null) return fail(shell, [unsound], format);
  const drill = opened.workspace.model.drills.get(name);
  if (drill === undefined) {
    return fail(shell, [unknownDrill(name, [...opened.workspace.model.drills.keys()])], format);
  }
  const refusal = await refusedByBudget(opened, { ...options, action: "drill" }, { shell, parts });
  if (refusal !== null) {
    if (refusal.problems !== null) fail(shell, refusal.problems, format);
    return refusal.status;
  }
  const out = await openOutcomeFolder(options.out, shell.cwd, parts);
  if (!out.ok) return fail(shell, out.problems, format);
  const progress = new DrillProgress(shell);
  const root = resolve(shell.cwd, options.dir);
  try {
    const carried = await carryOut(
      { ...opened, drill, root, out: out.value, progress, format },
      { shell, parts },
    );
    suggestNext(shell, ...restoreOf(carried, options.dir), ...verifyOf(carried, out.value, shell));
    return carried.status;
  } finally {
    progress.end("broken-off");
    await out.value.close();
    if (shell.signal.aborted) await tellInterruption(root, { shell, parts });
  }
}

/** How to bring back a region that a drill has left dead. */
export function restoreOf({ outcome }: Carried, dir: string): readonly Next[] {
  // Where nobody took over, the drill itself has brought it back.
  if (outcome?.fault.how !== "lost" || outcome.successor === null) return [];
  const { region } = outcome.fault;
  return [[labCommand(`restore ${region}`, dir), `bring ${region} back; it stays dead until then`]];
}

export function verifyOf({ outcome }: Carried, { evidence }: OutcomeFolder, { cwd }: Shell): readonly Next[] {
  if (outcome === null) return [];
  return [[`holdfast evidence verify ${typedPath(evidence, cwd)}`, "check the record, offline"]];
}

/** What `check` finds wrong with a workspace, as the reason not to drill it; `null`: nothing that is an error. */
async function unsoundWorkspace(workspace: Workspace, folder: string | undefined): Promise<Problem | null> {
  // The lab's own is sound: it comes with the program.
  if (folder === undefined) return null;
  const errors = (await findingsOf(workspace)).filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return null;
  return {
    code: "drill/workspace-has-errors",
    what: `${counted(errors.length, "error")} in ${folder}, the first: ${first.code}: ${first.what}`,
    where: first.where,
    why: "A plan that fails on paper is not what a platform goes by, and a drill would name it as proven.",
    mend: `mend what this shows, then run the drill again: \`holdfast check ${pathWord(folder)}\``,
  };
}

/** The lab keeps its own record of the drill, whole, however much of the outcome was written. */
async function tellInterruption(
  root: string,
  { shell, parts }: { readonly shell: Shell; readonly parts: Parts },
): Promise<void> {
  const details = await (await parts.lab()).details(root);
  const record = details.ok ? ` The record of what was done stays in ${details.value.evidence}` : "";
  shell.err(`\nInterrupted.${record}\n`);
}

/** The manifests that are named, or else those that the lab was started with. */
async function openDrills(
  options: DrillOptions,
  context: { readonly shell: Shell; readonly parts: Parts },
): Promise<Opened & { readonly folder?: string }> {
  const { parts } = context;
  const format = formatOf(options);
  const folder = options.workspace ?? (await startedWith(options, context));
  if (folder !== null) return { ...(await openWorkspace(folder, format, context)), folder };
  return openWorkspace("", format, {
    ...context,
    parts: { ...parts, readFolder: (_folder, _cwd, signal) => parts.readExample("lab", signal) },
  });
}

/** `null`: the lab has no other manifests than its own, or does not run, of which the drill will tell. */
async function startedWith(
  { dir }: DrillOptions,
  { shell, parts }: { readonly shell: Shell; readonly parts: Parts },
): Promise<string | null> {
  const details = await (await parts.lab()).details(resolve(shell.cwd, dir));
  return details.ok ? details.value.workspace : null;
}

export interface DrillCase {
  readonly workspace: Workspace;
  readonly catalogue: WholeCatalogue;
  readonly files: readonly SourceFile[];
  readonly drill: Drill;
  /** The lab's folder. */
  readonly root: string;
  /** Where the summary, the reports and the evidence go. */
  readonly out: OutcomeFolder;
  readonly progress: DrillProgress;
  readonly format: "text" | "json";
}

export interface Carried {
  readonly status: ExitStatus;
  /** `null`: there is none, or it could not be written. */
  readonly outcome: DrillOutcome | null;
}

/** Runs the drill on the lab, writes what came of it, and tells it. */
export async function carryOut(
  given: DrillCase,
  { shell, parts }: { readonly shell: Shell; readonly parts: Parts },
): Promise<Carried> {
  const { workspace, drill, progress, format, out } = given;
  const objective = objectiveFor(the(workspace.model.journeys, drill.journey), "region");
  if (objective !== null) progress.objective(objective.rto);
  const drillParts = await parts.drill();
  const outcome = await runDrill(
    {
      model: workspace.model,
      drill,
      root: given.root,
      subjects: [
        ...given.files.map(({ path, text }) => ({
          name: path,
          sha256: createHash("sha256").update(text).digest("hex"),
        })),
        planSubject(drill.plan, planHash(given)),
      ],
      onEvent: progress.hear,
    },
    drillParts,
    shell.signal,
  );
  if (!outcome.ok) return failed(outcome.problems, given, shell);
  progress.step("writing the report");
  const trace = await traceOf(outcome.value, drillParts, shell);
  const written = await writeOutcome(given, { ...outcome.value, trace }, { shell, parts });
  // Whoever has asked to stop is told what stays, and nothing that would read as an end in peace.
  if (shell.signal.aborted) return { status: 130, outcome: null };
  if (!written.ok) return failed(written.problems, given, shell);
  progress.pause("done");
  if (written.value !== null) progress.note(`the outcome that was there before is in ${written.value}`);
  const { result, head } = outcome.value;
  if (format === "json") shell.out(`${JSON.stringify(summaryOf(result, head.root))}\n`);
  else
    shell.out(
      `\n${outcomeText(result, shell.output.columns)}\n  report    ${out.html}\n  evidence  ${head.log} ${head.size} ${head.root.slice(0, 16)}…\n`,
    );
  if (trace !== null) await tellTrace(trace, { shell, parts });
  return { status: result.verdict === "met" ? 0 : 2, outcome: outcome.value };
}

/** Of the plan as it is foretold today: a drill proves that one, and no other. */
function planHash({ workspace: { model }, catalogue, drill }: DrillCase): string {
  return savedPlan(foreseen(model, drill, foreseeSettings({ catalogue })), textDigest).hash;
}

/** Made of the record, as anybody can make it later; `null`: the record could not be read again. */
async function traceOf(
  { evidence, head }: DrillOutcome,
  { evidence: reader }: DrillParts,
  { signal }: Shell,
): Promise<Trace | null> {
  const files = await reader.logs(evidence, signal);
  if (!files.ok) return null;
  const { logs } = verifyEvidence(files.value, { kind: "beside" }, reader);
  return traceWithHead(tracesIn(logs, reader.digest), head.root);
}

/** Whoever wants to know is told, when the verdict stands and is written down. That they are not there changes nothing of it. */
async function tellTrace(
  trace: Trace,
  { shell, parts }: { readonly shell: Shell; readonly parts: Parts },
): Promise<void> {
  const { arrived, problems } = await sendTraces([trace], await parts.destinations(shell.env), shell);
  if (shell.signal.aborted) return;
  for (const to of arrived) shell.err(`\ntrace ${trace.id} sent to ${to}\n`);
  const [problem, ...others] = problems;
  if (problem !== undefined) shell.err(`\n${problemsText(shell, [problem, ...others])}`);
}

function failed(problems: Problems, { progress, format }: DrillCase, shell: Shell): Carried {
  progress.pause("broken-off");
  return { status: fail(shell, problems, format), outcome: null };
}

/** @returns where an earlier outcome has been put; `null`: there was none */
async function writeOutcome(
  { workspace, drill, out }: DrillCase,
  outcome: DrillOutcome & { readonly trace: Trace | null },
  { shell, parts }: { readonly shell: Shell; readonly parts: Parts },
): Promise<Parsed<string | null>> {
  const context = reportContext({
    model: workspace.model,
    drill,
    outcome,
    version: parts.version,
    folder: out.folder,
    cwd: shell.cwd,
  });
  const verifyCommand = asTyped(context.evidence.verifyCommand, calledAs(shell));
  const document = drillReportOf(outcome.result, {
    ...context,
    evidence: { ...context.evidence, verifyCommand },
  });
  const render = await parts.report();
  const pdf = await render.pdf(document);
  // Where it really stands: a platform that leaves nothing names a place that goes away with it.
  const evidence = await realpath(outcome.evidence);
  let aside: string | null;
  try {
    const isThere = evidence === (await realpath(out.evidence).catch(() => null));
    aside = await placeOutcome(
      out,
      {
        evidence: isThere ? null : evidence,
        summary: `${JSON.stringify(summaryOf(outcome.result, outcome.head.root), null, 2)}\n`,
        html: render.html(document),
        pdf: pdf.ok ? pdf.value : null,
        trace: outcome.trace === null ? null : otlpText([outcome.trace]),
      },
      { instant: new Date().toISOString(), signal: shell.signal },
    );
  } catch (error) {
    shell.signal.throwIfAborted();
    return { ok: false, problems: [notWritten(out, evidence, error)] };
  }
  return pdf.ok ? { ok: true, value: aside } : pdf;
}

function notWritten(out: OutcomeFolder, evidence: string, cause: unknown): Problem {
  return {
    code: "drill/outcome-not-written",
    what: `the outcome cannot be written to ${out.folder}: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: null,
    why: `The drill has run, and its evidence is whole in ${evidence}; only its summary and its reports are missing.`,
    mend: "make room there or name another folder with --out, and run it again",
  };
}

export function unknownDrill(name: string, known: readonly string[]): Problem {
  const hasNone = known.length === 0;
  return {
    code: "drill/unknown",
    what: `no drill is named "${name}"${hasNone ? ", and the workspace declares none" : ""}`,
    where: null,
    why: "A drill says which plan meets which scenario, under what load.",
    mend: hasNone
      ? "declare one in it (kind: Drill), or name another workspace with --workspace; without --workspace, it is the lab's own"
      : `${didYouMean(name, known)}name one of ${known.join(", ")}, or another workspace with --workspace`,
  };
}

import { createHash } from "node:crypto";
import { cp, realpath, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { summaryOf } from "../core/drill/summary.ts";
import type { Workspace } from "../core/manifest/manifest.ts";
import type { SourceFile } from "../core/manifest/document.ts";
import { type Drill, objectiveFor, the } from "../core/model/model.ts";
import { didYouMean } from "../core/problem/nearest.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import { drillReportOf } from "../core/report/drill-report.ts";
import { type DrillOutcome, runDrill } from "../runtime/drill.ts";
import { reportContext } from "../runtime/report-files.ts";
import { formatOf, type JsonOption } from "./context.ts";
import { DrillProgress, outcomeText } from "./drill-progress.ts";
import {
  leaveNoEmptyFolder,
  openOutcomeFolder,
  type OutcomeFolder,
  putEarlierAside,
} from "./outcome-folder.ts";
import type { Parts } from "./parts.ts";
import { type ExitStatus, fail, type Shell, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

export interface DrillOptions extends JsonOption {
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
  const drill = opened.workspace.model.drills.get(name);
  if (drill === undefined) {
    return fail(shell, [unknownDrill(name, [...opened.workspace.model.drills.keys()])], format);
  }
  const out = await openOutcomeFolder(resolve(shell.cwd, options.out));
  if (!out.ok) return fail(shell, out.problems, format);
  const progress = new DrillProgress(shell);
  try {
    return await carryOut(
      { ...opened, drill, root: resolve(shell.cwd, options.dir), out: out.value, progress, format },
      { shell, parts },
    );
  } finally {
    progress.end();
    await leaveNoEmptyFolder(out.value);
  }
}

async function openDrills(
  { workspace, json }: DrillOptions,
  context: { readonly shell: Shell; readonly parts: Parts },
): Promise<Awaited<ReturnType<typeof openWorkspace>>> {
  if (workspace !== undefined) return openWorkspace(workspace, json === true ? "json" : "text", context);
  const { parts } = context;
  return openWorkspace("", json === true ? "json" : "text", {
    ...context,
    parts: { ...parts, readFolder: (_folder, _cwd, signal) => parts.readExample("lab", signal) },
  });
}

export interface DrillCase {
  readonly workspace: Workspace;
  readonly files: readonly SourceFile[];
  readonly drill: Drill;
  /** The lab's folder. */
  readonly root: string;
  /** Where the summary, the reports and the evidence go. */
  readonly out: OutcomeFolder;
  readonly progress: DrillProgress;
  readonly format: "text" | "json";
}

/** Runs the drill on the lab, writes what came of it, and tells it. */
export async function carryOut(
  given: DrillCase,
  { shell, parts }: { readonly shell: Shell; readonly parts: Parts },
): Promise<ExitStatus> {
  const { workspace, drill, progress, format, out } = given;
  const objective = objectiveFor(the(workspace.model.journeys, drill.journey), "region");
  if (objective !== null) progress.objective(objective.rto);
  const drillParts = await parts.drill();
  const outcome = await runDrill(
    {
      model: workspace.model,
      drill,
      root: given.root,
      subjects: given.files.map(({ path, text }) => ({
        name: path,
        sha256: createHash("sha256").update(text).digest("hex"),
      })),
      onEvent: progress.hear,
    },
    drillParts,
    shell.signal,
  );
  if (!outcome.ok) return fail(shell, outcome.problems, format);
  progress.step("writing the report");
  const details = await drillParts.lab.details(given.root);
  const written = await writeOutcome(
    given,
    { outcome: outcome.value, evidence: details.ok ? await realpath(details.value.evidence) : null },
    { shell, parts },
  );
  progress.end();
  if (!written.ok) return fail(shell, written.problems, format);
  const { result, head } = outcome.value;
  if (format === "json") shell.out(`${JSON.stringify(summaryOf(result, head.root))}\n`);
  else
    shell.out(
      `\n${outcomeText(result)}\n  report    ${out.html}\n  evidence  ${head.log} ${head.size} ${head.root.slice(0, 16)}…\n`,
    );
  suggestNext(shell, `holdfast evidence verify ${out.evidence}`, "check the record, offline");
  return result.verdict === "met" ? 0 : 2;
}

async function writeOutcome(
  { workspace, drill, out }: DrillCase,
  { outcome, evidence }: { readonly outcome: DrillOutcome; readonly evidence: string | null },
  { shell, parts }: { readonly shell: Shell; readonly parts: Parts },
): Promise<Parsed<null>> {
  const context = reportContext({
    model: workspace.model,
    drill,
    outcome,
    version: parts.version,
    folder: out.folder,
    cwd: shell.cwd,
  });
  const document = drillReportOf(outcome.result, context);
  const render = await parts.report();
  const pdf = await render.pdf(document);
  try {
    // The record first: a report can be made again from it, and not the other way round.
    if (evidence !== null && evidence !== (await realpath(out.evidence).catch(() => null))) {
      await putEarlierAside(out, new Date().toISOString());
      await cp(evidence, out.evidence, { recursive: true, filter: (path) => !path.includes("writer.lock") });
    }
    await writeFile(
      out.summary,
      `${JSON.stringify(summaryOf(outcome.result, outcome.head.root), null, 2)}\n`,
    );
    await writeFile(out.html, render.html(document));
    if (pdf.ok) await writeFile(out.pdf, pdf.value);
  } catch (error) {
    return { ok: false, problems: [notWritten({ out, evidence }, error)] };
  }
  return pdf.ok ? { ok: true, value: null } : pdf;
}

function notWritten(
  { out, evidence }: { readonly out: OutcomeFolder; readonly evidence: string | null },
  cause: unknown,
): Problem {
  return {
    code: "drill/outcome-not-written",
    what: `the outcome cannot be written to ${out.folder}: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: null,
    why: `The drill has run, and its evidence is whole in ${evidence ?? "the lab's folder"}; only its summary and its reports are missing.`,
    mend: "make room there or name another folder with --out, and run it again",
  };
}

function unknownDrill(name: string, known: readonly string[]): Problem {
  return {
    code: "drill/unknown",
    what: `no drill is named "${name}"${didYouMean(name, known)}`,
    where: null,
    why: "A drill says which plan meets which scenario, under what load.",
    mend: `name one of ${known.join(", ")}, or another workspace with --workspace`,
  };
}

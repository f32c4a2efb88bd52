import type { Finding } from "../core/lint/finding.ts";
import type { SourceFile } from "../core/manifest/document.ts";
import type { Workspace } from "../core/manifest/manifest.ts";
import type { Prediction } from "../core/prediction/prediction.ts";
import { briefProblem, framedProblem } from "./code-frame.ts";
import {
  type Context,
  formatOf,
  type JsonOption,
  jsonOption,
  leadWithExamples,
  type Register,
} from "./context.ts";
import { counted } from "./layout.ts";
import { type AnswerFormat, type ExitStatus, printJson, problemsAsTyped, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

export const registerCheck: Register = (program, context) => {
  const command = program
    .command("check")
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description("say what a workspace declares, and what is wrong with it")
    .option(...jsonOption)
    .action(context.run((folder: string, options: JsonOption) => check(folder, formatOf(options), context)));
  leadWithExamples(command, [
    ["holdfast check platform", "read every manifest in the folder platform"],
    ["holdfast check --json | jq .findings", "for programs"],
  ]);
};

/** Reads, judges and tells. 1: it cannot be read; 2: it can, and would fail on the day. */
async function check(folder: string, format: AnswerFormat, context: Context): Promise<ExitStatus> {
  const opened = await openWorkspace(folder, format, context);
  if (opened.kind === "refused") return opened.status;
  const { workspace, files, catalogue } = opened;
  const { lint } = await import("../core/lint/lint.ts");
  const { predict } = await import("./predict.ts");
  const findings = problemsAsTyped(lint(workspace.model, workspace.locate), context.shell);
  const prediction = await predict(workspace.model, catalogue);
  const { isAnyMissed } = await import("../core/prediction/prediction.ts");
  const isMissed = isAnyMissed(prediction);
  const status = isMissed || findings.some((each) => each.severity === "error") ? 2 : 0;
  if (format === "json") {
    const { checkData } = await import("./check-data.ts");
    printJson(context.shell, { ok: status === 0, ...checkData(workspace, prediction), findings });
    return status;
  }
  await show({ workspace, files, findings, prediction }, context);
  return status;
}

interface Shown {
  readonly workspace: Workspace;
  readonly files: readonly SourceFile[];
  readonly findings: readonly Finding[];
  readonly prediction: Prediction;
}

async function show({ workspace, files, findings, prediction }: Shown, { shell }: Context): Promise<void> {
  const { summaryText } = await import("./check-summary.ts");
  shell.out(summaryText(workspace, prediction, shell.output.columns));
  const textOf = (path: string): string | null => files.find((file) => file.path === path)?.text ?? null;
  const { columns } = shell.output;
  for (const each of findings) {
    const isError = each.severity === "error";
    const text = isError ? framedProblem(each, textOf, columns) : briefProblem(each, columns);
    shell.out(`
${each.severity} ${text}`);
  }
  const errors = findings.filter((each) => each.severity === "error").length;
  const missed = missedCount(prediction);
  shell.out(`\n${verdict({ missed, errors, notes: findings.length - errors })}\n`);
  const [first] = findings;
  if (errors > 0 && first !== undefined)
    suggestNext(shell, [`holdfast explain ${first.code}`, "why this matters"]);
  else suggestNext(shell, ["holdfast demo", "lose a region for real, on this machine"]);
}

function missedCount({ journeys }: Prediction): number {
  return journeys
    .flatMap(({ availabilityVerdicts, recoveries }) => [
      ...availabilityVerdicts.map(({ verdict: each }) => each),
      ...recoveries.flatMap(({ time, loss }) => [time, loss]),
    ])
    .filter((each) => each === "missed").length;
}

function verdict({
  missed,
  errors,
  notes,
}: {
  readonly missed: number;
  readonly errors: number;
  readonly notes: number;
}): string {
  const objectives = missed === 0 ? "every objective met" : `${counted(missed, "objective")} missed`;
  const told = `${objectives}, ${counted(errors, "error")}, ${counted(notes, "note")}`;
  return errors + missed === 0 ? `fine: ${told}` : `not fine: ${told}`;
}

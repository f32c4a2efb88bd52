import { Option } from "commander";
import type { Finding } from "../core/lint/finding.ts";
import type { SourceFile } from "../core/manifest/document.ts";
import type { Model } from "../core/model/model.ts";
import type { Prediction } from "../core/prediction/prediction.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { type BillOptions, billedCost, billOption, mapOption } from "./bills.ts";
import type { Difference } from "./check-compare.ts";
import type { Checked } from "./check-formats.ts";
import { type Context, type JsonOption, jsonOption, leadWithExamples, type Register } from "./context.ts";
import { countsText, findingsOf, findingsText, hasError } from "./findings.ts";
import { counted } from "./layout.ts";
import { type ExitStatus, fail, printJson, problemsAsTyped, suggestNext } from "./shell.ts";
import { openWorkspace } from "./workspace.ts";

const formats = ["text", "json", "sarif", "junit", "markdown"] as const;
type Format = (typeof formats)[number];

interface CheckOptions extends JsonOption, BillOptions {
  readonly format: Format;
  readonly compare?: string;
}

export const registerCheck: Register = (program, context) => {
  const command = program
    .command("check")
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description("say what a workspace declares, what is predicted of it, and what is wrong with it")
    .addOption(
      new Option("--format <FORMAT>", "what to print")
        .choices([...formats])
        .default("text")
        .conflicts("json"),
    )
    .option("--compare <REV>", "what differs from the workspace as it was in a git revision")
    .option(...billOption)
    .option(...mapOption)
    .option(...jsonOption)
    .action(
      context.run((folder: string, options: CheckOptions) => {
        // A comparison leaves a folder behind unless it is let finish.
        if (options.compare === undefined) context.parts.endAtOnce();
        return check(folder, options, context);
      }),
    );
  leadWithExamples(command, [
    ["holdfast check platform", "predict, and hold it against the objectives"],
    ["holdfast check platform --compare main", "what a change makes better or worse"],
    ["holdfast check platform --bill june.csv", "budgets held against what was charged"],
    ["holdfast check --format sarif > check.sarif", "for a code scanner"],
    ["holdfast check --json | jq .findings", "for programs"],
  ]);
};

/** Reads, predicts, judges and tells. 1: it cannot be read; 2: it can, and misses an objective, is over a budget or would fail on the day. */
async function check(folder: string, options: CheckOptions, context: Context): Promise<ExitStatus> {
  const { shell, parts } = context;
  const format = options.json === true ? "json" : options.format;
  const problemFormat = format === "json" ? "json" : "text";
  const { availabilityThread, predict } = await import("./predict.ts");
  const thread = await availabilityThread(parts);
  const opened = await openWorkspace(folder, problemFormat, context);
  if (opened.kind === "refused") return opened.status;
  const { workspace, files, catalogue } = opened;
  const [reckoned, found] = await Promise.all([
    predict(workspace.model, catalogue, thread),
    findingsOf(workspace),
  ]);
  const findings = problemsAsTyped(found, shell);
  const compared = await comparison(folder, { revision: options.compare, prediction: reckoned }, context);
  if (!compared.ok) return fail(shell, compared.problems, problemFormat);
  const charged = await withCharges(workspace.model, { prediction: reckoned, options }, context);
  if (!charged.ok) return fail(shell, charged.problems, problemFormat);
  const { prediction } = charged.value;
  const status = (await isKept(prediction)) && !hasError(findings) ? 0 : 2;
  const checked: Checked = { workspace, findings, ...charged.value, version: parts.version };
  const told: Told = { checked, files, differences: compared.value, revision: options.compare ?? "", status };
  await show(format, told, context);
  return status;
}

/** Whether every objective is met and no budget exceeded. */
async function isKept(prediction: Prediction): Promise<boolean> {
  const { isAnyMissed } = await import("../core/prediction/prediction.ts");
  const { isOverBudget } = await import("../core/prediction/budgets.ts");
  return !isAnyMissed(prediction) && !isOverBudget(prediction);
}

/** The prediction with what bills charge in the place of what was reckoned, where there are any. */
async function withCharges(
  model: Model,
  { prediction, options }: { readonly prediction: Prediction; readonly options: BillOptions },
  context: Context,
): Promise<Parsed<Pick<Checked, "prediction" | "billed">>> {
  if (options.bill === undefined && options.map === undefined) {
    return { ok: true, value: { prediction, billed: null } };
  }
  const found = await billedCost(model, { cost: prediction.cost, options }, context);
  if (!found.ok) return found;
  const { cost, billed } = found.value;
  return { ok: true, value: { prediction: { ...prediction, cost: { ok: true, value: cost } }, billed } };
}

/** What differs from a revision; `null`: nobody asked. */
async function comparison(
  folder: string,
  { revision, prediction }: { readonly revision: string | undefined; readonly prediction: Prediction },
  { shell, parts }: Context,
): Promise<Parsed<readonly Difference[] | null>> {
  if (revision === undefined) return { ok: true, value: null };
  const before = await parts.folderAt({ folder, cwd: shell.cwd, revision }, shell.signal);
  if (!before.ok) return before;
  const { path, giveBack } = before.value;
  try {
    const files = await parts.readFolder(".", path, shell.signal);
    if (!files.ok) return files;
    const catalogue = await parts.readCatalogue(".", path, shell.signal);
    if (!catalogue.ok) return catalogue;
    const { readWorkspace } = await import("../core/manifest/manifest.ts");
    const read = readWorkspace(files.value, catalogue.value);
    if (!read.ok) return read;
    const { predict } = await import("./predict.ts");
    const { differencesOf } = await import("./check-compare.ts");
    const earlier = await predict(read.value.model, catalogue.value, null);
    return { ok: true, value: differencesOf(earlier, prediction) };
  } finally {
    await giveBack();
  }
}

interface Told {
  readonly checked: Checked;
  readonly files: readonly SourceFile[];
  readonly differences: readonly Difference[] | null;
  readonly revision: string;
  readonly status: ExitStatus;
}

async function show(format: Format, told: Told, context: Context): Promise<void> {
  const { shell } = context;
  const { checked, differences, revision, status } = told;
  if (format === "text") return showText(told, context);
  if (format === "json") {
    const { checkData } = await import("./check-data.ts");
    const { billsData } = await import("./cost-data.ts");
    const data = {
      ...checkData(checked.workspace, checked.prediction),
      bills: checked.billed === null ? null : billsData(checked.billed),
    };
    const compared = differences === null ? {} : { compared: { revision, differences } };
    printJson(shell, { ok: status === 0, ...data, findings: checked.findings, ...compared });
    return;
  }
  const { sarif, junit, markdown } = await import("./check-formats.ts");
  shell.out({ sarif, junit, markdown }[format](checked, differences));
}

async function showText({ checked, files, differences, revision }: Told, { shell }: Context): Promise<void> {
  const { workspace, findings, prediction, billed } = checked;
  const { summaryText } = await import("./check-summary.ts");
  const { columns } = shell.output;
  shell.out(summaryText(workspace, prediction, columns));
  if (billed !== null) {
    const { billsText } = await import("./cost-text.ts");
    shell.out(billsText({ cost: billed.cost, billed }, columns));
  }
  if (differences !== null) {
    const { differencesText } = await import("./check-compare.ts");
    shell.out(differencesText(differences, { revision, columns }));
  }
  const textOf = (path: string): string | null => files.find((file) => file.path === path)?.text ?? null;
  shell.out(findingsText(findings, textOf, columns));
  const { judgedBudgets } = await import("../core/prediction/budgets.ts");
  const over = judgedBudgets(prediction).filter(({ verdict: each }) => each === "over").length;
  shell.out(`\n${verdict({ missed: missedCount(prediction), over }, findings)}\n`);
  const first = findings.find((each) => each.severity === "error");
  if (first !== undefined) suggestNext(shell, [`holdfast explain ${first.code}`, "why this matters"]);
  else suggestNext(shell, ["holdfast demo", "lose a region for real, on this machine"]);
}

function missedCount({ journeys }: Prediction): number {
  return journeys
    .flatMap(({ availabilityVerdicts, recoveries }) => [
      ...availabilityVerdicts.map(({ verdict: each }) => each),
      ...recoveries.flatMap(({ time, loss, modes }) => [time, loss, ...modes.map((mode) => mode.time)]),
    ])
    .filter((each) => each === "missed").length;
}

function verdict(
  { missed, over }: { readonly missed: number; readonly over: number },
  findings: readonly Finding[],
): string {
  const objectives = missed === 0 ? "every objective met" : `${counted(missed, "objective")} missed`;
  const budgets = over === 0 ? "" : `${counted(over, "budget")} exceeded, `;
  const isFine = missed + over === 0 && !hasError(findings);
  return `${isFine ? "fine" : "not fine"}: ${objectives}, ${budgets}${countsText(findings)}`;
}

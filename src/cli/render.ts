import { InvalidArgumentError } from "commander";
import type { Model } from "../core/model/model.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { pathWord } from "../core/problem/shell-word.ts";
import { chartsInFiles, type ReportDocument } from "../core/report/document.ts";
import type { Problem } from "../core/problem/problem.ts";
import {
  type Context,
  formatOf,
  type JsonOption,
  jsonOption,
  leadWithExamples,
  type Register,
} from "./context.ts";
import { findingsOf } from "./findings.ts";
import { detectionDefaults } from "../runtime/foresee-settings.ts";
import { availabilityThread, optimumOf, predict, stepsMax } from "./predict.ts";
import type { FolderToWrite } from "./parts.ts";
import { type ExitStatus, fail, printJson, suggestNext } from "./shell.ts";
import { type Opened, openWorkspace } from "./workspace.ts";

const packFormats = ["html", "pdf", "markdown"] as const;
type PackFormat = (typeof packFormats)[number];

interface RenderOptions extends JsonOption {
  readonly out: string;
  readonly format: readonly PackFormat[];
  readonly force?: true;
}

export const registerRender: Register = (program, context) => {
  const command = program
    .command("render")
    .argument("[DIR]", "the workspace: the folder of your manifests", ".")
    .description(
      "write the reliability architecture pack: diagrams, predictions, risks and what they rest on",
    )
    .requiredOption("--out <FOLDER>", "where it is written")
    .option(
      "--format <LIST>",
      "html, pdf, markdown: some of them, with commas between",
      formatsOf,
      packFormats,
    )
    .option("--force", "overwrite a pack that is there already")
    .option(...jsonOption)
    .action(context.run((folder: string, options: RenderOptions) => render(folder, options, context)));
  leadWithExamples(command, [
    ["holdfast render platform --out pack", "one HTML file, one PDF, one Markdown file"],
    ["holdfast render platform --out pack --format markdown --force", "anew, for the repository"],
  ]);
};

function formatsOf(value: string): readonly PackFormat[] {
  const wanted = value.split(",").map((each) => each.trim());
  const unknown = wanted.find((each) => !(packFormats as readonly string[]).includes(each));
  if (unknown !== undefined) throw new InvalidArgumentError(`Write some of ${packFormats.join(", ")}.`);
  return packFormats.filter((format) => wanted.includes(format));
}

const unnamed: Problem = {
  code: "cli/no-folder-named",
  what: "--out names no folder",
  where: null,
  why: "What is written there may stand beside files of yours, so that place must be meant.",
  mend: "name a folder with --out; a dot is the folder that you are in",
};

async function render(folder: string, options: RenderOptions, context: Context): Promise<ExitStatus> {
  const { shell, parts } = context;
  const format = formatOf(options);
  if (options.out === "") return fail(shell, [unnamed], format);
  const opened = await openWorkspace(folder, format, context);
  if (opened.kind === "refused") return opened.status;
  const document = await packOf(opened, context);
  const files = await filesOf(document, options.format, context);
  if (!files.ok) return fail(shell, files.problems, format);
  const existing = options.force === true ? "overwrite" : "keep";
  const toWrite = { folder: options.out, cwd: shell.cwd, files: files.value, existing } as const;
  const written = await parts.writeFolder(toWrite, shell.signal);
  if (!written.ok) return fail(shell, written.problems, format);
  const { verdict } = document.answer;
  if (format === "json") printJson(shell, { ok: true, verdict, written: written.value });
  else for (const path of written.value) shell.out(`wrote ${path}\n`);
  if (format === "text") {
    suggestNext(shell, [`holdfast check ${pathWord(folder)}`, "the same predictions, on the terminal"]);
  }
  return 0;
}

async function packOf(
  { workspace, catalogue }: Opened & { readonly kind: "open" },
  { parts }: Context,
): Promise<ReportDocument> {
  const { model } = workspace;
  const { architecturePackOf } = await import("../core/report/architecture/pack.ts");
  const { readSystemClock } = await import("../runtime/clocks.ts");
  const at = readSystemClock().wall;
  return architecturePackOf({
    ...{ model, stepsMax, at, rows: catalogue.failures, findings: await findingsOf(workspace) },
    prediction: await predict(model, catalogue, await availabilityThread(parts)),
    detection: detectionDefaults,
    optimum:
      model.options.size === 0
        ? null
        : await optimumOf(model, catalogue, {
            evaluationsMax: evaluationsMaxFor(model),
            availability: "told",
          }),
  });
}

/** Some seconds of work, for an evaluation takes the longer the more components there are; who wants more asks `holdfast optimise`. */
function evaluationsMaxFor({ components }: Model): number {
  return Math.max(50, Math.min(1_000, Math.floor(50_000 / components.size)));
}

const fileName: Readonly<Record<PackFormat, string>> = {
  html: "architecture.html",
  pdf: "architecture.pdf",
  markdown: "architecture.md",
};

async function filesOf(
  document: ReportDocument,
  formats: readonly PackFormat[],
  { parts }: Context,
): Promise<Parsed<FolderToWrite["files"]>> {
  const report = await parts.report();
  const files: FolderToWrite["files"][number][] = [];
  for (const format of formats) {
    if (format === "pdf") {
      const pdf = await report.pdf(document);
      if (!pdf.ok) return pdf;
      files.push({ path: fileName.pdf, text: pdf.value });
    } else files.push({ path: fileName[format], text: report[format](document) });
  }
  if (formats.includes("markdown")) {
    files.push(
      ...chartsInFiles(document).map((chart) => ({ path: chart.file, text: report.picture(chart) })),
    );
  }
  return { ok: true, value: files };
}

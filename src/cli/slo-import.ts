import type { Translation } from "../core/openslo/import/translation.ts";
import type { Problem } from "../core/problem/problem.ts";
import { briefProblem, framedProblem } from "./code-frame.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { counted } from "./layout.ts";
import { type ExitStatus, fail, printJson, problemsAsTyped, suggestNext, type TextOf } from "./shell.ts";

export interface ImportOptions extends JsonOption {
  readonly period: string;
}

/** Writes what specs of other tools say as OpenSLO. Exit status 2: of some of it nothing could be made, and the rest is written. */
export async function importSlos(
  paths: readonly string[],
  options: ImportOptions,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const format = formatOf(options);
  const { importSpecs, readPeriod, together } = await import("../core/openslo/import/import.ts");
  const period = readPeriod(options.period);
  if (!period.ok) return fail(shell, period.problems, format);
  const files = await parts.readTexts(paths, shell.cwd, shell.signal);
  if (!files.ok) return fail(shell, files.problems, format);
  const imported = together(files.value.map((file) => importSpecs(file, { period: period.value })));
  if (imported.documents.length + imported.problems.length === 0)
    return fail(shell, [noSpec(files.value.length)], format);
  const status: ExitStatus = imported.problems.length === 0 ? 0 : 2;
  const documents = imported.documents.map(({ document }) => document);
  if (format === "json") {
    printJson(shell, {
      ok: status === 0,
      documents,
      problems: problemsAsTyped(imported.problems, shell),
      warnings: problemsAsTyped(imported.warnings, shell),
    });
    return status;
  }
  const { openSloText } = await import("../core/openslo/openslo-text.ts");
  shell.out(openSloText(documents));
  const textOf: TextOf = (path) => files.value.find((file) => file.path === path)?.text ?? null;
  shell.err(toldText(imported, textOf, shell));
  if (documents.length > 0)
    suggestNext(shell, ["holdfast slo validate FILE", "look at what you have kept of it"]);
  return status;
}

function noSpec(files: number): Problem {
  return {
    code: "slo/no-document",
    what: `${counted(files, "file")} read, and no spec of Sloth or Pyrra is in ${files === 1 ? "it" : "them"}`,
    where: null,
    why: "nothing that was looked at cannot be said to be translated",
    mend: "name the files or the folder that hold your specs",
  };
}

/** What got lost, what could not be made, and how much was: beside the documents, so that these stay clean. */
function toldText(
  { documents, problems, warnings }: Translation,
  textOf: TextOf,
  shell: Context["shell"],
): string {
  const { columns } = shell.terminal;
  const warned = problemsAsTyped(warnings, shell).map((each) => `warning ${briefProblem(each, columns)}\n`);
  const refused = problemsAsTyped(problems, shell).map(
    (each) => `error ${framedProblem(each, textOf, columns)}\n`,
  );
  const lost = [
    ...(problems.length === 0 ? [] : [counted(problems.length, "problem")]),
    ...(warnings.length === 0 ? [] : [counted(warnings.length, "warning")]),
  ];
  const verdict = [`${counted(documents.length, "SLO")} translated`, ...lost].join(", ");
  return `${[...warned, ...refused].join("")}${verdict}\n`;
}

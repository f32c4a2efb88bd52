import type { SourceFile } from "../core/manifest/document.ts";
import type { OpenSloDocument, Reading } from "../core/openslo/openslo.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { briefProblem, framedProblem } from "./code-frame.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { counted, wrapped } from "./layout.ts";
import { documentsIn } from "./slo-read.ts";
import { type ExitStatus, fail, printJson, problemsAsTyped, suggestNext, type TextOf } from "./shell.ts";
import { shownSafely } from "./foreign-text.ts";

export interface ValidateOptions extends JsonOption {
  readonly strict?: true;
  readonly lenient?: true;
}

/** Tells of each document whether it is valid. Exit status 2: one is not. */
export async function validateSlos(
  paths: readonly string[],
  options: ValidateOptions,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus> {
  const format = formatOf(options);
  const reading = readingOf(options);
  if (!reading.ok) return fail(shell, reading.problems, format);
  const files = await parts.readTexts(paths, shell.cwd, shell.signal);
  if (!files.ok) return fail(shell, files.problems, format);
  const read = await documentsIn(files.value, reading.value);
  if (!read.ok) return fail(shell, read.problems, format);
  const documents = read.value;
  const status: ExitStatus = documents.every(isValid) ? 0 : 2;
  if (format === "json") {
    printJson(shell, { ok: status === 0, documents: documents.map((each) => documentData(each, shell)) });
    return status;
  }
  const textOf: TextOf = (path) => files.value.find((file) => file.path === path)?.text ?? null;
  for (const document of documents) shell.out(documentText(document, textOf, shell.output.columns));
  shell.out(`${verdictText(documents)}\n`);
  if (reading.value === "strict" && (await isMoreValid(files.value, documents)))
    suggestNext(shell, [
      "holdfast slo validate --lenient FILE",
      "take what OpenSLO's prose allows, with a warning",
    ]);
  return status;
}

function readingOf({ strict, lenient }: ValidateOptions): Parsed<Reading> {
  if (strict !== true || lenient !== true)
    return { ok: true, value: lenient === true ? "lenient" : "strict" };
  const problem = {
    code: "cli/contradiction",
    what: "--strict and --lenient exclude one another",
    where: null,
    why: "a document is judged by one rule at a time",
    mend: "leave one of them out",
  } as const;
  return { ok: false, problems: [problem] };
}

function isValid({ problems }: OpenSloDocument): boolean {
  return problems.length === 0;
}

/** Whether a lenient reading takes what made some of these documents invalid. */
async function isMoreValid(
  files: readonly SourceFile[],
  documents: readonly OpenSloDocument[],
): Promise<boolean> {
  if (documents.every(isValid)) return false;
  const again = await documentsIn(files, "lenient");
  return again.ok && problemsCount(again.value) < problemsCount(documents);
}

function problemsCount(documents: readonly OpenSloDocument[]): number {
  return documents.reduce((sum, { problems }) => sum + problems.length, 0);
}

function documentData(
  { file, index, kind, apiVersion, name, problems, warnings }: OpenSloDocument,
  shell: Context["shell"],
): Readonly<Record<string, unknown>> {
  return {
    ...{ file, document: index, kind, apiVersion, name, valid: problems.length === 0 },
    problems: problemsAsTyped(problems, shell),
    warnings: problemsAsTyped(warnings, shell),
  };
}

function documentText(document: OpenSloDocument, textOf: TextOf, columns: number): string {
  const { file, kind, name, problems, warnings, locate } = document;
  const { line } = locate([], "value");
  const called = [kind ?? "document", ...(name === null ? [] : [`"${name}"`])].join(" ");
  const said = shownSafely(`${called}: ${isValid(document) ? "valid" : "not valid"}`);
  const place = `${file}:${line}`;
  const isShort = place.length + 1 + said.length <= columns;
  const head = isShort ? `${place} ${said}\n` : `${place}\n${wrapped(said, { columns, indent: 2 })}\n`;
  const warned = warnings.map((each) => `\nwarning ${briefProblem(each, columns)}`);
  const refused = problems.map((each) => `\nerror ${framedProblem(each, textOf, columns)}`);
  const told = [...refused, ...warned].join("");
  return told === "" ? head : `${head}${told}\n`;
}

function verdictText(documents: readonly OpenSloDocument[]): string {
  const refused = documents.filter((each) => !isValid(each)).length;
  const all = counted(documents.length, "document");
  return refused === 0 ? `fine: ${all}, all valid` : `not fine: ${all}, ${refused} not valid`;
}

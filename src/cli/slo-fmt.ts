import { basename, dirname } from "node:path";
import type { SourceFile } from "../core/manifest/document.ts";
import type { Formatted } from "../core/openslo/format/format.ts";
import type { Parsed, Problem, Problems } from "../core/problem/problem.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { counted } from "./layout.ts";
import { type ExitStatus, fail, printJson, problemsText, suggestNext, type TextOf } from "./shell.ts";
import { noDocument } from "./slo-read.ts";

export interface FmtOptions extends JsonOption {
  readonly write?: true;
  readonly check?: true;
}

/** A file with documents of OpenSLO, and its text in canonical form. */
interface FormattedFile {
  readonly file: SourceFile;
  readonly text: string;
  readonly isChanged: boolean;
}

type Given = Pick<Context, "shell" | "parts">;

/** Writes OpenSLO documents in canonical form, all of them or, where one cannot be read, none. Exit status 2 with `check`: one is not in it. */
export async function formatSlos(
  paths: readonly string[],
  options: FmtOptions,
  { shell, parts }: Given,
): Promise<ExitStatus> {
  const format = formatOf(options);
  if (options.write === true && options.check === true) return fail(shell, [writesAndChecks], format);
  const files = await parts.readTexts(paths, shell.cwd, shell.signal);
  if (!files.ok) return fail(shell, files.problems, format);
  const made = await allFormatted(files.value);
  if (!made.ok) {
    if (format === "json") return fail(shell, made.problems, format);
    const textOf: TextOf = (path) => files.value.find((file) => file.path === path)?.text ?? null;
    shell.err(`${problemsText(shell, made.problems, textOf)}\n${counted(made.problems.length, "problem")}\n`);
    return 1;
  }
  return answer(made.value, options, { shell, parts });
}

async function allFormatted(files: readonly SourceFile[]): Promise<Parsed<readonly FormattedFile[]>> {
  const { formatted } = await import("../core/openslo/format/format.ts");
  const all = files.map((file): readonly [SourceFile, Parsed<Formatted>] => [file, formatted(file)]);
  const [first, ...others] = all.flatMap(([, made]) => (made.ok ? [] : made.problems));
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  const read = all.flatMap(([file, made]) =>
    made.ok && made.value.documents > 0
      ? [{ file, text: made.value.text, isChanged: made.value.text !== file.text }]
      : [],
  );
  return read.length > 0 ? { ok: true, value: read } : { ok: false, problems: [noDocument(files)] };
}

async function answer(
  files: readonly FormattedFile[],
  options: FmtOptions,
  { shell, parts }: Given,
): Promise<ExitStatus> {
  const changed = files.filter(({ isChanged }) => isChanged);
  if (options.write === true) {
    const refused = await writeEach(changed, { shell, parts });
    if (refused !== null) return fail(shell, refused, formatOf(options));
  }
  const status: ExitStatus = options.check === true && changed.length > 0 ? 2 : 0;
  if (formatOf(options) === "json") {
    const told = files.map(({ file, isChanged }) => ({ file: file.path, changed: isChanged }));
    printJson(shell, { ok: status === 0, files: told });
  } else if (options.write === true || options.check === true) {
    for (const { file } of changed) shell.out(`${file.path}\n`);
    tellVerdict({ files, changed }, options, shell);
  } else return printOne(files, shell);
  return status;
}

/** One after the other, each whole: what is written stays written where a later one is refused. */
async function writeEach(files: readonly FormattedFile[], { shell, parts }: Given): Promise<Problems | null> {
  for (const { file, text } of files) {
    const written = [{ path: basename(file.path), text }];
    const place = {
      folder: dirname(file.path),
      cwd: shell.cwd,
      files: written,
      existing: "overwrite",
    } as const;
    const answered = await parts.writeFolder(place, shell.signal);
    if (!answered.ok) return answered.problems;
  }
  return null;
}

function printOne([only, ...others]: readonly FormattedFile[], shell: Context["shell"]): ExitStatus {
  if (only === undefined || others.length > 0) return fail(shell, [severalFiles(1 + others.length)], "text");
  // What is printed is a text of this machine; in place, a file keeps its own line ends.
  shell.out(only.text.replaceAll("\r\n", "\n"));
  return 0;
}

function tellVerdict(
  { files, changed }: Readonly<Record<"files" | "changed", readonly FormattedFile[]>>,
  { write }: FmtOptions,
  shell: Context["shell"],
): void {
  const all = counted(files.length, "file");
  if (write === true) shell.err(`${all}, ${changed.length} rewritten\n`);
  else if (changed.length === 0) shell.err(`fine: ${all}, all in canonical form\n`);
  else {
    shell.err(`not fine: ${all}, ${changed.length} not in canonical form\n`);
    suggestNext(shell, ["holdfast slo fmt --write FILE", "rewrite them"]);
  }
}

const writesAndChecks: Problem = {
  code: "cli/contradiction",
  what: "--write and --check exclude one another",
  where: null,
  why: "a check changes nothing",
  mend: "leave one of them out",
};

function severalFiles(count: number): Problem {
  return {
    code: "cli/several-files",
    what: `${counted(count, "file")} with OpenSLO documents, and one is printed at a time`,
    where: null,
    why: "where one ends and the next begins could not be told",
    mend: "name one file, or rewrite all of them with --write",
  };
}

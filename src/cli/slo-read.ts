import { basename, dirname } from "node:path";
import type { SourceFile } from "../core/manifest/document.ts";
import type { OpenSloDocument, Reading } from "../core/openslo/openslo.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import type { CompositeSlo, Slo } from "../core/slo/slo.ts";
import { instantMs } from "../core/units/units.ts";
import { type Context, formatOf, type JsonOption } from "./context.ts";
import { counted } from "./layout.ts";
import { type ExitStatus, fail, problemsText, type TextOf } from "./shell.ts";

export interface SloOptions extends JsonOption {
  readonly lenient?: true;
}

/** What OpenSLO documents promise; or the exit status of a command that has told why it cannot be read. */
export type OpenedSlos =
  | ({ readonly kind: "open" } & Promises)
  | { readonly kind: "refused"; readonly status: ExitStatus };

export interface Promises {
  readonly slos: readonly Slo[];
  readonly composites: readonly CompositeSlo[];
}

/** Reads all of them or none; where there are none, that is told too. */
export async function openSlos(
  paths: readonly string[],
  options: SloOptions,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<OpenedSlos> {
  const format = formatOf(options);
  const files = await parts.readTexts(paths, shell.cwd, shell.signal);
  if (!files.ok) return { kind: "refused", status: fail(shell, files.problems, format) };
  const opened = await openSlosIn(files.value, options, { shell, parts });
  if (opened.kind === "refused" || opened.slos.length + opened.composites.length > 0) return opened;
  return { kind: "refused", status: fail(shell, [noSlo(files.value)], format) };
}

/** The same of files that have been read. */
export async function openSlosIn(
  files: readonly SourceFile[],
  options: SloOptions,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<OpenedSlos> {
  const format = formatOf(options);
  const documents = await withJourneys(files, options.lenient === true ? "lenient" : "strict", {
    shell,
    parts,
  });
  if (!documents.ok) return { kind: "refused", status: fail(shell, documents.problems, format) };
  const { problems, ...promises } = await promisesIn(documents.value);
  const [first, ...others] = problems;
  if (first === undefined) return { kind: "open", ...promises };
  if (format === "json") return { kind: "refused", status: fail(shell, [first, ...others], format) };
  const textOf: TextOf = (path) => files.find((file) => file.path === path)?.text ?? null;
  shell.err(`${problemsText(shell, [first, ...others], textOf)}\n${counted(problems.length, "problem")}\n`);
  return { kind: "refused", status: 1 };
}

async function promisesIn(
  documents: readonly OpenSloDocument[],
): Promise<Promises & { readonly problems: readonly Problem[] }> {
  const problems = documents.flatMap((each) => each.problems);
  if (problems.length > 0) return { slos: [], composites: [], problems };
  const { readSlos } = await import("../core/slo/read-slos.ts");
  return readSlos(documents, instantMs(Date.now()));
}

/** The documents in files, and where these are a workspace, those that its journeys become by themselves. */
async function withJourneys(
  files: readonly SourceFile[],
  reading: Reading,
  context: Pick<Context, "shell" | "parts">,
): Promise<Parsed<readonly OpenSloDocument[]>> {
  const { isWorkspace, journeyDocuments } = await import("./journey-documents.ts");
  if (!isWorkspace(files)) return documentsIn(files, reading);
  const written = await documentsIn(files, reading);
  const given = written.ok ? written.value : [];
  const made = await journeyDocuments(files, given, context);
  if (!made.ok) return made;
  const documents = [...given, ...made.value];
  return documents.length === 0 ? written : { ok: true, value: documents };
}

/** The documents of OpenSLO in files that may hold manifests of a workspace too; a problem where there is none. */
export async function documentsIn(
  files: readonly SourceFile[],
  reading: Reading,
): Promise<Parsed<readonly OpenSloDocument[]>> {
  const { readOpenSlo } = await import("../core/openslo/openslo.ts");
  const documents = files
    .flatMap((file) => readOpenSlo(file, reading))
    .filter(({ apiVersion }) => apiVersion?.startsWith("holdfast/") !== true);
  return documents.length > 0 ? { ok: true, value: documents } : { ok: false, problems: [noDocument(files)] };
}

export function noDocument(files: readonly SourceFile[]): Problem {
  return {
    code: "slo/no-document",
    what: `${counted(files.length, "file")} read, and no OpenSLO document is in ${files.length === 1 ? "it" : "them"}`,
    where: null,
    why: "nothing that was looked at cannot be said to be fine",
    mend: "name the files or the folder that hold your SLOs",
  };
}

function noSlo(files: readonly SourceFile[]): Problem {
  return {
    code: "slo/no-slo",
    what: `${counted(files.length, "file")} read, and no SLO is in ${files.length === 1 ? "it" : "them"}`,
    where: null,
    why: "nothing is promised there that could be guarded or looked at",
    mend: "name the files or the folder in which documents of kind SLO stand",
  };
}

/**
 * Writes a text, given in pieces, to a file, or to standard output where none is named.
 *
 * @returns `null`: it is written; else the exit status of a command that has told why not
 */
export async function written(
  out: string | undefined,
  texts: Iterable<string>,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<ExitStatus | null> {
  if (out === undefined) {
    for (const text of texts) shell.out(text);
    return null;
  }
  const files = [{ path: basename(out), text: texts }];
  const file = { folder: dirname(out), cwd: shell.cwd, files, existing: "overwrite" } as const;
  const answer = await parts.writeFolder(file, shell.signal);
  return answer.ok ? null : fail(shell, answer.problems, "text");
}

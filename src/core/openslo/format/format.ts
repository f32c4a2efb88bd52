import type { SourceFile } from "../../manifest/document.ts";
import { invariant, type Parsed, type Problem } from "../../problem/problem.ts";
import { documentSchema, type OpenSloDocument, readOpenSlo } from "../openslo.ts";
import { movedAlias } from "./aliases.ts";
import { inOrder } from "./key-order.ts";
import { jsonText } from "./print-json.ts";
import { yamlLines } from "./print-yaml.ts";
import { movedAliasProblem, notJson, oddKey } from "./problems.ts";
import { readTrees } from "./read-documents.ts";
import { readsAlike } from "./same-reading.ts";
import type { DocumentTree, Tree } from "./tree.ts";

/** A file in canonical form. */
export interface Formatted {
  readonly text: string;
  /** How many documents of OpenSLO are in it. Where there are none, the text is as it was. */
  readonly documents: number;
}

/**
 * Writes the OpenSLO documents of a file in canonical form: keys in the order of the specification, two spaces for each level,
 * every value and comment as it was written. Text that is JSON stays JSON; documents of a workspace stay as they are.
 *
 * @returns every problem, where the file cannot be read, or not be written in this form
 */
export function formatted(file: SourceFile): Parsed<Formatted> {
  const read = readOpenSlo(file, "strict");
  const documents = read.filter((each) => !isOfWorkspace(each));
  const [first, ...others] = read.flatMap((each) => inTheWay(each));
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  if (documents.length === 0) return { ok: true, value: { text: file.text, documents: 0 } };
  const whole = file.text.replace(/^\uFEFF/, "");
  const text = whole.replaceAll("\r\n", "\n");
  const isJson = isJsonText(text);
  if (!isJson && /\.json$/i.test(file.path)) return { ok: false, problems: [notJson(file.path)] };
  const made = inCanonicalForm({ path: file.path, text }, read, isJson ? "json" : "yaml");
  if (!made.ok) return made;
  const breaksLines = /^[^\n]*\r\n/.test(whole) ? made.value.replaceAll("\n", "\r\n") : made.value;
  const result = { path: file.path, text: breaksLines };
  invariant(
    readsAlike({ text: whole, read }, { text: result.text, read: readOpenSlo(result, "strict") }),
    `${file.path} would read otherwise in canonical form`,
  );
  return { ok: true, value: { text: result.text, documents: documents.length } };
}

/** Why a document is not put in order: nobody knows its order, or which of two values is meant. */
function inTheWay(document: OpenSloDocument): readonly Problem[] {
  if (documentSchema(document) === null && !isOfWorkspace(document)) return document.problems;
  return document.problems.filter(({ code }) => code === "manifest/duplicate-key");
}

function isOfWorkspace({ apiVersion }: OpenSloDocument): boolean {
  return apiVersion?.startsWith("holdfast/") === true;
}

function isJsonText(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    // The parser's only answer to what is no JSON.
    return false;
  }
}

/** @param read what the documents of the file say, those of lists too */
function inCanonicalForm(
  { path, text }: SourceFile,
  read: readonly OpenSloDocument[],
  form: "yaml" | "json",
): Parsed<string> {
  const { documents, oddKeys } = readTrees(text);
  const problems: Problem[] = [];
  let from = 0;
  const texts = documents.map((document) => {
    const own = read.slice(from, from + documentsIn(document.root));
    from += own.length;
    const { root } = document;
    if (root === null) return printed(document);
    if (own.length === 0 || own.some(isOfWorkspace)) return text.slice(document.from, document.to);
    const odd = oddKeys.filter((at) => at >= document.from && at < document.to);
    problems.push(...odd.map((at) => oddKey({ path, text }, at)));
    const ordered = orderedRoot(root, own);
    const moved = movedAlias(root, ordered);
    if (moved !== null) problems.push(movedAliasProblem({ path, text }, moved));
    return form === "json" ? `${jsonText(ordered)}\n` : printed({ ...document, root: ordered });
  });
  const [first, ...others] = problems;
  return first === undefined
    ? { ok: true, value: texts.join("") }
    : { ok: false, problems: [first, ...others] };
}

/** A list holds a document in each of its items. */
function documentsIn(root: Tree | null): number {
  if (root?.kind === "list") return root.parts.length;
  return root?.kind === "map" ? 1 : 0;
}

function orderedRoot(root: Tree, own: readonly OpenSloDocument[]): Tree {
  if (root.kind !== "list") return inOrder(root, own[0] === undefined ? null : documentSchema(own[0]));
  const parts = root.parts.map((part, at) => {
    const document = own[at];
    return { ...part, value: inOrder(part.value, document === undefined ? null : documentSchema(document)) };
  });
  return { ...root, parts };
}

function printed(document: DocumentTree): string {
  return yamlLines(document)
    .map((line) => `${line}\n`)
    .join("");
}

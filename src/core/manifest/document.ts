import {
  type Alias,
  Composer,
  type CST,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  visit,
  type YAMLError,
  YAMLParseError,
} from "yaml";
import type { Place, Problem } from "../problem/problem.ts";
import { type ManifestCode, manifestCodes } from "./codes.ts";
import { lostText } from "./lost-text.ts";
import type { PlainNode } from "./plain-node.ts";
import { readPlainYaml } from "./plain-yaml.ts";

/** A file of a workspace; `path` as the user would name it. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** Larger files are not read: no manifest grows to this by hand. */
export const fileBytesMax = 4 * 2 ** 20;

/** All files of a workspace together: about 20,000 components, for which reading takes between one and two gigabytes of memory. */
export const workspaceBytesMax = 16 * 2 ** 20;

export type Path = readonly (string | number)[];

/** One YAML document: plain data, and where each part of it stands. */
export interface ManifestDocument {
  readonly value: unknown;
  /** Where the key or the value at `path` stands; the nearest enclosing key when `path` leads nowhere. */
  readonly locate: (path: Path, aim: "key" | "value") => Place;
}

/** A document that was read, whatever else is wrong with it. */
export interface DocumentOfFile extends ManifestDocument {
  /** Of keys in it that stand twice: of each, the last holds in `value`. */
  readonly duplicates: readonly Problem[];
}

export interface Documents {
  readonly documents: readonly DocumentOfFile[];
  /** All of the file, those of keys that stand twice too. */
  readonly problems: readonly Problem[];
  /** Whether all that the file declares is in `documents`. */
  readonly isComplete: boolean;
}

/** Maps and lists within one another: no manifest nests half as deep. */
const nestingMax = 100;

/** How often aliases may stand for other nodes in one document, those within what they stand for counted too. */
const aliasCountMax = 100;

export function manifestProblem(code: ManifestCode, told: Pick<Problem, "what" | "where" | "mend">): Problem {
  return { code, what: told.what, where: told.where, why: manifestCodes[code].why, mend: told.mend };
}

/** Reads the documents of one file; empty ones are left out. Line endings may be those of any system, and a BOM is no text. */
export function readDocuments({ path, text: whole }: SourceFile): Documents {
  const text = whole.replace(/^\uFEFF/, "");
  const plain = readPlainYaml(text);
  return plain === null ? readAnyYaml({ path, text }) : plainDocuments(path, text, plain);
}

/** Reads with the parser for all of YAML. */
export function readAnyYaml({ path, text }: SourceFile): Documents {
  const lines = new LineCounter();
  const parsed = parseYaml(text, lines);
  const start: Place = { file: path, line: 1, column: 1 };
  if (parsed === "too-deep") {
    const what = "the nesting is too deep to be read";
    const { mend } = manifestCodes["manifest/too-deep"];
    return {
      documents: [],
      problems: [manifestProblem("manifest/too-deep", { what, where: start, mend })],
      isComplete: false,
    };
  }
  const placeAt = placer(path, lines);
  const read = parsed.documents.map((document) => readDocument(document, placeAt));
  const stray = parsed.stray.slice(0, 1).map((error) => syntaxProblem(error, placeAt(error.pos[0])));
  return {
    documents: read.flatMap((each) => (each.document === null ? [] : [each.document])),
    problems: [...read.flatMap((each) => each.problems), ...stray],
    isComplete: stray.length === 0 && read.every((each) => each.isComplete),
  };
}

function placer(file: string, lines: LineCounter): (offset: number) => Place {
  return (offset) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
}

function plainDocuments(path: string, text: string, nodes: readonly PlainNode[]): Documents {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines.addNewLine(at + 1);
  const placeAt = placer(path, lines);
  const documents = nodes.map((node): DocumentOfFile => {
    const locate = (to: Path, aim: "key" | "value"): Place => placeAt(plainOffsetOf(node, to, aim));
    return { value: node.value, locate, duplicates: [] };
  });
  return { documents, problems: [], isComplete: true };
}

/**
 * The parser keeps its own stack and is stopped here; the composer after it recurses, and a file of a thousand brackets would
 * end the process from within a regular expression, where nothing can be caught.
 */
function parseYaml(text: string, lines: LineCounter): ParsedYaml | "too-deep" {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  const tokens: CST.Token[] = [];
  for (const lexeme of new Lexer().lex(text)) {
    tokens.push(...parser.next(lexeme));
    if (parser.stack.length > nestingMax) return "too-deep";
  }
  tokens.push(...parser.end());
  const composer = new Composer(parserOptions);
  const composed = [...composer.compose(tokens)];
  const sources = tokens.filter((token) => token.type === "document");
  const documents = composed.map((document, at) => ({ document, tokens: sources[at] as CST.Document }));
  return { documents, stray: strayIn(tokens, composer) };
}

const parserOptions = {
  prettyErrors: false,
  logLevel: "silent",
  // The older tags stand for what is no plain data, such as sets.
  resolveKnownTags: false,
} as const;

interface ParsedYaml {
  readonly documents: readonly ParsedDocument[];
  /** Of what stands in no document. */
  readonly stray: readonly YAMLError[];
}

interface ParsedDocument {
  readonly document: Document.Parsed;
  readonly tokens: CST.Document;
}

function strayIn(tokens: readonly CST.Token[], composer: Composer): readonly YAMLError[] {
  // What the composer found and had no document to say it with.
  const { errors, warnings } = composer.streamInfo();
  const last = tokens.findLast(({ type }) => type === "directive" || type === "document");
  const { offset } = last ?? { offset: 0 };
  const told = "a directive without a document after it";
  const loose =
    last?.type === "directive" ? [new YAMLParseError([offset, offset + 1], "BAD_DIRECTIVE", told)] : [];
  return [...errors, ...warnings, ...loose];
}

interface ReadDocument {
  readonly document: DocumentOfFile | null;
  readonly problems: readonly Problem[];
  readonly isComplete: boolean;
}

function readDocument(
  { document, tokens }: ParsedDocument,
  placeAt: (offset: number) => Place,
): ReadDocument {
  const { duplicates, syntax } = sortedErrors(document);
  const told = [...duplicates, ...syntax].map((error) => syntaxProblem(error, placeAt(error.pos[0])));
  if (syntax.length > 0) return { document: null, problems: told, isComplete: false };
  const alias = aliasProblem(document, placeAt);
  if (alias !== null) return { document: null, problems: [...told, alias], isComplete: false };
  const { dropped, hidden } = lostText(tokens, document);
  const unsaid = hidden.filter((offset) => duplicates.every(({ pos }) => pos[0] !== offset));
  const problems = [...told, ...unsaid.map((offset) => duplicateProblem(placeAt(offset)))];
  if (dropped !== null) {
    return { document: null, problems: [...problems, droppedProblem(placeAt(dropped))], isComplete: false };
  }
  const value: unknown = document.toJS({ maxAliasCount: aliasCountMax });
  if (value === null || value === undefined) return { document: null, problems, isComplete: true };
  const locate = (path: Path, aim: "key" | "value"): Place => placeAt(offsetOf(document, path, aim));
  return { document: { value, locate, duplicates: problems }, problems, isComplete: true };
}

/** The first broken place, for what follows it is mostly its echo; duplicate keys break nothing else and are all told. */
function sortedErrors(document: Document.Parsed): {
  readonly duplicates: readonly YAMLError[];
  readonly syntax: readonly YAMLError[];
} {
  const all: readonly YAMLError[] = [...document.errors, ...document.warnings];
  return {
    duplicates: all.filter((error) => error.code === "DUPLICATE_KEY"),
    syntax: all.filter((error) => error.code !== "DUPLICATE_KEY").slice(0, 1),
  };
}

function syntaxProblem(error: YAMLError, where: Place): Problem {
  if (error.code === "DUPLICATE_KEY") return duplicateProblem(where);
  const what = `this is not YAML: ${error.message}`;
  const mend =
    error.code === "TAB_AS_INDENT"
      ? "indent with spaces: YAML takes no tab there"
      : manifestCodes["manifest/unreadable-yaml"].mend;
  return manifestProblem("manifest/unreadable-yaml", { what, where, mend });
}

function duplicateProblem(where: Place): Problem {
  const what = "this key stands twice in one map";
  return manifestProblem("manifest/duplicate-key", { what, where, mend: "delete one of the two" });
}

function droppedProblem(where: Place): Problem {
  const what = "this is not YAML: what stands here belongs to no key and to no item, and would be left out";
  const mend = "write `: ` before it where it is the value of the key above, or delete it";
  return manifestProblem("manifest/unreadable-yaml", { what, where, mend });
}

/** What is wrong with the aliases of a document: one without an anchor, one within its own, or too many of them. */
function aliasProblem(document: Document.Parsed, placeAt: (offset: number) => Place): Problem | null {
  const aliases: { readonly alias: Alias; readonly above: readonly unknown[] }[] = [];
  visit(document, { Alias: (_, alias, above) => void aliases.push({ alias, above }) });
  for (const { alias, above } of aliases) {
    const target = alias.resolve(document);
    const where = placeAt(offsetIn(alias));
    if (target === undefined) return looseAlias(alias, where);
    // A cycle always closes here: an alias stands for what began before it, so two apart cannot hold each other.
    if (above.includes(target)) return endlessAlias(alias, where);
  }
  const [first] = aliases;
  return first === undefined ? null : tooManyAliases(document, placeAt(offsetIn(first.alias)));
}

function looseAlias({ source }: Alias, where: Place): Problem {
  return manifestProblem("manifest/unreadable-yaml", {
    what: `the alias *${source} stands for nothing`,
    where,
    mend: `set the anchor &${source} before it, or quote the text if it is no alias`,
  });
}

function endlessAlias({ source }: Alias, where: Place): Problem {
  const what = `the alias *${source} stands for what it stands in, which so has no end`;
  const { mend } = manifestCodes["manifest/endless-alias"];
  return manifestProblem("manifest/endless-alias", { what, where, mend });
}

function tooManyAliases(document: Document.Parsed, where: Place): Problem | null {
  try {
    document.toJS({ maxAliasCount: aliasCountMax });
    return null;
  } catch (error) {
    // The parser's own guard against documents that unfold without end.
    if (!(error instanceof ReferenceError)) throw error;
    const what = `the aliases of this document unfold into more than ${aliasCountMax} copies`;
    const { mend } = manifestCodes["manifest/too-many-aliases"];
    return manifestProblem("manifest/too-many-aliases", { what, where, mend });
  }
}

function offsetOf(document: Document.Parsed, path: Path, aim: "key" | "value"): number {
  let node: unknown = document.contents;
  let offset = offsetIn(node);
  for (const segment of path) {
    const target: unknown = isAlias(node) ? node.resolve(document) : node;
    const found = entryOf(target, segment);
    if (found === null) return offset;
    node = found.value;
    const isAimedAtKey = aim === "key" || !hasText(node);
    offset = isAimedAtKey ? found.keyOffset : offsetIn(node);
  }
  return offset;
}

function plainOffsetOf(root: PlainNode, path: Path, aim: "key" | "value"): number {
  let node = root;
  let offset = root.at;
  for (const segment of path) {
    const found = node.entries?.get(segment);
    if (found === undefined) return offset;
    node = found.node;
    offset = aim === "key" || node.value === "" ? found.keyAt : node.at;
  }
  return offset;
}

interface FoundEntry {
  readonly keyOffset: number;
  readonly value: unknown;
}

function entryOf(node: unknown, segment: string | number): FoundEntry | null {
  if (isSeq(node) && typeof segment === "number") {
    const value = node.items[segment];
    return value === undefined ? null : { keyOffset: offsetIn(value), value };
  }
  if (!isMap(node)) return null;
  // Of keys written twice the last holds, here as in the data.
  const pair = node.items.findLast(
    (item) => isScalar(item.key) && String(item.key.value) === String(segment),
  );
  return pair === undefined ? null : { keyOffset: offsetIn(pair.key), value: pair.value };
}

/** Whether a value was written at all: `rto:` alone has none to point at. */
function hasText(node: unknown): boolean {
  return !(node === null || (isScalar(node) && (node.value === null || node.source === "")));
}

function offsetIn(node: unknown): number {
  const range = (node as { readonly range?: readonly number[] | null } | null)?.range;
  return range?.[0] ?? 0;
}

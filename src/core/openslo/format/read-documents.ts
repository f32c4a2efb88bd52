import { type CST, Parser } from "yaml";
import { invariant } from "../../problem/problem.ts";
import { type Reader, type Slot, settled, takePending, takeTrivia } from "./comments.ts";
import { readTree } from "./read-tree.ts";
import { type DocumentTree, inOneLine, isBlock, type Tree, withoutFirstBlanks } from "./tree.ts";

/** The tokens of one document, and those before it. */
interface Chunk {
  readonly before: CST.Token[];
  document: CST.Document | null;
  end: CST.DocumentEnd | null;
}

interface ReadFile {
  readonly documents: readonly DocumentTree[];
  /** Where keys stand that are no text on one line. */
  readonly oddKeys: readonly number[];
}

/** @param text in which no problem was found, with line breaks of one character */
export function readTrees(text: string): ReadFile {
  const reader: Reader = { text, pending: [], slot: { above: [], beside: null }, oddKeys: [] };
  const chunks = chunksOf([...new Parser().parse(text)]);
  const starts = chunks.map((chunk) => startOf(chunk));
  const documents = chunks.map((chunk, at) => {
    const range = { from: at === 0 ? 0 : (starts[at] ?? 0), to: starts[at + 1] ?? text.length };
    return { ...readChunk(reader, chunk), ...range };
  });
  return { documents, oddKeys: reader.oddKeys };
}

function chunksOf(tokens: readonly CST.Token[]): readonly Chunk[] {
  const chunks: Chunk[] = [];
  const open = (): Chunk => {
    const last = chunks.at(-1);
    if (last?.document === null) return last;
    const next: Chunk = { before: [], document: null, end: null };
    chunks.push(next);
    return next;
  };
  for (const token of tokens) {
    const last = chunks.at(-1);
    if (token.type === "document") open().document = token;
    else if (token.type === "doc-end" && last?.document !== null && last?.end === null) last.end = token;
    else open().before.push(token);
  }
  return chunks;
}

function startOf({ before, document }: Chunk): number {
  return (before[0] ?? document)?.offset ?? 0;
}

function readChunk(reader: Reader, { before, document, end }: Chunk): Omit<DocumentTree, "from" | "to"> {
  const isMarked = document?.start.some(({ type }) => type === "doc-start") ?? true;
  const prelude = readPrelude(reader, before, isMarked);
  const read = document === null ? noDocument : readDocument(reader, document, isMarked);
  const slot: Slot = { above: [], beside: null };
  reader.slot = slot;
  takeTrivia(reader, end?.end);
  return { prelude, ...read, closing: end === null ? null : inOneLine(end.source, slot.beside) };
}

const noDocument = { opening: null, header: [], root: null };

/** Comments above a document that no `---` begins are about the document. */
function readPrelude(reader: Reader, tokens: readonly CST.Token[], isMarked: boolean): readonly string[] {
  const prelude: string[] = [];
  // What stands beside a directive goes below it.
  reader.slot = { above: prelude, beside: "" };
  for (const token of tokens) {
    if (token.type === "directive") prelude.push(...takePending(reader), token.source.trimEnd());
    else if (token.type === "comment") takeTrivia(reader, [token]);
  }
  if (isMarked) prelude.push(...takePending(reader));
  return withoutFirstBlanks(prelude);
}

function readDocument(
  reader: Reader,
  { start, value, end, offset }: CST.Document,
  isMarked: boolean,
): Pick<DocumentTree, "opening" | "header" | "root"> {
  const slot: Slot = { above: [], beside: null };
  reader.slot = slot;
  const lead = takeTrivia(reader, start);
  const root = readTree(reader, value, { slot, lead, at: value?.offset ?? offset, isRoot: true });
  takeTrivia(reader, end);
  const behind = settled(root, reader.pending, -1).map(({ text }) => text);
  reader.pending = [];
  const opening = inOneLine(
    isMarked ? "---" : "",
    lead.text,
    isMarked || lead.text !== "" ? slot.beside : "",
  );
  if (opening === "" && slot.beside !== null) slot.above.push(slot.beside);
  return { opening: opening === "" ? null : opening, ...withHeader(root, slot.above, behind) };
}

/** Comments above the first part are about all, up to the last blank line among them. */
function withHeader(
  root: Tree,
  above: readonly string[],
  behind: readonly string[],
): Pick<DocumentTree, "header" | "root"> {
  if (!isBlock(root)) return { header: above, root };
  const [first, ...others] = root.parts;
  invariant(first !== undefined, "a collection without parts is a value");
  const blank = first.above.lastIndexOf("");
  const header = [...above, ...first.above.slice(0, Math.max(0, blank))];
  const parts = [{ ...first, above: first.above.slice(blank + 1) }, ...others];
  return {
    header: withoutFirstBlanks(header),
    root: { ...root, parts, footer: [...root.footer, ...behind] },
  };
}

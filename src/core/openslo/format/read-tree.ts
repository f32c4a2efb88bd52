import { CST } from "yaml";
import { invariant } from "../../problem/problem.ts";
import { blockText, headerOf } from "./block-text.ts";
import {
  columnOf,
  isBelowBlank,
  isFirstOfLine,
  type Reader,
  settled,
  type Slot,
  takePending,
  takeTrivia,
} from "./comments.ts";
import {
  type Collection,
  inOneLine,
  type Key,
  type Lead,
  type Part,
  type ScalarText,
  type Tree,
} from "./tree.ts";

type Token = CST.Token | null | undefined;

/** A part that is being read. */
interface GrowingPart extends Part, Slot {
  readonly above: string[];
  beside: string | null;
  key: Key | null;
  value: Tree;
}

/** What a value is read for: it is a part's, or what the whole document is. */
interface Holder {
  readonly slot: Slot;
  readonly lead: Lead;
  readonly at: number;
  readonly isRoot: boolean;
}

/** The value that a token stands for, in a text without problems, and its comments. */
export function readTree(reader: Reader, token: Token, holder: Holder): Tree {
  if (token === null || token === undefined) return nothing(holder);
  if (token.type === "flow-collection") return readFlow(reader, token, holder);
  if (token.type === "block-map" || token.type === "block-seq") return readBlock(reader, token, holder);
  if (token.type !== "block-scalar") return scalarText(reader, token, holder);
  holder.slot.above.push(...takePending(reader));
  takeTrivia(reader, headerOf(token));
  return blockText(token, holder.lead);
}

function readBlock(reader: Reader, token: CST.BlockMap | CST.BlockSequence, { lead }: Holder): Collection {
  const kind = token.type === "block-map" ? "map" : "list";
  const column = columnOf(reader.text, firstOf(token));
  const parts = readParts(reader, token, { column, isInline: false });
  return { kind, lead, at: token.offset, isInline: false, column, parts, footer: [] };
}

function nothing({ lead, at }: Holder): ScalarText {
  return { kind: "scalar", lead, at, lines: [""], alias: null };
}

function scalarText(reader: Reader, token: CST.Token, { slot, lead }: Holder): ScalarText {
  invariant(isScalar(token), `no part of a document without problems is a token ${token.type}`);
  // Between a key and its value there is room for no comment once the two stand in one line.
  slot.above.push(...takePending(reader).filter((line) => line !== ""));
  takeTrivia(reader, token.end);
  const lines = token.source
    .split("\n")
    .map((line, at) => (at === 0 ? line : line.replace(/^[ \t]+/, "")).replace(spaceAtEnd, ""));
  const alias = token.type === "alias" ? token.source.slice(1) : null;
  return { kind: "scalar", lead, at: token.offset, lines, alias };
}

/** Counts for nothing before a line break, unless a backslash escapes it. */
const spaceAtEnd = /(?<![\\ \t])[ \t]+$/;

/** One on a line stays there, but for a whole document; one over several lines is read as what it is by indentation. */
function readFlow(reader: Reader, token: CST.FlowCollection, holder: Holder): Tree {
  const { slot, lead, isRoot } = holder;
  const kind = token.start.type === "flow-map-start" ? "map" : "list";
  const close = token.end[0];
  invariant(close !== undefined, "a collection in a document without problems is closed");
  const isInline = !isRoot && !reader.text.slice(token.offset, close.offset).includes("\n");
  const parts = readParts(reader, token, { column: null, isInline });
  const footer = takePending(reader);
  reader.slot = slot;
  takeTrivia(reader, token.end.slice(1));
  if (parts.length > 0) return { kind, lead, at: token.offset, isInline, column: null, parts, footer };
  slot.above.push(...footer.filter((line) => line !== ""));
  return { ...nothing(holder), lines: [kind === "map" ? "{}" : "[]"] };
}

type Items = CST.BlockMap | CST.BlockSequence | CST.FlowCollection;
type Item = CST.CollectionItem;
type Form = Pick<Collection, "column" | "isInline">;

function readParts(reader: Reader, { type, items, ...token }: Items, form: Form): readonly Part[] {
  const isList = type === "block-seq" || ("start" in token && token.start.type === "flow-seq-start");
  const parts: GrowingPart[] = [];
  for (const item of items as readonly Item[]) {
    const opening = item.start.findIndex((each) => !isTrivia(each));
    takeTrivia(reader, opening < 0 ? item.start : item.start.slice(0, opening));
    const at = startOf(item, opening);
    if (at === null) continue;
    const part = openPart(reader, { at, before: parts.at(-1), column: form.column });
    parts.push(part);
    const lead = takeTrivia(reader, opening < 0 ? [] : item.start.slice(opening));
    if (!isList) readEntry(reader, item, { part, lead, at });
    else if (isPair(item)) part.value = pairAlone(reader, item, { part, lead, at, form });
    else part.value = readTree(reader, item.value, { slot: part, lead, at, isRoot: false });
  }
  return parts;
}

/** A key's anchor stands before what the parser takes for the beginning of its map. */
function firstOf({ items, offset }: CST.BlockMap | CST.BlockSequence): number {
  const [first] = items as readonly Item[];
  const opening = first?.start.findIndex((each) => !isTrivia(each)) ?? -1;
  return (first === undefined ? null : startOf(first, opening)) ?? offset;
}

/** `null`: no part begins in it. */
function startOf({ start, key, sep, value }: Item, opening: number): number | null {
  const first = [start[opening], key, sep?.[0], value].find((each) => each !== undefined && each !== null);
  return first?.offset ?? null;
}

interface Opened {
  readonly part: GrowingPart;
  readonly lead: Lead;
  readonly at: number;
}

function readEntry(reader: Reader, { key, sep, value }: Item, { part, lead, at }: Opened): void {
  part.key = readKey(reader, key, { lead, at });
  const before = takeTrivia(reader, sep);
  part.value = readTree(reader, value, { slot: part, lead: before, at: value?.offset ?? at, isRoot: false });
}

/** `[key: value]`: an item that is a map of one entry, without braces. */
function isPair({ start, sep = [] }: Item): boolean {
  return [...start, ...sep].some(({ type }) => type === "explicit-key-ind" || type === "map-value-ind");
}

function pairAlone(
  reader: Reader,
  item: Item,
  { part, lead, at, form }: Opened & { form: Form },
): Collection {
  const entry = emptyPart([]);
  reader.slot = part;
  readEntry(reader, item, { part: entry, lead, at });
  part.above.push(...entry.above.splice(0));
  return { kind: "map", lead: noLead, at, isInline: form.isInline, column: null, parts: [entry], footer: [] };
}

function readKey(reader: Reader, token: Token, { lead, at }: Pick<Opened, "lead" | "at">): Key {
  if (!isScalar(token) || token.type === "alias" || token.source.includes("\n")) {
    reader.oddKeys.push(at);
    return { text: "", name: "", anchor: null, at };
  }
  takeTrivia(reader, token.end);
  const { value } = CST.resolveAsScalar(token);
  return { text: inOneLine(lead.text, token.source), name: value, anchor: lead.anchor, at: token.offset };
}

function isScalar(token: Token): token is CST.FlowScalar {
  const { type } = token ?? { type: null };
  return (
    type === "alias" ||
    type === "scalar" ||
    type === "single-quoted-scalar" ||
    type === "double-quoted-scalar"
  );
}

interface Opening {
  readonly at: number;
  readonly before: Part | undefined;
  readonly column: number | null;
}

/** The pending comments that are not about the part before are about this one. */
function openPart(reader: Reader, { at, before, column }: Opening): GrowingPart {
  const { pending } = reader;
  const own = before === undefined || column === null ? pending : settled(before.value, pending, column);
  reader.pending = [];
  const above = own.map(({ text }) => text);
  if (isFirstOfLine(reader.text, at) && isBelowBlank(reader.text, at)) above.push("");
  const part = emptyPart(above);
  reader.slot = part;
  return part;
}

const noLead: Lead = { text: "", anchor: null };

function emptyPart(above: string[]): GrowingPart {
  const value: ScalarText = { kind: "scalar", lead: noLead, at: 0, lines: [""], alias: null };
  return { key: null, above, beside: null, value };
}

function isTrivia({ type }: { readonly type: string }): boolean {
  return type === "space" || type === "comment" || type === "newline" || type === "comma";
}

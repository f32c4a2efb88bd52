import {
  type Cursor,
  keyAt,
  type Line,
  listOf,
  mapOf,
  nestingMax,
  type PlainEntry,
  type PlainNode,
} from "./plain-node.ts";

/**
 * A value on one line, or a flow collection with what goes on in lines that are deeper than `indent`; only a comment may follow.
 *
 * @returns `null`: it is beyond the plain part of YAML, or wrong
 */
export function inlineNode(cursor: Cursor, indent: number, depth: number): PlainNode | null {
  const node = isFlow(cursor.text, cursor.at)
    ? flowNode(cursor, { indent, depth: depth + 1 })
    : scalarNode(cursor, blockEnd);
  const { end } = cursor.lines[cursor.line] as Line;
  return node !== null && isRest(cursor.text.slice(cursor.at, end)) ? node : null;
}

function isRest(rest: string): boolean {
  return rest === "" || /^ +#/.test(rest);
}

export function isFlow(text: string, at: number): boolean {
  return text[at] === "{" || text[at] === "[";
}

/** What ends a value that is not quoted: a comment; in flow collections, what stands between and around values too. */
const blockEnd = / #/;
const flowEnd = / #|[,[\]{}]/;

const plainStart = /[\w/(\u00a1-\uffff-]/;

function scalarNode(cursor: Cursor, endPattern: RegExp): PlainNode | null {
  const { text, at } = cursor;
  const { end } = cursor.lines[cursor.line] as Line;
  const rest = text.slice(at, end);
  const quote = rest[0];
  if (quote === '"' || quote === "'") return quotedNode(cursor, rest, quote);
  const found = rest.search(endPattern);
  const plain = (found < 0 ? rest : rest.slice(0, found)).trimEnd();
  if (!plainStart.test(plain.charAt(0)) || /:(?: |$)/.test(plain)) return null;
  const value = plainValue(plain);
  if (value === undefined) return null;
  cursor.at = at + plain.length;
  return { at, value, entries: null };
}

function quotedNode(cursor: Cursor, rest: string, quote: string): PlainNode | null {
  const end = rest.indexOf(quote, 1);
  const value = rest.slice(1, Math.max(end, 1));
  // A backslash escapes, and so does the second of two single quotes.
  if (end < 0 || value.includes("\\") || rest[end + 1] === quote) return null;
  const { at } = cursor;
  cursor.at = at + end + 1;
  return { at, value, entries: null };
}

/** Digits that a number keeps. */
const number = /^-?\d{1,9}(?:\.\d{1,6})?$/;
/** What YAML may read as a number written otherwise, as nothing, or as no value at all. */
const doubtful = /^(?:[-+.]*[\d.]*(?:e[-+]?\d*)?|0[xo].*|-.*|null)$/i;

/** @returns `undefined`: it may stand for something that is told only by the whole of YAML */
function plainValue(text: string): string | number | boolean | undefined {
  if (number.test(text)) return Number(text);
  if (/^(?:true|false)$/.test(text)) return text === "true";
  return doubtful.test(text) || /^(?:true|false)$/i.test(text) ? undefined : text;
}

interface Flow {
  readonly indent: number;
  readonly depth: number;
}

function flowNode(cursor: Cursor, flow: Flow): PlainNode | null {
  if (!isFlow(cursor.text, cursor.at)) return scalarNode(cursor, flowEnd);
  if (flow.depth > nestingMax) return null;
  const within = { indent: flow.indent, depth: flow.depth + 1 };
  return cursor.text[cursor.at] === "{" ? flowMap(cursor, within) : flowList(cursor, within);
}

function flowMap(cursor: Cursor, flow: Flow): PlainNode | null {
  const { text, at } = cursor;
  const entries = new Map<string, PlainEntry>();
  const isRead = readItems(cursor, { ...flow, close: "}" }, () => {
    const start = cursor.at;
    const key = keyAt(text, start);
    if (key === null || entries.has(key)) return false;
    cursor.at += key.length + 1;
    const node = skipSpace(cursor, flow) ? flowNode(cursor, flow) : null;
    if (node === null) return false;
    entries.set(key, { keyAt: start, node });
    return true;
  });
  return isRead ? mapOf(at, entries) : null;
}

function flowList(cursor: Cursor, flow: Flow): PlainNode | null {
  const { at } = cursor;
  const items: PlainNode[] = [];
  const isRead = readItems(cursor, { ...flow, close: "]" }, () => {
    const node = flowNode(cursor, flow);
    if (node !== null) items.push(node);
    return node !== null;
  });
  return isRead ? listOf(at, items) : null;
}

/** Items with a comma after each, which the last may lack, up to the bracket that closes. */
function readItems(
  cursor: Cursor,
  flow: Flow & { readonly close: string },
  readItem: () => boolean,
): boolean {
  const { close } = flow;
  cursor.at++;
  if (!skipSpace(cursor, flow)) return false;
  while (cursor.text[cursor.at] !== close) {
    if (!readItem() || !skipSpace(cursor, flow)) return false;
    if (cursor.text[cursor.at] === close) break;
    if (cursor.text[cursor.at] !== ",") return false;
    cursor.at++;
    if (!skipSpace(cursor, flow)) return false;
  }
  cursor.at++;
  return true;
}

/** Passes over spaces and line breaks. @returns whether something stands there, as deep as it must be, with no comment before it */
function skipSpace(cursor: Cursor, { indent }: Flow): boolean {
  const { text, lines } = cursor;
  const { end } = lines[cursor.line] as Line;
  while (cursor.at < end && text[cursor.at] === " ") cursor.at++;
  if (cursor.at < end) return true;
  const next = lines[cursor.line + 1];
  if (next === undefined || next.indent <= indent) return false;
  if (text.slice(cursor.at, next.at).includes("#")) return false;
  cursor.line++;
  cursor.at = next.at;
  return true;
}

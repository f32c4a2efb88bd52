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
import { inlineNode, isFlow } from "./plain-value.ts";

// Most manifests are written in a small part of YAML: maps and lists by indentation, values and flow collections without anchors,
// tags, escapes or text over several lines. That part is read here, in a tenth of the time. Whatever is beyond it, or
// wrong, is left to the YAML parser, which also tells what is wrong: what is read here is read there to the same values and places.

/** Line breaks of other systems, tabs, spaces that are none of ASCII's, and what is no printable text. */
const strange =
  /[^\n\x20-\x7e\u00a1-\u167f\u1681-\u1fff\u2010-\u2027\u2030-\u205e\u2060-\u2fff\u3001-\ud7ff]/;

/** @returns the documents of a file that say anything; `null`: something in it is beyond this part of YAML, or wrong */
export function readPlainYaml(text: string): readonly PlainNode[] | null {
  if (strange.test(text)) return null;
  const documents: PlainNode[] = [];
  for (const lines of documentLines(text)) {
    const [first] = lines;
    if (first === undefined) continue;
    const cursor: Cursor = { text, lines, line: 0, at: first.at };
    const node = first.indent === 0 ? blockNode(cursor, 0) : null;
    if (node === null || cursor.line < lines.length) return null;
    documents.push(node);
  }
  return documents;
}

/** The lines of each document. A line that begins as a marker or a directive, and is more than `---`, is left to be refused. */
function documentLines(text: string): readonly Line[][] {
  let document: Line[] = [];
  const documents = [document];
  for (let start = 0; start < text.length; ) {
    const newLine = text.indexOf("\n", start);
    const next = newLine < 0 ? text.length : newLine;
    const line = lineBetween(text, start, next);
    start = next + 1;
    if (line === null) continue;
    if (line.indent === 0 && line.end - line.at === 3 && text.startsWith("---", line.at)) {
      document = [];
      documents.push(document);
    } else document.push(line);
  }
  return documents;
}

function lineBetween(text: string, start: number, next: number): Line | null {
  let at = start;
  while (at < next && text[at] === " ") at++;
  if (at === next || text[at] === "#") return null;
  let end = next;
  while (text[end - 1] === " ") end--;
  return { indent: at - start, at, end };
}

/** What is written by indentation, from the line that the cursor is in up to the first that is less indented. */
function blockNode(cursor: Cursor, depth: number): PlainNode | null {
  const line = cursor.lines[cursor.line];
  if (line === undefined || depth > nestingMax) return null;
  return isItem(cursor.text, line.at) ? blockList(cursor, line, depth) : blockMap(cursor, line, depth);
}

function isItem(text: string, at: number): boolean {
  return text[at] === "-" && (text[at + 1] === " " || text[at + 1] === "\n");
}

function blockMap(cursor: Cursor, { indent, at }: Line, depth: number): PlainNode | null {
  const { text, lines } = cursor;
  const entries = new Map<string, PlainEntry>();
  for (;;) {
    const line = lines[cursor.line];
    if (line === undefined || line.indent < indent) return mapOf(at, entries);
    const key = line.indent === indent ? keyAt(text, line.at) : null;
    if (key === null || entries.has(key)) return null;
    const node = entryNode(cursor, { indent, from: line.at + key.length + 1, listIndent: indent, depth });
    if (node === null) return null;
    entries.set(key, { keyAt: line.at, node });
  }
}

function blockList(cursor: Cursor, { indent, at }: Line, depth: number): PlainNode | null {
  const { text, lines } = cursor;
  const items: PlainNode[] = [];
  for (;;) {
    const line = lines[cursor.line];
    // Below a key a list may stand as deep as the key, and ends at the next one.
    const isOver = line === undefined || line.indent < indent;
    if (isOver || (line.indent === indent && !isItem(text, line.at))) return listOf(at, items);
    if (line.indent > indent) return null;
    const node = itemNode(cursor, line, depth);
    if (node === null) return null;
    items.push(node);
  }
}

/** A map that begins behind the dash is as deep as its first key. */
function itemNode(cursor: Cursor, line: Line, depth: number): PlainNode | null {
  const { text, lines } = cursor;
  let at = line.at + 1;
  while (text[at] === " ") at++;
  if (at >= line.end || keyAt(text, at) === null) {
    return entryNode(cursor, { indent: line.indent, from: line.at + 1, listIndent: line.indent + 1, depth });
  }
  const first: Line = { indent: line.indent + at - line.at, at, end: line.end };
  lines[cursor.line] = first;
  return blockMap(cursor, first, depth + 1);
}

interface Entry {
  /** What belongs to the entry is deeper than this. */
  readonly indent: number;
  /** Behind the colon or the dash. */
  readonly from: number;
  /** As deep as this a list may stand in the lines below. */
  readonly listIndent: number;
  readonly depth: number;
}

/** What stands behind a colon or a dash, or in the deeper lines below. */
function entryNode(cursor: Cursor, entry: Entry): PlainNode | null {
  const { text, lines } = cursor;
  const { end } = lines[cursor.line] as Line;
  let at = entry.from;
  while (at < end && text[at] === " ") at++;
  return at < end && text[at] !== "#" ? valueNode(cursor, entry, at) : nodeBelow(cursor, entry);
}

/** What is deeper in the line after it is wrong there, and so is what would go on with it. */
function valueNode(cursor: Cursor, { indent, depth }: Entry, at: number): PlainNode | null {
  cursor.at = at;
  const node = inlineNode(cursor, indent, depth);
  cursor.line++;
  return node;
}

function nodeBelow(cursor: Cursor, entry: Entry): PlainNode | null {
  const { text } = cursor;
  cursor.line++;
  const below = cursor.lines[cursor.line];
  if (below === undefined) return null;
  if (below.indent > entry.indent && isFlow(text, below.at)) return valueNode(cursor, entry, below.at);
  const isBelow =
    below.indent > entry.indent || (below.indent === entry.listIndent && isItem(text, below.at));
  return isBelow ? blockNode(cursor, entry.depth + 1) : null;
}

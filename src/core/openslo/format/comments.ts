import type { CST } from "yaml";
import type { Lead, Tree } from "./tree.ts";

/** A comment on a line of its own that nothing has taken yet, or a blank line before one. */
export interface Remark {
  readonly text: string;
  readonly column: number;
}

/** What a comment at the end of a line is about. */
export interface Slot {
  readonly above: string[];
  beside: string | null;
}

/** Reading of a file from its first token to its last; it moves forward. */
export interface Reader {
  readonly text: string;
  pending: Remark[];
  slot: Slot;
  /** Where keys stand that are no text on one line. */
  readonly oddKeys: number[];
}

/** Takes the comments among tokens that stand between others, and answers the anchor and the tag among them. */
export function takeTrivia(reader: Reader, tokens: readonly CST.SourceToken[] = []): Lead {
  const words: string[] = [];
  let anchor: string | null = null;
  for (const { type, source, offset } of tokens) {
    if (type === "comment") takeComment(reader, source.trimEnd(), offset);
    if (type === "anchor") anchor = source.slice(1);
    if (type === "anchor" || type === "tag") words.push(source);
  }
  return { text: words.join(" "), anchor };
}

function takeComment(reader: Reader, text: string, at: number): void {
  if (isFirstOfLine(reader.text, at)) {
    const column = columnOf(reader.text, at);
    if (isBelowBlank(reader.text, at)) reader.pending.push({ text: "", column });
    reader.pending.push({ text, column });
  } else if (reader.slot.beside === null) reader.slot.beside = text;
  // A line has room for one.
  else reader.slot.above.push(text);
}

/** What is pending, as lines; nothing is pending any more. */
export function takePending(reader: Reader): string[] {
  const lines = reader.pending.map(({ text }) => text);
  reader.pending = [];
  return lines;
}

/**
 * Gives comments behind a value to it as far as they are deeper than what it stands in: each to the deepest of its last parts that
 * is not deeper than the comment.
 *
 * @param column of what the value stands in
 * @returns the others, which are about what follows
 */
export function settled(value: Tree, remarks: readonly Remark[], column: number): readonly Remark[] {
  if ((value.kind !== "map" && value.kind !== "list") || value.column === null) return remarks;
  const first = remarks.findIndex((remark) => remark.column <= column);
  const deeper = first < 0 ? remarks : remarks.slice(0, first);
  const last = value.parts.at(-1);
  const own = last === undefined ? deeper : settled(last.value, deeper, value.column);
  // It is being read yet: nobody else holds it before the last comment has found its place.
  (value.footer as string[]).push(...own.map(({ text }) => text));
  return remarks.slice(deeper.length);
}

export function columnOf(text: string, at: number): number {
  return at - lineStart(text, at);
}

/** Looks no further back than to the text before: a file may be a single line. */
export function isFirstOfLine(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === " " || text[before] === "\t") before--;
  return before < 0 || text[before] === "\n";
}

export function isBelowBlank(text: string, at: number): boolean {
  const start = lineStart(text, at);
  return start > 0 && text.slice(lineStart(text, start - 1), start - 1).trim() === "";
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf("\n", at - 1) + 1;
}

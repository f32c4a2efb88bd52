import type { Place, Problem } from "../core/problem/problem.ts";
import { wrapped } from "./layout.ts";
import { shownSafely } from "./foreign-text.ts";

/** Lines shown before and after the one that a problem stands in. */
const linesAround = 2;

/** The lines around a place, with a mark under its column; empty when the text has no such line. */
export function codeFrame(text: string, place: Place, columns: number): string {
  const lines = linesOf(text);
  if (place.line > lines.length) return "";
  const first = Math.max(1, place.line - linesAround);
  const last = Math.min(lines.length, place.line + linesAround);
  const gutter = String(last).length;
  const room = Math.max(20, columns - gutter - 8);
  const column = 1 + shownLine((lines[place.line - 1] ?? "").slice(0, place.column - 1)).length;
  // A long line is shown around the mark, not from its beginning.
  const skipped = Math.max(0, column - Math.floor(room * 0.8));
  const shown: string[] = [];
  for (let line = first; line <= last; line++) {
    const content = shownLine(lines[line - 1] ?? "")
      .slice(skipped, skipped + room)
      .trimEnd();
    const isMarked = line === place.line;
    shown.push(`  ${isMarked ? ">" : " "} ${String(line).padStart(gutter)} | ${content}`.trimEnd());
    if (isMarked) shown.push(`    ${" ".repeat(gutter)} | ${" ".repeat(column - 1 - skipped)}^`);
  }
  return shown.join("\n");
}

/** Written out before it is cut and measured, as all that is shown of a file. */
function shownLine(line: string): string {
  return shownSafely(line.replaceAll("\t", " ").replaceAll(longWord, hiddenKey));
}

/** What may be a key, or a part of one: what is wrong in a file may be that it holds a secret, and what is shown here goes into logs. */
const longWord = /[A-Za-z0-9+/=_-]{40,}/g;
const lettersLeft = 4;

function hiddenKey(word: string): string {
  const isKeyLike = [/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(word));
  return isKeyLike ? word.slice(0, lettersLeft) + "·".repeat(word.length - lettersLeft) : word;
}

/** The text that was cut last, and its lines: problems come file by file, and a large file may have thousands of them. */
let lastCut: { readonly text: string; readonly lines: readonly string[] } = { text: "", lines: [""] };

function linesOf(text: string): readonly string[] {
  if (text !== lastCut.text) {
    const lines = text
      .replace(/^\uFEFF/, "")
      .trimEnd()
      .split(/\r?\n/);
    lastCut = { text, lines };
  }
  return lastCut.lines;
}

/** A problem for people: where, which, what, the lines at fault, why it matters and how to mend it. */
export function framedProblem(
  problem: Problem,
  textOf: (file: string) => string | null,
  columns: number,
): string {
  const { where } = problem;
  const text = where === null ? null : textOf(where.file);
  const frame = where === null || text === null ? "" : codeFrame(text, where, columns);
  const lines = (label: string, told: string): string =>
    wrapped(`${label}${shownSafely(told)}`, { columns, indent: 2 });
  return [
    headline(problem, columns),
    lines("", problem.what),
    ...(frame === "" ? [] : ["", frame, ""]),
    lines("why: ", problem.why),
    lines("mend: ", problem.mend),
    "",
  ].join("\n");
}

/** The same in as few lines as can be acted on: for what is worth knowing and breaks nothing. */
export function briefProblem(problem: Problem, columns: number): string {
  const lines = (told: string): string => wrapped(shownSafely(told), { columns, indent: 2 });
  return [headline(problem, columns), lines(problem.what), lines(`mend: ${problem.mend}`), ""].join("\n");
}

/** The severity of a finding may stand before it. */
const leadMax = "warning ".length;

/** Where, and which; a finding of a rule names the rule too. On two lines where one is too short. */
function headline({ where, code, rule }: Problem & { readonly rule?: string }, columns: number): string {
  const named = rule === undefined ? code : `${code} (${rule})`;
  if (where === null) return named;
  const place = `${shownSafely(where.file)}:${where.line}:${where.column}`;
  const isShort = leadMax + place.length + 1 + named.length <= columns;
  return isShort ? `${place} ${named}` : `${place}\n  ${named}`;
}

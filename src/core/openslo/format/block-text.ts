import type { CST } from "yaml";
import type { BlockText, Lead } from "./tree.ts";

/** By how much everything is indented below what it belongs to. */
export const indentWidth = 2;

/** The lines of a text below `|` or `>`, without what they are indented by. */
export function blockText(token: CST.BlockScalar, lead: Lead): BlockText {
  const written = headerOf(token).find(({ type }) => type === "block-scalar-header")?.source ?? "|";
  const header = written.replace(/\d/, String(indentWidth));
  const keepsBlanks = written.includes("+");
  const lines = linesOf(token, /\d/.exec(written)?.[0]);
  while (!keepsBlanks && lines.at(-1) === "") lines.pop();
  return { kind: "block-text", lead, at: token.offset, header, lines, keepsBlanks };
}

/** What stands between the `|` and the end of its line. */
export function headerOf({ props }: CST.BlockScalar): readonly CST.SourceToken[] {
  // In a text without problems nothing else is among them.
  return props as readonly CST.SourceToken[];
}

/** @param digit how much deeper than their parent the lines are; left out: as deep as the first that is not blank */
function linesOf({ source, indent }: CST.BlockScalar, digit: string | undefined): string[] {
  // Behind the last line break nothing is.
  const lines = source.replace(/\n$/, "").split("\n");
  if (source === "") return [];
  const first = lines.find((line) => /[^ ]/.test(line));
  // Spaces of a text that has nothing else are none of it.
  if (first === undefined) return lines.map(() => "");
  const width = digit === undefined ? widthOf(first) : indent + Number(digit);
  return lines.map((line) => line.slice(Math.min(width, widthOf(line))));
}

function widthOf(line: string): number {
  return /^ */.exec(line)?.[0].length ?? 0;
}

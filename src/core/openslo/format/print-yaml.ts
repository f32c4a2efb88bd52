import { invariant } from "../../problem/problem.ts";
import { indentWidth } from "./block-text.ts";
import {
  type BlockText,
  type Collection,
  type DocumentTree,
  inOneLine,
  isBlock,
  type Part,
  type Tree,
  withoutFirstBlanks,
} from "./tree.ts";

/** Lines, without what they are indented by where they will stand. */
interface Lines {
  readonly lines: readonly string[];
  /** Whether blank lines behind them would become part of the text that they end with. */
  readonly isOpen: boolean;
}

/** Of a collection: the comments above its first part stand apart, for they go above the dash that it may stand behind. */
interface Block extends Lines {
  readonly above: readonly string[];
}

/** A document, and what stands before and behind it. */
export function yamlLines({ prelude, opening, header, root, closing }: DocumentTree): readonly string[] {
  const { above, lines } = root !== null && isBlock(root) ? block(root) : nothing;
  return [
    ...prelude,
    ...(opening === null ? [] : [opening]),
    ...(header.length === 0 ? [] : [...header, ""]),
    ...above,
    ...lines,
    ...(closing === null ? [] : [closing]),
  ];
}

const nothing: Block = { above: [], lines: [], isOpen: false };

function block({ parts, footer }: Collection): Block {
  const blocks = parts.map((part) => (part.key === null ? item(part) : entry(part, `${part.key.text}:`)));
  const behind: Block = { above: footer, lines: [], isOpen: false };
  const all = footer.length === 0 ? blocks : [...blocks, behind];
  const lines = all.flatMap((each, at) => {
    if (at === 0) return each.lines;
    const isBehindOpen = all[at - 1]?.isOpen === true;
    return [...(isBehindOpen ? withoutFirstBlanks(each.above) : each.above), ...each.lines];
  });
  return { above: withoutFirstBlanks(all[0]?.above ?? []), lines, isOpen: all.at(-1)?.isOpen === true };
}

/** @param head the key and its colon, or a dash */
function entry({ above, beside, value }: Part, head: string): Block {
  if (value.kind === "block-text") return { above, ...textBelow(value, head, beside) };
  if (!isBlock(value)) {
    const { lead } = value;
    const [start = "", ...rest] = value.kind === "scalar" ? value.lines : [inlineText(value)];
    const lines = [inOneLine(head, lead.text, start), ...rest.map(indented)];
    return { above, lines: [...lines.slice(0, -1), inOneLine(lines.at(-1) ?? "", beside)], isOpen: false };
  }
  const within = block(value);
  const lines = [...within.above, ...within.lines].map(indented);
  return { above, lines: [inOneLine(head, value.lead.text, beside), ...lines], isOpen: within.isOpen };
}

function textBelow(
  { lead, header, lines, keepsBlanks }: BlockText,
  head: string,
  beside: string | null,
): Lines {
  return { lines: [inOneLine(head, lead.text, header, beside), ...lines.map(indented)], isOpen: keepsBlanks };
}

/** A collection in a list begins behind the dash, with what is told of its first part above. */
function item(part: Part): Block {
  const { above, beside, value } = part;
  if (!isBlock(value) || value.lead.text !== "") return entry(part, "-");
  const within = block(value);
  const [start = "", ...rest] = within.lines;
  const told = [...above, ...(beside === null ? [] : [beside]), ...within.above];
  return { above: told, lines: [`- ${start}`, ...rest.map(indented)], isOpen: within.isOpen };
}

function indented(line: string): string {
  return line === "" ? "" : `${" ".repeat(indentWidth)}${line}`;
}

function inlineText(value: Tree): string {
  if (value.kind === "scalar") return value.lines.join(" ");
  invariant(value.kind !== "block-text", "text on lines of its own stands in no braces");
  const parts = value.parts.map((part) => {
    const text = inOneLine(part.value.lead.text, inlineText(part.value));
    return part.key === null ? text : inOneLine(`${part.key.text}:`, text);
  });
  return value.kind === "map" ? `{ ${parts.join(", ")} }` : `[${parts.join(", ")}]`;
}

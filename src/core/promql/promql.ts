import { parser } from "@prometheus-io/lezer-promql";
import { invariant } from "../problem/problem.ts";

/** A query that can be parsed, and what of it matters here. */
export interface Query {
  /** With five minutes where it leaves its window open. */
  readonly text: string;
  /** As it was written; `null`: it leaves no window open. */
  readonly open: string | null;
  /** Selectors without a range, each with what its `offset` or `@` reaches to. */
  readonly instants: readonly Selector[];
  /** Whether any selector has a range of its own. */
  readonly hasRange: boolean;
  readonly outermost: Outermost;
  readonly answers: Answers;
}

/** What it comes to: series at an instant, series over a range, one number, a text. */
export type Answers = "series" | "ranges" | "number" | "text";

interface Selector {
  readonly begin: number;
  /** Where its braces end; a range stands here. */
  readonly end: number;
  /** Where its offset ends. */
  readonly outerEnd: number;
}

/** An aggregation around all of it; `labels`: by which, where it says so. */
export type Outermost =
  | { readonly kind: "sum"; readonly labels: readonly string[] }
  | { readonly kind: "other-aggregation" }
  | { readonly kind: "none" };

export type ReadQuery =
  | { readonly ok: true; readonly query: Query }
  /** From which character on it cannot be read, counted from 0, and why. */
  | { readonly ok: false; readonly offset: number; readonly because: string };

/** What stands for the window in a query that says itself where its window goes, as Sloth has it. */
const windowTemplate = /\{\{\s*\.window\s*\}\}/g;

/** What generators leave behind when they were not run. */
const otherTemplates = /\{\{|\$__\w+|\$\{|\[\[/;

/** @param window what stands where the query leaves its window open */
export function readPromQl(written: string, window = "5m"): ReadQuery {
  const given = withoutComments(written);
  const text = given.replaceAll(windowTemplate, window);
  const template = text.search(otherTemplates);
  if (template >= 0) return { ok: false, offset: template, because: "a template was left in it" };
  if (text.trim() === "") return { ok: false, offset: 0, because: "it is empty" };
  const read = walked(text);
  return read.ok && text !== given ? { ok: true, query: { ...read.query, open: given } } : read;
}

/** With blanks in their place: what is made of a query goes on behind it. */
function withoutComments(text: string): string {
  if (!text.includes("#")) return text;
  let plain = text;
  parser.parse(text).iterate({
    enter: ({ name, from, to }) => {
      if (name === "LineComment") plain = plain.slice(0, from) + " ".repeat(to - from) + plain.slice(to);
    },
  });
  return plain;
}

interface Seen {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function walked(text: string): ReadQuery {
  const above: Seen[] = [];
  const instants: Selector[] = [];
  const broken: number[] = [];
  let hasRange = false;
  const tree = parser.parse(text);
  tree.iterate({
    enter: (node) => {
      const { name, from, to } = node;
      if (node.type.isError) broken.push(from);
      if (name === "MatrixSelector") hasRange = true;
      if (name === "VectorSelector" && !above.some((each) => each.name === "MatrixSelector"))
        instants.push({ begin: from, end: selectorEnd(text, { from, to }), outerEnd: shiftedEnd(above, to) });
      above.push({ name, from, to });
    },
    leave: () => void above.pop(),
  });
  const [offset] = broken;
  if (offset !== undefined) return { ok: false, offset, because: "it cannot be read from there on" };
  return {
    ok: true,
    query: {
      ...{ text, open: null, instants, hasRange },
      outermost: outermostOf(tree.topNode.firstChild, text),
      answers: answersOf(tree.topNode.firstChild),
    },
  };
}

/** The parser counts blanks behind a selector to it. */
function selectorEnd(text: string, { from, to }: { readonly from: number; readonly to: number }): number {
  return from + text.slice(from, to).trimEnd().length;
}

/** Of a selector with an `offset` or an `@`, where those end. */
function shiftedEnd(above: readonly Seen[], own: number): number {
  let end = own;
  for (const { name, to } of above.toReversed()) {
    if (name !== "OffsetExpr" && name !== "StepInvariantExpr") break;
    end = to;
  }
  return end;
}

type Node = NonNullable<ReturnType<typeof parser.parse>["topNode"]["firstChild"]>;

function outermostOf(root: Node | null, text: string): Outermost {
  let node = root;
  while (node?.name === "ParenExpr") node = node.firstChild;
  return node?.name === "AggregateExpr" ? aggregationOf(node, text) : { kind: "none" };
}

function answersOf(node: Node | null): Answers {
  switch (node?.name) {
    case "ParenExpr":
    case "OffsetExpr":
    case "StepInvariantExpr":
      return answersOf(node.firstChild);
    case "UnaryExpr":
      return answersOf(node.lastChild);
    case "BinaryExpr":
      return [node.firstChild, node.lastChild].every((side) => answersOf(side) === "number")
        ? "number"
        : "series";
    case "FunctionCall":
      return numberFunctions.some((each) => isCall(node, each)) ? "number" : "series";
    case "NumberDurationLiteral":
      return "number";
    case "StringLiteral":
      return "text";
    case "MatrixSelector":
    case "SubqueryExpr":
      return "ranges";
    case undefined:
    default:
      return "series";
  }
}

const numberFunctions = ["Scalar", "Time", "Pi"] as const;

function isCall(node: Node, name: string): boolean {
  return (node.getChild("FunctionIdentifier")?.getChild(name) ?? null) !== null;
}

function aggregationOf(node: Node, text: string): Outermost {
  const modifier = node.getChild("AggregateModifier");
  const isSum = (node.getChild("AggregateOp")?.getChild("Sum") ?? null) !== null;
  const isBy = modifier?.getChild("By") !== null;
  if (!isSum || !isBy) return { kind: "other-aggregation" };
  const names = modifier?.getChild("GroupingLabels")?.getChildren("LabelName") ?? [];
  return { kind: "sum", labels: names.map(({ from, to }) => text.slice(from, to)) };
}

/** How a selector is asked over a window: `rate` of a counter, the mean of a gauge. */
export interface Window {
  readonly over: "rate" | "avg_over_time";
  readonly length: string;
}

/** A query with a window where it leaves one open. */
export function withWindow({ text, open }: Query, length: string): string {
  return open === null ? text : open.replaceAll(windowTemplate, length);
}

/** The query over a window: every selector that has no range is given one. */
export function overWindow(query: Query, { over, length }: Window): string {
  const { text, instants } = query.open === null ? query : reread(query, length);
  const edits = instants.flatMap(({ begin, end, outerEnd }) => [
    { at: begin, put: `${over}(` },
    { at: end, put: `[${length}]` },
    { at: outerEnd, put: ")" },
  ]);
  let asked = "";
  let from = 0;
  for (const { at, put } of edits.toSorted((a, b) => a.at - b.at)) {
    asked += text.slice(from, at) + put;
    from = at;
  }
  return asked + text.slice(from);
}

function reread(query: Query, length: string): Query {
  const read = readPromQl(withWindow(query, length));
  invariant(read.ok, "a query that can be read with one window can be read with another");
  return read.query;
}

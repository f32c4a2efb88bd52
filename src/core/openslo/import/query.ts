/** What stands for the window in a query that says itself where its window goes. */
export const windowTemplate = "{{.window}}";

/** The same as templates of Go may have it: with blanks, and with hyphens that eat the blanks around. */
const anyWindow = /\{\{-?\s*\.window\s*-?\}\}/g;

const quoted = `"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'|\`[^\`]*\``;
const matchers = `\\{(?:${quoted}|[^"'\`{}])*\\}`;
const selector = `[a-zA-Z_:][a-zA-Z0-9_:]*(?:\\s*${matchers})?|${matchers}`;
const by = `by\\s*\\(([\\w\\s,]*)\\)`;

const wholeSelector = new RegExp(`^\\s*(?:${selector})\\s*$`);
const summedRate = new RegExp(
  `^\\s*sum\\s*(?:${by})?\\s*\\(\\s*(rate|increase)\\s*\\(\\s*(${selector})\\s*\\[\\s*\\{\\{\\.window\\}\\}\\s*\\]\\s*\\)\\s*\\)\\s*(?:${by})?\\s*$`,
);

/** The query with its window written in one way. */
export function withPlainWindow(query: string): string {
  return query.trim().replaceAll(anyWindow, windowTemplate);
}

/** Whether there is a template in it that is not of the window. */
export function hasOtherTemplate(query: string): boolean {
  return withPlainWindow(query).replaceAll(windowTemplate, "").includes("{{");
}

export function hasWindow(query: string): boolean {
  return withPlainWindow(query).includes(windowTemplate);
}

/** Whether it is the name of a metric, with or without matchers, and nothing around it. */
export function isSelector(text: string): boolean {
  return wholeSelector.test(text);
}

/** Counters, the sum of whose rates a query asks for. */
export interface CounterSum {
  readonly selector: string;
  readonly per: "rate" | "increase";
  /** Labels by which it is summed. */
  readonly by: readonly string[];
}

/** @returns `null`: the query asks for anything else. */
export function counterSum(query: string): CounterSum | null {
  const found = summedRate.exec(withPlainWindow(query));
  if (found === null) return null;
  const [, before, per, counters = "", behind] = found;
  if (before !== undefined && behind !== undefined) return null;
  return {
    selector: counters.trim(),
    per: per === "rate" ? "rate" : "increase",
    by: (before ?? behind ?? "")
      .split(",")
      .map((label) => label.trim())
      .filter((label) => label !== ""),
  };
}

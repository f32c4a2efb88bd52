import { readPromQl } from "./promql.ts";

/** The labels that a selector asks for. */
export interface Matchers {
  /** `null`: any. */
  readonly metric: string | null;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: "=" | "!=" | "=~" | "!~";
  readonly value: string;
}

/** @param selector that the parser has read, without range and offset */
export function matchersOf(selector: string): Matchers {
  const [, metric = "", braces = ""] = /^\s*([^{\s]*)\s*(?:\{([^]*)\})?/.exec(selector) ?? [];
  const found = braces.matchAll(
    /([a-zA-Z_][\w]*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`)/g,
  );
  const matchers = [...found].map(([, label = "", operator = "=", quoted = '""']) => ({
    label,
    operator: operator as Matcher["operator"],
    value: unquoted(quoted),
  }));
  const named = matchers.find(({ label, operator }) => label === "__name__" && operator === "=");
  return {
    metric: metric === "" ? (named?.value ?? null) : metric,
    matchers: matchers.filter(({ label }) => label !== "__name__"),
  };
}

/** Whether a text is what may stand between the braces of a selector, and ends there. */
export function areMatchers(text: string): boolean {
  const selector = `x{${text}}`;
  const read = readPromQl(selector);
  const [only, ...others] = read.ok ? read.query.instants : [];
  return only?.begin === 0 && only.end === selector.length && others.length === 0;
}

function unquoted(text: string): string {
  const inner = text.slice(1, -1);
  return text.startsWith("`") ? inner : inner.replaceAll(/\\(.)/g, "$1");
}

export function isMatched({ operator, value }: Matcher, given: string): boolean {
  switch (operator) {
    case "=":
      return given === value;
    case "!=":
      return given !== value;
    case "=~":
      return isLike(value, given) === true;
    case "!~":
      return isLike(value, given) === false;
  }
}

/** @returns `null` where the pattern is none here: Prometheus has a syntax of its own for some */
function isLike(pattern: string, given: string): boolean | null {
  try {
    return new RegExp(`^(?:${pattern})$`).test(given);
  } catch {
    return null;
  }
}

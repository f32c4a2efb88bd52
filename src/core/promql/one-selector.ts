import { type Matchers, matchersOf } from "./matchers.ts";
import type { Query } from "./promql.ts";

/** A selector that names its metric. */
export type NamedSelector = Matchers & { readonly metric: string };

/** The one selector of a query, whatever is done with it; `null`: there are more, or it has a range of its own. */
export function onlySelector({ text, instants, hasRange }: Query): NamedSelector | null {
  const [only, ...others] = instants;
  if (only === undefined || others.length > 0 || hasRange) return null;
  const { metric, matchers } = matchersOf(text.slice(only.begin, only.end));
  return metric === null ? null : { metric, matchers };
}

/** Whether of one series a query answers what that shows: it is a selector, or one that is summed up in a way that leaves one series as it is. */
export function answersAsItIs({ text, instants }: Query): boolean {
  const [only] = instants;
  if (only === undefined) return false;
  const around = `${text.slice(0, only.begin)}$${text.slice(only.end)}`.replaceAll(/\s+/g, "");
  const by = String.raw`(?:by\([\w,]*\))?`;
  return new RegExp(`^(?:\\$|(?:sum|avg|max|min)${by}\\(\\$\\)${by})$`).test(around);
}

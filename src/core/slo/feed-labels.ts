import { isMatched, type Matcher } from "../promql/matchers.ts";
import type { Labels } from "./prometheus.ts";

/** Labels that satisfy every matcher. */
export function labelsFor(matchers: readonly Matcher[], group: Labels): Labels | null {
  const labels: Record<string, string> = { ...group };
  for (const label of new Set(matchers.map((each) => each.label))) {
    const own = matchers.filter((each) => each.label === label);
    const value = candidatesOf(own).find((each) => own.every((matcher) => isMatched(matcher, each)));
    if (value === undefined) return null;
    if (value !== "") labels[label] = value;
  }
  return labels;
}

/** Labels that satisfy these and break one of those. */
export function labelsBeside(
  these: readonly Matcher[],
  those: readonly Matcher[],
  group: Labels,
): Labels | null {
  for (const broken of those) {
    const own = [...these.filter((each) => each.label === broken.label)];
    const value = candidatesOf([...own, broken]).find(
      (each) => !isMatched(broken, each) && own.every((matcher) => isMatched(matcher, each)),
    );
    const others = labelsFor(
      these.filter((each) => each.label !== broken.label),
      group,
    );
    if (value !== undefined && others !== null) return { ...others, [broken.label]: value };
  }
  return null;
}

/** Values that labels of this kind often have; and what a pattern lists. */
const usual = [
  "200",
  "404",
  "429",
  "500",
  "503",
  "2xx",
  "5xx",
  "ok",
  "success",
  "error",
  "false",
  "true",
  "1",
  "",
];

function candidatesOf(matchers: readonly Matcher[]): readonly string[] {
  const listed = matchers.flatMap(({ value }) =>
    value.split("|").map((each) =>
      each
        .replaceAll(/\.[*+]/g, "x")
        .replaceAll(".", "0")
        .replaceAll(/[()^$\\?+*]/g, ""),
    ),
  );
  return [...listed, ...matchers.map(({ value }) => value), ...usual, "another"];
}

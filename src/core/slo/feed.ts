import { isMatched, type Matcher, type Matchers, matchersOf } from "../promql/matchers.ts";
import type { Query } from "../promql/promql.ts";
import type { Labels } from "./prometheus.ts";
import type { Slo } from "./slo.ts";

/** A series that rules are tried with: its name and labels, and what of the events it counts. */
export interface FedSeries {
  readonly metric: string;
  readonly labels: Labels;
  readonly counts: "all" | "good" | "bad";
}

/**
 * Series that the queries of an indicator count as good and bad events.
 *
 * @returns `null`: its queries are more than one selector each, or no labels were found that fit one and not the other
 */
export function fedSeries({ indicator, groupBy }: Slo): readonly FedSeries[] | null {
  if (indicator.kind !== "events" || indicator.metric !== "counter") return null;
  const group = Object.fromEntries(groupBy.map((label) => [label, "one"]));
  const total = onlySelector(indicator.total);
  const part = onlySelector(indicator.part.query);
  if (total === null || part === null) return null;
  const asked: Asked = { total, part, kind: indicator.part.kind, group };
  return total.metric === part.metric ? ofOneMetric(asked) : ofTwoMetrics(asked);
}

type Counted = Matchers & { readonly metric: string };

interface Asked {
  readonly total: Counted;
  readonly part: Counted;
  readonly kind: "good" | "bad";
  readonly group: Labels;
}

/** The events of one kind, and the others beside them. */
function ofOneMetric({ total, part, kind, group }: Asked): readonly FedSeries[] | null {
  const ofPart = labelsFor([...total.matchers, ...part.matchers], group);
  const others = labelsBeside(total.matchers, part.matchers, group);
  if (ofPart === null || others === null) return null;
  return [
    { metric: part.metric, labels: ofPart, counts: kind },
    { metric: total.metric, labels: others, counts: kind === "bad" ? "good" : "bad" },
  ];
}

/** A metric for all events and another for some of them. */
function ofTwoMetrics({ total, part, kind, group }: Asked): readonly FedSeries[] | null {
  const ofTotal = labelsFor(total.matchers, group);
  const ofPart = labelsFor(part.matchers, group);
  if (ofTotal === null || ofPart === null) return null;
  return [
    { metric: total.metric, labels: ofTotal, counts: "all" },
    { metric: part.metric, labels: ofPart, counts: kind },
  ];
}

function onlySelector({ text, instants, hasRange }: Query): Counted | null {
  const [only, ...others] = instants;
  if (only === undefined || others.length > 0 || hasRange) return null;
  const { metric, matchers } = matchersOf(text.slice(only.begin, only.end));
  return metric === null ? null : { metric, matchers };
}

/** Labels that satisfy every matcher. */
function labelsFor(matchers: readonly Matcher[], group: Labels): Labels | null {
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
function labelsBeside(these: readonly Matcher[], those: readonly Matcher[], group: Labels): Labels | null {
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

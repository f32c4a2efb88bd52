import { isMatched, matchersOf } from "../promql/matchers.ts";
import type { Query } from "../promql/promql.ts";
import { compared, dividedBy, type Exact, exact, formulaText } from "../units/exact.ts";
import type { Exposition } from "./exposition.ts";
import type { Labels } from "./prometheus.ts";
import { inUnit } from "./series.ts";
import type { Indicator, Slo } from "./slo.ts";

type Histogram = Indicator & { readonly kind: "histogram" };

/** What of an SLO does not fit what is measured. */
export interface Misfit {
  readonly code: "slo/no-bucket-edge" | "slo/absent-metric";
  readonly what: string;
  readonly mend: string;
}

/**
 * Bounds at which no bucket ends, and metrics that are not there.
 *
 * @param exposition what servers export; `null`: only edges that are known of a runtime are held against bounds
 */
export function misfitsOf(slo: Slo, exposition: Exposition | null): readonly Misfit[] {
  const cuts = cutsOf(slo).filter(({ histogram }) => histogram.buckets === "classic");
  if (exposition === null) return cuts.flatMap((cut) => offEdge(cut, cut.histogram.known?.edges ?? null));
  const absent = queriesOf(slo.indicator).flatMap((query) => absentIn(query, exposition));
  return [
    ...absent,
    ...cuts.flatMap((cut) => {
      const edges = edgesIn(cut.histogram, exposition);
      return edges === null ? [absentHistogram(cut.histogram, exposition)] : offEdge(cut, edges);
    }),
  ];
}

interface Cut {
  readonly histogram: Histogram;
  readonly bound: Exact;
}

function cutsOf({ indicator, objectives }: Slo): readonly Cut[] {
  if (indicator.kind === "goodput") return indicator.within;
  if (indicator.kind !== "histogram") return [];
  return objectives.flatMap(({ bound }) =>
    bound === null ? [] : [{ histogram: indicator, bound: bound.value }],
  );
}

/** @param edges in the unit of the histogram; `null`: nothing is known of them */
function offEdge({ histogram, bound }: Cut, edges: readonly number[] | null): readonly Misfit[] {
  const cut = inUnit(histogram.unit, bound);
  const known = (edges ?? []).map((edge) => exact(edge));
  if (edges === null || known.some((edge) => compared(edge, cut) === 0)) return [];
  const below = known.filter((edge) => compared(edge, cut) < 0).at(-1);
  const above = known.find((edge) => compared(edge, cut) > 0);
  const nearest = [below, above].flatMap((edge) => (edge === undefined ? [] : [asWritten(histogram, edge)]));
  const of = histogram.known === null ? "" : ` of ${histogram.known.of}`;
  const what = `no bucket of ${histogram.selector.text}${of} ends at ${formulaText(bound)}`;
  const ends =
    nearest.length === 0 ? "it has no buckets: name another histogram" : `write ${nearest.join(" or ")}`;
  return [{ code: "slo/no-bucket-edge", what, mend: `${ends}, where the nearest ones end` }];
}

function asWritten({ unit }: Histogram, edge: Exact): string {
  return formulaText(unit === "as-written" ? edge : dividedBy(edge, exact("1000")));
}

function edgesIn({ selector }: Histogram, exposition: Exposition): readonly number[] | null {
  const { metric, matchers } = matchersOf(selector.text);
  const found = seriesOf({ metric: `${metric ?? ""}_bucket`, matchers }, exposition);
  if (found.length === 0) return null;
  const edges = found.flatMap(({ le = "+Inf" }) => (le === "+Inf" ? [] : [Number(le)]));
  return [...new Set(edges)].sort((a, b) => a - b);
}

/** A label that a server does not export is one of its target, which Prometheus adds: nothing is known of its value here. */
function seriesOf(
  { metric, matchers }: ReturnType<typeof matchersOf>,
  { series }: Exposition,
): readonly Labels[] {
  const all = series.get(metric ?? "") ?? [];
  const own = matchers.filter(({ label }) => all.some((labels) => label in labels));
  return all.filter((labels) => own.every((matcher) => isMatched(matcher, labels[matcher.label] ?? "")));
}

function queriesOf(indicator: Indicator): readonly Query[] {
  switch (indicator.kind) {
    case "events":
      return [indicator.total, indicator.part.query];
    case "ratio":
      return [indicator.raw];
    case "value":
      return [indicator.query];
    case "histogram":
      return [];
    case "goodput":
      return [indicator.total, indicator.failed];
  }
}

function absentIn({ text, instants }: Query, exposition: Exposition): readonly Misfit[] {
  const absent = instants
    .map(({ begin, end }) => text.slice(begin, end))
    .filter((selector) => {
      const asked = matchersOf(selector);
      return asked.metric !== null && seriesOf(asked, exposition).length === 0;
    });
  return [...new Set(absent)].map((selector) => absentMisfit(selector, exposition));
}

function absentHistogram({ selector }: Histogram, exposition: Exposition): Misfit {
  return absentMisfit(`${selector.text}, as a histogram with buckets,`, exposition);
}

function absentMisfit(selector: string, { files }: Exposition): Misfit {
  return {
    code: "slo/absent-metric",
    what: `${selector} is not in ${files.join(", ")}`,
    mend: "look at its name and labels; a counter that has counted nothing yet may not be shown, so ask the server once more after such an event",
  };
}

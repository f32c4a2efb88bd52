import { nearestNumber } from "../../units/exact.ts";
import type { Seconds } from "../../units/units.ts";
import { budgetOf, burnTiers, raised } from "../burn-tiers.ts";
import { burnWindows } from "../burn-windows.ts";
import { compositeWindows } from "../composite.ts";
import { lookbackOf } from "../conditions.ts";
import { type Measure, measuresOf } from "../measures.ts";
import type { Labels } from "../prometheus.ts";
import { measuredSeries } from "../rules.ts";
import type { Series } from "../series.ts";
import type { CompositeSlo, Objective, Period, Promised, Slo } from "../slo.ts";
import type { EventGuard } from "./low-traffic.ts";

/** Something that has a status: an objective of an SLO, or a composite as a whole. */
export interface Reading {
  readonly promised: Promised;
  readonly component: string | null;
  /** That its series carry. */
  readonly labels: Labels;
  readonly groupBy: readonly string[];
  readonly period: Period;
  readonly windows: readonly Seconds[];
  /** How many events its alerts by burn rates want, fastest first. */
  readonly guards: readonly EventGuard[];
  readonly of: Read;
}

type Read =
  | {
      readonly kind: "objective";
      readonly target: number;
      /** Share that may be bad. */
      readonly budget: number;
      readonly series: Pick<Series, "every" | "isCounted"> & RawNames;
    }
  | { readonly kind: "composite" };

/** Names of the two series that all else is made of. */
export interface RawNames {
  readonly bad: string;
  readonly total: string;
}

/** All that promises make to be shown: objectives, composites, and the parts of these. */
export function readingsOf(slos: readonly Slo[], composites: readonly CompositeSlo[]): readonly Reading[] {
  return [
    ...slos.flatMap(ofSlo),
    ...composites.flatMap((composite) => [
      ofComposite(composite),
      ...composite.components.flatMap(({ slo }) => ofSlo(slo)),
    ]),
  ];
}

function ofSlo(slo: Slo): readonly Reading[] {
  return measuresOf(slo).flatMap((measure) => measure.objectives.map((each) => ofObjective(measure, each)));
}

function ofObjective(measure: Measure, objective: Objective): Reading {
  const { slo, labels } = measure;
  const { bad, total, every, isCounted, sample } = measuredSeries(measure);
  const tiers = burnWindows(slo.period.length).filter(({ short }) => short >= sample);
  const lookbacks = slo.alerting.conditions.map((each) => lookbackOf(each, sample));
  const windows = [sample, ...tiers.flatMap(({ short, long }) => [short, long]), ...lookbacks];
  return {
    ...{ promised: slo, component: slo.component, labels, groupBy: slo.groupBy, period: slo.period },
    ...{ windows: inOrder(windows), guards: guardsOf(slo, objective, { isCounted, sample }) },
    of: {
      kind: "objective",
      target: nearestNumber(objective.target),
      budget: nearestNumber(budgetOf(objective)),
      series: { every, isCounted, bad: nameIn(bad), total: nameIn(total) },
    },
  };
}

function guardsOf(
  { period, alerting }: Slo,
  objective: Objective,
  { isCounted, sample }: Pick<Series, "isCounted" | "sample">,
): readonly EventGuard[] {
  if (!isCounted) return [];
  return raised(alerting, burnTiers(period.length, objective))
    .filter(({ short }) => short >= sample)
    .map(({ long, eventsMin }) => ({ window: long, eventsMin: alerting.eventsMin ?? eventsMin }));
}

function nameIn(selector: string): string {
  return selector.replace(/\{.*$/s, "");
}

function ofComposite(composite: CompositeSlo): Reading {
  const { name, service, period } = composite;
  return {
    ...{ promised: composite, component: null, labels: { slo: name, service }, groupBy: [], period },
    ...{ windows: compositeWindows(composite), guards: [] },
    of: { kind: "composite" },
  };
}

function inOrder(windows: readonly Seconds[]): readonly Seconds[] {
  return [...new Set(windows)].sort((a, b) => a - b);
}

import type { Journey, Model } from "../model/model.ts";
import { decimalText, exact } from "../units/exact.ts";

/** On an SLO: the journey whose availability it promises. */
export const journeyAnnotation = "holdfast.dev/journey";

/** What probes count of each journey, under the label `journey`. */
export const journeyCounters = {
  total: "holdfast_journey_attempts_total",
  bad: "holdfast_journey_failures_total",
} as const;

export interface JourneySlo {
  readonly journey: string;
  /** An OpenSLO document. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** Names of the model are as long as those of OpenSLO; with this at their end they may be too long. */
const nameMax = 63;

/**
 * The availability objectives of journeys as SLOs, where a journey has one and no SLO says that it is about the journey. What is
 * measured is bad whatever failed, so the widest scope counts: the least availability that is asked for.
 *
 * @param given journeys that an SLO is about already
 */
export function journeySlos(
  { journeys, platform }: Model,
  given: ReadonlySet<string>,
): readonly JourneySlo[] {
  return [...journeys.values()].flatMap((journey) => {
    const shares = journey.objectives.flatMap(({ availability }) =>
      availability === null ? [] : [availability],
    );
    if (shares.length === 0 || given.has(journey.name)) return [];
    const target = Math.min(...shares);
    return target >= 1
      ? []
      : [{ journey: journey.name, document: documentOf(journey, target, platform.name) }];
  });
}

function documentOf({ name, owner }: Journey, target: number, service: string): JourneySlo["document"] {
  const query = (metric: string): object => ({
    metricSource: { type: "Prometheus", spec: { query: `${metric}{journey="${name}"}` } },
  });
  const called = `${name.slice(0, nameMax - "-availability".length).replace(/-+$/, "")}-availability`;
  return {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: called, annotations: { [journeyAnnotation]: name } },
    spec: {
      description: `The availability that the journey ${name} of ${owner} promises, by what probes find.`,
      service,
      indicator: {
        metadata: { name: called },
        spec: {
          ratioMetric: {
            counter: true,
            bad: query(journeyCounters.bad),
            total: query(journeyCounters.total),
          },
        },
      },
      timeWindow: [{ duration: "30d", isRolling: true }],
      budgetingMethod: "Occurrences",
      objectives: [{ target: Number(decimalText(exact(target)) ?? target) }],
    },
  };
}

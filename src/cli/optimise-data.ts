import type { DesignPoint, JudgedDesign, Optimum } from "../core/optimise/optimise.ts";

type Data = Readonly<Record<string, unknown>>;

/** The designs that are worth their money, for programs. */
export function optimiseData(optimum: Optimum): Data {
  const { choices, weightedBy, currency, looked } = optimum;
  return {
    exact: looked.isExact,
    ...{ designs: looked.designs, evaluations: looked.evaluations, settledRatio: looked.settled },
    ...{ currency, weightedBy, choices },
    front: optimum.front.map(pointData),
    today: judgedData(optimum.today),
    singleChanges: optimum.singleChanges.map(judgedData),
    constraints: optimum.limits,
    ...{ unattainable: optimum.unattainable, missing: optimum.missing },
  };
}

function pointData(point: DesignPoint): Data {
  return {
    changes: point.changes,
    costMicrosPerMonth: point.cost?.microsPerMonth ?? null,
    carbonGramsPerMonth: point.carbon,
    unavailabilityRatio: point.unavailability,
    downtimeMinutesPerYear: point.minutesPerYear,
    costMicrosPerMinuteRemoved: point.pricePerMinute?.microsPerMonth ?? null,
    missedObjectives: point.missed,
  };
}

function judgedData({ verdict, ...point }: JudgedDesign): Data {
  return { ...pointData(point), verdict };
}

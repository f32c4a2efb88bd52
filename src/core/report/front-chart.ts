import type { DesignPoint, Optimum } from "../optimise/optimise.ts";
import { countedText } from "../units/shown.ts";
import type { FrontChart, FrontDesign } from "./document.ts";

/** The designs that no other one beats, beside today's and what one change alone would come to. */
export function frontChartOf({ front, today, singleChanges, currency, looked }: Optimum): FrontChart {
  const others = [today, ...singleChanges].filter(
    (each) => each.verdict.kind !== "on-front" && (each === today || !weighsTheSame(each, today)),
  );
  const extent = looked.isExact ? "" : "; the front is the best that was seen";
  return {
    ...{ kind: "front", file: "architecture-designs.svg" },
    title: `Predicted, nothing measured${extent}`,
    meaning: `${countedText(front.length, "design")} that no other one beats, and ${others.length} beside them, by predicted cost a month, minutes down a year and carbon a month${extent}`,
    currency,
    designs: [
      ...others.map((each) => designOf(each, null)),
      ...front.map((each, at) => designOf(each, at + 1)),
    ],
  };
}

/** One on top of the other, their marks would read as one design's. */
function weighsTheSame(a: DesignPoint, b: DesignPoint): boolean {
  return (
    a.minutesPerYear === b.minutesPerYear &&
    a.carbon === b.carbon &&
    a.cost?.microsPerMonth === b.cost?.microsPerMonth
  );
}

function designOf(point: DesignPoint, number: number | null): FrontDesign {
  return {
    number,
    standing: point.changes.length === 0 ? "today" : "proposed",
    objectives: point.missed.length === 0 ? "met" : "missed",
    cost: (point.cost?.microsPerMonth ?? 0) / 1e6,
    carbon: point.carbon,
    minutes: point.minutesPerYear,
  };
}

import type { FrontChart, FrontDesign } from "../../core/report/document.ts";
import { countText } from "../../core/units/shown.ts";
import { linearScale, logarithmicScale, logarithmicTicks, type Scale, ticks } from "./scale.ts";

/** One axis of the chart of designs. */
export interface Axis {
  readonly kind: "linear" | "logarithmic";
  readonly scale: Scale;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
}

export interface Shown {
  readonly designs: readonly FrontDesign[];
  /** Beaten designs so far from the front that with them it would shrink to a spot. */
  readonly beyond: number;
}

/** A largest value this many times the smallest asks for a logarithmic axis. */
const logarithmicFrom = 20;
/** How many spans of the front, to each side, a beaten design may lie from it and be shown. */
const spansBeyond = 1;

/** The front and today's design, and what lies about them. */
export function shownOf({ designs }: FrontChart): Shown {
  const kept = designs.filter(({ number, standing }) => number !== null || standing === "today");
  const isNear = (value: (design: FrontDesign) => number) => {
    const values = kept.map(value);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const span = Math.max(most - least, Math.abs(most) * 0.01);
    return (design: FrontDesign): boolean =>
      value(design) >= least - spansBeyond * span && value(design) <= most + spansBeyond * span;
  };
  const [nearInCost, nearInMinutes] = [isNear(({ cost }) => cost), isNear(({ minutes }) => minutes)];
  const shown = designs.filter((each) => kept.includes(each) || (nearInCost(each) && nearInMinutes(each)));
  return { designs: shown, beyond: designs.length - shown.length };
}

/** @param countMax of ticks, about */
export function axisOf(values: readonly number[], range: readonly [number, number], countMax: number): Axis {
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (least > 0 && most / least >= logarithmicFrom) {
    const [from, to] = [least / 1.5, most * 1.5];
    return {
      kind: "logarithmic",
      scale: logarithmicScale([from, to], range),
      ticks: logarithmicTicks(from, to, countMax).map((value) => ({ value, text: valueText(value, value) })),
    };
  }
  // Values that are all one are drawn in the middle of an axis of their own size.
  const margin = most > least ? (most - least) * 0.08 : Math.max(Math.abs(most) * 0.1, 1e-6);
  const [from, to] = [least - margin, most + margin];
  const marks = ticks(from, to, countMax).filter((value) => value >= 0);
  const step = (marks[1] ?? 0) - (marks[0] ?? 0) || to - from;
  return {
    kind: "linear",
    scale: linearScale([from, to], range),
    ticks: marks.map((value) => ({ value, text: valueText(value, step) })),
  };
}

/** With as many decimals as tell values apart that differ by `step`. */
function valueText(value: number, step: number): string {
  if (value === 0) return "0";
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  if (decimals === 0) return countText(Math.round(value));
  return decimals > 6 ? value.toExponential(1) : value.toFixed(decimals);
}

import { type Figure, leastKind } from "../units/figure.ts";
import type { PartlyKnown } from "../units/missing.ts";
import { sumOfPrices } from "../units/rates.ts";
import type { MonthlyPrice } from "../units/units.ts";

export type MoneyFigure = Figure<MonthlyPrice>;

/** What the machines or the data of a component cost in one place. */
export interface PartCost {
  readonly region: string;
  readonly cell: string | null;
  readonly what: "machines" | "storage" | "transfer";
  readonly total: MoneyFigure;
  /** The part of `total` that is redundancy. */
  readonly redundancy: MoneyFigure;
}

export type ReadPart = PartlyKnown<PartCost>;

/** The sum of amounts in one currency; `null` of none. */
export function sumOf(name: string, because: string, from: readonly MoneyFigure[]): MoneyFigure | null {
  const [first] = from;
  if (first === undefined) return null;
  const value = sumOfPrices(
    first.value.currency,
    from.map((each) => each.value),
  );
  return { name, value, kind: leastKind(from.map((each) => each.kind)), because, from };
}

import type { Model } from "../model/model.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import { hoursPerMonth } from "../units/units.ts";

/** More money than this each month is a slip, and beyond what is counted to the micro-unit: 4 thousand million. */
const microsPerMonthMax = 4e15;

interface Priced {
  readonly who: string;
  readonly currency: string;
}

/**
 * The currency that amounts are added up in: that of the budget and of the declared prices, which must be one; where none is
 * declared, that of the machines of the catalogue; `null` where nothing has a price.
 */
export function currencyOf(model: Model): Parsed<string | null> {
  const tooMuch = beyondCounting(model);
  if (tooMuch !== null) return { ok: false, problems: [tooMuch] };
  const { cost } = model.platform.budgets;
  const declared: readonly Priced[] = [
    ...(cost === null ? [] : [{ who: "the budget of the platform", currency: cost.currency }]),
    ...pricesOf(model, "declared"),
  ];
  const [first] = declared;
  const other = declared.find(({ currency }) => currency !== first?.currency);
  if (first !== undefined && other !== undefined) return { ok: false, problems: [mixed(first, other)] };
  const [estimated] = pricesOf(model, "catalogue");
  return { ok: true, value: first?.currency ?? estimated?.currency ?? null };
}

function pricesOf(model: Model, kind: "declared" | "catalogue"): readonly Priced[] {
  return [...model.components.values()].flatMap(({ name, placements }) =>
    placements.flatMap(({ price }) =>
      price !== null && (price.source.kind === "catalogue") === (kind === "catalogue")
        ? [{ who: `component "${name}"`, currency: price.value.currency }]
        : [],
    ),
  );
}

function mixed(first: Priced, other: Priced): Problem {
  return {
    code: "cost/mixed-currencies",
    what: `${first.who} is priced in ${first.currency}, and ${other.who} in ${other.currency}`,
    where: null,
    why: "amounts in several currencies can be added up only at a rate of exchange, and none is guessed",
    mend: `write every price and the budget in one currency, such as ${first.currency}`,
  };
}

function beyondCounting(model: Model): Problem | null {
  let sum = 0;
  for (const { name, placements } of model.components.values()) {
    for (const { price, replicas, spares } of placements) {
      sum += (price?.value.microsPerHour ?? 0) * (replicas + spares) * hoursPerMonth;
      if (sum > microsPerMonthMax) return tooMuch(name);
    }
  }
  return null;
}

function tooMuch(name: string): Problem {
  return {
    code: "cost/beyond-counting",
    what: `with component "${name}" the platform costs more than 4,000,000,000 a month`,
    where: null,
    why: "amounts are counted in millionths, and beyond this they would be rounded in silence",
    mend: `correct the price or the replicas of "${name}", or declare prices in thousands`,
  };
}

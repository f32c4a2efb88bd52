import type { ComponentCarbon } from "../core/carbon/emission-figure.ts";
import type { JourneyCarbon } from "../core/carbon/per-request.ts";
import type { BilledCost } from "../core/cost/billed-cost.ts";
import type { ComponentCost } from "../core/cost/cost.ts";
import type { MoneyFigure } from "../core/cost/money-figure.ts";
import type { Figure } from "../core/units/figure.ts";
import { hoursPerMonth } from "../core/units/units.ts";
import type { CostAnswer } from "./cost-text.ts";

type Data = Readonly<Record<string, unknown>>;

/** What the platform costs and emits, for programs. `why` leads down to the source; a sum is led down to in its parts. */
export function costData({ platform, cost, carbon, billed }: CostAnswer): Data {
  const emitted = new Map(carbon.components.map((each) => [each.component, each]));
  return {
    platform,
    monthHours: hoursPerMonth,
    currency: cost.currency,
    totals: {
      ...amounts(cost, carbon),
      carbonOperationalGramsPerMonth: grams(carbon.operational),
      carbonEmbodiedGramsPerMonth: grams(carbon.embodied),
    },
    budgets: budgetsData(cost, carbon),
    components: cost.components.map((each) => componentData(each, emitted.get(each.component) ?? nothing)),
    journeys: carbon.journeys.map(journeyData),
    missing: { cost: cost.missing, carbon: carbon.missing },
    bills: billed === null ? null : billsData(billed),
  };
}

type Emitted = Pick<ComponentCarbon, "total" | "redundancy">;
const nothing: Emitted = { total: null, redundancy: null };

function amounts(cost: Pick<ComponentCost, "total" | "redundancy">, carbon: Emitted): Data {
  return {
    costMicrosPerMonth: micros(cost.total),
    costRedundancyMicrosPerMonth: micros(cost.redundancy),
    costKind: cost.total?.kind ?? null,
    carbonGramsPerMonth: grams(carbon.total),
    carbonRedundancyGramsPerMonth: grams(carbon.redundancy),
  };
}

function micros(figure: MoneyFigure | null): number | null {
  return figure?.value.microsPerMonth ?? null;
}

function grams(figure: { readonly value: number } | null): number | null {
  return figure?.value ?? null;
}

function budgetsData(cost: CostAnswer["cost"], carbon: CostAnswer["carbon"]): Data {
  const [money, emissions] = [cost.budget, carbon.budget];
  return {
    cost: money === null ? null : { limitMicrosPerMonth: money.limit.microsPerMonth, verdict: money.verdict },
    carbon: emissions === null ? null : { limitGramsPerMonth: emissions.limit, verdict: emissions.verdict },
  };
}

function componentData(cost: ComponentCost, carbon: Emitted): Data {
  return {
    name: cost.component,
    ...amounts(cost, carbon),
    why: {
      cost: cost.total,
      costRedundancy: cost.redundancy,
      carbon: carbon.total,
      carbonRedundancy: carbon.redundancy,
    },
  };
}

function journeyData({
  journey,
  requestsPerMonth,
  perRequest,
  withoutRedundancy,
  missing,
}: JourneyCarbon): Data {
  return {
    name: journey,
    requestsPerMonth,
    carbonGramsPerRequest: perRequest?.value ?? null,
    carbonGramsPerRequestWithoutRedundancy: withoutRedundancy?.value ?? null,
    isComplete: missing.length === 0,
    because: perRequest?.because ?? null,
  };
}

export function billsData({ predicted, idleReservations, missingShares, unmapped }: BilledCost): Data {
  const named = (figures: ReadonlyMap<string, MoneyFigure>): readonly Data[] =>
    [...figures].map(([component, figure]) => ({ component, ...moneyData(figure) }));
  return {
    predicted: named(predicted),
    idleReservations: named(idleReservations),
    missingShares,
    unmapped: unmapped.map((figure) => ({ what: figure.name, ...moneyData(figure) })),
  };
}

function moneyData({ value, kind, because }: Figure<MoneyFigure["value"]>): Data {
  return { costMicrosPerMonth: value.microsPerMonth, currency: value.currency, kind, because };
}

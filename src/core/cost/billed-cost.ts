import type { Parsed } from "../problem/problem.ts";
import { leastKind } from "../units/figure.ts";
import type { Missing } from "../units/missing.ts";
import { type MonthlyPrice, monthlyPrice } from "../units/units.ts";
import { type Bill, inOneCurrency, toMonth } from "./bill.ts";
import { type ComponentCost, type PlatformCost, platformCost } from "./cost.ts";
import type { MoneyFigure } from "./money-figure.ts";

/** What the platform costs by its bills, and where they say nothing by what is declared. */
export interface BilledCost {
  readonly cost: PlatformCost;
  /** What each component was thought to cost before the bills were read. */
  readonly predicted: ReadonlyMap<string, MoneyFigure>;
  /** Capacity that was reserved and that nothing used, by component: what keeping it for a failover costs. */
  readonly idleReservations: ReadonlyMap<string, MoneyFigure>;
  /** Components of which the bill gives the cost, and nothing says how much of it is redundancy. */
  readonly missingShares: readonly Missing[];
  /** What belongs to no component, the dearest first. */
  readonly unmapped: readonly MoneyFigure[];
}

/**
 * Puts what bills charge in the place of what components were thought to cost, brought to a month of 730 hours. How much of it is
 * redundancy no bill says: the share is the one that was reckoned, and an estimate.
 */
export function withBills(cost: PlatformCost, bills: readonly Bill[]): Parsed<BilledCost> {
  const currency = inOneCurrency(bills, cost.currency);
  if (!currency.ok) return currency;
  // A bill without a currency, on a platform without one, has nothing that could be told apart from dollars.
  const inCurrency = currency.value ?? "USD";
  const charged = (pick: "amount" | "idleReservation"): ReadonlyMap<string, MoneyFigure> =>
    chargesOf(bills, inCurrency, pick);
  const measured = charged("amount");
  const components = cost.components.map((component) => billed(component, measured.get(component.component)));
  return {
    ok: true,
    value: {
      cost: platformCost(components, inCurrency, cost.budget?.limit ?? null),
      predicted: new Map(
        cost.components.flatMap(({ component, total }) => (total === null ? [] : [[component, total]])),
      ),
      missingShares: components.filter(({ component }) => measured.has(component)).flatMap(unshared),
      idleReservations: charged("idleReservation"),
      unmapped: bills.flatMap((bill) =>
        bill.unmapped.map(({ what, amount }) => ({
          name: what,
          value: monthly(amount, bill, inCurrency),
          kind: bill.kind,
          because: `${bill.file} charges it, and neither a tag nor a mapping says for which component`,
          from: [],
        })),
      ),
    },
  };
}

function monthly(amount: number, { span }: Bill, currency: string): MonthlyPrice {
  return monthlyPrice(currency, Math.round(amount * toMonth(span) * 1e6));
}

function chargesOf(
  bills: readonly Bill[],
  currency: string,
  pick: "amount" | "idleReservation",
): ReadonlyMap<string, MoneyFigure> {
  const sums = new Map<string, MoneyFigure>();
  for (const bill of bills) {
    for (const [component, charge] of bill.components) {
      if (pick === "idleReservation" && charge.idleReservation === 0) continue;
      const value = monthly(charge[pick], bill, currency);
      const before = sums.get(component);
      sums.set(component, {
        name: pick === "amount" ? `cost of ${component}` : `idle reservations of ${component}`,
        value: monthlyPrice(currency, value.microsPerMonth + (before?.value.microsPerMonth ?? 0)),
        kind: leastKind([bill.kind, ...(before === undefined ? [] : [before.kind])]),
        because: before === undefined ? billText(bill) : `${before.because}; ${billText(bill)}`,
        from: [],
      });
    }
  }
  return sums;
}

function billText({ file, format, span, currency }: Bill): string {
  const time =
    span.kind === "month"
      ? "for a month"
      : `of ${dayText(span.from)} to ${dayText(span.to)}, brought to 730 h`;
  return `${format} file ${file}, ${time}${currency === null ? ", which names no currency" : ""}`;
}

function dayText(instant: number): string {
  return new Date(instant).toISOString().slice(0, 16);
}

function billed(component: ComponentCost, measured: MoneyFigure | undefined): ComponentCost {
  if (measured === undefined) return component;
  const { total, redundancy, missing } = component;
  const isReckoned = missing.length === 0 && total !== null && total.value.microsPerMonth > 0;
  const share = isReckoned && redundancy !== null ? shareOf(measured, redundancy, total) : null;
  return { ...component, total: measured, redundancy: share, missing: [] };
}

function unshared({ component, redundancy }: ComponentCost): readonly Missing[] {
  if (redundancy !== null) return [];
  const mend = "declare the prices of all its machines, from which the share is reckoned";
  return [{ of: component, region: null, what: "how much of its bill is redundancy", mend }];
}

function shareOf(measured: MoneyFigure, redundancy: MoneyFigure, total: MoneyFigure): MoneyFigure {
  const share = redundancy.value.microsPerMonth / total.value.microsPerMonth;
  return {
    name: redundancy.name,
    value: monthlyPrice(measured.value.currency, Math.round(measured.value.microsPerMonth * share)),
    kind: "estimated",
    because: `the share of ${(share * 100).toFixed(1)} % that was reckoned from prices, of what the bill charges`,
    from: [measured, redundancy, total],
  };
}

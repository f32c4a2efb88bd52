import type { PlatformCarbon } from "../core/carbon/carbon.ts";
import type { BilledCost } from "../core/cost/billed-cost.ts";
import type { ComponentCost, PlatformCost } from "../core/cost/cost.ts";
import type { MoneyFigure } from "../core/cost/money-figure.ts";
import type { BudgetVerdict } from "../core/model/budget.ts";
import type { Missing } from "../core/units/missing.ts";
import { countText } from "../core/units/shown.ts";
import { hoursPerMonth } from "../core/units/units.ts";
import { wrapped } from "./layout.ts";

/** What the command answers, before it is told. */
export interface CostAnswer {
  readonly platform: string;
  /** With the bills in it, where there are any. */
  readonly cost: PlatformCost;
  readonly billed: BilledCost | null;
  readonly carbon: PlatformCarbon;
}

/** How much of one kind is shown; programs get it all. */
const namesMax = 12;
const mendsMax = 3;
const unmappedMax = 10;

const numberWidth = 13;
const unknownText = "not known";

/** What the platform costs and emits, for people. */
export function costText(answer: CostAnswer, columns: number): string {
  const { cost, carbon } = answer;
  return [
    `platform ${answer.platform}: a month of ${hoursPerMonth} h, the dearest first\n\n`,
    tableText(answer, columns),
    `\n${wrapped(legend(cost), { columns, indent: 2 })}\n`,
    ...budgetsText(answer),
    requestsText(carbon),
    billsText(answer, columns),
    missingText([...cost.missing, ...carbon.missing], columns),
  ].join("");
}

function legend({ currency, components }: PlatformCost): string {
  const kinds = new Set(components.flatMap(({ parts }) => parts.map((part) => part.total.kind)));
  const prices = kinds.has("estimated")
    ? " Prices of the catalogue are illustrative, no quotes: declare your own."
    : "";
  const money = currency === null ? "" : `Cost in ${currency}, carbon in kgCO2e by the grid of the place. `;
  return `${money}Redundancy: what goes beyond the least that would serve on a day when nothing fails. ≥: something is missing.${prices}`;
}

interface Row {
  readonly name: string;
  /** Cost and its redundancy in units of money, carbon and its redundancy in kg; `null`: not known. */
  readonly amounts: readonly (number | null)[];
  readonly isPartial: readonly boolean[];
}

function tableText({ cost, carbon, billed }: CostAnswer, columns: number): string {
  const emitted = new Map(carbon.components.map((each) => [each.component, each]));
  const rows = cost.components.map((each): Row => {
    const emission = emitted.get(each.component);
    return {
      name: each.component,
      amounts: [
        money(each.total),
        money(each.redundancy),
        kilograms(emission?.total),
        kilograms(emission?.redundancy),
      ],
      isPartial: partial(each.missing, emission?.missing ?? []),
    };
  });
  const shares = billed?.missingShares ?? [];
  const all: Row = {
    name: "all",
    amounts: [
      money(cost.total),
      money(cost.redundancy),
      kilograms(carbon.total),
      kilograms(carbon.redundancy),
    ],
    isPartial: partial(cost.missing, carbon.missing).map(
      (each, at) => each || (at === 1 && shares.length > 0),
    ),
  };
  const head = ["cost", "redundancy", "carbon", "redundancy"]
    .map((each) => each.padStart(numberWidth))
    .join("");
  const room = Math.max(12, columns - 2 - 4 * numberWidth);
  const widest = Math.min(room, Math.max(9, ...rows.map((row) => row.name.length)));
  const lines = [...rows, all].map((row) => rowText(row, widest));
  return `  ${" ".repeat(widest)}${head}\n${lines.join("")}`;
}

function partial(costs: readonly Missing[], carbons: readonly Missing[]): readonly boolean[] {
  return [costs.length > 0, costs.length > 0, carbons.length > 0, carbons.length > 0];
}

/** A name that is too long for its column stands on a line of its own. */
function rowText({ name, amounts, isPartial }: Row, width: number): string {
  const numbers = amounts.map((amount, at) => cell(amount, isPartial[at] ?? false)).join("");
  return name.length > width
    ? `  ${name}\n  ${" ".repeat(width)}${numbers}\n`
    : `  ${name.padEnd(width)}${numbers}\n`;
}

function cell(amount: number | null, isPartial: boolean): string {
  const text = amount === null ? unknownText : `${isPartial ? "≥ " : ""}${amountText(amount)}`;
  return ` ${text.padStart(numberWidth - 1)}`;
}

function money(figure: MoneyFigure | null): number | null {
  return figure === null ? null : figure.value.microsPerMonth / 1e6;
}

function kilograms(figure: { readonly value: number } | null | undefined): number | null {
  return figure === null || figure === undefined ? null : figure.value / 1_000;
}

/** Whole, and with two digits where that would hide what it is: `12,345`, `8.20`. */
function amountText(amount: number): string {
  const size = Math.abs(amount);
  const sign = amount < 0 ? "−" : "";
  return size === 0 || size >= 100 ? `${sign}${countText(Math.round(size))}` : `${sign}${size.toFixed(2)}`;
}

function budgetsText({ cost, carbon }: CostAnswer): readonly string[] {
  const lines = [
    cost.budget === null
      ? []
      : [
          budgetText("cost", money(cost.total), {
            ...cost.budget,
            limit: cost.budget.limit.microsPerMonth / 1e6,
            unit: cost.budget.limit.currency,
          }),
        ],
    carbon.budget === null
      ? []
      : [
          budgetText("carbon", kilograms(carbon.total), {
            ...carbon.budget,
            limit: carbon.budget.limit / 1_000,
            unit: "kgCO2e",
          }),
        ],
  ].flat();
  return lines.length === 0 ? [] : ["\nbudgets\n", ...lines];
}

function budgetText(
  name: string,
  amount: number | null,
  { limit, verdict, unit }: BudgetVerdict<number> & { readonly unit: string },
): string {
  const told = {
    within: "within",
    over: "over",
    "not-known": "not known, for something is missing",
  }[verdict];
  const spent = amount === null ? unknownText : amountText(amount);
  return `  ${name.padEnd(7)} ${spent} of ${amountText(limit)} ${unit} a month: ${told}\n`;
}

function requestsText({ journeys }: PlatformCarbon): string {
  if (journeys.length === 0) return "";
  const lines = journeys.map(({ journey, perRequest, withoutRedundancy, missing }) => {
    if (perRequest === null || withoutRedundancy === null) return `  ${journey}: ${unknownText}\n`;
    const least = missing.length > 0 ? "at least " : "";
    const grams = (value: number): string =>
      value >= 100 ? amountText(value) : String(Number(value.toPrecision(3)));
    return `  ${journey}: ${least}${grams(perRequest.value)} gCO2e, ${grams(withoutRedundancy.value)} without redundancy\n`;
  });
  return `\neach request\n${lines.join("")}`;
}

export function billsText({ cost, billed }: Pick<CostAnswer, "cost" | "billed">, columns: number): string {
  if (billed === null) return "";
  const layout = { columns, indent: 2 };
  const sayings = cost.components.flatMap((component) => [
    ...chargedText(component, billed),
    ...idleText(component, billed),
  ]);
  const shares = billed.missingShares.map(({ of, what, mend }) => `${of}: ${what} is not known; ${mend}`);
  const told = [...sayings, ...shares].map((line) => `${wrapped(line, layout)}\n`);
  return [
    `\nby the bills\n`,
    ...(told.length === 0 ? ["  no component\n"] : told),
    unmappedText(billed, columns),
  ].join("");
}

function chargedText({ component, total }: ComponentCost, { predicted }: BilledCost): readonly string[] {
  if (total === null || predicted.get(component) === total) return [];
  const before = money(predicted.get(component) ?? null);
  const thought = before === null ? "nothing was known" : `${amountText(before)} was reckoned`;
  return [
    `${component}: ${amountText(money(total) ?? 0)} (${total.kind}), and ${thought}. ${total.because}.`,
  ];
}

function idleText({ component }: ComponentCost, { idleReservations }: BilledCost): readonly string[] {
  const idle = money(idleReservations.get(component) ?? null);
  if (idle === null) return [];
  return [
    `${component}: ${amountText(idle)} of it for capacity that is reserved and idle, kept for a failover.`,
  ];
}

function unmappedText({ unmapped, cost }: BilledCost, columns: number): string {
  if (unmapped.length === 0) return "";
  const sum = unmapped.reduce((all, each) => all + (money(each) ?? 0), 0);
  const shown = unmapped
    .slice(0, unmappedMax)
    .map((each) => `    ${amountText(money(each) ?? 0)}  ${each.name}\n`);
  const rest = unmapped.length - shown.length;
  const mend = `tag resources with holdfast_component, or give --map RESOURCE=COMPONENT`;
  const lead = `${amountText(sum)} ${cost.currency ?? ""} belongs to no component, and is in no sum above; ${mend}:`;
  return [
    `${wrapped(lead, { columns, indent: 2 })}\n`,
    ...shown,
    rest > 0 ? `    and ${rest} more\n` : "",
  ].join("");
}

/** What is missing, told once for all that lack the same, with what makes it known. */
function missingText(missing: readonly Missing[], columns: number): string {
  const groups = new Map<string, { readonly who: Set<string>; readonly mends: Set<string> }>();
  for (const { of, what, mend } of missing) {
    const group = groups.get(what) ?? { who: new Set(), mends: new Set() };
    group.who.add(of);
    group.mends.add(mend);
    groups.set(what, group);
  }
  if (groups.size === 0) return "";
  const lines = [...groups].flatMap(([what, { who, mends }]) => [
    wrapped(`${what}: ${listed([...who])}`, { columns, indent: 2 }),
    ...[...mends].slice(0, mendsMax).map((mend) => wrapped(`mend: ${mend}`, { columns, indent: 4 })),
  ]);
  return `\nnot known\n${lines.map((line) => `${line}\n`).join("")}`;
}

function listed(names: readonly string[]): string {
  const rest = names.length - namesMax;
  const shown = names.slice(0, namesMax).join(", ");
  return rest > 0 ? `${shown} and ${rest} more` : shown;
}

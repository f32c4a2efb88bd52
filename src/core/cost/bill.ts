import type { Parsed, Problem } from "../problem/problem.ts";
import type { FigureKind } from "../units/figure.ts";
import { hoursPerMonth, type InstantMs } from "../units/units.ts";

/** One charge, as any bill tells it. */
export interface Charge {
  /** The component that a tag or a label of it names; `null`: none does. */
  readonly tagged: string | null;
  /** What is charged for, by its name or id; empty when the bill does not say. */
  readonly resource: string;
  readonly service: string;
  /** In the currency of the bill; below 0: a credit. */
  readonly amount: number;
  /** Capacity that was reserved and that nothing used. */
  readonly isIdleReservation: boolean;
}

/** What a bill comes to, added up by component. */
export interface Bill {
  /** The file, as the user named it. */
  readonly file: string;
  readonly format: "FOCUS" | "Infracost" | "OpenCost";
  readonly kind: FigureKind;
  /** `null`: the file does not say. */
  readonly currency: string | null;
  readonly span: BillSpan;
  readonly lines: number;
  readonly components: ReadonlyMap<string, Charged>;
  /** What belongs to no component, the dearest first. */
  readonly unmapped: readonly Unmapped[];
}

/** What time the amounts are for. */
export type BillSpan = { readonly kind: "month" } | Period;

export interface Period {
  readonly kind: "period";
  readonly from: InstantMs;
  readonly to: InstantMs;
}

/** The shortest period that covers both; of nothing and a period, the period. */
export function covering(a: Period | null, b: Period): Period {
  if (a === null) return b;
  if (b.from >= a.from && b.to <= a.to) return a;
  const [from, to] = [b.from < a.from ? b.from : a.from, b.to > a.to ? b.to : a.to];
  return { kind: "period", from, to };
}

/** In the currency of the bill, for its span. */
export interface Charged {
  readonly amount: number;
  /** Of it: capacity that was reserved and that nothing used. */
  readonly idleReservation: number;
}

export interface Unmapped {
  readonly what: string;
  readonly amount: number;
}

/** Which component a resource belongs to: `name` whole, or its beginning and a `*`. */
export interface ResourceMapping {
  readonly name: string;
  readonly component: string;
}

/** More resources than this are told of by their service alone, so that memory stays bounded. */
const resourcesMax = 10_000;

/** Adds up charges; what was added is not kept. */
export interface Tally {
  readonly add: (charge: Charge) => void;
  readonly sums: () => Pick<Bill, "components" | "unmapped" | "lines">;
}

/** @param components the names of all components; a tag that names another belongs to none */
export function tallyOf(components: ReadonlySet<string>, mappings: readonly ResourceMapping[]): Tally {
  const charged = new Map<string, { amount: number; idleReservation: number }>();
  const unmapped = new Map<string, number>();
  let lines = 0;
  return {
    add(charge) {
      lines += 1;
      const component = componentOf(charge, components, mappings);
      if (component === null) {
        const what = unmappedName(charge, unmapped);
        unmapped.set(what, (unmapped.get(what) ?? 0) + charge.amount);
        return;
      }
      const sum = charged.get(component) ?? { amount: 0, idleReservation: 0 };
      sum.amount += charge.amount;
      if (charge.isIdleReservation) sum.idleReservation += charge.amount;
      charged.set(component, sum);
    },
    sums: () => ({
      components: charged,
      unmapped: [...unmapped]
        .map(([what, amount]) => ({ what, amount }))
        .sort((a, b) => Math.abs(b.amount) - Math.abs(a.amount)),
      lines,
    }),
  };
}

function componentOf(
  { tagged, resource }: Charge,
  components: ReadonlySet<string>,
  mappings: readonly ResourceMapping[],
): string | null {
  if (tagged !== null && components.has(tagged)) return tagged;
  if (resource === "") return null;
  return mappings.find((mapping) => isNamed(resource, mapping.name))?.component ?? null;
}

function isNamed(resource: string, name: string): boolean {
  return name.endsWith("*") ? resource.startsWith(name.slice(0, -1)) : resource === name;
}

function unmappedName({ tagged, resource, service }: Charge, known: ReadonlyMap<string, number>): string {
  if (tagged !== null) return `what is tagged "${tagged}", which is no component`;
  const name = resource === "" ? service : resource;
  return known.has(name) || known.size < resourcesMax ? name : service;
}

/** By how much an amount of a bill is to be multiplied to be that of a month. */
export function toMonth(span: BillSpan): number {
  if (span.kind === "month") return 1;
  const hours = (span.to - span.from) / 3_600_000;
  return hoursPerMonth / hours;
}

/** The component that tags or labels name: `holdfast_component` or `holdfast-component`, with a provider's prefix or none. */
export function taggedComponent(tags: Readonly<Record<string, unknown>>): string | null {
  for (const [key, value] of Object.entries(tags)) {
    if (typeof value === "string" && value !== "" && /(?:^|[:/_])holdfast[_-]component$/i.test(key))
      return value;
  }
  return null;
}

/** A decimal number as bills print it, also `1.2E-7` and below 0; `null`: it is none. */
export function amountOf(text: string): number | null {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : null;
}

/** Every problem that reading a bill can answer, and why it matters. */
export const billWhy = {
  "bill/unreadable": "costs that are not read would count as nothing",
  "bill/empty": "a bill without a charge says nothing of what the platform costs",
  "bill/unknown-format": "what is not understood would have to be guessed",
  "bill/missing-column": "without it a charge cannot be counted",
  "bill/foreign-column": "a file with columns of another format may mean other amounts by the same names",
  "bill/bad-csv": "from there on values stand in the wrong columns",
  "bill/bad-amount": "an amount that is left out makes the sum too small, in silence",
  "bill/bad-date": "amounts are brought to a month by the time that they are for",
  "bill/bad-tags": "tags say which component a charge belongs to",
  "bill/bad-currency": "amounts mean nothing without their currency",
  "bill/mixed-currencies":
    "amounts in several currencies can be added up only at a rate of exchange, and none is guessed",
} as const;

export type BillCode = keyof typeof billWhy;

/** @param line from 1; `null`: the whole file */
export function billProblem(
  code: BillCode,
  {
    file,
    line = null,
    column = 1,
  }: { readonly file: string; readonly line?: number | null; readonly column?: number },
  told: Pick<Problem, "what" | "mend">,
): Problem {
  const where = line === null ? null : { file, line, column };
  return { code, what: told.what, where, why: billWhy[code], mend: told.mend };
}

/** Bills in one currency, that of the platform too; or why they cannot be added up. */
export function inOneCurrency(bills: readonly Bill[], platform: string | null): Parsed<string | null> {
  let currency = platform;
  let first = "the platform";
  for (const bill of bills) {
    if (bill.currency === null) continue;
    if (currency !== null && bill.currency !== currency) {
      const what = `${bill.file} is in ${bill.currency}, and ${first} in ${currency}`;
      const mend = "give bills in the currency of the manifests, one currency for all";
      return {
        ok: false,
        problems: [billProblem("bill/mixed-currencies", { file: bill.file }, { what, mend })],
      };
    }
    currency = bill.currency;
    first = bill.file;
  }
  return { ok: true, value: currency };
}

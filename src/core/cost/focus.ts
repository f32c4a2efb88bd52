import { didYouMean } from "../problem/nearest.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import { type InstantMs, instantMs } from "../units/units.ts";
import { amountOf, billProblem, type Period, type Charge, taggedComponent } from "./bill.ts";

/** Reads the lines of one FOCUS file (1.0 to 1.4, https://focus.finops.org), in their order. */
export interface FocusReader {
  /** @param line on which the record begins, from 1 */
  readonly read: (record: readonly string[], line: number) => FocusCharge | Problem;
}

export interface FocusCharge {
  readonly charge: Charge;
  readonly currency: string;
  readonly span: Period;
  /** Others are purchases, credits, taxes: what they are for may lie far outside the time of the bill. */
  readonly isUse: boolean;
}

/** Mandatory in every version that is read, and needed here. */
const required = [
  "BillingCurrency",
  "ChargeCategory",
  "ChargePeriodStart",
  "ChargePeriodEnd",
  "ServiceName",
] as const;
/** One of these; the first that is there. */
const costs = ["EffectiveCost", "BilledCost"] as const;
type Column =
  | (typeof required)[number]
  | (typeof costs)[number]
  | "CapacityReservationStatus"
  | "ResourceId"
  | "ResourceName"
  | "Tags";

/**
 * What the lines under a header mean. Columns of one's own begin with `x_`; others that are named as FOCUS names them may belong to
 * a later version, and are passed over.
 */
export function focusReader(header: readonly string[], file: string): Parsed<FocusReader> {
  const at = new Map(header.map((name, index) => [name, index]));
  const [first, ...others] = headerProblems(header, at, file);
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  const cost: Column = at.has("EffectiveCost") ? "EffectiveCost" : "BilledCost";
  const instant = { start: instantReader(), end: instantReader() };
  return {
    ok: true,
    value: {
      read(record, line) {
        const cell = (name: Column): string => record[at.get(name) ?? -1] ?? "";
        const refused = (code: Parameters<typeof billProblem>[0], name: Column, mend: string): Problem => {
          const what = `${name} is "${cell(name).slice(0, 60)}"`;
          return billProblem(code, { file, line }, { what, mend });
        };
        const amount = amountOf(cell(cost));
        if (amount === null) return refused("bill/bad-amount", cost, amountMend);
        const currency = cell("BillingCurrency");
        if (!/^[A-Z]{3}$/.test(currency))
          return refused("bill/bad-currency", "BillingCurrency", currencyMend);
        const from = instant.start(cell("ChargePeriodStart"));
        if (from === null) return refused("bill/bad-date", "ChargePeriodStart", dateMend);
        const to = instant.end(cell("ChargePeriodEnd"));
        if (to === null || to <= from) return refused("bill/bad-date", "ChargePeriodEnd", dateMend);
        const tagged = tagOf(cell("Tags"));
        if (tagged === undefined) return refused("bill/bad-tags", "Tags", tagsMend);
        const charge = chargeOf(cell, { amount, tagged });
        const isUse = cell("ChargeCategory") === "Usage";
        return { charge, currency, span: { kind: "period", from, to }, isUse };
      },
    },
  };
}

const amountMend = "write a decimal number with a point, such as 12.5; a credit is below 0";
const currencyMend = "write the three capital letters of ISO 4217, such as USD";
const dateMend = "write instants in UTC as ISO 8601 has them, 2025-06-01T00:00:00Z, the end after the start";
const tagsMend =
  'write tags as one JSON object, {"holdfast_component": "database"}, its quotes doubled within a quoted cell';

function chargeOf(
  cell: (name: Column) => string,
  { amount, tagged }: Pick<Charge, "amount" | "tagged">,
): Charge {
  const name = cell("ResourceName");
  return {
    amount,
    tagged,
    resource: name === "" ? cell("ResourceId") : name,
    service: cell("ServiceName"),
    isIdleReservation: cell("CapacityReservationStatus") === "Unused",
  };
}

/** `undefined`: the tags cannot be read, and may name a component. */
function tagOf(tags: string): string | null | undefined {
  if (!/holdfast[_-]component/i.test(tags)) return null;
  try {
    const read: unknown = JSON.parse(tags);
    return typeof read === "object" && read !== null ? taggedComponent({ ...read }) : undefined;
  } catch {
    // The parser's only answer to text that is no JSON.
    return undefined;
  }
}

/** Reads instants, of which one is much like the next. */
function instantReader(): (text: string) => InstantMs | null {
  let lastText = "";
  let last: InstantMs | null = null;
  return (text) => {
    if (text !== lastText) [lastText, last] = [text, instantOf(text)];
    return last;
  };
}

/** An instant as bills print it: ISO 8601, UTC where no zone is named. `null`: it is none, such as 30 February. */
export function instantOf(text: string): InstantMs | null {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.\d+)?)? ?(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
    text,
  );
  const [, day, minute = "00:00", second = ":00", zone = "Z"] = match ?? [];
  if (day === undefined) return null;
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return null;
  const offset = zone === "UTC" ? "Z" : zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const value = Date.parse(`${day}T${minute}${second}${offset}`);
  return Number.isNaN(value) ? null : instantMs(value);
}

function headerProblems(
  header: readonly string[],
  at: ReadonlyMap<string, number>,
  file: string,
): readonly Problem[] {
  const foreign = header.flatMap((name, index) =>
    /^(?:x_\w.*|[A-Z][A-Za-z0-9]*)$/.test(name) ? [] : [foreignColumn(name, index, file)],
  );
  const twice = header.filter((name, index) => header.indexOf(name) !== index);
  const lacking = [
    ...required.filter((name) => !at.has(name)),
    ...(costs.some((name) => at.has(name)) ? [] : [costs[0]]),
  ];
  // A file of another format has hundreds of columns: what it lacks says more than each of them.
  const told = lacking.length > 0 ? foreign.slice(0, 1) : foreign;
  return [
    ...told,
    ...lacking.map((name) => missingColumn(name, header, file)),
    ...twice.map((name) =>
      billProblem(
        "bill/foreign-column",
        { file, line: 1 },
        {
          what: `the column ${name} stands twice`,
          mend: "delete one of the two",
        },
      ),
    ),
  ];
}

function foreignColumn(name: string, index: number, file: string): Problem {
  const looks = name.includes("/")
    ? "; it looks like a Cost and Usage Report of AWS, which can be exported as FOCUS too"
    : "";
  const what = `column ${index + 1}, "${name.slice(0, 60)}", is no column of FOCUS${looks}`;
  const mend = "export the bill as FOCUS 1.0 or newer, and let columns of your own begin with x_";
  return billProblem("bill/foreign-column", { file, line: 1 }, { what, mend });
}

function missingColumn(name: string, header: readonly string[], file: string): Problem {
  const mend = `${didYouMean(name, header)}export the bill as FOCUS 1.0 or newer, with the column ${name}`;
  return billProblem("bill/missing-column", { file, line: 1 }, { what: `there is no column ${name}`, mend });
}

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { componentOf, modelOf, placementOf, regionOf, usdPerHour } from "../../../test/model-of.ts";
import { monthlyPrice } from "../units/units.ts";
import { amountOf, type Bill, type Charge, taggedComponent, tallyOf, toMonth } from "./bill.ts";
import { type BilledCost, withBills } from "./billed-cost.ts";
import { costOf } from "./cost.ts";
import { instantOf } from "./focus.ts";

const none = { transfers: new Map(), storage: new Map() };
const charge: Charge = { tagged: null, resource: "", service: "EC2", amount: 1, isIdleReservation: false };

describe("a charge belongs to", () => {
  const sumsOf = (...charges: readonly Partial<Charge>[]): ReturnType<ReturnType<typeof tallyOf>["sums"]> => {
    const tally = tallyOf(new Set(["db", "web"]), [
      { name: "node-7", component: "db" },
      { name: "web-*", component: "web" },
    ]);
    for (const each of charges) tally.add({ ...charge, ...each });
    return tally.sums();
  };

  it("the component that it is tagged with, before the one that its resource is mapped to", () => {
    const { components } = sumsOf(
      { tagged: "web", resource: "node-7" },
      { resource: "node-7" },
      { resource: "web-3" },
    );
    expect([...components].map(([name, { amount }]) => [name, amount])).toEqual([
      ["web", 2],
      ["db", 1],
    ]);
  });

  it("nobody where neither says so, and is told by its resource, its service or its tag, the dearest first", () => {
    const { unmapped, components } = sumsOf(
      { resource: "other" },
      { amount: 3 },
      { amount: -4, tagged: "dbb" },
    );
    expect(components.size).toBe(0);
    expect(unmapped).toEqual([
      { what: 'what is tagged "dbb", which is no component', amount: -4 },
      { what: "EC2", amount: 3 },
      { what: "other", amount: 1 },
    ]);
  });

  it("the same one in any order", () => {
    const charges = fc.array(
      fc.record({
        tagged: fc.constantFrom("db", "web", "x"),
        amount: fc.integer({ min: -1_000, max: 1_000 }),
      }),
    );
    fc.assert(
      fc.property(charges, (each) => {
        const [there, back] = [sumsOf(...each), sumsOf(...[...each].reverse())];
        expect(new Map([...back.components].sort())).toEqual(new Map([...there.components].sort()));
      }),
    );
  });

  it("its service where resources are too many to be told apart, so that memory stays bounded", () => {
    const tally = tallyOf(new Set(), []);
    for (let at = 0; at < 20_000; at++) tally.add({ ...charge, resource: `i-${at}` });
    const { unmapped } = tally.sums();
    expect(unmapped).toHaveLength(10_001);
    expect(unmapped[0]).toEqual({ what: "EC2", amount: 10_000 });
  });
});

it.each([
  ["holdfast_component", "db"],
  ["holdfast-component", "db"],
  ["user:holdfast_component", "db"],
  ["label_holdfast_component", "db"],
  ["holdfast_component_old", null],
])("the tag %s names the component %s", (key, component) => {
  expect(taggedComponent({ team: "a", [key]: "db" })).toBe(component);
});

it.each([
  ["12.5", 12.5],
  ["-0.25", -0.25],
  ["1.2E-7", 1.2e-7],
  [".5", 0.5],
  ["1,200", null],
  ["0x10", null],
  ["", null],
  ["NaN", null],
])("the amount %j is %s", (text, amount) => {
  expect(amountOf(text)).toBe(amount);
});

it.each([
  ["2025-06-01T00:00:00Z", "2025-06-01T00:00:00.000Z"],
  ["2025-06-01 13:30:00", "2025-06-01T13:30:00.000Z"],
  ["2025-06-01", "2025-06-01T00:00:00.000Z"],
  ["2025-06-01T02:00:00+02:00", "2025-06-01T00:00:00.000Z"],
  ["2025-06-01T02:00:00.123+0200", "2025-06-01T00:00:00.000Z"],
  ["2025-02-30T00:00:00Z", null],
  ["2025-06-01T25:00:00Z", null],
  ["06/01/2025", null],
  ["", null],
])("the instant %j is %s", (text, instant) => {
  const read = instantOf(text);
  expect(read === null ? null : new Date(read).toISOString()).toBe(instant);
});

const bill = (amounts: Readonly<Record<string, number>>, more: Partial<Bill> = {}): Bill => ({
  file: "june.csv",
  format: "FOCUS",
  kind: "measured",
  currency: "USD",
  span: { kind: "month" },
  lines: 1,
  components: new Map(
    Object.entries(amounts).map(([name, amount]) => [
      name,
      { amount, idleReservation: name === "db" ? 10 : 0 },
    ]),
  ),
  unmapped: [{ what: "S3", amount: 7 }],
  ...more,
});

function billed(...bills: readonly Bill[]): ReturnType<typeof withBills> {
  const twice = placementOf("east", { replicas: 4, required: 3, price: usdPerHour(1) });
  const components = [componentOf("db", [twice]), componentOf("web", [placementOf("east")])];
  const budgets = { cost: monthlyPrice("USD", 5_000e6), carbon: null };
  const cost = costOf(modelOf({ regions: [regionOf("east")], components, budgets }), none);
  if (!cost.ok) throw new Error(cost.problems[0].what);
  return withBills(cost.value, bills);
}

function valueOf(read: ReturnType<typeof withBills>): BilledCost {
  if (!read.ok) throw new Error(read.problems[0].what);
  return read.value;
}

const usd = (
  figure: { readonly value: { readonly microsPerMonth: number } } | null | undefined,
): number | null => (figure === null || figure === undefined ? null : figure.value.microsPerMonth / 1e6);

describe("with a bill", () => {
  it("a component costs what it is charged, and the reckoned share of it is redundancy", () => {
    const { cost, predicted, idleReservations, unmapped } = valueOf(billed(bill({ db: 4_000 })));
    const [db] = cost.components;
    expect([usd(db?.total), db?.total?.kind, usd(db?.redundancy), db?.redundancy?.kind]).toEqual([
      ...[4_000, "measured"],
      ...[1_000, "estimated"],
    ]);
    expect(usd(predicted.get("db"))).toBe(2_920);
    expect(usd(idleReservations.get("db"))).toBe(10);
    expect(unmapped.map((each) => [each.name, usd(each)])).toEqual([["S3", 7]]);
  });

  it("a component without a price is known by its bill, its redundancy is not, and that is named", () => {
    const { cost, missingShares } = valueOf(billed(bill({ db: 4_000, web: 500 })));
    expect(cost.missing).toEqual([]);
    expect(usd(cost.total)).toBe(4_500);
    expect(cost.budget?.verdict).toBe("within");
    expect(missingShares.map((each) => each.of)).toEqual(["web"]);
  });

  it("what is charged in a day is brought to a month of 730 hours", () => {
    const [from, to] = [instantOf("2025-06-01"), instantOf("2025-06-02")];
    if (from === null || to === null) throw new Error("no instants");
    const span = { kind: "period", from, to } as const;
    expect(toMonth(span)).toBeCloseTo(730 / 24, 9);
    const [db] = valueOf(billed(bill({ db: 24 }, { span }))).cost.components;
    expect(usd(db?.total)).toBe(730);
  });

  it("several bills add up, and are only as good as the least of them", () => {
    const [db] = valueOf(billed(bill({ db: 1 }), bill({ db: 2 }, { kind: "estimated", format: "Infracost" })))
      .cost.components;
    expect([usd(db?.total), db?.total?.kind]).toEqual([3, "estimated"]);
  });

  it("another currency is refused, and a bill that names none is taken for that of the platform", () => {
    const refused = billed(bill({ db: 1 }, { currency: "EUR" }));
    expect(refused).toMatchObject({ ok: false, problems: [{ code: "bill/mixed-currencies" }] });
    expect(billed(bill({ db: 1 }, { currency: null })).ok).toBe(true);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  componentOf,
  locationOf,
  machineOf,
  modelOf,
  on,
  type Parts,
  placementOf,
  regionOf,
  usdPerHour,
} from "../../../test/model-of.ts";
import type { StorageRow, TransferRow } from "../catalogue/whole-catalogue.ts";
import type { Component } from "../model/component.ts";
import { dataPrice, kilowattHoursPerGigabyte, wattHoursPerTerabyteHour } from "../units/rates.ts";
import { bytes, monthlyPrice, ratio, seconds } from "../units/units.ts";
import { costOf, type PlatformCost } from "./cost.ts";
import type { MoneyFigure } from "./money-figure.ts";
import { type CostTables, usualCostSettings } from "./reckoning.ts";

const source = { title: "a source", date: "2025", licence: "a fact", grade: "secondary" } as const;
const transfer = (id: string, to: string, perGigabyte: number): TransferRow => ({
  id,
  what: id,
  source,
  at: "data/transfer.tsv:9",
  from: "aws/*",
  to,
  price: dataPrice("USD", perGigabyte * 1e6),
  energy: kilowattHoursPerGigabyte(0.001),
});
const volume: StorageRow = {
  id: "aws/volume",
  what: "a volume",
  source,
  at: "data/storage.tsv:9",
  where: "aws/*",
  holds: "volume",
  price: dataPrice("USD", 80_000),
  energy: wattHoursPerTerabyteHour(1.2),
  copies: 2,
};
const rows = [transfer("aws/regions", "aws/*", 0.02), transfer("aws/internet", "*", 0.09)];
const tables: CostTables = {
  transfers: new Map(rows.map((row) => [row.id, row])),
  storage: new Map([[volume.id, volume]]),
};

const regions = [regionOf("east"), regionOf("west"), regionOf("north", { provider: "gcp" })];

function costed(
  components: readonly Component[],
  more: Partial<Parts> = {},
  settings = usualCostSettings,
): PlatformCost {
  const cost = costOf(modelOf({ regions, components, ...more }), tables, settings);
  if (!cost.ok) throw new Error(JSON.stringify(cost.problems));
  return cost.value;
}

const usd = (figure: MoneyFigure | null): number | null =>
  figure === null ? null : figure.value.microsPerMonth / 1e6;

/** Where a figure comes from in the end. */
function leavesOf(figure: MoneyFigure["from"][number]): readonly string[] {
  return figure.from.length === 0 ? [figure.because] : figure.from.flatMap(leavesOf);
}

describe("the cost of a component", () => {
  it("is the price of its replicas for 730 hours, and what goes beyond the required ones of the required places is redundancy", () => {
    const places = [
      placementOf("east", { replicas: 4, required: 3, price: usdPerHour(2) }),
      placementOf("west", { replicas: 3, required: 3, price: usdPerHour(1) }),
    ];
    const { total, redundancy, currency } = costed([componentOf("c", places)]);
    expect(usd(total)).toBe(4 * 2 * 730 + 3 * 730);
    expect(usd(redundancy)).toBe(2 * 730 + 3 * 730);
    expect(currency).toBe("USD");
    expect(total?.kind).toBe("declared");
  });

  it.each([
    ["quota", 0],
    ["best-effort", 0],
    ["reserved", 2 * 730],
  ] as const)("counts machines that are switched off, of capacity that is %s", (capacity, more) => {
    const places = [
      placementOf("east", { price: usdPerHour(1) }),
      placementOf("west", { replicas: 2, spares: 0, capacity, price: usdPerHour(1) }),
    ];
    const { total, redundancy } = costed([componentOf("c", places, { pattern: "pilot-light" })]);
    expect(usd(total)).toBe(730 + more);
    expect(usd(redundancy)).toBe(more);
  });

  it("counts spares at the share that is stated", () => {
    const places = [placementOf("east", { spares: 2, price: usdPerHour(1) })];
    const settings = { switchedOff: { ...usualCostSettings.switchedOff, quota: ratio(0.25) } };
    const { total, redundancy } = costed([componentOf("c", places)], {}, settings);
    expect(usd(total)).toBe(730 + 2 * 730 * 0.25);
    expect(usd(redundancy)).toBe(2 * 730 * 0.25);
  });

  it("is estimated where its price is of the catalogue, dearer in other regions, and leads down to the row", () => {
    const paris = regionOf("paris", { location: locationOf("aws/eu-west-3", { priceRatio: 1.5 }) });
    const places = [placementOf("paris", on(machineOf("aws/big"), {}, 1.5))];
    const { total } = costed([componentOf("c", places)], { regions: [paris] });
    expect(usd(total)).toBe(2 * 1.5 * 730);
    expect(total?.kind).toBe("estimated");
    expect(total === null ? [] : leavesOf(total)).toEqual([
      "illustrative, no quote: aws/big (data/machines.tsv:9; a source; 2025; published)",
    ]);
  });

  it("is named where it is not known, and what is known is still added up", () => {
    const places = [placementOf("east", { price: usdPerHour(1) }), placementOf("west")];
    const { components, missing, total } = costed([
      componentOf("c", places),
      componentOf("d", [placementOf("east")]),
    ]);
    expect(usd(total)).toBe(730);
    expect(missing.map(({ of, region, what }) => [of, region, what])).toEqual([
      ["c", "west", "the price of its machines"],
      ["d", "east", "the price of its machines"],
    ]);
    expect(components.map((each) => usd(each.total))).toEqual([730, null]);
  });
});

describe("the cost of data", () => {
  const places = [placementOf("east"), placementOf("west"), placementOf("north")].map((each) => ({
    ...each,
    price: usdPerHour(0),
  }));
  const data = { stored: bytes(1e12), changedPerDay: bytes(24e9) };
  const replication = { kind: "asynchronous", lag: seconds(5) } as const;

  it("is a copy in each place, and each day's changes carried to the others, to another provider over the internet", () => {
    const { components } = costed([componentOf("c", places, { data, replication })]);
    const parts = components[0]?.parts.filter((part) => part.what !== "machines") ?? [];
    expect(parts.map((part) => [part.region, part.what, usd(part.total), usd(part.redundancy)])).toEqual([
      ["east", "storage", 80, 0],
      ["west", "storage", 80, 80],
      ["west", "transfer", 14.6, 14.6],
      ["north", "transfer", 65.7, 65.7],
    ]);
    expect(components[0]?.missing.map((each) => each.what)).toEqual(["the price of keeping its data"]);
  });

  it("is a copy in the needed place alone where nothing is replicated", () => {
    const { components } = costed([componentOf("c", places, { data })]);
    expect(components[0]?.parts.map((part) => part.what)).toEqual([
      "machines",
      "machines",
      "machines",
      "storage",
    ]);
  });

  it("is named where data is replicated and nobody states how much", () => {
    const { missing } = costed([componentOf("c", places, { replication })]);
    expect(missing).toMatchObject([{ of: "c", region: null, what: "how much data it keeps and carries" }]);
  });

  it("is not known in a currency that the catalogue does not have", () => {
    const euros = places.map((each) => ({ ...each, price: usdPerHour(0, "EUR") }));
    const { missing } = costed([componentOf("c", euros.slice(0, 1), { data })]);
    expect(missing[0]?.what).toBe("the price of keeping its data in EUR: the catalogue has it in USD");
  });
});

describe("currencies", () => {
  it("are refused when declared prices are in several, for no rate of exchange is guessed", () => {
    const places = [
      placementOf("east", { price: usdPerHour(1) }),
      placementOf("west", { price: usdPerHour(1, "EUR") }),
    ];
    const cost = costOf(modelOf({ regions, components: [componentOf("c", places)] }), tables);
    expect(cost).toMatchObject({ ok: false, problems: [{ code: "cost/mixed-currencies" }] });
  });

  it("are refused when the budget is in another", () => {
    const budgets = { cost: monthlyPrice("EUR", 1e9), carbon: null };
    const components = [componentOf("c", [placementOf("east", { price: usdPerHour(1) })])];
    const cost = costOf(modelOf({ regions, components, budgets }), tables);
    expect(cost.ok ? "" : cost.problems[0].what).toBe(
      'the budget of the platform is priced in EUR, and component "c" in USD',
    );
  });

  it("leave a price of the catalogue in another one unknown", () => {
    const components = [
      componentOf("a", [placementOf("east", { price: usdPerHour(1, "EUR") })]),
      componentOf("b", [placementOf("east", on(machineOf("aws/big")))]),
    ];
    const { total, currency, missing } = costed(components);
    expect([usd(total), currency, missing[0]?.of]).toEqual([730, "EUR", "b"]);
  });
});

describe("the budget", () => {
  const one = componentOf("a", [placementOf("east", { price: usdPerHour(1) })]);
  const unknown = componentOf("b", [placementOf("east")]);
  it.each([
    ["within", 730, [one]],
    ["over", 729, [one]],
    ["not-known", 730, [one, unknown]],
    ["over", 729, [one, unknown]],
  ] as const)("is %s at %d USD", (verdict, limit, components) => {
    const budgets = { cost: monthlyPrice("USD", limit * 1e6), carbon: null };
    expect(costed(components, { budgets }).budget?.verdict).toBe(verdict);
  });
});

it("more money than is counted to the micro-unit is refused, not rounded", () => {
  const components = [componentOf("c", [placementOf("east", { replicas: 1e6, price: usdPerHour(1e6) })])];
  const cost = costOf(modelOf({ regions, components }), tables);
  expect(cost).toMatchObject({ ok: false, problems: [{ code: "cost/beyond-counting" }] });
});

const anyPlacement = fc
  .record({
    region: fc.constantFrom("east", "west", "north"),
    replicas: fc.integer({ min: 1, max: 9 }),
    required: fc.integer({ min: 1, max: 9 }),
    spares: fc.nat(3),
    micros: fc.nat(50_000_000),
  })
  .map(({ region, replicas, required, spares, micros }) =>
    placementOf(region, {
      replicas,
      required: Math.min(required, replicas),
      spares,
      price: usdPerHour(micros / 1e6),
    }),
  );
const anyComponent = fc.record({
  placements: fc.array(anyPlacement, { minLength: 1, maxLength: 4 }),
  pattern: fc.constantFrom("active-active", "hot-standby", "pilot-light"),
});

describe("the laws of cost", () => {
  it("parts add up to the platform, and redundancy is a part of it", () => {
    fc.assert(
      fc.property(fc.array(anyComponent, { minLength: 1, maxLength: 4 }), (drawn) => {
        const components = drawn.map(({ placements, pattern }, at) =>
          componentOf(`c${at}`, placements, { pattern }),
        );
        const { components: each, total, redundancy } = costed(components);
        const sum = (figures: readonly (MoneyFigure | null)[]): number =>
          figures.reduce((all, figure) => all + (figure?.value.microsPerMonth ?? 0), 0);
        const parts = each.flatMap((component) => component.parts);
        expect(sum(parts.map((part) => part.total))).toBe(total?.value.microsPerMonth);
        expect(sum(each.map((component) => component.redundancy))).toBe(redundancy?.value.microsPerMonth);
        expect(redundancy?.value.microsPerMonth).toBeLessThanOrEqual(total?.value.microsPerMonth ?? -1);
        expect(redundancy?.value.microsPerMonth).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("one more replica never costs less, and is redundancy altogether", () => {
    fc.assert(
      fc.property(anyPlacement, (placement) => {
        const before = costed([componentOf("c", [placement])]);
        const after = costed([componentOf("c", [{ ...placement, replicas: placement.replicas + 1 }])]);
        const more = (usd(after.total) ?? 0) - (usd(before.total) ?? 0);
        expect(more).toBeGreaterThanOrEqual(0);
        expect((usd(after.redundancy) ?? 0) - (usd(before.redundancy) ?? 0)).toBeCloseTo(more, 6);
      }),
    );
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  componentOf,
  drawing,
  journeyOf,
  loaded,
  locationOf,
  machineOf,
  modelOf,
  needing,
  on,
  type Parts,
  placementOf,
  regionOf,
} from "../../../test/model-of.ts";
import type { LocationRow } from "../catalogue/catalogue.ts";
import type { StorageRow, TransferRow } from "../catalogue/whole-catalogue.ts";
import type { Component, Placement } from "../model/component.ts";
import { kilowattHoursPerGigabyte, wattHoursPerTerabyteHour } from "../units/rates.ts";
import {
  bytes,
  gramsCO2e,
  gramsPerKilowattHour,
  gramsPerMonth,
  ratio,
  seconds,
  watts,
} from "../units/units.ts";
import { carbonOf, type CarbonTables, type PlatformCarbon } from "./carbon.ts";
import { contextPower } from "./context.ts";

const source = { title: "a source", date: "2025", licence: "a fact", grade: "secondary" } as const;
const transfer: TransferRow = {
  ...{
    id: "aws/regions",
    what: "",
    source,
    at: "data/transfer.tsv:9",
    from: "aws/*",
    to: "aws/*",
    price: null,
  },
  energy: kilowattHoursPerGigabyte(0.001),
};
const storage: StorageRow = {
  ...{ id: "aws/volume", what: "", source, at: "data/storage.tsv:9", where: "aws/*", holds: "volume" },
  ...{ price: null, energy: wattHoursPerTerabyteHour(1.2), copies: 2 },
};
const tablesOf = (...locations: readonly LocationRow[]): CarbonTables => ({
  locations: new Map(locations.map((row) => [row.id, row])),
  transfers: new Map([[transfer.id, transfer]]),
  storage: new Map([[storage.id, storage]]),
});

const located = (
  region: string,
  id: string,
  [grams, pue]: readonly [number, number],
): ReturnType<typeof regionOf> =>
  regionOf(region, { location: locationOf(id, { gridIntensity: gramsPerKilowattHour(grams), pue }) });
const regions = [located("east", "aws/us-east-1", [400, 1.25]), located("west", "aws/us-west-2", [100, 1])];

function emitted(components: readonly Component[], more: Partial<Parts> = {}): PlatformCarbon {
  const model = modelOf({ regions, components, ...more });
  return carbonOf(model, tablesOf(...model.platform.regions.flatMap(({ location }) => location ?? [])));
}

const kilograms = (figure: { readonly value: number } | null): number =>
  (figure?.value ?? Number.NaN) / 1_000;

describe("a warm standby: one node of 8 H100 that holds a model and waits", () => {
  const node = machineOf("aws/p5.48xlarge", {
    idle: watts(8 * 70 + 1_000),
    busy: watts(7_600),
    embodied: gramsCO2e(4_676_800),
    lifespan: seconds(48 * 730 * 3_600),
    accelerators: { type: "H100", count: 8 },
  });
  const standby = (region: ReturnType<typeof regionOf>, weights = loaded): PlatformCarbon =>
    emitted(
      [
        componentOf("inference", [placementOf("nowhere"), placementOf("here", on(node))], {
          pattern: "warm-standby",
          weights,
        }),
      ],
      { regions: [region] },
    );
  const operation = (carbon: PlatformCarbon): number => kilograms(carbon.operational);

  it.each([
    ["us-east-1", 396, 1.15, 652],
    ["eu-north-1", 25, 1.1, 39],
    ["ap-south-1", 747, 1.42, 1_518],
  ])("emits in %s, at %d g and PUE %d, %d kg a month", (id, ...[grams, pue, published]) => {
    expect(operation(standby(located("here", `aws/${id}`, [grams, pue])))).toBeCloseTo(published, 0);
  });

  it("has 97 kg a month of embodied emissions", () => {
    expect(kilograms(standby(located("here", "aws/us-east-1", [396, 1.15])).embodied)).toBeCloseTo(97, 0);
  });

  it("emits the same however large its weights are, and less where they are not loaded", () => {
    const here = located("here", "aws/us-east-1", [396, 1.15]);
    const larger = operation(standby(here, { ...loaded, size: bytes(810e9) }));
    expect(larger).toBe(operation(standby(here)));
    const cold = operation(standby(here, { ...loaded, locality: "local" }));
    expect(larger - cold).toBeCloseTo((8 * 50 * 0.73 * 1.15 * 396) / 1_000, 6);
  });

  it("is redundancy altogether", () => {
    const { total, redundancy } = standby(located("here", "aws/us-east-1", [396, 1.15]));
    expect(redundancy?.value).toBeCloseTo(total?.value ?? -1, 3);
  });

  it("serves at 80 % load for about 2,156 kg a month", () => {
    const placement = placementOf("here", on(node, { utilisation: ratio(0.8) }));
    const serving = componentOf("inference", [placement], { weights: loaded });
    const carbon = emitted([serving], { regions: [located("here", "aws/us-east-1", [396, 1.15])] });
    expect(operation(carbon) / 2_156).toBeCloseTo(1, 2);
  });
});

describe("the power of a live context", () => {
  it.each([
    ["H100", 50],
    ["L40S", 66],
    ["T4", 13.2],
  ])("on one %s is %d W", (type, power) => {
    expect(contextPower(type).power).toBeCloseTo(power, 1);
  });

  it("is said to be taken from others where nothing is known of the accelerator", () => {
    expect(contextPower("B999").because).toMatch(/nothing is known of B999/);
    expect(contextPower("constructor").power).toBe(50);
  });
});

describe("what machines emit", () => {
  it("is by their draw between idle and busy; their redundancy is what stands there idle beyond the least that would serve", () => {
    const place = placementOf("east", {
      replicas: 3,
      required: 1,
      power: drawing(100, 300),
      utilisation: ratio(0.25),
    });
    const { operational, redundancy } = emitted([componentOf("c", [place])]);
    expect(kilograms(operational)).toBeCloseTo(3 * 0.15 * 730 * 1.25 * 0.4, 6);
    expect(kilograms(redundancy)).toBeCloseTo(2 * 0.1 * 730 * 1.25 * 0.4, 6);
  });

  it.each([
    ["quota", 0],
    ["reserved", 2 * 0.1 * 730 * 0.1],
  ] as const)(
    "is nothing while they are switched off, of capacity that is %s: but idle where it is kept for us",
    (capacity, expected) => {
      const places = [
        placementOf("east", { power: drawing(0, 0) }),
        placementOf("west", { replicas: 2, capacity, power: drawing(100, 300) }),
      ];
      const { operational } = emitted([componentOf("c", places, { pattern: "pilot-light" })]);
      expect(kilograms(operational)).toBeCloseTo(expected, 6);
    },
  );

  it("is named where the place or the draw is not known, and what is known is still added up", () => {
    const places = [
      placementOf("east", on(machineOf("aws/big"))),
      placementOf("west"),
      placementOf("nowhere", on(machineOf("aws/big"))),
    ];
    const { missing, total, embodied } = emitted([componentOf("c", places)], {
      regions: [...regions, regionOf("nowhere")],
    });
    expect(missing.map(({ region, what }) => [region, what])).toEqual([
      ["west", "what its machines draw"],
      ["west", "what making its machines emitted"],
      ["nowhere", "the grid and the building that it runs in"],
    ]);
    expect(kilograms(embodied)).toBeCloseTo(2, 6);
    expect(kilograms(total)).toBeCloseTo(2 + 0.2 * 730 * 1.25 * 0.4, 6);
  });
});

describe("what data emits", () => {
  it("is its storage with the provider's copies in each place, and what is carried, on the grid that it leaves", () => {
    const component = componentOf("c", [placementOf("east"), placementOf("west")], {
      data: { stored: bytes(1e12), changedPerDay: bytes(24e9) },
      replication: { kind: "asynchronous", lag: seconds(5) },
    });
    const parts = emitted([component]).components[0]?.parts ?? [];
    expect(parts.map(({ region, what }) => [region, what])).toEqual([
      ["east", "storage"],
      ["west", "storage"],
      ["west", "transfer"],
    ]);
    const [east, west, carried] = parts;
    expect(east?.total.value).toBeCloseTo(1.2 * 2 * 0.73 * 1.25 * 400, 6);
    expect(east?.redundancy.value).toBe(0);
    expect(west?.redundancy.value).toBeCloseTo(1.2 * 2 * 0.73 * 100, 6);
    expect(carried?.total.value).toBeCloseTo(730 * 0.001 * 1.25 * 400, 6);
  });
});

describe("the grid", () => {
  const pjm = (id: string, grams: number): LocationRow =>
    locationOf(id, { gridZone: "PJM", gridIntensity: gramsPerKilowattHour(grams), pue: 1 });
  const [amazon, google] = [pjm("aws/us-east-1", 379), pjm("gcp/us-east4", 343)];
  const component = componentOf(
    "c",
    ["a", "g"].map((region) => placementOf(region, { power: drawing(1_000, 1_000) })),
  );
  const parts = (...locations: readonly LocationRow[]): readonly number[] => {
    const places = locations.map((location, at) => regionOf(at === 0 ? "a" : "g", { location }));
    const carbon = carbonOf(modelOf({ regions: places, components: [component] }), tablesOf(amazon, google));
    return carbon.components[0]?.parts.map(({ total }) => Math.round(total.value / 730)) ?? [];
  };

  it("has one intensity for each zone where regions of several providers are compared", () => {
    expect(parts(amazon, google)).toEqual([379, 379]);
  });

  it("is as the provider has it where there is one provider", () => {
    expect(parts(google, google)).toEqual([343, 343]);
  });
});

describe("each request", () => {
  const draw = (grams: number): Placement => placementOf("west", { power: drawing(grams, grams) });
  const components = [
    componentOf("gateway", [draw(100)], { needs: [needing("model")] }),
    componentOf("model", [draw(300)]),
    componentOf("batch", [draw(500)]),
  ];

  it("bears its components, those that several journeys reach by the requests of each", () => {
    const journeys = [
      journeyOf("chat", "gateway", { requestsPerMonth: 3_000 }),
      journeyOf("search", "model", { requestsPerMonth: 1_000 }),
      journeyOf("quiet", "batch"),
    ];
    const { journeys: each } = emitted(components, { journeys });
    const perWatt = 0.73 * 100;
    expect(each.map(({ journey, perRequest }) => [journey, perRequest?.value])).toEqual([
      ["chat", expect.closeTo(((100 + 0.75 * 300) * perWatt) / 3_000, 6)],
      ["search", expect.closeTo((0.25 * 300 * perWatt) / 1_000, 6)],
    ]);
  });

  it("is told with and without redundancy", () => {
    const spare = placementOf("west", { replicas: 2, required: 1, power: drawing(100, 100) });
    const journeys = [journeyOf("chat", "c", { requestsPerMonth: 100 })];
    const [chat] = emitted([componentOf("c", [spare])], { journeys }).journeys;
    expect(chat?.perRequest?.value).toBeCloseTo(2 * 0.73 * 100, 6);
    expect(chat?.withoutRedundancy?.value).toBeCloseTo(0.73 * 100, 6);
  });
});

it.each([
  ["within", 15],
  ["over", 14],
] as const)("the budget is %s at %d kg", (verdict, limit) => {
  const budgets = { cost: null, carbon: gramsPerMonth(limit * 1_000) };
  const machine = machineOf("aws/big", { busy: watts(100), lifespan: seconds(480 * 730 * 3_600) });
  const components = [componentOf("c", [placementOf("west", { ...on(machine), replicas: 2, required: 2 })])];
  expect(emitted(components, { budgets }).budget?.verdict).toBe(verdict);
});

const anyPlacement = fc
  .record({
    region: fc.constantFrom("east", "west"),
    replicas: fc.integer({ min: 1, max: 9 }),
    required: fc.integer({ min: 1, max: 9 }),
    idle: fc.nat(2_000),
    more: fc.nat(8_000),
    percent: fc.nat(100),
  })
  .map(({ region, replicas, required, idle, more, percent }) => {
    const machine = machineOf("aws/big", { idle: watts(idle), busy: watts(idle + more) });
    const utilisation = ratio(percent / 100);
    return placementOf(region, {
      ...on(machine),
      replicas,
      required: Math.min(replicas, required),
      utilisation,
    });
  });
const anyComponents = fc
  .array(
    fc.record({
      placements: fc.array(anyPlacement, { minLength: 1, maxLength: 3 }),
      pattern: fc.constantFrom("active-active", "warm-standby", "pilot-light"),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((drawn) => drawn.map(({ placements, pattern }, at) => componentOf(`c${at}`, placements, { pattern })));

describe("the laws of carbon", () => {
  it("doubling energy doubles what it emits, and leaves what is embodied", () => {
    const twice = (placement: Placement): Placement => ({
      ...placement,
      power: drawing(2 * (placement.power?.idle ?? 0), 2 * (placement.power?.busy ?? 0)),
    });
    fc.assert(
      fc.property(anyComponents, (components) => {
        const one = emitted(components);
        const two = emitted(components.map((each) => ({ ...each, placements: each.placements.map(twice) })));
        expect(kilograms(two.operational)).toBeCloseTo(2 * kilograms(one.operational), 6);
        expect(two.embodied?.value).toBe(one.embodied?.value);
      }),
    );
  });

  it("parts add up: over components, and over operation and embodied; redundancy is a part", () => {
    fc.assert(
      fc.property(anyComponents, (components) => {
        const carbon = emitted(components);
        const sum = carbon.components.reduce((all, { total }) => all + kilograms(total), 0);
        expect(kilograms(carbon.total)).toBeCloseTo(sum, 6);
        expect(kilograms(carbon.operational) + kilograms(carbon.embodied)).toBeCloseTo(sum, 6);
        expect(kilograms(carbon.redundancy)).toBeLessThanOrEqual(sum + 1e-9);
        expect(kilograms(carbon.redundancy)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

import type { LocationRow, MachineRow, RowSource } from "../src/core/catalogue/catalogue.ts";
import type { Component, Placement } from "../src/core/model/component.ts";
import type { Journey, Model, Region } from "../src/core/model/model.ts";
import type { Reliability, Source } from "../src/core/model/reliability.ts";
import {
  bytesPerSecond,
  gramsCO2e,
  gramsPerKilowattHour,
  hourlyPrice,
  ratio,
  seconds,
  watts,
} from "../src/core/units/units.ts";

/** Small models for tests, written out where they differ from something plain. */
const declared: Source = { kind: "declared" };
const reliable: Reliability = {
  mtbf: seconds(1e6),
  mttr: seconds(3_600),
  repair: { kind: "exponential" },
  errorFactor: 1,
  source: declared,
};
const rowSource: RowSource = { title: "a source", date: "2025", licence: "a fact", grade: "published" };

export function regionOf(name: string, more: Partial<Region> = {}): Region {
  return {
    name,
    provider: "aws",
    zones: [],
    failure: reliable,
    zoneFailure: reliable,
    maintenance: null,
    takesAlong: [],
    location: null,
    ...more,
  };
}

export function placementOf(region: string, more: Partial<Placement> = {}): Placement {
  const replicas = more.replicas ?? 1;
  return {
    region,
    cell: null,
    zones: [],
    replicas,
    required: replicas,
    spares: 0,
    failure: reliable,
    maintenance: null,
    capacity: "quota",
    capacityLikelihood: { value: ratio(1), source: declared },
    machine: null,
    price: null,
    power: null,
    utilisation: ratio(0.5),
    ...more,
  };
}

export const usdPerHour = (amount: number, currency = "USD"): NonNullable<Placement["price"]> => ({
  value: hourlyPrice(currency, Math.round(amount * 1e6)),
  source: declared,
});

export const drawing = (idle: number, busy: number): NonNullable<Placement["power"]> => ({
  idle: watts(idle),
  busy: watts(busy),
  source: declared,
});

export function componentOf(
  name: string,
  placements: readonly Placement[],
  more: Partial<Component> = {},
): Component {
  const ever = { kind: "fixed", time: seconds(1) } as const;
  return {
    name,
    description: "",
    type: "generic",
    pattern: "active-active",
    placements,
    placesRequired: 1,
    crews: null,
    commonCause: null,
    standby: {
      failureShare: ratio(1),
      detected: ratio(1),
      switched: ratio(1),
      able: ratio(1),
      manual: seconds(0),
      manualSigma: 0,
      sources: {
        failureShare: declared,
        detected: declared,
        switched: declared,
        able: declared,
        manual: declared,
      },
    },
    recovery: {
      detect: ever,
      approve: null,
      fence: null,
      promote: null,
      provision: null,
      route: null,
      verify: null,
    },
    replication: { kind: "none" },
    needs: [],
    weights: null,
    data: null,
    routing: null,
    shuffleShard: null,
    job: null,
    api: null,
    sla: null,
    ...more,
  };
}

export const needing = (component: string): Component["needs"][number] => ({
  component,
  strength: "hard",
  fallbacks: [],
  retries: null,
  timeout: null,
});

export const loaded: NonNullable<Component["weights"]> = {
  size: 140e9 as NonNullable<Component["weights"]>["size"],
  locality: "resident",
  bandwidth: { value: bytesPerSecond(1e9), source: declared },
};

export function journeyOf(name: string, entry: string, more: Partial<Journey> = {}): Journey {
  return {
    name,
    description: "",
    entry,
    owner: "us",
    degradedModes: [],
    objectives: [],
    impact: null,
    policy: null,
    continuity: null,
    requestsPerMonth: null,
    ...more,
  };
}

export interface Parts {
  readonly regions: readonly Region[];
  readonly components: readonly Component[];
  readonly journeys?: readonly Journey[];
  readonly budgets?: Model["platform"]["budgets"];
}

export function modelOf({ regions, components, journeys = [], budgets }: Parts): Model {
  const named = <Item extends { readonly name: string }>(items: readonly Item[]): ReadonlyMap<string, Item> =>
    new Map(items.map((item) => [item.name, item]));
  return {
    platform: {
      name: "p",
      description: "",
      regions,
      cells: [],
      fates: [],
      budgets: budgets ?? { cost: null, carbon: null },
    },
    journeys: named(journeys),
    components: named(components),
    policies: new Map(),
    scenarios: new Map(),
    risks: new Map(),
    budgetPolicies: new Map(),
    plans: new Map(),
    drills: new Map(),
    options: new Map(),
  };
}

export function locationOf(id: string, more: Partial<LocationRow> = {}): LocationRow {
  return {
    id,
    what: id,
    source: rowSource,
    at: "data/locations.tsv:9",
    gridZone: id,
    gridIntensity: gramsPerKilowattHour(400),
    pue: 1.1,
    priceRatio: null,
    ...more,
  };
}

export function machineOf(id: string, more: Partial<MachineRow> = {}): MachineRow {
  return {
    id,
    what: id,
    source: rowSource,
    at: "data/machines.tsv:9",
    price: hourlyPrice("USD", 2_000_000),
    idle: watts(100),
    busy: watts(300),
    embodied: gramsCO2e(48_000),
    lifespan: seconds(48 * 730 * 3_600),
    accelerators: null,
    ...more,
  };
}

/** A place on a machine of the catalogue, as reading a manifest makes it; `priceRatio` is that of the place's location. */
export function on(machine: MachineRow, more: Partial<Placement> = {}, priceRatio = 1): Partial<Placement> {
  const source: Source = { kind: "catalogue", row: machine.id };
  const { price } = machine;
  const value = price === null ? null : hourlyPrice(price.currency, price.microsPerHour * priceRatio);
  return {
    machine,
    price: value === null ? null : { value, source },
    power: { idle: machine.idle, busy: machine.busy, source },
    ...more,
  };
}

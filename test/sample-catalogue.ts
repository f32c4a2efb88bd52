import type { Catalogue, FailureRow, LocationRow, MachineRow } from "../src/core/catalogue/catalogue.ts";
import { gramsCO2e, gramsPerKilowattHour, hourlyPrice, seconds, watts } from "../src/core/units/units.ts";

const source = { title: "made up for tests", date: "2026", licence: "none", grade: "prior" } as const;

const assumedFor = [
  ...["gateway", "inference", "embedding", "vector-index", "feature-store", "model-registry", "training"],
  ...["queue", "cache", "database", "object-store", "llm-api", "control-plane", "generic"],
  ...["region", "zone", "provider-wide", "control-plane-fate", "identity", "dns", "registry", "network"],
  ...["power", "deploy"],
].map((kind) => `assumed/${kind}`);

const failure = (id: string): FailureRow => ({
  ...{ id, what: id, source, at: "test/sample-catalogue.ts:1" },
  ...{ mtbf: seconds(30 * 86_400), mttr: seconds(7_200), repairSigma: null, errorFactor: 3 },
});

const location: LocationRow = {
  ...{ id: "cloud/north", what: "a region", source, at: "test/sample-catalogue.ts:2" },
  ...{ gridZone: "north", gridIntensity: gramsPerKilowattHour(25), pue: 1.1, priceRatio: 1.5 },
};

const machine: MachineRow = {
  ...{ id: "cloud/gpu", what: "a machine", source, at: "test/sample-catalogue.ts:3" },
  ...{ price: hourlyPrice("USD", 10_000_000), idle: watts(500), busy: watts(5_000) },
  ...{ embodied: gramsCO2e(4_000_000), lifespan: seconds(4 * 365 * 86_400) },
  accelerators: { type: "h100", count: 8 },
};

/** A small catalogue with round figures. */
export const sampleCatalogue: Catalogue = {
  failures: new Map([...assumedFor, "gpu/sample"].map((id) => [id, failure(id)])),
  locations: new Map([[location.id, location]]),
  machines: new Map([[machine.id, machine]]),
};

import type { LocationRow } from "../catalogue/catalogue.ts";
import { rowText } from "../catalogue/row-text.ts";
import { referenceOf } from "../catalogue/whole-catalogue.ts";
import type { Model } from "../model/model.ts";
import type { Figure } from "../units/figure.ts";
import type { GramsPerKilowattHour } from "../units/units.ts";

/** The electricity of one region, and the building that it is used in. */
export interface Grid {
  readonly intensity: Figure<GramsPerKilowattHour>;
  /** Energy of the building over that of the machines, at least 1. */
  readonly pue: Figure<number>;
}

/**
 * The grid of each region whose location is stated. Where the regions are of several providers, a grid zone has the intensity of
 * one row, so that a difference between two regions is never one between two ways of measuring.
 */
export function gridsOf(
  { platform }: Model,
  locations: ReadonlyMap<string, LocationRow>,
): ReadonlyMap<string, Grid> {
  const located = platform.regions.flatMap(({ name, location }) =>
    location === null ? [] : [{ name, location }],
  );
  const providers = new Set(located.map(({ location }) => location.id.split("/")[0]));
  return new Map(
    located.map(({ name, location }) => {
      const reference = providers.size > 1 ? referenceOf(location.gridZone, locations.values()) : null;
      return [name, gridOf(location, reference ?? location)];
    }),
  );
}

function gridOf(location: LocationRow, measured: LocationRow): Grid {
  const { gridZone } = location;
  const shared =
    measured.id === location.id ? "" : `for all of the grid zone ${gridZone}, as providers are compared: `;
  return {
    intensity: {
      name: "grid intensity (gCO2e/kWh)",
      value: measured.gridIntensity,
      kind: "estimated",
      because: `location-based: ${shared}${rowText(measured)}`,
      from: [],
    },
    pue: {
      name: "PUE",
      value: location.pue,
      kind: "estimated",
      because: `the building and what cools it: ${rowText(location)}`,
      from: [],
    },
  };
}

import { type Figure, leastKind } from "../units/figure.ts";
import type { Missing, PartlyKnown } from "../units/missing.ts";
import { emissionOf, sumOfEmissions } from "../units/rates.ts";
import { type GramsPerMonth, gramsPerMonth, type KilowattHours } from "../units/units.ts";
import type { Grid } from "./grid.ts";

export type EmissionFigure = Figure<GramsPerMonth>;

/** What the machines or the data of a component emit in one place. */
export interface PartEmission {
  readonly region: string;
  readonly cell: string | null;
  /** Embodied emissions are those of making the machines; all others are operational. */
  readonly what: "operation" | "embodied" | "storage" | "transfer";
  readonly total: EmissionFigure;
  /** The part of `total` that is redundancy. */
  readonly redundancy: EmissionFigure;
}

/** What one component emits; `null` where nothing is known. */
export interface ComponentCarbon {
  readonly component: string;
  /** Machines and data, place by place, in the order of the placements. */
  readonly parts: readonly PartEmission[];
  readonly total: EmissionFigure | null;
  readonly redundancy: EmissionFigure | null;
  readonly missing: readonly Missing[];
}

export type ReadPart = PartlyKnown<PartEmission>;

/** The sum of emissions; `null` of none. */
export function sumOf(name: string, because: string, from: readonly EmissionFigure[]): EmissionFigure | null {
  if (from.length === 0) return null;
  const value = sumOfEmissions(from.map((each) => each.value));
  return { name, value, kind: leastKind(from.map((each) => each.kind)), because, from };
}

export const noEmission: GramsPerMonth = gramsPerMonth(0);

/** What energy emits on a grid. */
export function emitted(energy: KilowattHours, { intensity, pue }: Grid): GramsPerMonth {
  return emissionOf(energy, pue.value, intensity.value);
}

/** How energy became an emission, for people. */
export function emittedText(energy: KilowattHours, { intensity, pue }: Grid): string {
  return `${Math.round(energy * 100) / 100} kWh × PUE ${pue.value} × ${intensity.value} gCO2e/kWh`;
}

import type { Ratio } from "../units/units.ts";
import type { Placement } from "./component.ts";

/** Where a step starts machines of a component, or makes those that run ready. */
export interface ActivatedPlace {
  readonly component: string;
  readonly region: string;
  /** Which cell of the region; `null`: all that stands there. */
  readonly cell: string | null;
}

/** How many machines run afterwards: so many, or a share of all that are declared there. */
export type ScaleTo =
  | { readonly kind: "units"; readonly units: number }
  | { readonly kind: "share"; readonly share: Ratio };

/** Of places those that a step is about. */
export function activated<At extends Pick<Placement, "region" | "cell">>(
  places: readonly At[],
  { region, cell }: Pick<ActivatedPlace, "region" | "cell">,
): readonly At[] {
  return places.filter((place) => place.region === region && (cell === null || place.cell === cell));
}

/** Machines that run afterwards, whole ones. @param places all that the step is about */
export function unitsOf(to: ScaleTo, places: readonly Pick<Placement, "replicas">[]): number {
  if (to.kind === "units") return to.units;
  return Math.ceil(to.share * places.reduce((sum, { replicas }) => sum + replicas, 0));
}

/** What people call it: the cell, or else the region. */
export function placeTitle({ component, region, cell }: ActivatedPlace): string {
  return `${component} in ${cell ?? region}`;
}

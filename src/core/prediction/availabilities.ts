import {
  type JourneyAvailability,
  journeyAvailabilities,
  type Unsolved,
} from "../availability/availability.ts";
import { platformGraph } from "../availability/platform-graph.ts";
import type { Model } from "../model/model.ts";
import type { DetectionDefaults } from "../recovery/pieces.ts";
import { switchoverTimes } from "../recovery/switchover.ts";

/** Of every journey. */
export type Availabilities = readonly (JourneyAvailability | Unsolved)[];

export interface AvailabilitySettings {
  readonly detection: DetectionDefaults;
  /** Work allowed for one module of a fault graph. */
  readonly stepsMax: number;
}

/** In another thread, as a rule. */
export type FindAvailabilities = (model: Model, settings: AvailabilitySettings) => Promise<Availabilities>;

/** How often each journey is up: most of the work of a prediction, and nothing else of it needs this. */
export function availabilitiesOf(
  model: Model,
  { detection, stepsMax }: AvailabilitySettings,
): Availabilities {
  const switchovers = switchoverTimes(model, detection);
  const addedUp = platformGraph(model, switchovers, { causes: "added-up" });
  return journeyAvailabilities(addedUp, stepsMax, () => platformGraph(model, switchovers));
}

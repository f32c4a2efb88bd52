import type { Lot, OrderedDiagram } from "../../core/availability/diagram/race.ts";
import type { Region } from "../../core/availability/preprocess/regions.ts";

/** What a thread is given to do. */
export interface RaceTask {
  readonly region: Region;
  readonly stepsMax: number;
  readonly lot: Lot;
}

/** What it answers: `null` when no order of its lot was done within the work allowed. */
export type RaceResult = OrderedDiagram | null;

import type { Model } from "../../core/model/model.ts";
import type { AvailabilitySettings } from "../../core/prediction/availabilities.ts";

/** What the thread is given to do; it answers with the availabilities. */
export interface AvailabilitiesTask {
  readonly model: Model;
  readonly settings: AvailabilitySettings;
}

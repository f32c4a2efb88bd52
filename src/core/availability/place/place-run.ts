import type { Platform } from "../../model/model.ts";
import { type StateChances, zoneChances } from "../conditioning/shared-parts.ts";
import { type LongRun, neverFailing } from "../law.ts";
import { longRunOf } from "../long-run.ts";
import { type PlaceOf, zonesOf } from "./replica-laws.ts";
import { either, runsByZones } from "./replicas-by-zones.ts";
import { alternating, regionOf, servingFates } from "./strikes.ts";

/** What a place comes to by itself, with all that it stands on. */
export function placeRun(platform: Platform, of: PlaceOf): LongRun {
  const region = regionOf(platform, of.placement);
  const fates = servingFates(platform, of.component, region);
  const struck = [region, ...fates].map(({ failure }) => longRunOf(alternating(failure).law));
  if (of.failureShare === 0) return struck.reduce(either);
  const zones = zonesOf(of.placement);
  const zoneRun = longRunOf(alternating(region.zoneFailure).law);
  const sets = zoneChances(
    zones.map((_, at) => at),
    zones.map(() => zoneRun),
  );
  return [...struck, overSets(runsByZones(region, of), sets)].reduce(either);
}

/** The mean over sets of zones, which change as well (Σ of each zone's frequency × ∂/∂q). */
function overSets(runs: readonly LongRun[], { chances, perHour }: StateChances): LongRun {
  if (runs.every((run) => run === neverFailing)) return neverFailing;
  let [unavailability, availability, failuresPerHour, failedChange, worksChange] = [0, 0, 0, 0, 0];
  for (const [set, run] of runs.entries()) {
    const [chance, change] = [chances[set] as number, perHour[set] as number];
    unavailability += chance * run.unavailability;
    availability += chance * run.availability;
    failuresPerHour += chance * (run.failuresPerHour ?? Number.NaN);
    failedChange += change * run.unavailability;
    worksChange += change * run.availability;
  }
  // From whichever of failing and working is the smaller number.
  failuresPerHour += unavailability < 0.5 ? failedChange : -worksChange;
  return {
    unavailability,
    availability,
    failuresPerHour: Number.isNaN(failuresPerHour) ? null : failuresPerHour,
  };
}

import type { WholeCatalogue } from "../core/catalogue/whole-catalogue.ts";
import type { Model } from "../core/model/model.ts";
import type { Prediction } from "../core/prediction/prediction.ts";

/** Work allowed for one module of a fault graph: some seconds. */
export const stepsMax = 2 ** 22;

/** What a platform is predicted to do; where a plan says nothing, failures are detected as the failover engine does it. */
export async function predicted(model: Model, catalogue: WholeCatalogue): Promise<Prediction> {
  const { predictionOf } = await import("../core/prediction/prediction.ts");
  const { defaultTiming } = await import("../core/failover/settings.ts");
  const { seconds } = await import("../core/units/units.ts");
  const { tickMs, refusalsMin, silentAfterMs } = defaultTiming;
  const detection = {
    probeEvery: seconds(tickMs / 1_000),
    refusals: refusalsMin,
    silentAfter: seconds(silentAfterMs / 1_000),
  };
  return predictionOf(model, { tables: catalogue, detection, stepsMax });
}

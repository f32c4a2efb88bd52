import type { WholeCatalogue } from "../core/catalogue/whole-catalogue.ts";
import type { Model } from "../core/model/model.ts";
import type { OptimiseSettings, Optimum } from "../core/optimise/optimise.ts";
import type { Prediction } from "../core/prediction/prediction.ts";
import type { Parsed } from "../core/problem/problem.ts";
import type { DetectionDefaults } from "../core/recovery/pieces.ts";
import { inSeconds } from "../core/units/units.ts";

/** Work allowed for one module of a journey's fault graph: a second or so. */
export const stepsMax = 2 ** 22;

/** How failures are detected where plans say nothing: as the failover engine does it. */
export async function detectionDefaults(): Promise<DetectionDefaults> {
  const { defaultTiming } = await import("../core/failover/settings.ts");
  return {
    probeEvery: inSeconds(defaultTiming.tickMs),
    refusals: defaultTiming.refusalsMin,
    silentAfter: inSeconds(defaultTiming.silentAfterMs),
  };
}

/** What a platform is predicted to do, with detection as the failover engine has it where plans say nothing. */
export async function predict(model: Model, tables: WholeCatalogue): Promise<Prediction> {
  const { predictionOf } = await import("../core/prediction/prediction.ts");
  return predictionOf(model, { tables, detection: await detectionDefaults(), stepsMax });
}

/** What the Options of a platform come to. @param asked `evaluationsMax`: `null` takes the default */
export async function optimumOf(
  model: Model,
  tables: WholeCatalogue,
  asked: Pick<OptimiseSettings, "availability"> & { readonly evaluationsMax: number | null },
): Promise<Parsed<Optimum>> {
  const { evaluationsMaxByDefault, optimum } = await import("../core/optimise/optimise.ts");
  return optimum(model, [...model.options.values()], {
    ...{ tables, detection: await detectionDefaults(), stepsMax, availability: asked.availability },
    evaluationsMax: asked.evaluationsMax ?? evaluationsMaxByDefault,
  });
}

import type { WholeCatalogue } from "../core/catalogue/whole-catalogue.ts";
import type { Model } from "../core/model/model.ts";
import type { OptimiseSettings, Optimum } from "../core/optimise/optimise.ts";
import type { FindAvailabilities } from "../core/prediction/availabilities.ts";
import type { Prediction } from "../core/prediction/prediction.ts";
import type { Parsed } from "../core/problem/problem.ts";
import { detectionDefaults } from "../runtime/foresee-settings.ts";
import type { Parts } from "./parts.ts";

/** Work allowed for one module of a journey's fault graph: a second or so. */
export const stepsMax = 2 ** 22;

/** A thread that finds availabilities, ready to be given a platform while this one still reads it; `null`: only one runs at once. */
export async function availabilityThread(
  parts: Pick<Parts, "availabilitiesInThread" | "threadsAtOnce">,
): Promise<FindAvailabilities | null> {
  return (await parts.threadsAtOnce()) > 1 ? parts.availabilitiesInThread() : null;
}

/** What a platform is predicted to do, with detection as the failover engine has it where plans say nothing. */
export async function predict(
  model: Model,
  tables: WholeCatalogue,
  thread: FindAvailabilities | null,
): Promise<Prediction> {
  const settings = { tables, detection: detectionDefaults, stepsMax };
  // Before anything is waited for: what the caller does meanwhile is done beside it.
  const availabilities = thread?.(model, settings);
  const { predictionBeside, predictionOf } = await import("../core/prediction/prediction.ts");
  if (availabilities === undefined) return predictionOf(model, settings);
  return predictionBeside(availabilities, model, settings);
}

/** What the Options of a platform come to. @param asked `evaluationsMax`: `null` takes the default */
export async function optimumOf(
  model: Model,
  tables: WholeCatalogue,
  asked: Pick<OptimiseSettings, "availability"> & { readonly evaluationsMax: number | null },
): Promise<Parsed<Optimum>> {
  const { evaluationsMaxByDefault, optimum } = await import("../core/optimise/optimise.ts");
  return optimum(model, [...model.options.values()], {
    ...{ tables, detection: detectionDefaults, stepsMax, availability: asked.availability },
    evaluationsMax: asked.evaluationsMax ?? evaluationsMaxByDefault,
  });
}

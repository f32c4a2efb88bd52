import type { WholeCatalogue } from "../core/catalogue/whole-catalogue.ts";
import type { Model } from "../core/model/model.ts";
import type { Prediction } from "../core/prediction/prediction.ts";
import type { Places } from "./explain-places.ts";

/** What a figure is explained from. */
export interface Explaining {
  readonly model: Model;
  readonly prediction: Prediction;
  readonly catalogue: WholeCatalogue;
  readonly places: Places;
}

/** A figure's explanation, for programs and for people. */
export interface Explanation {
  readonly data: () => Readonly<Record<string, unknown>>;
  readonly text: (columns: number) => string;
}

/** A name that nothing has; `known` are those that something has. */
export interface UnknownName {
  readonly unknown: string;
  readonly what: string;
  readonly known: Iterable<string>;
}

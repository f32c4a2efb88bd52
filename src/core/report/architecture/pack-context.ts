import type { Catalogue } from "../../catalogue/catalogue.ts";
import type { Finding } from "../../lint/finding.ts";
import type { Model } from "../../model/model.ts";
import type { Optimum } from "../../optimise/optimise.ts";
import type { Prediction } from "../../prediction/prediction.ts";
import type { Parsed } from "../../problem/problem.ts";
import type { DetectionDefaults } from "../../recovery/pieces.ts";
import type { InstantMs } from "../../units/units.ts";

/** What the reliability architecture pack is made of. */
export interface PackContext {
  readonly model: Model;
  readonly prediction: Prediction;
  readonly findings: readonly Finding[];
  readonly rows: Catalogue["failures"];
  readonly detection: DetectionDefaults;
  /** Work allowed for one module of a fault graph. */
  readonly stepsMax: number;
  /** What Options come to; `null`: none are declared. */
  readonly optimum: Parsed<Optimum> | null;
  /** When it is written: acceptances of risks that ended before are said to have. */
  readonly at: InstantMs;
}

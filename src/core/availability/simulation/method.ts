import { secondsPerYear } from "../../units/units.ts";
import { type BiasedOutput, biasedOutput, reachesFailure } from "./failure-biasing.ts";
import { type Effort, outagesForSpread } from "./part.ts";
import { purposes } from "./random-stream.ts";
import { PlainRun } from "./replications.ts";
import type { SimulatedSystem } from "./simulated-system.ts";
import { type SplitOutput, splitOutput } from "./splitting.ts";
import type { Output, Subject } from "./subject.ts";

/** Events of the trial by which methods are chosen. */
const pilotEvents = 50_000;

/** How an output is to be simulated. */
export type Choice =
  | { readonly method: "replications"; readonly output: Output }
  | { readonly method: "failure-biasing"; readonly output: Output; readonly ready: BiasedOutput }
  | { readonly method: "splitting"; readonly output: Output; readonly ready: SplitOutput };

/**
 * Chooses by what a short trial shows, the same for every shard: replications where they will see enough outages; where they will not,
 * failure biasing if the model allows it, or splitting, whichever reaches a failure first; replications, and a bound, if neither does.
 */
export function choose(subject: Subject, system: SimulatedSystem, effort: Effort): readonly Choice[] {
  const expected = outagesExpected(system, effort);
  return subject.outputs.map((output, at) => {
    if ((expected[at] ?? 0) >= outagesForSpread) return { method: "replications", output };
    const biased = biasedOutput(subject, output);
    if (biased !== null && reachesFailure(biased, effort.seed))
      return { method: "failure-biasing", output, ready: biased };
    // Maintenance has moved the node of the output.
    const split = splitOutput(system, system.outputs[at] ?? output, effort);
    return split === null
      ? { method: "replications", output }
      : { method: "splitting", output, ready: split };
  });
}

/** By output: outages that the whole of the replications will see, by a trial. */
function outagesExpected(system: SimulatedSystem, effort: Effort): readonly number[] {
  const wanted = effort.replications * effort.years * secondsPerYear;
  const trial = new PlainRun(system, purposes.pilot);
  const { samples, seconds } = trial.trial({ seed: effort.seed, length: wanted, events: pilotEvents });
  return samples.map(({ outages, failedSeconds }) => {
    // What is failed most of the time or for longer than the trial is not rare, however seldom that begins.
    const isFailed = failedSeconds > seconds / 2;
    return isFailed ? Number.POSITIVE_INFINITY : (outages * wanted) / seconds;
  });
}

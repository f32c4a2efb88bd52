import type { NewRun, RunStep } from "../src/core/plan/run.ts";
import { instantMs } from "../src/core/units/units.ts";

/** A step that is tried once, can be undone, and asks nobody. */
export function runStep(name: string, more: Partial<RunStep> = {}): RunStep {
  return {
    ...{ name, within: null, attemptsMax: 1, onFailure: "stop", canUndo: true, asks: null, shows: [] },
    ...more,
  };
}

/** A run of a plan that somebody begins. */
export const newRun: NewRun = {
  ...{ id: "a run", plan: "sha256:ab", by: "ada", runner: null, carrier: "one", epoch: 7 },
  ...{ begunAt: instantMs(1_000_000), from: "east", form: "graceful", despite: [] },
};

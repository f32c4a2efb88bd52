import { elapsed, type Milliseconds, milliseconds, type MonotonicMs } from "../units/units.ts";
import { type PlanRun, standingOf, type StepStanding } from "./run.ts";

/**
 * How long a step has been under way, as whoever carries it out counts it: by their own clock, which nobody sets. Counted by wall clocks a
 * wait would be over at once where one is set forward by an hour, and take an hour longer where one is set back.
 */
export interface Count {
  /** What those before have counted, as far as they have shown it. */
  readonly before: Milliseconds;
  /** When whoever counts now began to, by their own clock. */
  readonly from: MonotonicMs;
}

/** Begins to count, from what stands in the run. Time in which nobody carried it out is not counted: nobody has seen it pass. */
export function countOf(run: Pick<PlanRun, "steps">, step: string, now: MonotonicMs): Count {
  return { before: shown(standingOf(run, step)), from: now };
}

export function waitedBy({ before, from }: Count, now: MonotonicMs): Milliseconds {
  return milliseconds(before + elapsed(from, now));
}

/**
 * The run as whoever carries it out shows that they do. @param counts by the names of steps; of a step that is not under way it is not
 * shown
 */
export function beatenRun(run: PlanRun, counts: ReadonlyMap<string, Count>, now: MonotonicMs): PlanRun {
  const steps = Object.entries(run.steps).map(([name, standing]): readonly [string, StepStanding] => {
    const count = counts.get(name);
    if (count === undefined || standing.kind !== "under-way") return [name, standing];
    // Rounded down: whoever counts on must not end a wait before its time.
    const waited = milliseconds(Math.floor(Math.max(shown(standing), waitedBy(count, now))));
    return [name, { ...standing, waited }];
  });
  return { ...run, beat: run.beat + 1, steps: Object.fromEntries(steps) };
}

function shown(standing: StepStanding): Milliseconds {
  return milliseconds(standing.kind === "under-way" ? Math.max(0, standing.waited ?? 0) : 0);
}

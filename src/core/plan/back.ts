import { type Milliseconds, milliseconds } from "../units/units.ts";
import type { PlanRun, Shown } from "./run.ts";

/** That a run has shown a journey to be back, and how long after it was begun: measured, by the wall clocks of whoever carried it out. */
export interface Back extends Shown {
  /** `null`: by those clocks that was before the run began, so that one of them was set back or is behind, and nobody can say. */
  readonly after: Milliseconds | null;
}

/** What a run has shown by now, the soonest first, and last what nobody can say the time of: that of which every step that is to show it, and was called for, has. */
export function backIn(run: PlanRun): readonly Back[] {
  return shownBy(run)
    .flatMap(({ shown, steps }): readonly Back[] => {
      const called = steps.map((step) => run.steps[step]).filter((standing) => standing?.kind !== "skipped");
      const done = called.flatMap((standing) => (standing?.kind === "done" ? [standing.at] : []));
      if (done.length < called.length || done.length === 0) return [];
      const after = Math.max(...done) - run.begunAt;
      return [{ ...shown, after: after < 0 ? null : milliseconds(after) }];
    })
    .toSorted((a, b) => (a.after ?? Number.POSITIVE_INFINITY) - (b.after ?? Number.POSITIVE_INFINITY));
}

/** Of what a run is to show that which it has not, once it is over. */
export function unshownIn(run: PlanRun): readonly Shown[] {
  const back = new Set(backIn(run).map(keyOf));
  return shownBy(run)
    .map(({ shown }) => shown)
    .filter((shown) => !back.has(keyOf(shown)));
}

function shownBy(run: PlanRun): readonly { readonly shown: Shown; readonly steps: readonly string[] }[] {
  const all = new Map<string, { readonly shown: Shown; readonly steps: string[] }>();
  for (const [step, shows] of Object.entries(run.shows)) {
    for (const shown of shows) {
      const known = all.get(keyOf(shown)) ?? { shown, steps: [] };
      known.steps.push(step);
      all.set(keyOf(shown), known);
    }
  }
  return [...all.values()];
}

function keyOf({ journey, mode }: Shown): string {
  return JSON.stringify([journey, mode]);
}

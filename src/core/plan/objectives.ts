import { type Milliseconds, milliseconds } from "../units/units.ts";
import { type Back, backIn } from "./back.ts";
import type { JourneyForecast } from "./forecasts.ts";
import type { PlanRun, RunObjective, Shown } from "./run.ts";

/** Whether a run has shown something to be back as soon as it was declared to be. */
export interface JudgedObjective extends Shown {
  readonly rto: Milliseconds;
  /** Whether a step of the plan shows it. */
  readonly isVerified: boolean;
  readonly verdict: ObjectiveVerdict;
  /** How long after the run began it was shown, by the wall clocks of whoever carried it out; `null`: it was not, or nobody can say. */
  readonly after: Milliseconds | null;
  /** What has shown it: itself, or what gives more and was there sooner; `null`: nothing has. */
  readonly by: Pick<Shown, "mode"> | null;
  readonly missedBy: Milliseconds | null;
}

export type ObjectiveVerdict =
  | "met"
  | "missed"
  /** The run is over, and has not shown it. */
  | "not-shown"
  /** The run is not over, and may show it yet. */
  | "open"
  /** By the clocks it was shown before the run began: one of them was set back or is behind, and nobody can say. */
  | "unmeasured";

/**
 * By what the times of a run are judged: the RTO of every journey of its plan and of each of its modes. Of a journey that is foretold to
 * go on, or not to come back, a plan holds none; a mode that goes on is judged where the plan shows it.
 */
export function objectivesOf(forecasts: readonly JourneyForecast[]): readonly RunObjective[] {
  return forecasts.flatMap(({ journey, time, modes }) => {
    const whole = { mode: null, rtoSeconds: time?.objectiveSeconds ?? null };
    const rest = modes.map(({ mode, outcome, isVerified, objectiveSeconds }) => ({
      mode,
      rtoSeconds: outcome === "untouched" && !isVerified ? null : objectiveSeconds,
    }));
    // Those that give most stand first.
    return [whole, ...rest].flatMap(({ mode, rtoSeconds }, at, all): readonly RunObjective[] => {
      if (rtoSeconds === null) return [];
      const fuller = all.slice(0, at).map((each) => each.mode);
      return [{ journey, mode, rto: milliseconds(Math.round(rtoSeconds * 1_000)), fuller }];
    });
  });
}

/**
 * What a run has shown by now, held against what is declared. It counts from when the run began: what was lost before that is not in it,
 * so a run that has met its RTO has not shown that users had it met.
 */
export function judgedIn(run: PlanRun): readonly JudgedObjective[] {
  const back = backIn(run);
  const unshown = run.end === null ? "open" : "not-shown";
  const shown = Object.values(run.shows).flat();
  return (run.objectives ?? []).map((objective) => {
    const { journey, mode, rto } = objective;
    const isVerified = shown.some((each) => each.journey === journey && each.mode === mode);
    const first = shownFirst(back, objective);
    const verdict = first === null ? unshown : verdictOf(first, objective);
    return {
      ...{ journey, mode, rto, isVerified, verdict },
      after: first?.after ?? null,
      by: first === null ? null : { mode: first.mode },
      missedBy: first === null ? null : overBy(first, objective),
    };
  });
}

/** What has shown first that users have at least so much. What gives more, and was too late, does not say when this was there. */
function shownFirst(back: readonly Back[], { journey, mode, rto, fuller }: RunObjective): Back | null {
  const enough = back.filter(
    (each) => each.journey === journey && (each.mode === mode || fuller.includes(each.mode)),
  );
  const inTime = enough.find(({ after }) => after !== null && after <= rto);
  const own = enough.find((each) => each.mode === mode);
  if (inTime !== undefined || own === undefined) return inTime ?? null;
  // The soonest stands first.
  return own.after === null ? own : (enough[0] ?? null);
}

function verdictOf({ after }: Back, { rto }: RunObjective): ObjectiveVerdict {
  if (after === null) return "unmeasured";
  return after <= rto ? "met" : "missed";
}

function overBy({ after }: Back, { rto }: RunObjective): Milliseconds | null {
  return after === null || after <= rto ? null : milliseconds(after - rto);
}

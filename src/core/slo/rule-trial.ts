import { exact, minus, nearestNumber } from "../units/exact.ts";
import { budgetOf, type BurnTier, burnTiers, raised } from "./burn-tiers.ts";
import { fedShare } from "./fed-values.ts";
import { type Feed, feedOf } from "./feed.ts";
import { type Measure, rateWindow } from "./measures.ts";
import { type Between, type Pace, samplesIn } from "./step-response.ts";
import type { Method, Objective } from "./slo.ts";

/** An objective with all that its rules are tried with. */
export interface Trial {
  readonly measure: Measure;
  readonly objective: Objective;
  readonly feed: Feed;
  /** How many minutes one sample speaks for. */
  readonly window: number;
  readonly pace: Pace;
  /** The burn rate that is told first; `null`: none is, or none can be. */
  readonly fastest: BurnTier | null;
  /** What is judged bad where such a share of what is fed is. */
  readonly judged: (share: number) => number;
  /** A share that nobody is called for. */
  readonly few: number;
  /** A share of which so much is judged bad that it burns at several times a threshold. */
  readonly many: (threshold: number) => number;
}

/** Longer slices do not fit into what is tried. */
const sliceMinutesMax = 30;
const shortMinutes = 5;

/** @returns as text why the rules of an objective cannot be tried */
export function trialOf(measure: Measure, objective: Objective): Trial | string {
  const { alerting, method, period } = measure.slo;
  // At each minute they look at each quarter of an hour of a month.
  if (period.kind === "calendar") return "promtool takes minutes over the rules of a calendar";
  const feed = feedOf(measure);
  if (typeof feed === "string") return feed;
  const sample = method.kind === "occurrences" ? rateWindow : method.slice;
  const window = sample / 60;
  if (!Number.isInteger(window)) return "its slices are no whole minutes";
  if (window > sliceMinutesMax) return `its slices are longer than ${sliceMinutesMax} minutes`;
  const isLastAlone = window >= shortMinutes;
  return {
    ...{ measure, objective, feed, window, ...sharesOf(objective, method, feed) },
    pace: {
      ramp: rampOf(feed, method.kind === "occurrences" ? "events" : "slices", window),
      short: isLastAlone ? [1, 1] : samplesIn(shortMinutes),
      hour: samplesIn(60),
    },
    fastest:
      raised(alerting, burnTiers(period.length, objective)).find(({ short }) => short >= sample) ?? null,
  };
}

/**
 * A rate over five minutes rises in five steps, or in four where the first sample of a range is not of it; a mean in one more. What is
 * no rate is looked at as it is, or as the mean of a slice.
 */
function rampOf({ kind }: Feed, of: "events" | "slices", window: number): Between {
  switch (kind) {
    case "counters":
      return [Math.max(1, window - 1), window];
    case "gauges":
      return [window, window + 1];
    case "ratio":
    case "value":
      return of === "slices" && window > 1 ? [window, window + 1] : [1, 1];
  }
}

/** A slice of which so much more than is tolerated is bad is a bad one; of no window a whole number of minutes makes just so much. */
const goldenPart = 0.618;

function sharesOf(objective: Objective, method: Method, feed: Feed): Pick<Trial, "judged" | "few" | "many"> {
  if (method.kind === "timeslices") {
    const tolerated = nearestNumber(minus(exact("1"), objective.sliceTarget ?? exact("1")));
    const isWhole = feed.kind === "value";
    return {
      judged: (share) => (share > tolerated ? 1 : 0),
      few: isWhole ? 0 : fedShare(tolerated / 2),
      many: () => (isWhole ? 1 : fedShare(tolerated + (1 - tolerated) * goldenPart)),
    };
  }
  if (feed.kind === "value") return { judged: (share) => share, few: 0, many: () => 1 };
  return {
    judged: (share) => share,
    few: fedShare(nearestNumber(budgetOf(objective)) / 2),
    many: (threshold) => Math.min(1, fedShare(threshold * 3)),
  };
}

/** Of something fewest and most: what a range of time holds differs by one sample between versions 3 and 2 of Prometheus. */
export type Between = readonly [fewest: number, most: number];

/** How what rules work out each minute follows a step of what is fed. */
export interface Pace {
  /** Minutes until a sample shows the whole of a step: it looks back so far. */
  readonly ramp: Between;
  /** Samples of the short window of the fastest alert; 1: the last one alone. */
  readonly short: Between;
  /** Samples of an hour. */
  readonly hour: Between;
}

/** Samples, one in a minute, that lie in so many minutes, of which the beginning counts up to version 2. */
export function samplesIn(minutes: number): Between {
  return [minutes, minutes + 1];
}

/** A step from nothing to a share of what is fed, or back. */
export interface Step {
  readonly share: number;
  /** What is judged bad where such a share of what is fed is. */
  readonly judged: (share: number) => number;
  readonly threshold: number;
}

/**
 * After how many minutes of a step up the means over an hour and over the short window are above a threshold; at the earliest and at the
 * latest, and no later than an hour.
 */
export function firesAfter({ share, judged, threshold }: Step, { ramp, short, hour }: Pace): Between {
  const after = (version: 0 | 1): number => {
    const shown = (minute: number): number => judged(share * risen(minute, ramp[version]));
    let sum = 0;
    for (let minute = 1; minute < 60; minute += 1) {
      sum += shown(minute);
      const recent = meanOf((back) => shown(minute - back), short[version]);
      if (sum / hour[version] > threshold && recent > threshold) return minute;
    }
    return 60;
  };
  return [after(0), after(1)];
}

/** After how many minutes of a step down the mean over the short window is no longer above a threshold. */
export function clearsAfter({ share, judged, threshold }: Step, { ramp, short }: Pace): Between {
  const after = (version: 0 | 1): number => {
    const shown = (minute: number): number => judged(share * (1 - risen(minute, ramp[version])));
    for (let minute = 1; ; minute += 1)
      if (meanOf((back) => shown(minute - back), short[version]) <= threshold) return minute;
  };
  return [after(0), after(1)];
}

/** What part of a step is in what lies so many minutes behind. */
function risen(minutes: number, ramp: number): number {
  return Math.max(0, Math.min(minutes, ramp)) / ramp;
}

function meanOf(at: (back: number) => number, count: number): number {
  let sum = 0;
  for (let back = 0; back < count; back += 1) sum += at(back);
  return sum / count;
}

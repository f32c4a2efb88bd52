import { type Seconds, seconds } from "../units/units.ts";

/** Seconds of each unit; a month counts 30 days, a quarter 90, a year 365, where no calendar says otherwise. */
const unitSeconds = {
  m: 60,
  h: 3600,
  d: 86_400,
  w: 7 * 86_400,
  M: 30 * 86_400,
  Q: 90 * 86_400,
  Y: 365 * 86_400,
} as const;

export type DurationUnit = keyof typeof unitSeconds;

/** OpenSLO's short form: `28d`, `1M`. Units mind their case: `1m` is a minute. */
export interface ShortDuration {
  readonly count: number;
  readonly unit: DurationUnit;
}

export const v1Units: readonly DurationUnit[] = ["m", "h", "d", "w", "M", "Q", "Y"];
export const v2Units: readonly DurationUnit[] = ["m", "h", "d", "w"];

/** @returns `null`: it is none. Zero is one, as in the SDK; blanks between number and unit are too. */
export function shortDuration(text: string, units: readonly DurationUnit[] = v1Units): ShortDuration | null {
  const [, digits = "", word = ""] = /^\s*\+?(\d{1,9})\s*(\S+)/.exec(text) ?? [];
  const unit = units.find((each) => each === word);
  return unit === undefined ? null : { count: Number(digits), unit };
}

/** Its length where no calendar says otherwise. */
export function nominalLength({ count, unit }: ShortDuration): Seconds {
  return seconds(count * unitSeconds[unit]);
}

import { type Seconds, seconds } from "../../units/units.ts";
import type { Period } from "../slo.ts";

export interface PeriodNow {
  readonly kind: Period["kind"];
  readonly length: Seconds;
  /** In seconds since 1970: a period that rolls begins its length ago. */
  readonly beganAt: number;
  /** When a calendar ends it; `null`: it rolls. */
  readonly endsAt: number | null;
}

/** The period that runs at an instant, in seconds since 1970. */
export function periodNow(period: Period, now: number): PeriodNow {
  if (period.kind === "rolling")
    return { kind: period.kind, length: period.length, beganAt: now - period.length, endsAt: null };
  const next = period.starts.findIndex((start) => start > now);
  const at = Math.max(0, next - 1);
  const beganAt = period.starts[at] ?? now;
  const endsAt = period.starts[at + 1] ?? beganAt + period.length;
  return { kind: period.kind, length: seconds(endsAt - beganAt), beganAt, endsAt };
}

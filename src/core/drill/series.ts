import { type Milliseconds, milliseconds, type MonotonicMs } from "../units/units.ts";
import type { WriteAttempt } from "./writes.ts";

/** Writes that were settled in one span of time. */
interface WriteBucket {
  /** The span's start, counted from the fault; negative before it. */
  readonly startMs: number;
  readonly acknowledged: number;
  /** Refused or of unknown outcome. */
  readonly failed: number;
}

/** Writes over time around the fault, in spans of equal width without gaps. */
export interface WriteSeries {
  readonly width: Milliseconds;
  readonly buckets: readonly WriteBucket[];
}

/** How much is shown before the fault and after the recovery. */
const calmMs = 2_000;
/** More bars than these cannot be told apart on paper. */
export const bucketsMax = 150;
const widths = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000] as const;

/**
 * Writes per 100 ms, from 2 s before the fault to 2 s after `recoveredAt` (or, when it is `null`, to the end). Where that
 * would be more than `bucketsMax` bars, the narrowest width is taken that is not; beyond a minute a bar the end is cut.
 */
export function writeSeriesOf(
  writes: readonly WriteAttempt[],
  injectedAt: MonotonicMs,
  until: { readonly recoveredAt: MonotonicMs | null; readonly endedAt: MonotonicMs },
): WriteSeries {
  const end =
    until.recoveredAt === null ? until.endedAt : Math.min(until.endedAt, until.recoveredAt + calmMs);
  const spanMs = Math.max(0, end - injectedAt);
  const width = widths.find((candidate) => (calmMs + spanMs) / candidate <= bucketsMax - 2) ?? 60_000;
  const before = Math.ceil(calmMs / width);
  const count = Math.min(bucketsMax, before + Math.max(1, Math.ceil(spanMs / width)));
  const acknowledged = new Array<number>(count).fill(0);
  const failed = new Array<number>(count).fill(0);
  for (const { outcome } of writes) {
    const index = before + Math.floor((outcome.at - injectedAt) / width);
    const counts = outcome.kind === "acknowledged" ? acknowledged : failed;
    const current = counts[index];
    if (current !== undefined) counts[index] = current + 1;
  }
  const buckets = acknowledged.map((made, index) => ({
    startMs: (index - before) * width,
    acknowledged: made,
    failed: failed[index] ?? 0,
  }));
  return { width: milliseconds(width), buckets };
}

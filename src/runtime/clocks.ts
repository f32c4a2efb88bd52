import { instantMs, monotonicMs } from "../core/units/units.ts";
import type { ClockReading } from "../core/failover/clock-reading.ts";

/** The clocks of this machine. The monotonic one goes on while the process is stopped, so a pause is seen as a gap. */
export function readSystemClock(): ClockReading {
  return {
    now: monotonicMs(Number(process.hrtime.bigint() / 1_000n) / 1_000),
    wall: instantMs(Date.now()),
  };
}

/** Calls `run` every `spanMs`, late but never twice at once, until aborted. */
export function every(spanMs: number, run: () => void, signal: AbortSignal): void {
  const timer = setInterval(run, spanMs);
  signal.addEventListener("abort", () => {
    clearInterval(timer);
  });
}

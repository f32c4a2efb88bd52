import type { InstantMs, Milliseconds, MonotonicMs, Seconds } from "../core/units/units.ts";
import { elapsed, inSeconds } from "../core/units/units.ts";
import { every, readSystemClock } from "./clocks.ts";
import { within } from "../waiting/deadline.ts";

/** A way to try, as a user would, whether a journey works. */
export interface JourneyProbe {
  readonly journey: string;
  /** Ends at the signal at the latest. */
  attempt(signal: AbortSignal): Promise<ProbeResult["outcome"]>;
}

/** What came of one attempt at a journey. */
export interface ProbeResult {
  /** When it began. */
  readonly atMs: InstantMs;
  readonly journey: string;
  readonly outcome: "good" | "bad";
  readonly seconds: Seconds;
}

export type ProbeListener = (result: ProbeResult) => void;

export interface ProbePace {
  /** Between the beginnings of two attempts at a journey. */
  readonly everyMs: Milliseconds;
  /** An attempt that has not ended by then is bad. */
  readonly withinMs: Milliseconds;
}

/**
 * Attempts every journey again and again until aborted, each attempt at its time whether or not those before it have ended: so an
 * outage counts by its length, and not by how patient its attempts are. What is under way at the end is told to nobody.
 */
export function runProbes(
  probes: readonly JourneyProbe[],
  { pace, listeners }: { readonly pace: ProbePace; readonly listeners: readonly ProbeListener[] },
  signal: AbortSignal,
): void {
  const attempt = async (probe: JourneyProbe): Promise<void> => {
    const { now, wall } = readSystemClock();
    const outcome = await outcomeOf(probe, pace.withinMs, signal);
    if (signal.aborted) return;
    const seconds = secondsSince(now);
    for (const tell of listeners) tell({ atMs: wall, journey: probe.journey, outcome, seconds });
  };
  every(
    pace.everyMs,
    () => {
      for (const probe of probes) void attempt(probe);
    },
    signal,
  );
}

function secondsSince(from: MonotonicMs): Seconds {
  return inSeconds(elapsed(from, readSystemClock().now));
}

/** An attempt that throws, or does not heed its signal, is a bad one, and keeps no other from being made. */
async function outcomeOf(
  probe: JourneyProbe,
  ms: Milliseconds,
  signal: AbortSignal,
): Promise<ProbeResult["outcome"]> {
  return within({ signals: [signal], ms }, async (deadline) => {
    const late = new Promise<"bad">((resolve) => {
      deadline.addEventListener("abort", () => {
        resolve("bad");
      });
    });
    return Promise.race([probe.attempt(deadline), late]);
  }).catch(() => "bad" as const);
}

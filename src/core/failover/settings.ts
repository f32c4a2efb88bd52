import { invariant } from "../problem/problem.ts";
import { type Milliseconds, milliseconds, type Ratio, ratio } from "../units/units.ts";
import type { RegionId } from "./member.ts";

/** The bounds by which controllers and agents judge and wait. Related bounds are asserted in `failoverSettings`. */
export interface FailoverTiming {
  /** Between two probes of the active region by one controller, and between two ticks of every node. */
  readonly tickMs: Milliseconds;
  /** Refused probes in a row, from one vantage point, that count as "refusing": nothing listens there. */
  readonly refusalsMin: number;
  /** Time without an answer after which a vantage point counts the region as "silent". */
  readonly silentAfterMs: Milliseconds;
  /** Time without a byte from the primary after which a standby counts its stream as lost. */
  readonly streamSilentAfterMs: Milliseconds;
  /** An observation or report older than this says nothing. */
  readonly freshMs: Milliseconds;
  /** Observations and reports are repeated this often even when nothing changed. */
  readonly heartbeatMs: Milliseconds;
  /** How long a leading controller leads without renewing. */
  readonly leaderLeaseMs: Milliseconds;
  /** How long a primary may serve after it *sent* the last successful reading of the reign. */
  readonly servingLeaseMs: Milliseconds;
  /** Two clocks of honest machines run apart by at most this share. */
  readonly clockDriftMax: Ratio;
  /** After this long in a fence that cannot be completed, the old active region is reinstated if it is there. */
  readonly fenceLimitMs: Milliseconds;
  /** A region that was chosen to serve and tells nothing for this long is given up. */
  readonly candidateLostAfterMs: Milliseconds;
  /** A standby that has not streamed for this long is taken out of the sync set, on the record. */
  readonly standbyAbsentAfterMs: Milliseconds;
  /** A standby whose receiver finds no way to follow for this long is seeded anew. */
  readonly reseedAfterMs: Milliseconds;
  /** No second failover begins within this long of the last one's end. */
  readonly coolDownMs: Milliseconds;
}

export interface FailoverSettings {
  /** Every region; order is preference among candidates that hold the same data. */
  readonly regions: readonly RegionId[];
  /** How many standbys confirm a commit; 0 is asynchronous replication, where a failover may lose data. */
  readonly confirmations: number;
  /** Whether an asynchronous store may fail over, and so lose data, without a person. */
  readonly lossyFailover: "ask" | "automatic";
  /**
   * Where commits are asynchronous: the longest span of acknowledged writes that a failover may lose without a person, the RPO.
   * `null`: none is declared, or nothing can be lost.
   */
  readonly lossMax: Milliseconds | null;
  readonly timing: FailoverTiming;
}

export const defaultTiming: FailoverTiming = {
  tickMs: milliseconds(100),
  refusalsMin: 3,
  silentAfterMs: milliseconds(1_000),
  streamSilentAfterMs: milliseconds(700),
  freshMs: milliseconds(1_000),
  heartbeatMs: milliseconds(250),
  leaderLeaseMs: milliseconds(3_000),
  servingLeaseMs: milliseconds(5_000),
  clockDriftMax: ratio(0.01),
  fenceLimitMs: milliseconds(10_000),
  candidateLostAfterMs: milliseconds(3_000),
  standbyAbsentAfterMs: milliseconds(10_000),
  reseedAfterMs: milliseconds(10_000),
  coolDownMs: milliseconds(600_000),
};

const tickMsMin = 10;

/** Settings as a program may have written them that knew no `lossMax`. */
export type SavedSettings = Omit<FailoverSettings, "lossMax"> & {
  readonly lossMax?: FailoverSettings["lossMax"];
};

export function readSettings(saved: SavedSettings): FailoverSettings {
  return { ...saved, lossMax: saved.lossMax ?? null };
}

/** A bound that does not hold beside the others. */
export interface BrokenBound {
  readonly bound: keyof FailoverTiming;
  readonly because: string;
}

/** Every bound that contradicts another, in the order of `FailoverTiming`; none when they hold together. */
export function brokenBounds(timing: FailoverTiming): readonly BrokenBound[] {
  const { tickMs, silentAfterMs, streamSilentAfterMs, freshMs, heartbeatMs, servingLeaseMs } = timing;
  const rules: readonly (BrokenBound & { readonly holds: boolean })[] = [
    {
      bound: "tickMs",
      holds: tickMs >= tickMsMin,
      because: `a probe more often than every ${tickMsMin} ms burdens what it watches`,
    },
    {
      bound: "tickMs",
      holds: freshMs > 2 * tickMs,
      because: `two probes must fit into the ${freshMs} ms for which an observation counts`,
    },
    {
      bound: "silentAfterMs",
      holds: silentAfterMs > 2 * tickMs,
      because: "silence must outlast two probes, or one slow answer counts as a loss",
    },
    {
      bound: "streamSilentAfterMs",
      holds: streamSilentAfterMs > 2 * tickMs,
      because: "a stream is kept busy by probes, and must be allowed to miss one",
    },
    {
      bound: "freshMs",
      holds: freshMs > 2 * heartbeatMs,
      because:
        "an observation must stay fresh over one lost heartbeat, or every lost message looks like a lost region",
    },
    {
      bound: "servingLeaseMs",
      holds: servingLeaseMs > 2 * tickMs,
      because: "a serving lease must outlast two ticks, or a healthy primary stops itself",
    },
  ];
  return rules.filter(({ holds }) => !holds).map(({ bound, because }) => ({ bound, because }));
}

/** @throws InvariantBroken when bounds contradict one another */
export function failoverSettings(settings: FailoverSettings): FailoverSettings {
  const { timing, regions, confirmations } = settings;
  invariant(
    regions.length >= 3,
    `a quorum of vantage points needs at least 3 regions, got ${regions.length}`,
  );
  invariant(
    confirmations < regions.length,
    `${confirmations} confirmations need more standbys than ${regions.length - 1}`,
  );
  const [broken] = brokenBounds(timing);
  invariant(broken === undefined, `${broken?.bound ?? "a bound"}: ${broken?.because ?? "holds"}`);
  return settings;
}

export function majorityOf(count: number): number {
  return Math.floor(count / 2) + 1;
}

/** How long to wait, on one's own clock, until a lease counted on any other honest clock has run out. */
export function leaseWithDrift(timing: FailoverTiming): Milliseconds {
  return milliseconds(timing.servingLeaseMs * (1 + 2 * timing.clockDriftMax) + timing.tickMs);
}

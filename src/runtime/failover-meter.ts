import type { ControllerState } from "../core/failover/controller-state.ts";
import type { GuardedWrite } from "../core/failover/coordinator.ts";
import type { FailoverPhase, RecordBody } from "../core/failover/record.ts";
import { type Epoch, reignKey } from "../core/failover/reign.ts";
import { controllerMetrics } from "../core/metrics/exported.ts";
import { type Sample, sampleOf } from "../core/metrics/metrics.ts";
import { phaseSeconds } from "../core/metrics/phase-seconds.ts";
import type { Tally } from "../core/metrics/tally.ts";
import type { MonotonicMs, Seconds } from "../core/units/units.ts";

interface Ended {
  readonly epoch: Epoch;
  readonly seconds: ReadonlyMap<FailoverPhase, Seconds>;
}

/**
 * What a controller's failovers come to, by what it writes down and what it then writes to the store. It looks on: whether it is there
 * or not changes nothing of them.
 */
export class FailoverMeter {
  readonly #tally: Tally;
  /** What was written down last, and is to be written to the store next. */
  #decided: RecordBody | null = null;
  #missedSince: MonotonicMs | null = null;
  #ended: Ended | null = null;

  constructor(tally: Tally) {
    this.#tally = tally;
    const { started, ended, fences } = controllerMetrics;
    tally.begin(started, [{}]);
    tally.begin(fences, [{}]);
    tally.begin(ended, [{ outcome: "completed" }, { outcome: "reinstated" }]);
  }

  /** A decision is about to be written down. @param state of the controller that has taken it */
  decided(record: RecordBody, { vantage }: Pick<ControllerState, "vantage">): void {
    this.#decided = record;
    if (begins(record))
      this.#missedSince = vantage === null ? null : (vantage.answeredAt ?? vantage.startedAt);
  }

  /** The store has taken a write. */
  written({ key, expected }: GuardedWrite): void {
    const record = this.#decided;
    if (record === null || key !== reignKey || record.under.revision !== expected) return;
    this.#decided = null;
    const { started, ended, fences } = controllerMetrics;
    switch (record.kind) {
      case "failover-intent":
      case "switchover-intent":
        if (begins(record)) this.#tally.count(started, {});
        break;
      case "failover-fenced":
        this.#tally.count(fences, {});
        break;
      case "failover-reinstated":
        this.#tally.count(ended, { outcome: "reinstated" });
        break;
      case "failover-complete":
        this.#tally.count(ended, { outcome: "completed" });
        this.#ended = this.#endedBy(record);
        this.#missedSince = null;
        break;
      case "switchover-closed":
      case "sync-set-change":
      case "sync-set-settled":
        break;
    }
  }

  /** The phases of the last failover, where it was this controller that ended it: one controller tells them, and no two. */
  samples({ seen }: Pick<ControllerState, "seen">): readonly Sample[] {
    if (this.#ended === null || seen?.reign.epoch !== this.#ended.epoch) return [];
    return [...this.#ended.seconds].map(([phase, seconds]) =>
      sampleOf(controllerMetrics.phaseSeconds, { phase }, seconds),
    );
  }

  #endedBy({ under, milestones }: RecordBody): Ended {
    // Under the same revision counter as every reign's own: the number came from one.
    const epoch = under.epoch as Epoch;
    return { epoch, seconds: phaseSeconds(milestones, this.#missedSince) };
  }
}

/** An intent without evidence and without an order chooses another region within the same failover. */
function begins({ kind, evidence, order }: RecordBody): boolean {
  return (
    kind === "switchover-intent" || (kind === "failover-intent" && (evidence !== null || order !== null))
  );
}

import type { RegionId } from "../src/core/failover/member.ts";
import type { Observation } from "../src/core/failover/message.ts";
import type { RecordBody } from "../src/core/failover/record.ts";
import { replayed } from "../src/core/failover/replay.ts";
import type { Reign, SeenReign } from "../src/core/failover/reign.ts";
import { majorityOf } from "../src/core/failover/settings.ts";

/** A broken promise, numbered as in the failover protocol's list of invariants. */
export interface Violation {
  readonly invariant: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11;
  readonly what: string;
  readonly atMs: number;
}

/** What the wall clocks of the simulated world show when a schedule begins. */
export const wallStartMs = 1_700_000_000_000;

export interface AcknowledgedWrite {
  readonly id: number;
  readonly by: RegionId;
  readonly epoch: number;
  /** When the member took it, which may be long before it could acknowledge it. */
  readonly takenAt: number;
}

/** From an observation to the commit that rests on it: the longest delay of a message, freshness, a record, a lost answer. */
const evidenceAgeMsMax = 4_500;

/**
 * Watches the whole world, which no node in it can, and notes each broken invariant: 8 for failovers that begin from a steady
 * reign, 9 for promotions under one epoch, 10 after every fault is mended.
 */
export class Audit {
  readonly violations: Violation[] = [];
  /** Writes that a client was told are safe, with when. */
  readonly clientAcknowledged: { readonly id: number; readonly atMs: number }[] = [];
  readonly reigns: SeenReign[] = [];
  failovers = 0;
  readonly #now: () => number;
  readonly #isSynchronous: boolean;
  readonly #confirmations: number;
  readonly #isOn: (region: RegionId) => boolean;
  readonly #coolDownMs: number;
  readonly #fenceLimitMs: number;
  readonly #regions: readonly RegionId[];
  readonly #acknowledgers = new Map<number, RegionId>();
  readonly #promoted = new Map<number, RegionId>();
  /** The epoch under which each write was acknowledged. */
  readonly #confirmed = new Map<number, number>();
  /** The highest epoch that has acknowledged a write, and when it first did. */
  #highest = { epoch: 0, since: 0 };
  readonly #tickMs: number;
  readonly #thawedAt = new Map<RegionId, number>();
  readonly #missed = new Map<string, number>();
  /** The writes that a member had told clients are safe when it was shut down in order, by the epoch under which it was. */
  readonly #handedOver = new Map<number, { readonly at: number; readonly told: readonly number[] }>();
  #completedAt = Number.NEGATIVE_INFINITY;
  #isUnderway = false;

  constructor(parts: {
    readonly now: () => number;
    readonly coolDownMs: number;
    readonly fenceLimitMs: number;
    readonly tickMs: number;
    readonly regions: readonly RegionId[];
    readonly confirmations: number;
    readonly isOn: (region: RegionId) => boolean;
  }) {
    this.#now = parts.now;
    this.#isSynchronous = parts.confirmations > 0;
    this.#confirmations = parts.confirmations;
    this.#isOn = parts.isOn;
    this.#coolDownMs = parts.coolDownMs;
    this.#fenceLimitMs = parts.fenceLimitMs;
    this.#tickMs = parts.tickMs;
    this.#regions = parts.regions;
  }

  violated(invariant: Violation["invariant"], what: string): void {
    this.violations.push({ invariant, what, atMs: Math.round(this.#now()) });
  }

  /**
   * A member has told somebody, a client or a prober, that a write is safe. A write that it took before a higher epoch began
   * to acknowledge, and that its standbys confirmed before they were fenced, may be told late, as when the member was paused
   * in between: it is part of the new history, which `settled` checks. One that it took afterwards may not be told at all.
   *
   * With asynchronous replication nothing keeps a member that has just thawed from answering what lies in its sockets before
   * its agent has looked at its deadline, which it does within a tick; and the promise is about those who still wait.
   */
  acknowledged(write: AcknowledgedWrite): void {
    if (!this.#isSynchronous) return;
    this.#judge(write);
    this.#confirmed.set(write.id, write.epoch);
  }

  /** Somebody who was still waiting has heard the acknowledgement. */
  told(write: AcknowledgedWrite): void {
    if (!this.#isSynchronous) this.#judge(write);
  }

  clientWasTold(write: AcknowledgedWrite): void {
    this.told(write);
    this.clientAcknowledged.push({ id: write.id, atMs: this.#now() });
  }

  #judge({ by, epoch, takenAt }: AcknowledgedWrite): void {
    const other = this.#acknowledgers.get(epoch);
    if (other === undefined) this.#acknowledgers.set(epoch, by);
    else if (other !== by) this.violated(1, `${other} and ${by} both acknowledged under epoch ${epoch}`);
    if (epoch > this.#highest.epoch) this.#highest = { epoch, since: this.#now() };
    const justThawed = takenAt - (this.#thawedAt.get(by) ?? Number.NEGATIVE_INFINITY) <= this.#tickMs;
    if (!this.#isSynchronous && justThawed) return;
    if (epoch < this.#highest.epoch && takenAt > this.#highest.since) {
      this.violated(
        1,
        `${by} took a write under epoch ${epoch} and acknowledged it after epoch ${this.#highest.epoch} had`,
      );
    }
  }

  thawed(region: RegionId): void {
    this.#thawedAt.set(region, this.#now());
  }

  /** A member was shut down in order, under the word of `epoch`. */
  endedInOrder(epoch: number, ids: readonly number[]): void {
    const held = new Set(ids);
    const told = this.clientAcknowledged.flatMap(({ id }) => (held.has(id) ? [id] : []));
    this.#handedOver.set(epoch, { at: this.#now(), told });
  }

  /**
   * A member became the primary under `epoch`. One that was frozen on the way may do so after a higher epoch has begun: it
   * holds all that was acknowledged before its own, and acknowledges nothing any more.
   */
  promoted(region: RegionId, epoch: number, ids: readonly number[]): void {
    const other = this.#promoted.get(epoch);
    if (other !== undefined && other !== region) {
      this.violated(9, `${other} and ${region} were both promoted under epoch ${epoch}`);
    }
    this.#promoted.set(epoch, region);
    const held = new Set(ids);
    this.#judgeHandover(region, epoch, held);
    if (!this.#isSynchronous) return;
    for (const [id, acknowledgedUnder] of this.#confirmed) {
      if (held.has(id) || acknowledgedUnder > epoch) continue;
      this.violated(5, `${region} was promoted under epoch ${epoch} without the acknowledged write ${id}`);
      return;
    }
  }

  /** After a shutdown in order nothing is lost, however commits are confirmed; unless who ended is not back before patience is over. */
  #judgeHandover(region: RegionId, epoch: number, held: ReadonlySet<number>): void {
    const handedOver = this.#handedOver.get(epoch);
    if (handedOver === undefined || this.#now() - handedOver.at >= this.#fenceLimitMs) return;
    const lost = handedOver.told.filter((id) => !held.has(id));
    if (lost.length > 0)
      this.violated(2, `${region} was promoted in a switchover without ${lost.length} acknowledged writes`);
  }

  /** A reign has been written to the store; `expected` is what its writer believed to be there, and a person may have asked for it. */
  reignWritten(
    seen: SeenReign,
    before: SeenReign | null,
    { expected, isOrdered }: { readonly expected: number; readonly isOrdered: boolean },
  ): void {
    const { reign, revision } = seen;
    this.reigns.push(seen);
    if (!this.#regions.includes(reign.active)) this.violated(7, `no region is on: ${reign.active}`);
    if (before === null) return;
    if (expected !== before.revision) {
      this.violated(
        4,
        `revision ${revision} was written over ${before.revision} by one who had seen ${expected}`,
      );
    }
    if (reign.epoch < before.reign.epoch) {
      this.violated(3, `the epoch fell from ${before.reign.epoch} to ${reign.epoch}`);
    }
    const isIntent =
      reign.phase === "closing" || (reign.phase === "fencing" && before.reign.phase !== "closing");
    if (isIntent && reign.epoch !== revision) {
      this.violated(3, `an intent took the used epoch ${reign.epoch} at revision ${revision}`);
    }
    this.#inTurn(reign, before.reign, isOrdered);
  }

  #inTurn(reign: Reign, before: Reign, isOrdered: boolean): void {
    if (reign.active !== before.active && (before.phase !== "fencing" || reign.phase !== "promoting")) {
      this.violated(5, `${reign.active} was chosen out of phase ${before.phase}, not after a fence`);
    }
    if (before.phase === "steady" && reign.phase !== "steady") this.#began(isOrdered);
    if (before.phase !== "steady" && reign.phase === "steady") this.#completed(reign);
  }

  #began(isOrdered: boolean): void {
    if (!isOrdered && !this.#isUnderway && this.#now() - this.#completedAt < 0.9 * this.#coolDownMs) {
      this.violated(8, `a failover began ${Math.round(this.#now() - this.#completedAt)} ms after the last`);
    }
    this.#isUnderway = true;
  }

  #completed({ settledAt }: Reign): void {
    this.#isUnderway = false;
    // Counted from when service was proven; a leader that froze right then writes it down later.
    this.#completedAt = Math.min(this.#now(), (settledAt ?? Number.POSITIVE_INFINITY) - wallStartMs);
    this.failovers += 1;
  }

  /** What a controller made of its own probes, as it left it. */
  observed({ from, about, verdict }: Observation): void {
    if (verdict === "refusing" || verdict === "silent") this.#missed.set(`${from} ${about}`, this.#now());
  }

  /** A decision was carried out that had been written down before. */
  recorded(record: RecordBody, under: Reign): void {
    const next = replayed(record, under, { regions: this.#regions, confirmations: this.#confirmations });
    if (JSON.stringify(next) !== JSON.stringify(record.next)) {
      this.violated(11, `the record of ${record.by}, ${record.kind}, replays to ${JSON.stringify(next)}`);
    }
    if (record.kind === "failover-intent") this.#intended(record);
  }

  /** A controller decided that a region is lost: a majority must truly have missed it, a moment ago at the latest. */
  #intended({ by, evidence }: RecordBody): void {
    // Who was chosen did not come to serve, and another is chosen in the same failover.
    if (evidence === null) return;
    const { lost } = evidence;
    if (!this.#regions.some((region) => region !== lost && this.#isOn(region))) {
      this.violated(7, `${by} stops ${lost} and no other region is on`);
    }
    const truly = this.#regions.filter((region) => {
      const missedAt = this.#missed.get(`${region} ${lost}`);
      return missedAt !== undefined && this.#now() - missedAt < evidenceAgeMsMax;
    });
    if (truly.length < majorityOf(this.#regions.length)) {
      this.violated(6, `${by} began a failover though only ${truly.join(", ") || "nobody"} missed ${lost}`);
    }
  }

  /** After everything has healed and settled: what clients were promised must be in the surviving history. */
  settled(ids: readonly number[]): void {
    const held = new Set(ids);
    const lost = [...this.#confirmed.keys()].filter((id) => !held.has(id));
    if (this.#isSynchronous && lost.length > 0) {
      this.violated(2, `${lost.length} acknowledged writes are lost, the first is ${lost[0]}`);
    }
  }
}

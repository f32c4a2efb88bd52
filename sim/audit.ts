import type { RegionId } from "../src/core/failover/member.ts";
import type { Observation } from "../src/core/failover/message.ts";
import type { RecordBody } from "../src/core/failover/record.ts";
import { replayed } from "../src/core/failover/replay.ts";
import type { Reign, SeenReign } from "../src/core/failover/reign.ts";
import type { Order } from "../src/core/failover/order.ts";
import { majorityOf } from "../src/core/failover/settings.ts";
import { LossAudit, type ToldWrite } from "./loss-audit.ts";
import type { World } from "./world.ts";

/** A broken promise, numbered as in the failover protocol's list of invariants. */
export interface Violation {
  readonly invariant: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11 | 12 | 13 | 14 | 15;
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

/** What an audit asks of the world. */
type Watched = Pick<
  World,
  "agenda" | "settings" | "weather" | "afflictions" | "isDead" | "trueTime" | "isYounger" | "unreadFor"
>;

interface Writing {
  /** The revision that its writer believed to be there. */
  readonly expected: number;
  readonly by: RegionId;
  /** What a person is said to have asked for. */
  readonly order: Order | null;
  /** Whether there is evidence of a loss. */
  readonly isProven: boolean;
  /** When it was decided on. */
  readonly decidedAt: number;
}

/** How long a member takes to let commits wait, after what it was just doing. */
const holdMsMax = 100;

/** From an observation to the commit that rests on it: the longest delay of a message, freshness, a record, a lost answer. */
const evidenceAgeMsMax = 4_500;

/**
 * Watches the whole world, which no node in it can, and notes each broken invariant: 8 for failovers that begin from a steady
 * reign, 9 for promotions under one epoch, 10 after every fault is mended.
 */
export class Audit {
  readonly violations: Violation[] = [];
  /** Writes that a client was told are safe, with when. */
  readonly clientAcknowledged: ToldWrite[] = [];
  readonly reigns: SeenReign[] = [];
  failovers = 0;
  readonly #isSynchronous: boolean;
  readonly #confirmations: number;
  readonly #coolDownMs: number;
  readonly #fenceLimitMs: number;
  readonly #patienceMs: number;
  /** When a region was asked to hand over under an epoch. */
  readonly #closingSince = new Map<number, number>();
  readonly #regions: readonly RegionId[];
  readonly #acknowledgers = new Map<number, RegionId>();
  readonly #promoted = new Map<number, RegionId>();
  /** When the member that was promoted last was, and the highest epoch under which one was. */
  #promotedAt: number | null = null;
  #promotedUnder = 0;
  readonly #loss: LossAudit;
  /** The epoch under which each write was acknowledged. */
  readonly #confirmed = new Map<number, number>();
  /** The highest epoch that has acknowledged a write, and when it first did. */
  #highest = { epoch: 0, since: 0 };
  readonly #tickMs: number;
  readonly #thawedAt = new Map<RegionId, number>();
  readonly #missed = new Map<string, number>();
  /** The writes that a member had told clients are safe when it was shut down in order, by the epoch under which it was. */
  readonly #handedOver = new Map<number, { readonly at: number; readonly told: readonly number[] }>();
  /** Epochs whose region was waited for no longer before it ended in order: it is fenced as after a loss. */
  readonly #waitedForNoLonger = new Set<number>();
  #completedAt = Number.NEGATIVE_INFINITY;
  #isUnderway = false;
  /** When failovers began that nobody asked for. */
  readonly #begun: number[] = [];
  readonly #orders = new Set<string>();
  readonly #world: Watched;

  constructor(world: Watched) {
    const { timing, regions, confirmations } = world.settings;
    this.#world = world;
    this.#loss = new LossAudit(world);
    this.#isSynchronous = confirmations > 0;
    this.#confirmations = confirmations;
    this.#coolDownMs = timing.coolDownMs;
    this.#fenceLimitMs = timing.fenceLimitMs;
    this.#patienceMs = timing.candidateLostAfterMs;
    this.#tickMs = timing.tickMs;
    this.#regions = regions;
  }

  #now(): number {
    return this.#world.agenda.now;
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
  acknowledged(write: AcknowledgedWrite, isHeldByAll: boolean): void {
    if (!this.#isSynchronous) {
      if (!isHeldByAll) this.#judgeAlone(write.by);
      return;
    }
    this.#judge(write);
    this.#confirmed.set(write.id, write.epoch);
  }

  /** What one region alone holds, it acknowledges for as long as it has read the reign of late, and its agent needs a moment to see to that. */
  #judgeAlone(by: RegionId): void {
    const { freshMs, tickMs } = this.#world.settings.timing;
    const [unread, reactsMs] = [this.#world.unreadFor(by), tickMs + holdMsMax];
    const awakeFor = this.#now() - (this.#thawedAt.get(by) ?? Number.NEGATIVE_INFINITY);
    if (unread === null || unread <= freshMs + reactsMs || awakeFor <= reactsMs) return;
    this.violated(
      2,
      `${by} acknowledged what it holds alone, ${Math.round(unread)} ms after it read the reign`,
    );
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
    if (this.#waitedForNoLonger.has(epoch)) return;
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
    if (!this.#isSynchronous) {
      this.#judgeLoss(region, epoch, held);
      return;
    }
    for (const [id, acknowledgedUnder] of this.#confirmed) {
      if (held.has(id) || acknowledgedUnder > epoch) continue;
      this.violated(5, `${region} was promoted under epoch ${epoch} without the acknowledged write ${id}`);
      return;
    }
  }

  /** One that was frozen on the way, and is promoted after another, loses nothing: it comes to serve nobody. */
  #judgeLoss(region: RegionId, epoch: number, held: ReadonlySet<number>): void {
    if (epoch < this.#promotedUnder) return;
    this.#promotedUnder = epoch;
    this.#promotedAt = this.#now();
    const broken = this.#loss.promoted(this.clientAcknowledged, held);
    if (broken !== null) this.violated(2, `${region} was promoted under epoch ${epoch}: ${broken}`);
  }

  /** After a shutdown in order nothing is lost, however commits are confirmed; unless who ended is not back before patience is over. */
  #judgeHandover(region: RegionId, epoch: number, held: ReadonlySet<number>): void {
    const handedOver = this.#handedOver.get(epoch);
    if (handedOver === undefined || this.#now() - handedOver.at >= this.#fenceLimitMs) return;
    const lost = handedOver.told.filter((id) => !held.has(id));
    if (lost.length > 0)
      this.violated(2, `${region} was promoted in a switchover without ${lost.length} acknowledged writes`);
  }

  /** A person has given an order of this name. */
  ordered(id: string): void {
    this.#orders.add(id);
  }

  /** A reign has been written to the store. */
  reignWritten(seen: SeenReign, before: SeenReign | null, writing: Writing): void {
    const { expected } = writing;
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
    this.#inTurn(reign, before.reign, writing);
  }

  #inTurn(reign: Reign, before: Reign, writing: Writing): void {
    if (reign.active !== before.active && (before.phase !== "fencing" || reign.phase !== "promoting")) {
      this.violated(5, `${reign.active} was chosen out of phase ${before.phase}, not after a fence`);
    }
    if (reign.phase === "closing") this.#closingSince.set(reign.epoch, this.#now());
    if (!this.#isSynchronous) this.#boundLoss(reign, before, writing);
    if (before.phase === "steady" && reign.phase !== "steady") this.#began(writing);
    if (before.phase !== "steady" && reign.phase === "steady") this.#completed(reign, writing.by);
  }

  /** Whoever was asked to hand over has not ended in order in time, and what it held alone is given up with it. */
  #isFencedAsItIs(reign: Reign, before: Reign): boolean {
    const waited = this.#now() - (this.#closingSince.get(reign.epoch) ?? this.#now());
    const isGivenUp = before.phase === "closing" && reign.phase === "fencing" && reign.floor === null;
    return isGivenUp && waited >= this.#patienceMs;
  }

  #boundLoss(reign: Reign, before: Reign, { order, decidedAt }: Writing): void {
    if (order?.kind === "failover" || this.#isFencedAsItIs(reign, before)) {
      this.#handedOver.delete(reign.epoch);
      this.#waitedForNoLonger.add(reign.epoch);
    }
    if (order !== null || reign.phase === "closing") this.#loss.accepted();
    else if (reign.phase === "fencing" && before.phase === "steady") {
      this.#promotedAt = null;
      this.#loss.began(this.clientAcknowledged, decidedAt);
    } else if (reign.phase === "fencing" && before.phase === "promoting") {
      this.#loss.beganAgain(this.clientAcknowledged, decidedAt, this.#promotedAt);
      this.#promotedAt = null;
    }
  }

  /** At most one within a cool-down, unless a person asks; and never, so never back, without a person or a region that is lost. */
  #began({ by, order, isProven }: Writing): void {
    const isOrdered = order !== null && this.#orders.has(order.id);
    if (!isOrdered && !isProven)
      this.violated(8, `${by} began a switchover that nobody asked for while nothing was lost`);
    if (!isOrdered && !this.#isUnderway) this.#beganByItself(by);
    this.#isUnderway = true;
  }

  #beganByItself(by: RegionId): void {
    const now = this.#now();
    const since = now - this.#completedAt;
    // A controller that has just started knows of the last one by wall clocks alone; where one of them is wrong it cannot know better.
    const cannotKnow = this.#world.afflictions.isTimeWrong && this.#world.isYounger(by, this.#completedAt);
    if (cannotKnow) return;
    const pauseMs = 0.9 * this.#coolDownMs;
    if (since < pauseMs) this.violated(8, `a failover began ${Math.round(since)} ms after the last`);
    this.#begun.push(now);
    const span = now - (this.#begun[0] ?? now);
    if (this.#begun.length > span / pauseMs + 1)
      this.violated(8, `${this.#begun.length} failovers began by themselves within ${Math.round(span)} ms`);
  }

  #completed({ settledAt }: Reign, by: RegionId): void {
    this.#isUnderway = false;
    // Counted from when service was proven; a leader that froze right then writes it down later.
    const proven = settledAt === null ? this.#now() : this.#world.trueTime(by, settledAt);
    this.#completedAt = Math.min(this.#now(), proven);
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
    if (!this.#regions.some((region) => region !== lost && !this.#world.isDead(region))) {
      this.violated(7, `${by} stops ${lost} and no other region is on`);
    }
    const truly = this.#regions.filter((region) => {
      const missedAt = this.#missed.get(`${region} ${lost}`);
      return missedAt !== undefined && this.#now() - missedAt < evidenceAgeMsMax;
    });
    if (!this.#world.afflictions.isHarmed)
      this.violated(6, `${by} gave ${lost} up though nothing was wrong but what probes and clocks said`);
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

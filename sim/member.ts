import { milliseconds } from "../src/core/units/units.ts";
import type { AcknowledgedWrite } from "./audit.ts";
import type { Channel } from "./network.ts";
import type { World } from "./world.ts";
import type { Lsn, MemberStatus, Position, RegionId, SyncSet } from "../src/core/failover/member.ts";

interface Sender {
  readonly region: RegionId;
  readonly stream: number;
  readonly channel: Channel;
  flushed: number;
  heardAt: number;
  isOpen: boolean;
}

interface WaitingCommit {
  readonly id: number;
  readonly lsn: number;
  readonly acknowledge: () => void;
}

export type WriteAnswer = AcknowledgedWrite | "read-only";

const keepAliveMs = 250;
const streamSilentMsMax = 1_500;

/**
 * A data member with the behaviour of PostgreSQL that failover depends on: a log on disk, timelines, streaming in order,
 * commits that wait for any k standbys, a receiver that can be stopped, promotion, and data copied anew.
 */
export class SimulatedMember {
  readonly region: RegionId;
  readonly #world: World;
  ids: number[] = [];
  timeline = 1;
  /** So much of the log was there when the timeline began: whoever has less of it is still on one before. */
  timelineFrom = 0;
  holds: "primary" | "standby" | "nothing" = "nothing";
  isUp = false;
  upstream: RegionId | null = null;
  epoch = 0;
  #stream: { readonly id: number; heardAt: number; upstreamChannel: Channel } | null = null;
  #streams = 0;
  #syncSets: readonly SyncSet[] = [];
  readonly #senders = new Map<RegionId, Sender>();
  #waiting: WaitingCommit[] = [];
  /** Takes no write any more, and lets its standbys have the rest. */
  #isClosing = false;
  #closedAt: Position | null = null;

  constructor(world: World, region: RegionId) {
    this.#world = world;
    this.region = region;
    this.#keepAlive();
  }

  get isPrimary(): boolean {
    return this.isUp && this.holds === "primary";
  }

  get isStreaming(): boolean {
    return this.#stream !== null;
  }

  /** Ends without notice; what is on disk stays. */
  crash(): void {
    this.isUp = false;
    this.#isClosing = false;
    this.#waiting = [];
    for (const sender of this.#senders.values()) sender.isOpen = false;
    this.#senders.clear();
    this.#stream = null;
  }

  status(): MemberStatus {
    if (!this.isUp) return { kind: "down", holds: this.holds, closedAt: this.#closedAt };
    if (this.holds === "primary") {
      return {
        kind: "primary",
        position: this.position(),
        syncSet: this.#syncSets.at(-1) ?? null,
        standbys: [...this.#senders.values()].map((sender) => ({
          region: sender.region,
          isStreaming: sender.isOpen,
          isSynchronous: this.#syncSets.some((set) => set.members.includes(sender.region)),
          flushed: sender.flushed as Lsn,
        })),
      };
    }
    const { now } = this.#world.agenda;
    return {
      kind: "standby",
      position: this.position(),
      upstream: this.upstream,
      receiver:
        this.#stream === null
          ? { kind: "stopped" }
          : { kind: "streaming", silentFor: milliseconds(now - this.#stream.heardAt) },
    };
  }

  position(): Position {
    return { timeline: this.timeline, lsn: this.ids.length as Lsn };
  }

  /** A client's write. Answers once it is confirmed, perhaps never; `null` when no process is there to answer. */
  write(id: number, answer: (answer: WriteAnswer) => void): void {
    if (!this.isPrimary || this.#isClosing) {
      answer("read-only");
      return;
    }
    if (this.#hasNoRoom()) return;
    this.ids.push(id);
    const write = { id, by: this.region, epoch: this.epoch, takenAt: this.#world.agenda.now };
    this.#waiting.push({
      id,
      lsn: this.ids.length,
      acknowledge: () => {
        this.#world.audit.acknowledged(write, this.#isHeldBy(id));
        answer(write);
      },
    });
    for (const sender of this.#senders.values()) this.#send(sender);
    this.#acknowledge();
  }

  /** A log that cannot be written ends the process. */
  #hasNoRoom(): boolean {
    const isFull = this.#world.afflictions.full.has(this.region);
    if (isFull && this.isUp) {
      this.crash();
      this.#world.note(`${this.region} has no room for its log, and ends`);
    }
    return isFull;
  }

  // --- streaming ---

  #keepAlive(): void {
    this.#world.agenda.after(keepAliveMs, () => {
      this.#world.atRegion(this.region, () => {
        if (this.isUp) {
          for (const sender of this.#senders.values()) this.#send(sender);
          if (this.holds === "standby" && this.upstream !== null && this.#stream === null) this.#connect();
          this.#dropSilentStreams();
        }
        this.#keepAlive();
      });
    });
  }

  /** Both ends of a stream give up on one that says nothing. */
  #dropSilentStreams(): void {
    const { now } = this.#world.agenda;
    if (this.#stream !== null && now - this.#stream.heardAt > streamSilentMsMax) this.#stream = null;
    for (const [region, sender] of this.#senders) {
      if (now - sender.heardAt <= streamSilentMsMax) continue;
      sender.isOpen = false;
      this.#senders.delete(region);
    }
  }

  #connect(): void {
    const upstream = this.upstream;
    if (upstream === null || upstream === this.region) return;
    this.#streams += 1;
    const stream = this.#world.nextStream();
    const from = this.ids.length;
    const lastId = this.ids[from - 1];
    const forth = this.#world.network.channel(this.region, upstream);
    const back = this.#world.network.channel(upstream, this.region);
    forth.send(() => {
      this.#world.atRegion(upstream, () => {
        const source = this.#world.memberOf(upstream);
        if (!source.isUp || source.ids.length < from) return;
        if (from > 0 && source.ids[from - 1] !== lastId) return;
        source.#accept({
          region: this.region,
          stream,
          channel: back,
          flushed: from,
          heardAt: this.#world.agenda.now,
          isOpen: true,
        });
        const { timeline, timelineFrom } = source;
        back.send(() => {
          this.#world.atRegion(this.region, () => {
            this.#begin(upstream, { stream, from, timeline, timelineFrom, forth });
          });
        });
        const sender = source.#senders.get(this.region);
        if (sender !== undefined) source.#send(sender);
      });
    });
  }

  #accept(sender: Sender): void {
    const previous = this.#senders.get(sender.region);
    if (previous !== undefined) previous.isOpen = false;
    this.#senders.set(sender.region, sender);
  }

  #begin(
    upstream: RegionId,
    begun: {
      readonly stream: number;
      readonly from: number;
      readonly timeline: number;
      readonly timelineFrom: number;
      readonly forth: Channel;
    },
  ): void {
    if (!this.isUp || this.holds !== "standby" || this.upstream !== upstream) return;
    if (this.#stream !== null || this.ids.length !== begun.from) return;
    this.#reach(begun);
    this.#stream = { id: begun.stream, heardAt: this.#world.agenda.now, upstreamChannel: begun.forth };
  }

  /** It is on the timeline of whom it follows once it has all of the log that was there when that began. */
  #reach({ timeline, timelineFrom }: { readonly timeline: number; readonly timelineFrom: number }): void {
    if (this.ids.length >= timelineFrom) Object.assign(this, { timeline, timelineFrom });
  }

  #send(sender: Sender): void {
    const from = sender.flushed;
    const entries = this.ids.slice(from);
    const { timeline, timelineFrom } = this;
    sender.channel.send(() => {
      this.#world.atRegion(sender.region, () => {
        this.#world.memberOf(sender.region).#receive(this, sender, { from, entries, timeline, timelineFrom });
      });
    });
  }

  #receive(
    source: SimulatedMember,
    sender: Sender,
    sent: {
      readonly from: number;
      readonly entries: readonly number[];
      readonly timeline: number;
      readonly timelineFrom: number;
    },
  ): void {
    const stream = this.#stream;
    if (sent.entries.length > 0 && this.#hasNoRoom()) return;
    if (stream?.id !== sender.stream || !this.isUp || this.upstream !== source.region) return;
    stream.heardAt = this.#world.agenda.now;
    for (let index = this.ids.length - sent.from; index < sent.entries.length; index += 1) {
      this.ids.push(sent.entries[index] as number);
    }
    this.#reach(sent);
    const flushed = this.ids.length;
    for (const own of this.#senders.values()) this.#send(own);
    stream.upstreamChannel.send(() => {
      this.#world.atRegion(source.region, () => {
        source.#confirmed(sender, flushed);
      });
    });
  }

  #confirmed(sender: Sender, flushed: number): void {
    if (!sender.isOpen || this.#senders.get(sender.region) !== sender) return;
    sender.heardAt = this.#world.agenda.now;
    if (flushed <= sender.flushed) return;
    sender.flushed = flushed;
    this.#acknowledge();
  }

  #acknowledge(): void {
    if (!this.isPrimary || this.#waiting.length === 0) return;
    const limit = this.#world.bugs.has("acknowledge-before-confirmed") ? this.ids.length : this.confirmedTo();
    while (this.#waiting.length > 0 && (this.#waiting[0] as WaitingCommit).lsn <= limit) {
      this.#waiting.shift()?.acknowledge();
    }
  }

  /** Whether every other region is known to hold a write. */
  #isHeldBy(id: number): boolean {
    const lsn = this.ids.indexOf(id) + 1;
    return (
      [...this.#senders.values()].filter(({ flushed }) => flushed >= lsn).length ===
      this.#world.settings.regions.length - 1
    );
  }

  /** How far the log is confirmed by any of the sets that some sender process still counts by. */
  confirmedTo(): number {
    let furthest = 0;
    for (const { members, confirmations } of this.#syncSets) {
      if (confirmations === 0) return this.ids.length;
      for (const { region, flushed } of this.#senders.values()) {
        if (flushed <= furthest || !members.includes(region)) continue;
        if (this.#countFlushed(members, flushed) >= confirmations) furthest = flushed;
      }
    }
    return furthest;
  }

  /** How many of `members` have flushed the log up to `lsn`. */
  #countFlushed(members: readonly RegionId[], lsn: number): number {
    let count = 0;
    for (const { region, flushed } of this.#senders.values()) {
      if (flushed >= lsn && members.includes(region)) count += 1;
    }
    return count;
  }

  // --- what it is told to do ---

  stopReceiving(): void {
    this.upstream = null;
    this.#stream = null;
  }

  beginShutDown(): void {
    this.#isClosing = true;
    for (const sender of this.#senders.values()) this.#send(sender);
  }

  /** Whether every standby that is connected has all of the log. */
  get isHeldByAll(): boolean {
    return [...this.#senders.values()].every(({ isOpen, flushed }) => !isOpen || flushed >= this.ids.length);
  }

  endShutDown(): void {
    this.crash();
    this.#closedAt = this.position();
  }

  promote(syncSet: SyncSet, epoch: number): void {
    this.#closedAt = null;
    this.stopReceiving();
    if (this.holds !== "primary") {
      this.timeline += 1;
      this.timelineFrom = this.ids.length;
    }
    this.holds = "primary";
    this.epoch = epoch;
    this.#syncSets = [syncSet];
  }

  /** Some sender processes still count by the old set until they have all been told. */
  beginSyncSet(syncSet: SyncSet, epoch: number): void {
    this.epoch = epoch;
    this.#syncSets = [...this.#syncSets, syncSet];
  }

  settleSyncSet(syncSet: SyncSet): void {
    this.#syncSets = [syncSet];
    this.#acknowledge();
  }

  follow(upstream: RegionId): void {
    if (!this.isUp || this.holds !== "standby") return;
    this.upstream = upstream;
    this.#stream = null;
    this.#connect();
  }

  /** Its data are replaced by a copy of another's, and it runs as a standby of that one. */
  adopt(upstream: RegionId, copy: Pick<SimulatedMember, "ids" | "timeline" | "timelineFrom">): void {
    this.crash();
    this.#closedAt = null;
    this.ids = copy.ids;
    this.timeline = copy.timeline;
    this.timelineFrom = copy.timelineFrom;
    this.join(upstream);
  }

  startPrimary(syncSet: SyncSet, epoch: number): void {
    this.#closedAt = null;
    this.isUp = true;
    this.holds = "primary";
    this.upstream = null;
    this.epoch = epoch;
    this.#syncSets = [syncSet];
  }

  startStandby(upstream: RegionId | null): void {
    this.#closedAt = null;
    this.isUp = true;
    this.holds = "standby";
    this.upstream = upstream;
    if (upstream !== null) this.#connect();
  }

  /** Its machine runs again; the process waits to be started. */
  revive(): void {
    this.isUp = false;
    this.#keepAlive();
  }

  /** A standby that was there from the beginning. */
  join(upstream: RegionId): void {
    this.isUp = true;
    this.holds = "standby";
    this.follow(upstream);
  }
}

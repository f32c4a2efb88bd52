import { unreachable } from "../core/problem/problem.ts";
import { elapsed, type Milliseconds } from "../core/units/units.ts";
import { every, readSystemClock } from "./clocks.ts";
import { within } from "../waiting/deadline.ts";
import { Node } from "./node.ts";
import type { AgentEffect, AgentEvent, AgentMemory, AgentState } from "../core/failover/agent-state.ts";
import { newAgent, stepAgent } from "../core/failover/agent.ts";
import type { ClockReading } from "../core/failover/clock-reading.ts";
import type { Coordinator } from "../core/failover/coordinator.ts";
import type { AgentDeed } from "../core/failover/deed.ts";
import type { Deed, Member, MemberAddress, RegionId } from "../core/failover/member.ts";
import type { Message } from "../core/failover/message.ts";
import type { MemoryFile, Post } from "../core/failover/ports.ts";
import { readReign, reignKey } from "../core/failover/reign.ts";
import type { FailoverSettings } from "../core/failover/settings.ts";

export interface AgentParts {
  readonly self: RegionId;
  readonly settings: FailoverSettings;
  readonly member: Member;
  readonly coordinator: Coordinator;
  readonly post: Post;
  readonly memoryFile: MemoryFile;
  readonly memory: AgentMemory;
  /** Where the other regions' members are reached from here. */
  readonly addressOf: (region: RegionId) => MemberAddress;
  /** Told of each deed that has ended; one that could not be done is tried again as long as the reign asks for it. */
  readonly onDeedEnded: (told: DeedTold) => void;
  /** Told when a reign could not be kept on disk, and why; nothing but a stop is done under it until it is. */
  readonly onMemoryFailed: (because: string) => void;
}

/** A deed, and what came of it. */
export interface DeedTold {
  readonly deed: AgentDeed;
  /** Tells it from the other deeds of this life of the agent. */
  readonly ticket: number;
  readonly outcome: Deed<unknown>;
  readonly took: Milliseconds;
}

export interface RunningAgent {
  readonly receive: (message: Message) => void;
  readonly state: () => AgentState;
}

const storeTimeoutMs = 2_000;
const lookTimeoutMs = 1_000;
/** How soon a disk that took nothing is tried again. */
const memoryRetryMs = 500;

/** Runs the agent of one region until aborted: feeds it what happens and carries out what it decides. */
export function runAgent(parts: AgentParts, signal: AbortSignal): RunningAgent {
  const deeds = new AgentDeeds(parts, signal);
  const node = new Node<AgentState, AgentEvent, AgentEffect, ClockReading>({
    step: stepAgent,
    initial: newAgent(parts.self, parts.settings, {
      clock: readSystemClock(),
      incarnation: Date.now(),
      memory: parts.memory,
    }),
    readClock: readSystemClock,
    perform: (effect, deliver) => {
      deeds.perform(effect, deliver);
    },
  });
  const stopWatching = parts.coordinator.watch(reignKey, (event) => {
    if (event.kind === "deleted" || event.entry.key !== reignKey) return;
    node.deliver({ kind: "reign-seen", seen: readReign(event.entry.value, event.entry.revision) });
  });
  signal.addEventListener("abort", stopWatching);
  every(
    parts.settings.timing.tickMs,
    () => {
      node.deliver({ kind: "tick" });
    },
    signal,
  );
  return {
    receive: (message) => {
      if (message.kind === "reign-news") node.deliver({ kind: "reign-seen", seen: message.seen });
    },
    state: () => node.state,
  };
}

type Deliver = (event: AgentEvent) => void;

/** Carries out effects on the real world and turns what comes of them into events. */
class AgentDeeds {
  readonly #parts: AgentParts;
  readonly #signal: AbortSignal;
  readonly #ongoing = new Map<number, AbortController>();
  #isLooking = false;
  #deedsEnded = 0;

  constructor(parts: AgentParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
    signal.addEventListener("abort", () => {
      for (const abort of this.#ongoing.values()) abort.abort(signal.reason);
    });
  }

  perform(effect: AgentEffect, deliver: Deliver): void {
    switch (effect.kind) {
      case "look-at-member":
        void this.#look(deliver);
        break;
      case "read-reign":
        void this.#read(deliver);
        break;
      case "remember":
        void this.#remember(effect.memory, deliver);
        break;
      case "do":
        void this.#do(effect.ticket, effect.deed, deliver);
        break;
      case "abort":
        this.#ongoing.get(effect.ticket)?.abort(new Error("a newer reign asks for something else"));
        break;
      case "tell-controllers":
        this.#parts.post.toControllers(effect.message);
        break;
      default:
        unreachable(effect);
    }
  }

  /**
   * One look at a time: a member that does not answer must not gather a crowd before it. A look that began before a deed ended
   * may show what was before the deed, so it counts for nothing and the member is looked at again.
   */
  async #look(deliver: Deliver): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const deedsEnded = this.#deedsEnded;
    const status = await this.#within(lookTimeoutMs, (signal) => this.#parts.member.status(signal)).finally(
      () => {
        this.#isLooking = false;
      },
    );
    if (deedsEnded === this.#deedsEnded) deliver({ kind: "status-seen", status });
    else if (!this.#signal.aborted) await this.#look(deliver);
  }

  async #read(deliver: Deliver): Promise<void> {
    // The right to serve is counted from before the request left, so a slow answer cannot stretch it.
    const sentAt = readSystemClock().now;
    const answer = await this.#within(storeTimeoutMs, (signal) =>
      this.#parts.coordinator.get(reignKey, signal),
    );
    if (answer.kind === "unreachable" || answer.value === null) return;
    deliver({ kind: "reign-read", seen: readReign(answer.value.value, answer.value.revision), sentAt });
  }

  async #remember(memory: AgentMemory, deliver: Deliver): Promise<void> {
    const kept = await this.#parts.memoryFile.keep(memory);
    if (kept.kind === "kept") {
      deliver({ kind: "remembered", memory });
      return;
    }
    this.#parts.onMemoryFailed(kept.because);
    if (this.#signal.aborted) return;
    setTimeout(() => void this.#remember(memory, deliver), memoryRetryMs).unref();
  }

  async #do(ticket: number, deed: AgentDeed, deliver: Deliver): Promise<void> {
    const abort = new AbortController();
    this.#ongoing.set(ticket, abort);
    if (this.#signal.aborted) abort.abort(this.#signal.reason);
    const since = readSystemClock().now;
    const outcome = await this.#carryOut(deed, abort.signal);
    const took = elapsed(since, readSystemClock().now);
    this.#ongoing.delete(ticket);
    this.#deedsEnded += 1;
    this.#parts.onDeedEnded({ deed, ticket, outcome, took });
    deliver({ kind: "deed-ended", ticket, isDone: outcome.kind === "done" });
  }

  #carryOut(deed: AgentDeed, signal: AbortSignal): Promise<Deed<unknown>> {
    const { member, addressOf } = this.#parts;
    switch (deed.kind) {
      case "stop":
        return member.stopNow(signal);
      case "shut-down":
        return member.shutDown(signal);
      case "stop-receiving":
        return member.stopReceiving(signal);
      case "promote":
        return member.promote(deed.syncSet, signal);
      case "apply-sync-set":
        return member.applySyncSet(deed.syncSet, signal);
      case "hold-commits":
        return member.holdCommits(deed.syncSet, signal);
      case "follow":
        return member.follow(addressOf(deed.upstream), signal);
      case "reseed":
        return member.reseed(addressOf(deed.upstream), signal);
      case "start":
        return member.start(this.#startAs(deed.as), signal);
      default:
        return unreachable(deed);
    }
  }

  #startAs(as: Extract<AgentDeed, { kind: "start" }>["as"]): Parameters<Member["start"]>[0] {
    if (as.kind === "primary") return as;
    return {
      kind: "standby",
      upstream: as.upstream === null ? null : this.#parts.addressOf(as.upstream),
    };
  }

  #within<Value>(ms: number, act: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    return within({ signals: [this.#signal], ms }, act);
  }
}

import { newAgent, stepAgent } from "../src/core/failover/agent.ts";
import type { AgentEffect, AgentEvent, AgentMemory, AgentState } from "../src/core/failover/agent-state.ts";
import type { AgentDeed } from "../src/core/failover/deed.ts";
import type { MemberStatus, RegionId } from "../src/core/failover/member.ts";
import type { MemberReport } from "../src/core/failover/message.ts";
import type { SeenReign } from "../src/core/failover/reign.ts";
import type { FailoverSettings } from "../src/core/failover/settings.ts";
import { instantMs, monotonicMs } from "../src/core/units/units.ts";
import { exampleSettings, revision } from "./example-reigns.ts";

/** One real agent beside a member, a disk and a store that do as the test says. Its deeds are left for the test to end. */
export class GuardRehearsal {
  /** What the member is found to be. */
  member: MemberStatus;
  /** What the store holds; `null`: it cannot be asked. */
  store: SeenReign | null;
  isDiskThere = true;
  /** What is on disk: all that a restart leaves. */
  disk: AgentMemory;
  readonly reports: MemberReport[] = [];
  readonly #self: RegionId;
  readonly #settings: FailoverSettings;
  #state: AgentState;
  #unkept: AgentMemory | null = null;
  #nowMs = 5_000_000;

  constructor(
    self: RegionId,
    given: {
      readonly member: MemberStatus;
      readonly store: SeenReign | null;
      readonly memory?: AgentMemory;
      readonly settings?: FailoverSettings;
    },
  ) {
    this.#self = self;
    this.#settings = given.settings ?? exampleSettings;
    this.member = given.member;
    this.store = given.store;
    this.disk = given.memory ?? { seen: revision(10), lineage: revision(10) };
    this.#state = this.#born();
  }

  get state(): AgentState {
    return this.#state;
  }

  /** The deeds begun, and those called off, upon one event and all that follows from it at once. */
  hear(event: AgentEvent): readonly (AgentDeed | { readonly kind: "abort" })[] {
    const deeds: (AgentDeed | { readonly kind: "abort" })[] = [];
    const waiting = [event];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { state, effects } = stepAgent(this.#state, next, this.#clock());
      this.#state = state;
      for (const effect of effects) {
        if (effect.kind === "do") deeds.push(effect.deed);
        if (effect.kind === "abort") deeds.push({ kind: "abort" });
        waiting.push(...this.#answerTo(effect));
      }
    }
    return deeds;
  }

  /** Lets time pass, a tick at a time. */
  pass(spanMs: number): ReturnType<GuardRehearsal["hear"]> {
    const { tickMs } = this.#settings.timing;
    return Array.from({ length: Math.ceil(spanMs / tickMs) }).flatMap(() => {
      this.#nowMs += tickMs;
      return [...this.#keep(), { kind: "tick" } as const].flatMap((event) => this.hear(event));
    });
  }

  /** The machine does not run for a while. */
  sleep(spanMs: number): void {
    this.#nowMs += spanMs;
  }

  /** A newer reign is in the store, and told. */
  obey(seen: SeenReign): ReturnType<GuardRehearsal["hear"]> {
    this.store = seen;
    return this.hear({ kind: "reign-seen", seen });
  }

  /** The deed on its way ends; the member has become what it made of it. */
  end(outcome: "done" | "failed", member: MemberStatus = this.member): ReturnType<GuardRehearsal["hear"]> {
    this.member = member;
    const ticket = this.#state.ongoing?.ticket ?? -1;
    return this.hear({ kind: "deed-ended", ticket, isDone: outcome === "done" });
  }

  /** Its process ends and another begins, with what is on disk. */
  restart(): void {
    this.#state = this.#born();
  }

  /** Writing goes on until the disk takes it. */
  #keep(): readonly AgentEvent[] {
    const memory = this.#unkept;
    if (memory === null || !this.isDiskThere) return [];
    this.disk = memory;
    this.#unkept = null;
    return [{ kind: "remembered", memory }];
  }

  #born(): AgentState {
    return newAgent(this.#self, this.#settings, { clock: this.#clock(), incarnation: 1, memory: this.disk });
  }

  #answerTo(effect: AgentEffect): readonly AgentEvent[] {
    switch (effect.kind) {
      case "look-at-member":
        return [{ kind: "status-seen", status: this.member }];
      case "read-reign":
        return this.store === null
          ? []
          : [{ kind: "reign-read", seen: this.store, sentAt: this.#clock().now }];
      case "remember":
        this.#unkept = effect.memory;
        return this.#keep();
      case "tell-controllers":
        this.reports.push(effect.message);
        return [];
      case "do":
      case "abort":
        return [];
    }
  }

  #clock(): { readonly now: ReturnType<typeof monotonicMs>; readonly wall: ReturnType<typeof instantMs> } {
    return { now: monotonicMs(this.#nowMs), wall: instantMs(1_700_000_000_000) };
  }
}

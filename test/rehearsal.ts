import { newController, stepController } from "../src/core/failover/controller.ts";
import type {
  ControllerEffect,
  ControllerEvent,
  ControllerState,
  DeedOutcome,
} from "../src/core/failover/controller-state.ts";
import type { EdgeView } from "../src/core/failover/detection.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { Message } from "../src/core/failover/message.ts";
import { readReign, type Reign, type SeenReign } from "../src/core/failover/reign.ts";
import type { FailoverSettings } from "../src/core/failover/settings.ts";
import type { ProbeOutcome } from "../src/core/failover/vantage.ts";
import { type InstantMs, instantMs, type MonotonicMs, monotonicMs } from "../src/core/units/units.ts";
import { exampleSettings, revision } from "./example-reigns.ts";

/** Answered by the rehearsal itself, as a world in which nothing of note happens would. */
const everyday = ["probe", "tell-controllers", "look-at-edge", "renew-leadership"] as const;
type Everyday = (typeof everyday)[number];

/** What a test looks at: everything but what a controller does all day long. */
export type Decision = Exclude<ControllerEffect, { kind: Everyday }>;

function isDecision(effect: ControllerEffect): effect is Decision {
  return !everyday.some((kind) => kind === effect.kind);
}

export const wallAtStart = instantMs(1_700_000_000_000);

/**
 * One real controller in surroundings that do as the test says. Witnesses repeat themselves at every tick, as heartbeats do.
 * What the controller decides is left for the test to answer.
 */
export class Rehearsal {
  /** What its probes of the active region come back with. */
  probes: ProbeOutcome = "answered";
  edge: { readonly view: EdgeView; readonly epoch: number } = { view: "answering", epoch: 10 };
  isStoreThere = true;
  isEdgeThere = true;
  readonly said: ControllerEffect[] = [];
  readonly #settings: FailoverSettings;
  #state: ControllerState;
  #witnesses: readonly Message[] = [];
  #decided: readonly Decision[] = [];
  #sequence = 1_000_000;
  #nowMs = 5_000_000;

  constructor(self: RegionId, settings: FailoverSettings = exampleSettings) {
    this.#settings = settings;
    this.#state = newController(self, settings, { clock: this.#clock(), incarnation: 1 });
  }

  /** A controller that leads under `seen` and has looked around for a while. */
  static leading(self: RegionId, seen: SeenReign, settings: FailoverSettings = exampleSettings): Rehearsal {
    const rehearsal = new Rehearsal(self, settings);
    rehearsal.edge = { view: "answering", epoch: seen.reign.epoch };
    rehearsal.hear({ kind: "leader-seen", holder: null, revision: revision(0) });
    rehearsal.hear({ kind: "claim-ended", ticket: 1, leasedAt: rehearsal.now });
    rehearsal.hear({ kind: "reign-seen", seen });
    return rehearsal;
  }

  get state(): ControllerState {
    return this.#state;
  }

  get now(): MonotonicMs {
    return this.#clock().now;
  }

  get wall(): InstantMs {
    return this.#clock().wall;
  }

  /** What the controller decides upon one event. */
  hear(event: ControllerEvent): readonly Decision[] {
    const decisions: Decision[] = [];
    const waiting = [event];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { state, effects } = stepController(this.#state, next, this.#clock());
      this.#state = state;
      this.said.push(...effects);
      decisions.push(...effects.filter(isDecision));
      waiting.push(...effects.flatMap((effect) => this.#answerTo(effect)));
    }
    return decisions;
  }

  /** From now on these are what is told, at once and with every tick. What is decided at once, `pass` tells. */
  witnesses(...messages: readonly Message[]): void {
    this.#witnesses = messages;
    this.#decided = [...this.#decided, ...this.#repeat()];
  }

  /** What was decided upon the last witnesses, and in the time that passes now, a tick at a time. */
  pass(spanMs: number): readonly Decision[] {
    const { tickMs } = this.#settings.timing;
    const decisions: Decision[] = [...this.#decided];
    this.#decided = [];
    for (let passed = 0; passed < spanMs; passed += tickMs) {
      this.#nowMs += tickMs;
      decisions.push(...this.#repeat(), ...this.hear({ kind: "tick" }));
    }
    return decisions;
  }

  /** The machine does not run for a while. */
  sleep(spanMs: number): void {
    this.#nowMs += spanMs;
  }

  /** The answer to what the controller waits for. */
  answer(deed: DeedOutcome): readonly Decision[] {
    return this.hear({ kind: "deed-ended", ticket: this.#state.awaited ?? -1, deed });
  }

  /** The store takes a write, as its next revision. */
  written({ text, expected }: Extract<Decision, { kind: "commit" }>): {
    readonly reign: Reign;
    readonly then: readonly Decision[];
  } {
    const seen = readReign(text, revision(expected + 1));
    return { reign: seen.reign, then: this.answer({ kind: "committed", seen }) };
  }

  #repeat(): readonly Decision[] {
    return this.#witnesses.flatMap((message) => {
      this.#sequence += 1;
      return this.hear({ kind: "message", message: { ...message, sequence: this.#sequence } as Message });
    });
  }

  #answerTo(effect: ControllerEffect): readonly ControllerEvent[] {
    switch (effect.kind) {
      case "probe":
        return [{ kind: "probe-ended", about: effect.about, epoch: effect.epoch, outcome: this.probes }];
      case "look-at-edge":
        return this.isEdgeThere
          ? [{ kind: "edge-seen", view: this.edge.view, epoch: revision(this.edge.epoch) }]
          : [];
      case "renew-leadership":
        return this.isStoreThere ? [{ kind: "renewed", sentAt: this.#clock().now }] : [];
      case "tell-controllers":
      case "tell-agents":
      case "claim-leadership":
      case "resign-leadership":
      case "commit":
      case "hold-edge":
      case "answer-order":
      case "route-edge":
      case "verify":
        return [];
    }
  }

  #clock(): { readonly now: MonotonicMs; readonly wall: InstantMs } {
    return { now: monotonicMs(this.#nowMs), wall: instantMs(wallAtStart + this.#nowMs - 5_000_000) };
  }
}

/** The single decision that was taken; fails the test when there was none, another or more. */
export function only<Kind extends Decision["kind"]>(
  decisions: readonly Decision[],
  kind: Kind,
): Extract<Decision, { kind: Kind }> {
  const [first, ...rest] = decisions;
  if (first?.kind !== kind || rest.length > 0) {
    throw new Error(
      `expected one ${kind}, got ${decisions.map((decision) => decision.kind).join(", ") || "nothing"}`,
    );
  }
  // The kind was just compared.
  return first as Extract<Decision, { kind: Kind }>;
}

import { unreachable } from "../core/problem/problem.ts";
import { every, readSystemClock } from "./clocks.ts";
import { within } from "../waiting/deadline.ts";
import { Node } from "./node.ts";
import type { ClockReading } from "../core/failover/clock-reading.ts";
import type {
  ControllerEffect,
  ControllerEvent,
  ControllerState,
} from "../core/failover/controller-state.ts";
import { newController, stepController } from "../core/failover/controller.ts";
import { absent, type Coordinator, type LeaseId } from "../core/failover/coordinator.ts";
import type { RegionId } from "../core/failover/member.ts";
import type { Message } from "../core/failover/message.ts";
import type { EdgeControl, Post, Prober, Recorder, ServiceProof } from "../core/failover/ports.ts";
import { orderKey, orderText } from "../core/failover/order.ts";
import { storeEvent } from "../core/failover/store-event.ts";
import type { RecordBody } from "../core/failover/record.ts";
import { leaderKey, readReign, reignKey } from "../core/failover/reign.ts";
import { standingOf } from "../core/failover/standing.ts";
import type { FailoverSettings } from "../core/failover/settings.ts";

export interface ControllerParts {
  readonly self: RegionId;
  readonly settings: FailoverSettings;
  readonly coordinator: Coordinator;
  readonly post: Post;
  readonly prober: Prober;
  readonly edge: EdgeControl;
  readonly proof: ServiceProof;
  readonly recorder: Recorder;
  /** Told when a decision could not be written down, and why; nothing is done that is not. */
  readonly onRecordFailed: (because: string) => void;
  /** Told when a decision is written down, before it is carried out. */
  readonly onRecorded: (record: RecordBody) => void;
  /** Told whenever the controller's own account of how things stand has changed. */
  readonly onStanding: (standing: string) => void;
}

export interface RunningController {
  readonly receive: (message: Message) => void;
  readonly state: () => ControllerState;
}

type Deliver = (event: ControllerEvent) => void;
type EffectOf<Kind extends ControllerEffect["kind"]> = Extract<ControllerEffect, { kind: Kind }>;

const storeTimeoutMs = 2_000;
const edgeTimeoutMs = 1_000;
const proofTimeoutMs = 5_000;
/** A disk that takes longer than this to take one entry keeps its controller from leading. An entry that is late all the same does no harm. */
const recordTimeoutMs = 2_000;

/** Runs the controller of one region until aborted: feeds it what happens and carries out what it decides. */
export function runController(parts: ControllerParts, signal: AbortSignal): RunningController {
  const { settings, self } = parts;
  const deeds = new ControllerDeeds(parts, signal);
  const node = new Node<ControllerState, ControllerEvent, ControllerEffect, ClockReading>({
    step: stepController,
    initial: newController(self, settings, { clock: readSystemClock(), incarnation: Date.now() }),
    readClock: readSystemClock,
    perform: (effect, deliver) => {
      deeds.perform(effect, deliver);
    },
  });
  const stopWatching = [reignKey, leaderKey, orderKey].map((key) =>
    parts.coordinator.watch(key, (event) => {
      const told = storeEvent(event, ({ value, revision }) => readReign(value, revision));
      if (told !== null) node.deliver(told);
    }),
  );
  signal.addEventListener("abort", () => {
    for (const stop of stopWatching) stop();
  });
  void deeds.findLeader(node.deliver);
  let told = "";
  every(
    settings.timing.heartbeatMs,
    () => {
      const standing = standingOf(node.state);
      if (standing !== told) parts.onStanding(standing);
      told = standing;
    },
    signal,
  );
  every(
    settings.timing.tickMs,
    () => {
      node.deliver({ kind: "tick" });
    },
    signal,
  );
  return {
    receive: (message) => {
      node.deliver({ kind: "message", message });
    },
    state: () => node.state,
  };
}

/** The answer of a recorder that has not answered when the signal aborts. */
function givenUp(signal: AbortSignal): Promise<{ readonly kind: "failed"; readonly because: string }> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => {
      resolve({ kind: "failed", because: String(signal.reason) });
    });
  });
}

/** Carries out effects on the real world and turns what comes of them into events. */
class ControllerDeeds {
  readonly #parts: ControllerParts;
  readonly #signal: AbortSignal;
  #lease: LeaseId | null = null;

  constructor(parts: ControllerParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  perform(effect: ControllerEffect, deliver: Deliver): void {
    switch (effect.kind) {
      case "tell-controllers":
        this.#parts.post.toControllers(effect.message);
        break;
      case "tell-agents":
        this.#parts.post.toAgents(effect.message);
        break;
      case "probe":
        void this.#probe(effect, deliver);
        break;
      case "look-at-edge":
        void this.#lookAtEdge(deliver);
        break;
      case "claim-leadership":
        void this.#claim(effect, deliver);
        break;
      case "renew-leadership":
        void this.#renew(deliver);
        break;
      case "resign-leadership":
        void this.#resign();
        break;
      case "commit":
        void this.#commit(effect, deliver);
        break;
      case "hold-edge":
        void this.#within(edgeTimeoutMs, (signal) => this.#parts.edge.hold(effect, signal));
        break;
      case "answer-order":
        void this.#answer(effect, deliver);
        break;
      case "route-edge":
        void this.#route(effect, deliver);
        break;
      case "verify":
        void this.#verify(effect, deliver);
        break;
      default:
        unreachable(effect);
    }
  }

  /** Nobody may lead at the start, and then no watch tells of it. */
  async findLeader(deliver: Deliver): Promise<void> {
    const answer = await this.#within(storeTimeoutMs, (signal) =>
      this.#parts.coordinator.get(leaderKey, signal),
    );
    if (answer.kind === "answered" && answer.value === null) {
      deliver({ kind: "leader-seen", holder: null, revision: absent });
    }
    if (answer.kind === "unreachable" && !this.#signal.aborted) {
      setTimeout(() => void this.findLeader(deliver), storeTimeoutMs).unref();
    }
  }

  #within<Value>(ms: number, act: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    return within({ signals: [this.#signal], ms }, act);
  }

  async #probe({ about, epoch }: EffectOf<"probe">, deliver: Deliver): Promise<void> {
    const { prober, settings } = this.#parts;
    const outcome = await this.#within(settings.timing.silentAfterMs, (signal) =>
      prober.probe(about, signal),
    );
    deliver({ kind: "probe-ended", about, epoch, outcome });
  }

  async #lookAtEdge(deliver: Deliver): Promise<void> {
    const answer = await this.#within(edgeTimeoutMs, (signal) => this.#parts.edge.look(signal));
    if (answer.kind === "answered") deliver({ kind: "edge-seen", ...answer.value });
  }

  async #claim({ ticket, expected }: EffectOf<"claim-leadership">, deliver: Deliver): Promise<void> {
    const { coordinator, settings, self } = this.#parts;
    // The lease is counted from before its request left, so a slow answer cannot stretch it.
    const sentAt = readSystemClock().now;
    const granted = await this.#within(storeTimeoutMs, (signal) =>
      coordinator.grantLease(settings.timing.leaderLeaseMs, signal),
    );
    if (granted.kind === "unreachable") {
      deliver({ kind: "claim-ended", ticket, leasedAt: null });
      return;
    }
    const outcome = await this.#within(storeTimeoutMs, (signal) =>
      coordinator.compareAndSet({ key: leaderKey, value: self, expected, lease: granted.value }, signal),
    );
    const answer = outcome.kind === "answered" ? outcome.value : null;
    if (answer?.kind === "written") this.#lease = granted.value;
    deliver({ kind: "claim-ended", ticket, leasedAt: answer?.kind === "written" ? sentAt : null });
    if (answer?.kind === "refused" && answer.current !== null) {
      const { value, revision } = answer.current;
      deliver({ kind: "leader-seen", holder: value, revision });
    }
  }

  async #renew(deliver: Deliver): Promise<void> {
    const lease = this.#lease;
    if (lease === null) return;
    const sentAt = readSystemClock().now;
    const answer = await this.#within(storeTimeoutMs, (signal) =>
      this.#parts.coordinator.keepAlive(lease, signal),
    );
    if (answer.kind === "unreachable") return;
    deliver(answer.value ? { kind: "renewed", sentAt } : { kind: "leadership-lost" });
  }

  async #resign(): Promise<void> {
    const lease = this.#lease;
    this.#lease = null;
    if (lease === null) return;
    await this.#within(storeTimeoutMs, (signal) => this.#parts.coordinator.revokeLease(lease, signal));
  }

  /** The record is on disk before the reign is touched. */
  async #commit({ ticket, record, text, expected }: EffectOf<"commit">, deliver: Deliver): Promise<void> {
    const { coordinator, recorder, onRecordFailed, onRecorded } = this.#parts;
    const recorded = await this.#within(recordTimeoutMs, (signal) =>
      Promise.race([recorder.record(record), givenUp(signal)]),
    );
    if (recorded.kind === "failed") {
      onRecordFailed(recorded.because);
      deliver({
        kind: "deed-ended",
        ticket,
        deed: { kind: "not-committed", because: "record-failed" },
      });
      return;
    }
    onRecorded(record);
    const answer = await this.#within(storeTimeoutMs, (signal) =>
      coordinator.compareAndSet({ key: reignKey, value: text, expected, lease: null }, signal),
    );
    if (answer.kind === "answered" && answer.value.kind === "written") {
      const seen = readReign(text, answer.value.revision);
      deliver({ kind: "deed-ended", ticket, deed: { kind: "committed", seen } });
      return;
    }
    const because = answer.kind === "answered" ? "refused" : "unreachable";
    deliver({ kind: "deed-ended", ticket, deed: { kind: "not-committed", because } });
  }

  async #answer({ ticket, order, expected }: EffectOf<"answer-order">, deliver: Deliver): Promise<void> {
    const write = { key: orderKey, value: orderText(order), expected, lease: null };
    // One that nobody could be told of runs out by itself; a newer one is answered in its turn.
    await this.#within(storeTimeoutMs, (signal) => this.#parts.coordinator.compareAndSet(write, signal));
    deliver({ kind: "deed-ended", ticket, deed: { kind: "answered" } });
  }

  async #route({ ticket, epoch, active }: EffectOf<"route-edge">, deliver: Deliver): Promise<void> {
    const answer = await this.#within(edgeTimeoutMs, (signal) =>
      this.#parts.edge.route({ epoch, active }, signal),
    );
    deliver({
      kind: "deed-ended",
      ticket,
      deed: answer.kind === "done" ? { kind: "routed" } : answer,
    });
  }

  async #verify({ ticket, active }: EffectOf<"verify">, deliver: Deliver): Promise<void> {
    const answer = await this.#within(proofTimeoutMs, (signal) => this.#parts.proof.prove(active, signal));
    deliver({
      kind: "deed-ended",
      ticket,
      deed: answer.kind === "done" ? { kind: "verified" } : answer,
    });
  }
}

import { vi } from "vitest";
import { systemClock } from "../src/adapters/memory/clock.ts";
import { MemoryCoordinator } from "../src/adapters/memory/memory-coordinator.ts";
import { absent, type StoredEntry } from "../src/core/failover/coordinator.ts";
import type { Message } from "../src/core/failover/message.ts";
import type { EdgeControl } from "../src/core/failover/ports.ts";
import type { RecordBody } from "../src/core/failover/record.ts";
import { intentText, readReign, reignKey, type SeenReign } from "../src/core/failover/reign.ts";
import type { ProbeOutcome } from "../src/core/failover/vantage.ts";
import { type ControllerParts, runController, type RunningController } from "../src/runtime/controller.ts";
import { exampleSettings, observationOf, reignOf, reportOf, revision, streamless } from "./example-reigns.ts";

const patience = new AbortController().signal;
const { timing } = exampleSettings;

/** A controller on a real store in memory; around it, ports that do as a test says. Time is the test's. */
export class ControllerStage {
  readonly store = new MemoryCoordinator({ clock: systemClock });
  readonly records: RecordBody[] = [];
  readonly told: Message[] = [];
  readonly edgeDid: string[] = [];
  readonly failures: string[] = [];
  probes: ProbeOutcome = "answered";
  isDiskThere = true;
  readonly #life = new AbortController();
  #routed = revision(1);
  controller: RunningController | null = null;

  async found(): Promise<SeenReign> {
    const text = intentText(reignOf());
    await this.store.compareAndSet({ key: reignKey, value: text, expected: absent, lease: null }, patience);
    return this.reign();
  }

  start(parts: Partial<ControllerParts> = {}): RunningController {
    this.controller = runController({ ...this.ports(), ...parts }, this.#life.signal);
    return this.controller;
  }

  /** What the controller is started with, but for what a test puts in its place. */
  ports(): ControllerParts {
    const done = { kind: "done" } as const;
    return {
      self: "west",
      settings: exampleSettings,
      coordinator: this.store,
      post: {
        toControllers: (message) => this.told.push(message),
        toAgents: (message) => this.told.push(message),
      },
      prober: { probe: () => Promise.resolve(this.probes) },
      edge: this.#edge(),
      proof: { prove: () => Promise.resolve(done) },
      recorder: {
        record: (body) => {
          if (!this.isDiskThere) return Promise.resolve({ kind: "failed", because: "no space is left" });
          this.records.push(body);
          return Promise.resolve({ kind: "recorded" });
        },
      },
      onRecordFailed: (because) => this.failures.push(because),
      onRecorded: () => undefined,
      onStanding: () => undefined,
    };
  }

  #edge(): EdgeControl {
    const done = { kind: "done" } as const;
    return {
      look: () => Promise.resolve({ kind: "answered", value: { view: "refusing", epoch: this.#routed } }),
      hold: ({ epoch }) => {
        this.edgeDid.push(`hold ${epoch}`);
        return Promise.resolve(done);
      },
      route: ({ epoch, active }) => {
        this.#routed = epoch;
        this.edgeDid.push(`route ${active} ${epoch}`);
        return Promise.resolve(done);
      },
    };
  }

  /** Time passes; what witnesses say is repeated with every tick. */
  async pass(ms: number, ...witnesses: readonly (() => Message)[]): Promise<void> {
    for (let passed = 0; passed < ms; passed += timing.tickMs) {
      for (const say of witnesses) this.controller?.receive(say());
      await vi.advanceTimersByTimeAsync(timing.tickMs);
    }
  }

  async entry(key: string): Promise<StoredEntry | null> {
    const answer = await this.store.get(key, patience);
    return answer.kind === "answered" ? answer.value : null;
  }

  async reign(): Promise<SeenReign> {
    const entry = await this.entry(reignKey);
    if (entry === null) throw new Error("there is no reign");
    return readReign(entry.value, entry.revision);
  }

  stop(): void {
    this.#life.abort();
  }

  end(): void {
    this.stop();
    this.store.close();
  }
}

/** All three kinds of witness say that east is gone. */
export const eastIsGone = [
  (): Message => observationOf("central", "refusing", { epoch: revision(1) }),
  (): Message => reportOf("west", streamless("east")),
  (): Message => reportOf("central", streamless("east")),
] as const;

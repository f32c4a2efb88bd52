import { setTimeout as pause } from "node:timers/promises";
import type { CompletionAttempt } from "../core/drill/completions.ts";
import type { WriteAttempt } from "../core/drill/writes.ts";
import type { Load } from "../core/model/recovery-plan.ts";
import { inMilliseconds, type MonotonicMs } from "../core/units/units.ts";
import type { Users } from "./drill-ports.ts";

const retryMs = 30;

export interface LoadSettings {
  readonly load: Load;
  readonly postgresUrl: string;
  readonly httpUrl: string;
  /** Every write's id begins with it. */
  readonly prefix: string;
}

/** Clients that write and chat without a pause until they are stopped, and all that they were told. */
export class RunningLoad {
  readonly writes: WriteAttempt[] = [];
  readonly completions: CompletionAttempt[] = [];
  readonly #settings: LoadSettings;
  readonly #users: Users;
  readonly #now: () => MonotonicMs;
  readonly #stop = new AbortController();
  readonly #clients: Promise<void>[];
  #count = 0;

  constructor(settings: LoadSettings, users: Users, now: () => MonotonicMs) {
    this.#settings = settings;
    this.#users = users;
    this.#now = now;
    const { writes, completions } = settings.load;
    this.#clients = [
      ...Array.from({ length: writes.clients }, () => this.#write()),
      ...Array.from({ length: completions.clients }, () => this.#chat()),
    ];
  }

  /** Lets every client end what it is about; a stream under way is counted as running. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#clients);
  }

  #nextId(): string {
    this.#count += 1;
    return `${this.#settings.prefix}${this.#count}`;
  }

  async #write(): Promise<void> {
    const writer = this.#users.writer(this.#settings.postgresUrl);
    const everyMs = inMilliseconds(this.#settings.load.writes.every);
    while (!this.#stop.signal.aborted) {
      const id = this.#nextId();
      const sentAt = this.#now();
      const kind = await writer.write(id);
      this.writes.push({ id, sentAt, outcome: { kind, at: this.#now() } });
      await pause(kind === "acknowledged" ? everyMs : retryMs);
    }
    writer.close();
  }

  async #chat(): Promise<void> {
    const { httpUrl, load } = this.#settings;
    while (!this.#stop.signal.aborted) {
      const id = this.#nextId();
      const startedAt = this.#now();
      let firstTokenAt: MonotonicMs | null = null;
      const onFirstToken = (): void => {
        firstTokenAt = this.#now();
      };
      const kind = await this.#users.complete(
        { httpUrl, tokens: load.completions.tokens, onFirstToken },
        this.#stop.signal,
      );
      const outcome = kind === "running" ? { kind } : { kind, at: this.#now() };
      this.completions.push({ id, startedAt, firstTokenAt, outcome });
      if (kind === "failed") await pause(retryMs);
    }
  }
}

import { setTimeout as pause } from "node:timers/promises";
import type { Users } from "./drill-ports.ts";

const insistEveryMs = 50;

/** A client that will not go away from the old primary, to see whether it still acknowledges anything. */
export class LateWriter {
  readonly acknowledged: string[] = [];
  readonly #users: Users;
  readonly #url: string;
  readonly #prefix: string;
  readonly #stop = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(users: Users, url: string, prefix: string) {
    this.#users = users;
    this.#url = url;
    this.#prefix = prefix;
  }

  start(): void {
    this.#running = this.#insist();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #insist(): Promise<void> {
    const writer = this.#users.writer(this.#url);
    for (let count = 1; !this.#stop.signal.aborted; count += 1) {
      const id = `${this.#prefix}late-${count}`;
      if ((await writer.write(id)) === "acknowledged") this.acknowledged.push(id);
      await pause(insistEveryMs);
    }
    writer.close();
  }
}

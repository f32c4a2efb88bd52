import { setTimeout as pause } from "node:timers/promises";
import type pg from "pg";

/** What of a member a writer needs. */
interface WrittenMember {
  session(): Promise<pg.Client>;
  /** The first column of what is answered; `null`: it does not answer. */
  ask(sql: string): Promise<readonly unknown[] | null>;
}

/** One client that writes numbered rows one after another to whichever member takes them, and knows which were acknowledged, and when. */
export class PatroniWriter {
  readonly acknowledged: { readonly id: number; readonly at: number }[] = [];
  readonly #members: readonly WrittenMember[];
  readonly #running: Promise<void>;
  #isEnded = false;
  #next = 0;

  constructor(members: readonly WrittenMember[]) {
    this.#members = members;
    this.#running = this.#run();
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    await this.#running;
  }

  async untilMore(count: number): Promise<void> {
    const wanted = this.acknowledged.length + count;
    while (this.acknowledged.length < wanted) await pause(5);
  }

  /** The longest time between two acknowledgements. */
  get longestGapMs(): number {
    const times = this.acknowledged.map(({ at }) => at);
    return Math.max(0, ...times.slice(1).map((at, index) => at - (times[index] ?? at)));
  }

  /** The acknowledged rows that a member does not hold. */
  async missingFrom(member: WrittenMember): Promise<readonly number[]> {
    const held = new Set(await member.ask("select id from holdfast_written"));
    return this.acknowledged.map(({ id }) => id).filter((id) => !held.has(id));
  }

  async #run(): Promise<void> {
    while (!this.#isEnded) {
      for (const member of this.#members) await this.#writeTo(member);
      await pause(20);
    }
  }

  /** Until it refuses, or does not answer. */
  async #writeTo(member: WrittenMember): Promise<void> {
    let client: pg.Client | null = null;
    try {
      client = await member.session();
      await client.query("create table if not exists holdfast_written (id integer primary key)");
      while (!this.#isEnded) {
        this.#next += 1;
        await client.query("insert into holdfast_written values ($1)", [this.#next]);
        this.acknowledged.push({ id: this.#next, at: performance.now() });
        await pause(4);
      }
    } catch {
      // It takes no writes; the next is tried.
    } finally {
      client?.end().catch(() => undefined);
    }
  }
}

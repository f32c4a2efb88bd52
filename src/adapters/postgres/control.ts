import { setTimeout as pause } from "node:timers/promises";
import type { Deed } from "../../core/failover/member.ts";
import { InvariantBroken } from "../../core/problem/problem.ts";
import { within } from "../../waiting/deadline.ts";
import { type LookRow, lookStatement } from "./look.ts";
import type { Started } from "./postmaster.ts";
import { causeOf, type Connection, Session } from "./session.ts";

const lookEveryMs = 4;
/** Each look at a server that starts costs it a process. */
const knockEveryMs = 20;

/** Ends a deed that cannot be done, with its cause; `deed` makes the answer of it. */
export class Undone extends Error {}

/**
 * Does what is to be done and answers for it: the world's failures become the answer, our mistakes do not.
 *
 * @param act gets a signal that ends with `signal`, and after `ms` at the latest
 */
export async function deed<Value>(
  signal: AbortSignal,
  ms: number,
  act: (bound: AbortSignal) => Promise<Value>,
): Promise<Deed<Value>> {
  try {
    return { kind: "done", value: await within({ signals: [signal], ms }, act) };
  } catch (cause) {
    if (cause instanceof InvariantBroken) throw cause;
    return { kind: "failed", cause: cause instanceof Error ? cause.message : String(cause) };
  }
}

/** Looks again and again until there is something to tell. @throws Undone when called off before */
export async function until<Value>(
  awaited: string,
  signal: AbortSignal,
  look: () => Promise<Value | null>,
): Promise<Value> {
  return untilEvery(lookEveryMs, awaited, { signal, look });
}

async function untilEvery<Value>(
  everyMs: number,
  awaited: string,
  { signal, look }: { readonly signal: AbortSignal; readonly look: () => Promise<Value | null> },
): Promise<Value> {
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (signal.aborted) throw new Undone(`given up before ${awaited}`);
    await pause(everyMs);
  }
}

/** One deed's way to ask a running server: whatever is no answer ends the deed. */
export class Control {
  readonly #session: Session;

  constructor(connection: Connection) {
    this.#session = new Session(connection);
  }

  close(): void {
    this.#session.close();
  }

  /** @throws Undone when there is no answer */
  async ask<Row>(text: string, values: readonly string[], signal: AbortSignal): Promise<readonly Row[]> {
    const answer = await this.#session.ask<Row>(text, values, signal);
    if (answer.kind !== "rows") throw new Undone(causeOf(answer));
    return answer.rows;
  }

  /** @throws Undone when there is no answer */
  async look(signal: AbortSignal): Promise<LookRow> {
    const [row] = await this.ask<LookRow>(lookStatement, [], signal);
    if (row === undefined) throw new Undone("it says nothing about itself");
    return row;
  }

  /** Makes the server read the settings that were just written, and ends when `settings` are in force. */
  async reload(settings: Readonly<Record<string, string>>, signal: AbortSignal): Promise<void> {
    await this.ask("select pg_reload_conf()", [], signal);
    await until("the settings were in force", signal, async () => {
      const [row] = await this.ask<{ readonly inForce: boolean }>(
        `select bool_and(coalesce(current_setting(key, true), '') = value) as "inForce" from json_each_text($1::json)`,
        [JSON.stringify(settings)],
        signal,
      );
      return row?.inForce === true ? row : null;
    });
  }

  /**
   * Ends when the recovery of a standby has been once around its loop: what it was told before, it has acted on. It reads its
   * settings in its own time, and says so only by confirming a pause.
   */
  async turnRecovery(signal: AbortSignal): Promise<void> {
    await this.ask("select pg_wal_replay_pause()", [], signal);
    await until("recovery had turned", signal, async () => {
      const [row] = await this.ask<{ readonly state: string }>(
        "select pg_get_wal_replay_pause_state() as state",
        [],
        signal,
      );
      return row?.state === "paused" ? row : null;
    });
    await this.ask("select pg_wal_replay_resume()", [], signal);
  }

  /**
   * Ends when the server takes connections.
   *
   * @param started `null` when it ran before
   */
  async untilReady(started: Started | null, signal: AbortSignal): Promise<void> {
    const look = async (): Promise<LookRow | null> => {
      const answer = await this.#session.ask<LookRow>(lookStatement, [], signal);
      const ended = (await started?.ended()) ?? null;
      if (ended !== null) throw new Undone(ended);
      if (answer.kind === "error" && answer.code !== cannotConnectNow) throw new Undone(answer.cause);
      return answer.kind === "rows" ? (answer.rows[0] ?? null) : null;
    };
    await untilEvery(knockEveryMs, "it took connections", { signal, look });
  }
}

/** The server is starting or stopping, or a standby not yet consistent. */
export const cannotConnectNow = "57P03";

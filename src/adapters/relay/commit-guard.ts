import type { MakeTransform, Outlet, Transform } from "./flow.ts";
import { fatalError } from "./postgres-wire.ts";

const headBytes = 5;
const noticeType = "N".charCodeAt(0);
/** What ends a statement: that it is done (CommandComplete), or that it is not (ErrorResponse). */
const endTypes: Readonly<Record<number, StatementEnd>> = {
  ["C".charCodeAt(0)]: "completed",
  ["E".charCodeAt(0)]: "error",
};

/** A longer notice is not the one looked for, which has a fixed text, so it is not kept for reading. */
export const noticeBytesMax = 4_096;

/** The function that warns; field R of the notice names it in every language (PostgreSQL, `syncrep.c`). */
const warningRoutine = "RSyncRepWaitForLSN";
/** How its warnings begin in English, for a server built without routine names. */
const warningTexts = [
  "canceling wait for synchronous replication",
  "canceling the wait for synchronous replication",
] as const;

export type StatementEnd = "completed" | "error";

export interface GuardListener {
  /** Called after the error was written; nothing passes any more. */
  unconfirmed(): void;
  /** A statement has ended as the server says. */
  ended(how: StatementEnd): void;
}

/**
 * Watches what a PostgreSQL server answers and never lets a client take a commit for confirmed whose synchronous wait was
 * cancelled. The server reports success there, after a mere warning: the row stands on the primary and perhaps nowhere
 * else. In place of the success the client gets an error which says that the outcome is unknown, and the session ends.
 *
 * The warning reaches the wire only while `client_min_messages` is `warning` or lower, as it is by default.
 */
export function commitGuard(listener: GuardListener): MakeTransform {
  return ({ before, next }) => {
    const guard = new CommitGuard(next, listener);
    const transform: Transform = {
      write: (chunk) => guard.write(chunk),
      end: () => {
        if (!guard.isTripped) next.end();
      },
      reset: () => {
        if (!guard.isTripped) next.reset();
      },
      ready: () => {
        before.ready();
      },
    };
    return transform;
  };
}

const unconfirmed = fatalError({
  sqlState: "40003",
  message: "the commit was not confirmed: its wait for synchronous replication was cancelled",
  hint: "The outcome is unknown: read the row again before you write it again.",
});

class CommitGuard {
  isTripped = false;
  readonly #next: Outlet;
  readonly #listener: GuardListener;
  readonly #head = Buffer.alloc(headBytes);
  #headFilled = 0;
  #bodyLeft = 0;
  /** The notice that is being read; `null` in the body of anything else. */
  #notice: Buffer[] | null = null;

  constructor(next: Outlet, listener: GuardListener) {
    this.#next = next;
    this.#listener = listener;
  }

  /** Chunks pass as they are: only heads, and notices that are short enough, are looked into. */
  write(chunk: Buffer): boolean {
    if (this.isTripped) return true;
    let at = 0;
    while (at < chunk.length) {
      at = this.#bodyLeft > 0 ? this.#readBody(chunk, at) : this.#readHead(chunk, at);
      if (this.#isUnconfirmed()) return this.#trip(chunk.subarray(0, at));
    }
    return this.#next.write(chunk);
  }

  #readHead(chunk: Buffer, at: number): number {
    const taken = Math.min(headBytes - this.#headFilled, chunk.length - at);
    chunk.copy(this.#head, this.#headFilled, at, at + taken);
    this.#headFilled += taken;
    if (this.#headFilled === headBytes) {
      this.#headFilled = 0;
      this.#bodyLeft = this.#head.readUInt32BE(1) - 4;
      const isShortNotice = this.#head[0] === noticeType && this.#bodyLeft <= noticeBytesMax;
      this.#notice = isShortNotice ? [] : null;
      const end = endTypes[this.#head[0] ?? 0];
      if (end !== undefined) this.#listener.ended(end);
    }
    return at + taken;
  }

  #readBody(chunk: Buffer, at: number): number {
    const taken = Math.min(this.#bodyLeft, chunk.length - at);
    this.#bodyLeft -= taken;
    this.#notice?.push(chunk.subarray(at, at + taken));
    return at + taken;
  }

  /** Whether the message that has just ended is the warning. */
  #isUnconfirmed(): boolean {
    if (this.#notice === null || this.#bodyLeft > 0) return false;
    const fields = Buffer.concat(this.#notice).toString("latin1").split("\0");
    this.#notice = null;
    return fields.some(isWarning);
  }

  #trip(passed: Buffer): boolean {
    this.isTripped = true;
    this.#next.write(Buffer.concat([passed, unconfirmed]));
    this.#next.end();
    this.#listener.unconfirmed();
    return true;
  }
}

function isWarning(field: string): boolean {
  return field === warningRoutine || warningTexts.some((text) => field.startsWith(`M${text}`));
}

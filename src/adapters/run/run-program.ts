import { randomUUID } from "node:crypto";
import { open, readFile, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { type Milliseconds, milliseconds } from "../../core/units/units.ts";
import type { Parsed } from "../../core/problem/problem.ts";
import type { SendRequest } from "../../core/plan/request.ts";
import { within } from "../../waiting/deadline.ts";

/** Starts a program as the leader of a process group of its own, with nothing on its standard input. */
export type StartProgram = (settings: {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly logFile: string;
}) => Promise<Parsed<RunningProgram>>;

interface RunningProgram {
  /** Ends it and all who came from it, with force those that are left after `gentleMs`. */
  readonly stop: (gentleMs: Milliseconds) => Promise<void>;
  /** Its status; `null`: a signal ended it. */
  readonly ended: Promise<number | null>;
}

export type Ran =
  /** `output`: the end of what it said. */
  | { readonly kind: "ended"; readonly status: number | null; readonly output: string }
  | { readonly kind: "stopped"; readonly reason: unknown }
  | { readonly kind: "unstarted"; readonly because: string };

/** What it says is written to a file, which begins anew whenever it is longer. */
const outputBytesMax = 1024 * 1024;
const watchMs = 100;

export interface Command {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly directory: string;
  readonly timeoutMs: number;
}

interface Runner {
  readonly start: StartProgram;
  /** Where what programs say is kept while they run, for its owner alone. */
  readonly logFolder: string;
  /** How long a program that is called off has for ending by itself. */
  readonly gentleMs: number;
}

export interface RunSettings extends Runner {
  readonly send: SendRequest;
  /** Ours, of which the names in a wish are passed on. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** Runs a program to its end. When `signal` aborts, or its time is over, it is ended with all who came from it, and waited for. */
export async function runProgram(
  { command: [command, ...args], env, directory, timeoutMs }: Command,
  signal: AbortSignal,
  { start, logFolder, gentleMs }: Runner,
): Promise<Ran> {
  if (signal.aborted) return { kind: "stopped", reason: signal.reason };
  const logFile = join(logFolder, `step-${randomUUID()}.log`);
  const log = new BoundedLog(logFile);
  try {
    const started = await start({ command, args, env, cwd: directory, logFile });
    if (!started.ok) return { kind: "unstarted", because: started.problems[0].what };
    log.watch();
    const { stop, ended } = started.value;
    return await within({ signals: [signal], ms: timeoutMs }, async (deadline): Promise<Ran> => {
      const status = await Promise.race([ended, aborted(deadline)]);
      if (status !== "aborted") return { kind: "ended", status, output: await log.read() };
      await stop(milliseconds(gentleMs));
      await ended;
      const isLate = !signal.aborted;
      return { kind: "stopped", reason: isLate ? `it took longer than ${timeoutMs} ms` : signal.reason };
    });
  } finally {
    await log.remove();
  }
}

function aborted(signal: AbortSignal): Promise<"aborted"> {
  return new Promise((resolve) => {
    const tell = (): void => {
      resolve("aborted");
    };
    if (signal.aborted) tell();
    else signal.addEventListener("abort", tell, { once: true });
  });
}

class BoundedLog {
  readonly #path: string;
  #timer: NodeJS.Timeout | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  watch(): void {
    this.#timer = setInterval(() => void this.#bound().catch(() => undefined), watchMs);
  }

  /** The program adds to the end, wherever that is, and so goes on at the beginning. */
  async #bound(): Promise<void> {
    const { size } = await stat(this.#path);
    if (size > outputBytesMax) await truncate(this.#path, 0);
  }

  async read(): Promise<string> {
    const { size } = await stat(this.#path);
    if (size <= outputBytesMax) return readFile(this.#path, "utf8");
    const file = await open(this.#path, "r");
    try {
      const end = Buffer.alloc(outputBytesMax);
      const { bytesRead } = await file.read(end, 0, end.length, size - end.length);
      return end.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  }

  async remove(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    await rm(this.#path, { force: true });
  }
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, readlink } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import type { Ended } from "./built-program.ts";

const lookEveryMs = 50;

export interface ProgramToStart {
  readonly program: string;
  readonly args: readonly string[];
  /** Working folder, temporary folder and home at once: whatever the program leaves anywhere, it leaves there. */
  readonly folder: string;
  /** What its environment says besides. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Whom it runs as; ourselves when not given. */
  readonly account?: { readonly uid: number; readonly gid: number };
}

/** A command line that runs, and can be signalled at a moment known from what it says. */
export class StartedProgram {
  readonly #child: ChildProcess;
  readonly #folder: string;
  #out = "";
  #err = "";

  constructor({ program, args, folder, environment, account }: ProgramToStart) {
    this.#folder = folder;
    this.#child = spawn(process.execPath, [program, ...args], {
      cwd: folder,
      env: { PATH: process.env["PATH"], HOME: folder, TMPDIR: folder, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
      ...account,
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => (this.#out += chunk.toString()));
    this.#child.stderr?.on("data", (chunk: Buffer) => (this.#err += chunk.toString()));
  }

  /** @throws when it ends without having said it, or 90 s have passed */
  async untilSays(text: string): Promise<void> {
    const endsAt = performance.now() + 90_000;
    while (!this.#err.includes(text)) {
      if (this.#child.exitCode !== null || performance.now() > endsAt)
        throw new Error(`never said "${text}", only: ${this.#err}${this.#out}`);
      await pause(lookEveryMs);
    }
  }

  /** What it has written to standard output by now. */
  said(): string {
    return this.#out;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async ended(): Promise<Ended & { readonly afterMs: number }> {
    const since = performance.now();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, "close");
    return {
      status: this.#child.exitCode,
      out: this.#out,
      err: this.#err,
      afterMs: performance.now() - since,
    };
  }

  /** Waits until none of its processes runs `command` any more, and looks without a pause: what comes next is to come at once. */
  async untilGone(command: string): Promise<void> {
    while ((await processesOf(this.#folder)).some((line) => line.includes(command)));
  }

  /** Command lines of the processes that name the program's folder or stand in it, once there are none or 15 s have passed. */
  async leftRunning(): Promise<readonly string[]> {
    const endsAt = performance.now() + 15_000;
    for (;;) {
      const left = await processesOf(this.#folder);
      if (left.length === 0 || performance.now() > endsAt) return left;
      await pause(lookEveryMs);
    }
  }
}

/** Runs a command line to its end. */
export async function ended(given: ProgramToStart): Promise<Ended> {
  return new StartedProgram(given).ended();
}

async function processesOf(folder: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).map(Number).filter((pid) => pid > 0 && pid !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const args = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => "");
      return args.includes(folder) || cwd.startsWith(folder) ? [args.replaceAll("\0", " ")] : [];
    }),
  );
  return found.flat();
}

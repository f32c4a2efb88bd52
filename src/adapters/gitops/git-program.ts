import { type ChildProcess, spawn } from "node:child_process";
import type { GitopsWish } from "../../core/model/gitops-wish.ts";
import type { PassedOn } from "../../core/plan/passed-on.ts";

export type Ran =
  | {
      readonly kind: "ended";
      /** `null`: a signal ended it. */
      readonly status: number | null;
      readonly output: Buffer;
      /** The end of what it says besides. */
      readonly said: string;
    }
  | { readonly kind: "stopped"; readonly reason: unknown }
  | { readonly kind: "unstarted"; readonly because: string };

export interface GitTask {
  readonly wish: GitopsWish;
  readonly signal: AbortSignal;
  /** A folder of our own, where it runs. */
  readonly folder: string;
  /** What is passed on of our environment. */
  readonly values: PassedOn;
  /** How long git has for ending by itself when it is called off. */
  readonly gentleMs: number;
}

/** A file, or a history of epochs, of more is not read. */
const outputBytesMax = 64 * 1024 * 1024;
const saidCharactersMax = 64 * 1024;

/** Whatever stands in anybody's configuration: no hooks, no signing, nothing in the background, and no helper that is a program of the address. */
const fixedOptions = [
  ...["core.hooksPath=/dev/null", "gc.auto=0", "maintenance.auto=false", "push.gpgSign=false"],
  ...["i18n.commitEncoding=utf-8", "i18n.logOutputEncoding=utf-8", "advice.pushUpdateRejected=false"],
].flatMap((option) => ["-c", option]);

function environmentOf({ author }: GitopsWish, values: PassedOn): Readonly<Record<string, string>> {
  return {
    ...values,
    ...{ LC_ALL: "C", GIT_TERMINAL_PROMPT: "0", GIT_ALLOW_PROTOCOL: "file:git:http:https:ssh" },
    ...{ GIT_AUTHOR_NAME: author.name, GIT_AUTHOR_EMAIL: author.email },
    ...{ GIT_COMMITTER_NAME: author.name, GIT_COMMITTER_EMAIL: author.email },
  };
}

/**
 * Runs git to its end. When the signal aborts, it and all who came from it are told to end (SIGTERM), as a server in a folder of this
 * machine is one of them and takes its lock away then; whoever is left after a while is ended by force.
 */
export async function runGit(args: readonly string[], task: GitTask, input = ""): Promise<Ran> {
  const { wish, signal, folder, values, gentleMs } = task;
  if (signal.aborted) return { kind: "stopped", reason: signal.reason };
  const env = environmentOf(wish, values);
  // It leads a group of its own, so that no Ctrl-C at our terminal reaches it, and has no terminal to ask at.
  const child = spawn("git", [...fixedOptions, ...args], { cwd: folder, env, detached: true });
  // Who has ended by then reads no more.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const output = new Kept(outputBytesMax);
  child.stdout.on("data", (chunk: Buffer) => {
    if (!output.add(chunk)) child.stdout.destroy();
  });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString("utf8")}`.slice(-saidCharactersMax);
  });
  const stop = stopping(child, gentleMs);
  signal.addEventListener("abort", stop.begin, { once: true });
  try {
    const status = await endOf(child);
    return isStopped(signal)
      ? { kind: "stopped", reason: signal.reason }
      : { kind: "ended", status, output: output.all(), said };
  } catch (cause) {
    return { kind: "unstarted", because: cause instanceof Error ? cause.message : String(cause) };
  } finally {
    signal.removeEventListener("abort", stop.begin);
    stop.end();
  }
}

/** Asked anew after a wait, which the compiler does not know of. */
function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
}

function stopping(
  child: ChildProcess,
  gentleMs: number,
): { readonly begin: () => void; readonly end: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const tell = (word: NodeJS.Signals): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, word);
    } catch {
      // The whole group has ended.
    }
  };
  return {
    begin: () => {
      tell("SIGTERM");
      timer = setTimeout(() => {
        tell("SIGKILL");
      }, gentleMs);
    },
    end: () => {
      clearTimeout(timer);
    },
  };
}

/** Bytes, up to a bound. */
class Kept {
  readonly #max: number;
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(max: number) {
    this.#max = max;
  }

  /** @returns false: that would be more than the bound */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes > this.#max) return false;
    this.#chunks.push(chunk);
    return true;
  }

  all(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}

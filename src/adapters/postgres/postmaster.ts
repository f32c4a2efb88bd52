import { spawn } from "node:child_process";
import { once } from "node:events";
import { open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { RunAs } from "./account.ts";
import type { Owner } from "./base-backup.ts";
import type { MemberFolder } from "./data-folder.ts";
import type { Installation } from "./installation.ts";

/** Nothing of the caller's surroundings reaches PostgreSQL: a stray PGDATA, PGPORT or locale would change what it does. */
const surroundings = { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" } as const;

/** How much of the end of the log says why a start failed. */
const logTailLines = 5;

export function ownerOf(runAs: RunAs): Owner {
  return runAs.kind === "oneself" ? null : { uid: runAs.account.uid, gid: runAs.account.gid };
}

/** A PostgreSQL that was started here, as far as it can be watched without being its parent for long. */
export interface Started {
  /** `null` while it runs; why it ended, once it has. */
  readonly ended: () => Promise<string | null>;
}

/**
 * Starts the server as leader of a process group of its own, so that it outlives the one who started it. It writes what it
 * has to say to the log, of which the last one is kept.
 */
export async function startPostmaster(
  { postgres, runAs }: Installation,
  { data, log }: MemberFolder,
): Promise<Started> {
  // No process of the member is left, so the number in the file may be anybody's by now: it must not stop the start.
  await rm(join(data, "postmaster.pid"), { force: true });
  await rename(log, `${log}.1`).catch(() => null);
  const output = await open(log, "a", 0o600);
  try {
    const child = spawn(postgres, ["-D", data], {
      detached: true,
      cwd: "/",
      env: surroundings,
      stdio: ["ignore", output.fd, output.fd],
      ...(ownerOf(runAs) ?? {}),
    });
    let cause: string | null = null;
    child.on("error", (error) => {
      cause = error.message;
    });
    child.on("exit", (status, name) => {
      cause = `it ended with ${name ?? `status ${status ?? "unknown"}`}`;
    });
    child.unref();
    return { ended: async () => (cause === null ? null : `${cause}: ${await tailOf(log)}`) };
  } finally {
    await output.close();
  }
}

/** The last lines of a log, on one line; nothing of one that cannot be read. */
export async function tailOf(log: string): Promise<string> {
  return lastLines(await readFile(log, "utf8").catch(() => ""));
}

/** The last lines of a text, on one line. @param said what a line says to people */
export function lastLines(text: string, said = (line: string): string => line): string {
  return text.trimEnd().split("\n").slice(-logTailLines).map(said).join(" | ");
}

export interface Run {
  readonly program: string;
  readonly arguments: readonly string[];
  /** What it reads. */
  readonly input: string;
  readonly runAs: RunAs;
}

/** Runs a program of PostgreSQL to its end. @returns what it said, or why it could not. */
export async function runToEnd(
  run: Run,
  signal: AbortSignal,
): Promise<
  { readonly kind: "ended"; readonly said: string } | { readonly kind: "failed"; readonly cause: string }
> {
  const child = spawn(run.program, [...run.arguments], {
    cwd: "/",
    env: surroundings,
    stdio: ["pipe", "pipe", "pipe"],
    signal,
    killSignal: "SIGKILL",
    ...(ownerOf(run.runAs) ?? {}),
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  // A program that ends before it has read everything says why by its status.
  child.stdin.on("error", () => undefined);
  child.stdin.end(run.input);
  try {
    const [status] = (await once(child, "close")) as [number | null];
    return status === 0 ? { kind: "ended", said } : { kind: "failed", cause: said.trim() };
  } catch (cause) {
    return { kind: "failed", cause: String(cause) };
  }
}

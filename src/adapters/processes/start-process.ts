import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Server } from "node:net";
import type { Duplex } from "node:stream";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { identityOf, type ProcessIdentity } from "./identity.ts";

export interface ProcessSettings {
  readonly command: string;
  readonly args: readonly string[];
  /** All of it: nothing of our own environment is passed on. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Whom to run as; only root may name another user. */
  readonly account?: { readonly uid: number; readonly gid: number };
  /** Standard output and error are added to its end; made readable by its owner alone. */
  readonly logFile: string;
  /** How many two-way pipes it is given, from file descriptor 3 on. */
  readonly pipes?: number;
  /**
   * Sockets that listen, sent to it by their names (a message `{ door: name }` each), which needs it to be a Node. They are closed here once
   * it has ended the channel.
   */
  readonly doors?: ReadonlyMap<string, Server>;
}

type ProcessEnd =
  | { readonly kind: "exited"; readonly status: number }
  | { readonly kind: "killed"; readonly signal: NodeJS.Signals };

export interface StartedProcess {
  /** It leads a process group of its own, whose number is its own. */
  readonly identity: ProcessIdentity;
  readonly pipes: readonly Duplex[];
  /** Told while this program runs; it need not run for the process to go on. */
  readonly ended: Promise<ProcessEnd>;
}

/**
 * Starts a process that outlives us: detached, leader of its own group and session, nothing on its standard input. A command
 * that is missing, a folder that is not there and a user that may not be taken are problems.
 */
export async function startProcess(settings: ProcessSettings): Promise<Parsed<StartedProcess>> {
  let log: number | null = null;
  try {
    log = openSync(settings.logFile, "a", 0o600);
    return { ok: true, value: await spawned(settings, log) };
  } catch (cause) {
    return { ok: false, problems: [problemOf(settings, cause)] };
  } finally {
    if (log !== null) closeSync(log);
  }
}

async function spawned(settings: ProcessSettings, log: number): Promise<StartedProcess> {
  const { command, args, env, cwd, account, pipes = 0 } = settings;
  const doors = settings.doors ?? new Map<string, Server>();
  const stdio: StdioOptions = [
    ...(["ignore", log, log] as const),
    ...Array.from({ length: pipes }, () => "pipe" as const),
    ...(doors.size === 0 ? [] : (["ipc"] as const)),
  ];
  const child = spawn(command, args, { env, cwd, stdio, detached: true, ...account });
  const ended = endOf(child);
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  child.unref();
  handOver(doors, child);
  // A process that was spawned has a number, and keeps it until we have asked how it ended.
  const pid = child.pid ?? 0;
  return {
    identity: identityOf(pid) ?? { pid, startedAt: null },
    // Node makes each extra pipe a socket pair, though its types say less.
    pipes: child.stdio.slice(3, 3 + pipes) as unknown as Duplex[],
    ended,
  };
}

function handOver(doors: ReadonlyMap<string, Server>, child: ChildProcess): void {
  if (doors.size === 0) return;
  child.once("disconnect", () => {
    for (const server of doors.values()) server.close();
  });
  // A process that has ended meanwhile shows by its end.
  child.on("error", () => undefined);
  for (const [door, server] of doors) child.send({ door }, server);
}

function endOf(child: ChildProcess): Promise<ProcessEnd> {
  return new Promise((resolve) => {
    child.once("exit", (status, signal) => {
      resolve(signal === null ? { kind: "exited", status: status ?? 0 } : { kind: "killed", signal });
    });
  });
}

function problemOf({ command, cwd, logFile, account }: ProcessSettings, cause: unknown): Problem {
  const as = account === undefined ? "" : ` as user ${account.uid}`;
  return {
    code: "process/cannot-start",
    what: `${command} cannot be started in ${cwd}${as}: ${cause instanceof Error ? cause.message : String(cause)}`,
    where: null,
    why: "a part of the platform runs as this process",
    mend: `see that ${command} exists and may be run${as}, that ${cwd} is a folder it may enter, and that ${logFile} may be written`,
  };
}

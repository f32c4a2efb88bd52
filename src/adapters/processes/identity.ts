import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { unreachable } from "../../core/problem/problem.ts";

/**
 * One process, told apart from a later one that is given the same number. Whole JSON: it may be kept in a file and read by
 * another program.
 */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in clock ticks since the machine did; `null` on a system without /proc, where the number must do. */
  readonly startedAt: string | null;
}

/** `zombie`: it has ended, runs nothing and holds nothing; its parent has not asked how it ended. */
export type ProcessState = "running" | "stopped" | "zombie" | "gone";

/** Whom a number names now; `null` when nobody has it. */
export function identityOf(pid: number): ProcessIdentity | null {
  const sight = sightOf(pid);
  if (sight.kind === "seen") return { pid, startedAt: sight.startedAt };
  return sight.kind === "unseen" && exists(pid) ? { pid, startedAt: null } : null;
}

/** One small read; cheap enough to be asked fifty times a second. */
export function stateOf(identity: ProcessIdentity): ProcessState {
  const sight = sightOf(identity.pid);
  switch (sight.kind) {
    case "seen":
      return identity.startedAt !== null && sight.startedAt !== identity.startedAt ? "gone" : sight.state;
    case "gone":
      return "gone";
    case "unseen":
      return exists(identity.pid) ? "running" : "gone";
    default:
      return unreachable(sight);
  }
}

/** Whether it may still do something, now or after a thaw. */
export function isAlive(identity: ProcessIdentity): boolean {
  const state = stateOf(identity);
  return state === "running" || state === "stopped";
}

/** Whether it started before the clock of `ticksClock` read `ticks`; not known, and so `false`, without /proc. */
export function startedBefore({ startedAt }: ProcessIdentity, ticks: number): boolean {
  return startedAt !== null && Number(startedAt) < ticks;
}

/** A clock that can be compared with `startedAt`. Falls behind while the machine sleeps, and never runs ahead. */
export function ticksClock(): () => number {
  const uptimeSeconds = Number.parseFloat(textOf("/proc/uptime") ?? "0");
  const bornMs = 1_000 * uptimeSeconds - performance.now();
  return () => Math.floor((bornMs + performance.now()) / tickMs);
}

/**
 * Who came from it: members of the group that it leads, its children, theirs and so on, wherever they have moved. Not
 * itself. Empty once it is gone, and on a system without /proc.
 */
export function followersOf(leader: ProcessIdentity): readonly ProcessIdentity[] {
  if (stateOf(leader) === "gone") return [];
  const others = pids().flatMap((pid) => {
    const sight = sightOf(pid);
    return sight.kind === "seen" && pid !== leader.pid ? [{ ...sight, pid }] : [];
  });
  const found = new Set([leader.pid]);
  // The set grows while it is walked: each one found brings its own children.
  for (const pid of found) {
    for (const other of others) {
      if (other.parent === pid || other.group === leader.pid) found.add(other.pid);
    }
  }
  return others.filter(({ pid }) => found.has(pid)).map(({ pid, startedAt }) => ({ pid, startedAt }));
}

/**
 * Every process that stands in `folder`: how the children of a server that left its group are found, even after the
 * server itself is gone. Processes of other users are seen by root alone; empty on a system without /proc.
 */
export function processesWithCwd(folder: string): readonly ProcessIdentity[] {
  const place = realPath(folder);
  return pids().flatMap((pid) => {
    const cwd = cwdOf(pid);
    if (cwd !== place && cwd !== `${place} (deleted)`) return [];
    const identity = identityOf(pid);
    return identity === null ? [] : [identity];
  });
}

/** What Linux counts in towards programs, on every machine that Node runs on: USER_HZ is 100. */
const tickMs = 10;

type Sight =
  | {
      readonly kind: "seen";
      readonly state: Exclude<ProcessState, "gone">;
      readonly parent: number;
      readonly group: number;
      readonly startedAt: string;
    }
  | { readonly kind: "gone" }
  /** There is no /proc to look in. */
  | { readonly kind: "unseen" };

/** Reads /proc/PID/stat (proc(5)): a command in brackets, which may itself hold brackets, then fields from the third on. */
function sightOf(pid: number): Sight {
  const stat = textOf(`/proc/${pid}/stat`);
  if (stat === null) return hasProc ? { kind: "gone" } : { kind: "unseen" };
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state = "", parent = "", group = ""] = fields;
  return {
    kind: "seen",
    state: stateBy(state),
    parent: Number(parent),
    group: Number(group),
    startedAt: fields[19] ?? "",
  };
}

/** The letters of proc(5): T stopped by a signal, t by a tracer, Z zombie, X dead. */
function stateBy(letter: string): Exclude<ProcessState, "gone"> {
  if (letter === "T" || letter === "t") return "stopped";
  return letter === "Z" || letter === "X" ? "zombie" : "running";
}

const hasProc = textOf("/proc/self/stat") !== null;

function pids(): readonly number[] {
  if (!hasProc) return [];
  return readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid > 0);
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}

function cwdOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function exists(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Not being allowed to signal it says that it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

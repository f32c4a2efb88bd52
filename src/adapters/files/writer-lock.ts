import { randomUUID } from "node:crypto";
import { readdir, readFile, readlink } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { type Parsed, type Problem, unreachable } from "../../core/problem/problem.ts";
import { type Disk, systemCode } from "./evidence-disk.ts";

/** Who holds a lock, told so that another process can find out whether the holder still lives. */
interface Holder {
  /** Of this one claim; never used again. */
  readonly claim: string;
  readonly pid: number;
  /** When the process began, in the kernel's ticks since boot: a pid alone is given again. `null` where there is no /proc. */
  readonly started: string | null;
  readonly boot: string | null;
  readonly host: string;
  /** Within which pids mean what they say. */
  readonly pidNamespace: string | null;
}

type HolderState =
  | { readonly kind: "running" }
  /** Stopped by a signal: it may go on at any moment, in the middle of a write. */
  | { readonly kind: "frozen" }
  | { readonly kind: "dead" }
  /** On another machine or in another container: nobody here can tell. */
  | { readonly kind: "out-of-sight" };

export interface Lock {
  release(): Promise<void>;
}

/** What has one writer at a time, as problems tell it. */
export interface Guarded {
  /** Such as `log "drill"`. */
  readonly name: string;
  readonly codes: {
    readonly held: Problem["code"];
    readonly unreadable: Problem["code"];
    readonly contended: Problem["code"];
  };
  readonly why: string;
  /** What can be done instead of waiting for the holder. */
  readonly otherwise: string;
}

const attemptsMax = 16;

/**
 * Takes the lock at `path`, or says who has it. The lock of a dead process is taken over.
 *
 * A claim is a file linked to the lock's name, which succeeds for one process alone. A dead holder's file may be replaced only by
 * the process that holds the lock on doing so: a lock like this one, whose name ends in the dead claim. It looks again at the
 * dead holder's file once it holds that; without both, two processes that found the same dead holder could each end with
 * the lock, the slower one by removing the file of the faster.
 *
 * @throws what the disk throws
 */
export async function takeLock(path: string, guarded: Guarded, disk: Disk): Promise<Parsed<Lock>> {
  const self = await ownHolder();
  const claimPath = `${path}.${self.claim}`;
  try {
    await disk.write(claimPath, Buffer.from(`${JSON.stringify(self)}\n`), 0o644);
    const problem = await claimed(path, { self, claimPath, guarded }, disk);
    await disk.remove(claimPath);
    if (problem !== null) return { ok: false, problems: [problem] };
    await removeDeadClaims(path, self, disk);
    return { ok: true, value: { release: () => released(path, self, disk) } };
  } catch (error) {
    await released(path, self, disk);
    await disk.remove(claimPath);
    throw error;
  }
}

interface Claim {
  readonly self: Holder;
  readonly claimPath: string;
  readonly guarded: Guarded;
}

/** Makes `path` a link to the claim; answers why not. */
async function claimed(path: string, claim: Claim, disk: Disk): Promise<Problem | null> {
  for (let attempt = 1; attempt <= attemptsMax; attempt += 1) {
    if (await isLinked(claim.claimPath, path, disk)) return null;
    const found = await holderAt(path);
    // Released since: try again.
    if (found === "absent") continue;
    if (found === "garbage") return garbageProblem(path, claim.guarded);
    const state = await stateOf(found, claim.self);
    if (state.kind !== "dead") return heldProblem(path, { holder: found, state }, claim.guarded);
    const guard = `${path}.${found.claim}.after`;
    const refusal = await claimed(guard, claim, disk);
    if (refusal !== null) return refusal;
    try {
      if (await isTakenOver(path, found, { claim, disk })) return null;
    } finally {
      await disk.remove(guard);
    }
  }
  return contendedProblem(path, claim.guarded);
}

/** Replaces a dead holder's file, if it is still there. */
async function isTakenOver(
  path: string,
  dead: Holder,
  { claim, disk }: { readonly claim: Claim; readonly disk: Disk },
): Promise<boolean> {
  const found = await holderAt(path);
  if (found === "absent" || found === "garbage" || found.claim !== dead.claim) return false;
  // A rename uses its name up, and the claim may be needed again.
  const again = `${claim.claimPath}.again`;
  await disk.link(claim.claimPath, again);
  await disk.rename(again, path);
  return true;
}

async function isLinked(from: string, to: string, disk: Disk): Promise<boolean> {
  try {
    await disk.link(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}

/** A lock that cannot be removed is free all the same once this process ends. */
async function released(path: string, self: Holder, disk: Disk): Promise<void> {
  try {
    const found = await holderAt(path);
    if (found !== "absent" && found !== "garbage" && found.claim === self.claim) await disk.remove(path);
  } catch (error) {
    if (systemCode(error) === null) throw error;
  }
}

/** What processes left that died while they claimed. Only for the holder of the lock. */
async function removeDeadClaims(path: string, self: Holder, disk: Disk): Promise<void> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    if (!name.startsWith(`${basename(path)}.`)) continue;
    const found = await holderAt(join(folder, name));
    if (found === "absent" || found === "garbage") continue;
    if ((await stateOf(found, self)).kind === "dead") await disk.remove(join(folder, name));
  }
}

async function holderAt(path: string): Promise<Holder | "absent" | "garbage"> {
  try {
    return holderIn(await readFile(path, "utf8")) ?? "garbage";
  } catch (error) {
    if (systemCode(error) === "ENOENT") return "absent";
    throw error;
  }
}

function holderIn(text: string): Holder | null {
  try {
    const { claim, pid, started, boot, host, pidNamespace } = JSON.parse(text) as Record<string, unknown>;
    const isNamed = typeof claim === "string" && typeof pid === "number" && typeof host === "string";
    if (!isNamed || !Number.isSafeInteger(pid) || pid <= 0) return null;
    return {
      claim,
      pid,
      host,
      started: textOr(started),
      boot: textOr(boot),
      pidNamespace: textOr(pidNamespace),
    };
  } catch {
    return null;
  }
}

function textOr(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

async function ownHolder(): Promise<Holder> {
  const boot = await contentIn("/proc/sys/kernel/random/boot_id");
  return {
    claim: randomUUID(),
    pid: process.pid,
    started: (await processIn(process.pid))?.started ?? null,
    boot: boot?.trim() ?? null,
    host: hostname(),
    pidNamespace: await readlink("/proc/self/ns/pid").catch(() => null),
  };
}

async function stateOf(holder: Holder, self: Holder): Promise<HolderState> {
  // One boot is one machine, whatever it is called by now; containers on it share it.
  const isSameBoot = holder.boot === self.boot;
  if (!(isSameBoot && self.boot !== null) && holder.host !== self.host) return { kind: "out-of-sight" };
  // No process outlives its boot.
  if (!isSameBoot) return { kind: "dead" };
  if (holder.pidNamespace !== self.pidNamespace) return { kind: "out-of-sight" };
  return await processState(holder);
}

async function processState({ pid, started }: Holder): Promise<HolderState> {
  if (!isSignalled(pid)) return { kind: "dead" };
  const found = await processIn(pid);
  if (found === null) return { kind: "running" };
  // Another process has been given the number, or the holder has ended and nobody has asked for its status yet.
  if (started !== found.started || found.state === "Z") return { kind: "dead" };
  return { kind: found.state === "T" || found.state === "t" ? "frozen" : "running" };
}

function isSignalled(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return systemCode(error) !== "ESRCH";
  }
}

/** State letter and start of a process (proc(5), fields 3 and 22); `null` when it cannot be seen. */
async function processIn(pid: number): Promise<{ state: string; started: string } | null> {
  const text = await contentIn(`/proc/${pid}/stat`);
  // The second field is the program's name in parentheses and may hold anything.
  const fields = text?.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, started] = [fields?.[0], fields?.[19]];
  return state === undefined || started === undefined ? null : { state, started };
}

async function contentIn(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch {
    return null;
  }
}

interface Held {
  readonly holder: Holder;
  readonly state: HolderState;
}

function heldProblem(path: string, { holder, state }: Held, guarded: Guarded): Problem {
  const { name, codes, why, otherwise } = guarded;
  const told = (what: string, mend: string): Problem => ({
    code: codes.held,
    what: `${name}: ${what}`,
    where: null,
    why,
    mend,
  });
  switch (state.kind) {
    case "running":
      return told(
        holder.pid === process.pid
          ? "this very process writes it already"
          : `process ${holder.pid} writes it already`,
        `let process ${holder.pid} end or stop it, or ${otherwise}`,
      );
    case "frozen":
      return told(
        `process ${holder.pid} writes it and is frozen`,
        `wake it (\`kill -CONT ${holder.pid}\`) or end it (\`kill -KILL ${holder.pid}\`), then repeat the command`,
      );
    case "out-of-sight":
      return told(
        `process ${holder.pid} on ${holder.host}, which cannot be seen from here, began to write it`,
        `make sure that it has ended there, then remove ${path}`,
      );
    case "dead":
      return contendedProblem(path, guarded);
    default:
      return unreachable(state);
  }
}

function garbageProblem(path: string, { codes, why }: Guarded): Problem {
  return {
    code: codes.unreadable,
    what: `${path}: the lock does not say who holds it`,
    where: null,
    why,
    mend: `make sure that nothing writes there, then remove ${path}`,
  };
}

function contendedProblem(path: string, { codes, why }: Guarded): Problem {
  return {
    code: codes.contended,
    what: `${path}: other processes take and leave this lock all the time`,
    where: null,
    why,
    mend: "let one process write there, and repeat the command",
  };
}

import { readdir, readFile, readlink, realpath } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** How long an immediate stop may take before it is helped along. */
const quitMsMax = 250;
const lookEveryMs = 4;

/**
 * Every process of the member whose data stands in `dataDirectory`: those whose working folder it is. Neither the process
 * group nor the session finds them, for PostgreSQL's children leave both (setsid) as soon as they are born.
 *
 * Sees the processes of one's own account, and of every account when one is root.
 */
export async function processesOf(dataDirectory: string): Promise<readonly number[]> {
  const folder = await realpath(dataDirectory).catch(() => dataDirectory);
  const candidates = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    candidates.map(async (name) => {
      const workingFolder = await readlink(`/proc/${name}/cwd`).catch(() => null);
      return workingFolder === folder ? [Number(name)] : [];
    }),
  );
  return found.flat();
}

/** The process that all others of the member are children of; `null` when none runs. */
export async function postmasterOf(dataDirectory: string): Promise<number | null> {
  const text = await readFile(join(dataDirectory, "postmaster.pid"), "utf8").catch(() => "");
  const pid = Number.parseInt(text, 10);
  return (await processesOf(dataDirectory)).includes(pid) ? pid : null;
}

/**
 * Sends a signal to every process of the member, its children born in the meantime included: the postmaster first, so that
 * it bears no more.
 */
export async function signalProcesses(dataDirectory: string, name: NodeJS.Signals): Promise<void> {
  const signalled = new Set<number>();
  const postmaster = await postmasterOf(dataDirectory);
  if (postmaster !== null) signalOne(postmaster, name, signalled);
  for (let isNew = true; isNew; ) {
    const others = (await processesOf(dataDirectory)).filter((pid) => !signalled.has(pid));
    for (const pid of others) signalOne(pid, name, signalled);
    isNew = others.length > 0;
  }
}

function signalOne(pid: number, name: NodeJS.Signals, signalled: Set<number>): void {
  signalled.add(pid);
  try {
    process.kill(pid, name);
  } catch {
    // It has ended since it was seen, which is what every signal but a thaw is for.
  }
}

/**
 * Ends every process of the member at once, as a crash would: what was confirmed is on disk. Frozen ones too.
 *
 * @returns whether none is left; `false` when called off, or when a process is not ours to end
 */
export async function endProcesses(dataDirectory: string, signal: AbortSignal): Promise<boolean> {
  const postmaster = await postmasterOf(dataDirectory);
  const canQuit = postmaster !== null && !(await isFrozen(postmaster));
  // Asked to quit, the postmaster ends its children and gives back what the kernel keeps for it.
  if (canQuit) signalOne(postmaster, "SIGQUIT", new Set());
  const patienceEnds = performance.now() + (canQuit ? quitMsMax : 0);
  for (;;) {
    if ((await processesOf(dataDirectory)).length === 0) return true;
    if (signal.aborted) return false;
    if (performance.now() >= patienceEnds) await signalProcesses(dataDirectory, "SIGKILL");
    await pause(lookEveryMs);
  }
}

/**
 * Asks the postmaster for a fast shutdown: sessions are ended, standbys that are connected get the rest of the log, and a checkpoint is
 * written. @returns whether no process is left; `false` when called off, and it goes on ending then
 */
export async function shutDownProcesses(dataDirectory: string, signal: AbortSignal): Promise<boolean> {
  const postmaster = await postmasterOf(dataDirectory);
  if (postmaster !== null) signalOne(postmaster, "SIGINT", new Set());
  for (;;) {
    if ((await processesOf(dataDirectory)).length === 0) return true;
    if (signal.aborted) return false;
    await pause(lookEveryMs);
  }
}

/** Whether a process was stopped by a signal: state T of `/proc/PID/stat`, which follows the name in brackets. */
async function isFrozen(pid: number): Promise<boolean> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return text.slice(text.lastIndexOf(")") + 2).startsWith("T");
}

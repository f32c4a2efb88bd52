import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";

/** Whether a process can be given a slow disk, by Debian's package strace and the right to trace. */
export const canSlowDisks = spawnSync("strace", ["-qq", "true"]).status === 0;

type Mend = () => Promise<void>;

/** Until it is called off, each sync of a process to its disk takes so much longer, and of those that it has started or starts. */
export function slowedDisk(pid: number, ms: number): Promise<Mend> {
  return strained(pid, `delay_exit=${ms * 1_000}`);
}

/** The same, and each such sync fails. */
export function failingDisk(pid: number): Promise<Mend> {
  return strained(pid, "error=EIO");
}

async function strained(pid: number, how: string): Promise<Mend> {
  const injected = ["-e", "trace=fsync,fdatasync", "-e", `inject=fsync,fdatasync:${how}`];
  const traced = [pid, ...childrenOf(pid)].flatMap((each) => ["-p", String(each)]);
  const strace = spawn("strace", ["-f", "-qq", "-o", "/dev/null", ...injected, ...traced], {
    stdio: "ignore",
  });
  await pause(500);
  return async () => {
    if (strace.exitCode !== null || strace.signalCode !== null) return;
    const ended = once(strace, "exit");
    strace.kill("SIGINT");
    await ended;
  };
}

function childrenOf(parent: number): readonly number[] {
  const pids = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);
  return pids.filter((pid) => parentOf(pid) === parent);
}

/** `null`: it has just ended. */
function parentOf(pid: number): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return null;
  }
}

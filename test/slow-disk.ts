import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

/** Whether a process can be given a slow disk, by Debian's package strace and the right to trace. */
export const canSlowDisks = spawnSync("strace", ["-qq", "true"]).status === 0;

/** Until it is called off, each sync of a process to its disk takes so much longer. */
export async function slowedDisk(pid: number, ms: number): Promise<() => Promise<void>> {
  const injected = ["-e", "trace=fsync,fdatasync", "-e", `inject=fsync,fdatasync:delay_exit=${ms * 1_000}`];
  const strace = spawn("strace", ["-f", "-qq", "-o", "/dev/null", ...injected, "-p", String(pid)], {
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

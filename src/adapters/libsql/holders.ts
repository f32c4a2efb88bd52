import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";

/** Whoever has a file open. */
export interface Holder {
  readonly pid: number;
  /** Its command line. */
  readonly command: string;
}

/**
 * The other processes that have a file open: those of one's own account, and of every account when one is root. None on a
 * system without /proc.
 */
export function holdersOf(file: string): readonly Holder[] {
  const path = orNothing(() => realpathSync(file)) ?? file;
  const pids = (orNothing(() => readdirSync("/proc")) ?? []).map(Number);
  return pids
    .filter((pid) => Number.isInteger(pid) && pid !== process.pid && hasOpen(pid, path))
    .map((pid) => ({ pid, command: commandOf(pid) }));
}

function hasOpen(pid: number, path: string): boolean {
  const open = orNothing(() => readdirSync(`/proc/${pid}/fd`)) ?? [];
  return open.some((descriptor) => orNothing(() => readlinkSync(`/proc/${pid}/fd/${descriptor}`)) === path);
}

function commandOf(pid: number): string {
  const text = orNothing(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
  return text.split("\0").join(" ").trim();
}

/** What is gone, or is somebody else's, cannot be looked at. */
function orNothing<Value>(look: () => Value): Value | null {
  try {
    return look();
  } catch {
    return null;
  }
}

import { link, open, rename, rm } from "node:fs/promises";
import type { Problem } from "../../core/problem/problem.ts";

/** The deeds by which a log reaches its disk; each ends when it is done. Kept apart so that a crash can be tried at each of them. */
export interface Disk {
  /** Writes the file whole, replacing what has its name, and syncs it. */
  write(path: string, bytes: Uint8Array, mode: number): Promise<void>;
  /** Gives a file a second name, never one that is taken. */
  link(from: string, to: string): Promise<void>;
  /** Gives a file another name, at once and over whatever has it. */
  rename(from: string, to: string): Promise<void>;
  /** Nothing to remove is no failure. */
  remove(path: string): Promise<void>;
  /** Makes the names in a folder outlive a power cut. */
  syncFolder(path: string): Promise<void>;
}

export const realDisk: Disk = {
  async write(path, bytes, mode) {
    const file = await open(path, "w", mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  },
  link,
  rename,
  remove: (path) => rm(path, { force: true }),
  async syncFolder(path) {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  },
};

/** The system's code for what went wrong, such as `ENOSPC`; `null` when the error is not the system's. */
export function systemCode(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** Turns a refusal of the file system into a problem; anything else is thrown on. */
export function diskProblem(error: unknown, path: string): Problem {
  const code = systemCode(error);
  if (code === null) throw error;
  const why = "what is not on disk is no evidence, so nothing goes on as if it were";
  const problem = (name: string, what: string, mend: string): Problem => ({
    code: `evidence/${name}`,
    what: `${what} (${code})`,
    where: null,
    why,
    mend,
  });
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
      return problem(
        "disk-full",
        `${path}: no space is left to write evidence`,
        "free some space there and repeat the command; what was written before stays verifiable",
      );
    case "EACCES":
    case "EPERM":
      return problem(
        "not-writable",
        `${path}: this user may not write there`,
        "run as the user who owns the folder, or name another folder",
      );
    case "EROFS":
      return problem(
        "read-only",
        `${path}: the file system is mounted for reading alone`,
        "mount it for writing, or name another folder",
      );
    default:
      return problem(
        "disk-failed",
        `${path}: ${String(error)}`,
        "mend the file system and repeat the command",
      );
  }
}

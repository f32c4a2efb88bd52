import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Makes a folder and those above it that are missing; where one is, nothing is done. Node's own recursive `mkdir` never ends in
 * a place, such as /proc, where the system says that something is missing though the folder above is there.
 *
 * @returns the uppermost folder that was made; `null` when the folder was there
 * @throws what the system refuses, as Node throws it
 */
export async function makeFolder(path: string): Promise<string | null> {
  try {
    return await makeOne(path);
  } catch (cause) {
    const parent = dirname(path);
    if (!isMissing(cause) || parent === path) throw cause;
    const first = await makeFolder(parent);
    const own = await makeOne(path);
    return first ?? own;
  }
}

async function makeOne(path: string): Promise<string | null> {
  try {
    await mkdir(path);
    return path;
  } catch (cause) {
    const found = await stat(path).catch(() => null);
    if (found?.isDirectory() === true) return null;
    throw cause;
  }
}

function isMissing(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && cause.code === "ENOENT";
}

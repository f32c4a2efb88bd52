import { lstat, readlink, realpath, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { errorCode } from "./workspace.ts";

export interface Rights {
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** Where a file goes that is written under a path. */
export interface WriteTarget {
  /** At the end of all links. */
  readonly path: string;
  /** Of the file that is there; `null`: none is. */
  readonly rights: Rights | null;
  /** What is there instead of a file: `a folder`; `null`: nothing is. */
  readonly misfit: string | null;
}

/** @throws what the file system throws, such as where links lead in a circle */
export async function targetOf(path: string): Promise<WriteTarget> {
  const end = await endOfLinks(path);
  const found = await stat(end).catch(missing);
  if (found === null) return { path: end, rights: null, misfit: null };
  const { mode, uid, gid } = found;
  const misfit = found.isDirectory() ? "a folder" : found.isFile() ? null : "a pipe, a socket or a device";
  return { path: end, rights: { mode: mode & 0o7777, uid, gid }, misfit };
}

/** A link may lead to a file that is yet to be made. */
async function endOfLinks(path: string): Promise<string> {
  const real = await realpath(path).catch(missing);
  if (real !== null) return real;
  const found = await lstat(path).catch(missing);
  if (found?.isSymbolicLink() !== true) return path;
  return endOfLinks(resolve(await realpath(dirname(path)), await readlink(path)));
}

function missing(error: unknown): null {
  if (errorCode(error) === "ENOENT") return null;
  throw error;
}

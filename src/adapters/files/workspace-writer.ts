import { link, lstat, mkdtemp, open, rename, rm, unlink } from "node:fs/promises";
import { join } from "node:path";
import { type ManifestCode, manifestCodes } from "../../core/manifest/codes.ts";
import type { Parsed, Problem, Problems } from "../../core/problem/problem.ts";
import { makeFolder } from "./make-folder.ts";
import { errorCode, fullPath } from "./workspace.ts";

export interface FolderToWrite {
  /** As the user named it. */
  readonly folder: string;
  readonly cwd: string;
  /** Paths are relative to the folder, and lie directly in it. */
  readonly files: readonly { readonly path: string; readonly text: string | Uint8Array }[];
  /** What to do with files of these names that are there already. */
  readonly existing: "keep" | "overwrite";
}

/**
 * Writes every file, or none: all are written and synced in a hidden folder beside their places before the first is moved
 * there. Answers the paths written. Without `overwrite`, files that are there already are each a problem, and are not touched.
 */
export async function writeFolder(
  { folder, cwd, files, existing }: FolderToWrite,
  signal: AbortSignal,
): Promise<Parsed<readonly string[]>> {
  const full = fullPath(cwd, folder);
  const [first, ...others] = existing === "keep" ? await conflicts(folder, full, files) : [];
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  const undo: (() => Promise<void>)[] = [];
  try {
    const made = await makeFolder(full);
    if (made !== null) undo.push(() => rm(made, { recursive: true, force: true }));
    const stage = await mkdtemp(join(full, ".holdfast-init-"));
    undo.push(() => rm(stage, { recursive: true, force: true }));
    for (const file of files) await writeSynced(join(stage, file.path), file.text);
    signal.throwIfAborted();
    for (const file of files) {
      const target = join(full, file.path);
      if (existing === "overwrite") await rename(join(stage, file.path), target);
      else {
        // A link, unlike a move, refuses a name that somebody has taken in the meantime.
        await link(join(stage, file.path), target);
        undo.push(() => unlink(target));
      }
    }
    await rm(stage, { recursive: true, force: true });
    return { ok: true, value: files.map((file) => join(folder, file.path)) };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    signal.throwIfAborted();
    return { ok: false, problems: writeProblems(folder, error) };
  }
}

async function conflicts(
  folder: string,
  full: string,
  files: FolderToWrite["files"],
): Promise<readonly Problem[]> {
  const found: Problem[] = [];
  for (const file of files) {
    const isThere = await lstat(join(full, file.path)).then(
      () => true,
      () => false,
    );
    if (isThere) found.push(problem("workspace/exists", `${join(folder, file.path)} is there already`));
  }
  return found;
}

async function writeSynced(path: string, text: string | Uint8Array): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

function writeProblems(folder: string, error: unknown): Problems {
  const code = errorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") {
    return [
      problem("workspace/not-writable", `the disk of ${folder} is full`, "free some space, and run it again"),
    ];
  }
  if (code === "EEXIST" || code === "ENOTDIR") {
    return [
      problem("workspace/not-a-folder", `${folder} is, or leads through, a file`, "choose another folder"),
    ];
  }
  return [problem("workspace/not-writable", `${folder} cannot be written: ${code}`)];
}

function problem(code: ManifestCode, what: string, mend: string = manifestCodes[code].mend): Problem {
  return { code, what, where: null, why: manifestCodes[code].why, mend };
}

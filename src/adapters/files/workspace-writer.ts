import { type FileHandle, link, lstat, mkdtemp, open, rename, rm, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type ManifestCode, manifestCodes } from "../../core/manifest/codes.ts";
import type { Parsed, Problem, Problems } from "../../core/problem/problem.ts";
import { makeFolder } from "./make-folder.ts";
import { errorCode, fullPath } from "./workspace.ts";
import { writePieces } from "./write-pieces.ts";
import { type Rights, targetOf, type WriteTarget } from "./write-target.ts";

export interface FolderToWrite {
  /** As the user named it. */
  readonly folder: string;
  readonly cwd: string;
  /** Paths are relative to the folder, and lie directly in it. */
  readonly files: readonly { readonly path: string; readonly text: string | Uint8Array | Iterable<string> }[];
  /** What to do with files of these names that are there already. */
  readonly existing: "keep" | "overwrite";
}

/**
 * Writes every file, or none: all are written and synced in a hidden folder beside their places before the first is moved
 * there. Answers the paths written. Without `overwrite`, files that are there already are each a problem, and are not touched;
 * with it, a file keeps its rights, and what a link leads to is written, never the link.
 *
 * @throws what making a text does, and the reason of the signal
 */
export async function writeFolder(
  { folder, cwd, files, existing }: FolderToWrite,
  signal: AbortSignal,
): Promise<Parsed<readonly string[]>> {
  const full = fullPath(cwd, folder);
  const [first, ...others] = existing === "keep" ? await conflicts(folder, full, files) : [];
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  const undo: Undo = [];
  try {
    const made = await makeFolder(full);
    if (made !== null) undo.push(() => rm(made, { recursive: true, force: true }));
    const targets = await targetsOf(full, files, existing);
    const misfits = targets.flatMap(({ file, misfit }) =>
      misfit === null ? [] : [noFileProblem(join(folder, file.path), misfit)],
    );
    const [misfit, ...more] = misfits;
    if (misfit !== undefined) return { ok: false, problems: [misfit, ...more] };
    const staged = await stagedBeside(targets, undo, signal);
    signal.throwIfAborted();
    await putInPlace(staged, existing, undo);
    return { ok: true, value: files.map((file) => join(folder, file.path)) };
  } catch (error) {
    for (const step of undo.reverse()) await step();
    signal.throwIfAborted();
    if (!isOfSystem(error)) throw error;
    return { ok: false, problems: writeProblems(folder, error) };
  }
}

type FileToWrite = FolderToWrite["files"][number];

/** Steps that take back what was done, in the order in which it was. */
type Undo = (() => Promise<void>)[];

/** A file that is written and synced, and yet to be moved to its place. */
interface Staged {
  readonly from: string;
  readonly to: string;
}

interface Placed extends WriteTarget {
  readonly file: FileToWrite;
}

async function targetsOf(
  full: string,
  files: FolderToWrite["files"],
  existing: FolderToWrite["existing"],
): Promise<readonly Placed[]> {
  const targets: Placed[] = [];
  for (const file of files) {
    const path = join(full, file.path);
    const target = existing === "overwrite" ? await targetOf(path) : { path, rights: null, misfit: null };
    targets.push({ file, ...target });
  }
  return targets;
}

/** Writes each file in a hidden folder beside its place, for only within a file system it can be moved at once. */
async function stagedBeside(
  targets: readonly Placed[],
  undo: Undo,
  signal: AbortSignal,
): Promise<readonly Staged[]> {
  const stages = new Map<string, string>();
  const staged: Staged[] = [];
  for (const { path, rights, file } of targets) {
    const beside = dirname(path);
    const stage = stages.get(beside) ?? (await mkdtemp(join(beside, ".holdfast-init-")));
    if (!stages.has(beside)) undo.push(() => rm(stage, { recursive: true, force: true }));
    stages.set(beside, stage);
    const from = join(stage, file.path);
    await writeSynced({ path: from, text: file.text, rights }, signal);
    staged.push({ from, to: path });
  }
  return staged;
}

async function putInPlace(
  staged: readonly Staged[],
  existing: FolderToWrite["existing"],
  undo: Undo,
): Promise<void> {
  for (const { from, to } of staged) {
    if (existing === "overwrite") await rename(from, to);
    else {
      // A link, unlike a move, refuses a name that somebody has taken in the meantime.
      await link(from, to);
      undo.push(() => unlink(to));
    }
  }
  for (const stage of new Set(staged.map(({ from }) => dirname(from))))
    await rm(stage, { recursive: true, force: true });
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

async function writeSynced(
  { path, text, rights }: Pick<Placed, "path" | "rights"> & Pick<FileToWrite, "text">,
  signal: AbortSignal,
): Promise<void> {
  const file = await open(path, "wx");
  try {
    if (rights !== null) await giveRights(file, rights);
    if (typeof text === "string" || text instanceof Uint8Array) await file.writeFile(text);
    else await writePieces(file, text, signal);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Those who may give files away keep their owner; whoever may not gets the file, as with any program that writes it anew. */
async function giveRights(file: FileHandle, { mode, uid, gid }: Rights): Promise<void> {
  if (process.getuid?.() === 0) await file.chown(uid, gid);
  await file.chmod(mode);
}

/** Else it comes from who makes the text. */
function isOfSystem(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
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

/** @param misfit what stands where a file is to be written */
function noFileProblem(path: string, misfit: string): Problem {
  return {
    code: "workspace/not-a-file",
    what: `${path} is ${misfit}`,
    where: null,
    why: "what is written there is a file, and what is there is left as it is",
    mend: misfit === "a folder" ? `name a file in it, such as ${join(path, "FILE")}` : "name another file",
  };
}

function problem(code: ManifestCode, what: string, mend: string = manifestCodes[code].mend): Problem {
  return { code, what, where: null, why: manifestCodes[code].why, mend };
}

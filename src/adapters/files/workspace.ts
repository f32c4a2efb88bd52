import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type ManifestCode, manifestCodes } from "../../core/manifest/codes.ts";
import { fileBytesMax, type SourceFile, workspaceBytesMax } from "../../core/manifest/document.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { pathWord } from "../../core/problem/shell-word.ts";

/** More files than this are no workspace: somebody gave the wrong folder. */
const filesMax = 10_000;

/**
 * Reads every manifest file (`.yaml`, `.yml`) in a folder and the folders in it, and answers their texts or every problem at
 * once. Hidden folders and `node_modules` are passed over, and so are links to folders, which may lead in circles.
 *
 * @param folder as the user named it; the paths of files begin with it
 * @param cwd what a relative `folder` is relative to
 */
export async function readFolder(
  folder: string,
  cwd: string,
  signal: AbortSignal,
): Promise<Parsed<readonly SourceFile[]>> {
  const reader = readerOf(/\.ya?ml$/i, cwd, signal);
  const root = await folderProblem(folder, cwd);
  if (root === null) await readInto(reader, folder);
  else reader.problems.push(root);
  const mend = `write a workspace to start from: \`holdfast init ${pathWord(folder)}\``;
  return answerOf(reader, problem("workspace/empty", `${folder} holds no manifest`, mend));
}

/**
 * Reads files by their paths, whatever they are called, and in folders those that end in `.yaml`, `.yml` or `.json`; answers their
 * texts or every problem at once.
 *
 * @param cwd what relative paths are relative to
 */
export async function readTexts(
  paths: readonly string[],
  cwd: string,
  signal: AbortSignal,
): Promise<Parsed<readonly SourceFile[]>> {
  const reader = readerOf(/\.(ya?ml|json)$/i, cwd, signal);
  for (const path of paths) {
    const found = await stat(fullPath(cwd, path)).catch(errorCode);
    if (typeof found === "string") reader.problems.push(notFound(path, found));
    else if (found.isDirectory()) await readInto(reader, path);
    else await readManifest(reader, path);
  }
  const mend = "name files, or a folder with files that end in .yaml, .yml or .json";
  return answerOf(reader, problem("workspace/empty", `${paths.join(", ")} holds no file to read`, mend));
}

function readerOf(names: RegExp, cwd: string, signal: AbortSignal): Reader {
  return { cwd, signal, names, files: [], problems: [], bytes: 0, isFull: false };
}

/** @param empty what is told where nothing was there to read */
function answerOf({ files, problems }: Reader, empty: Problem): Parsed<readonly SourceFile[]> {
  const [first, ...others] = problems;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  return files.length > 0 ? { ok: true, value: files } : { ok: false, problems: [empty] };
}

function notFound(path: string, code: string): Problem {
  return code === "ENOENT" || code === "ENOTDIR"
    ? problem("workspace/no-such-file", `there is no file or folder ${path}`)
    : problem("workspace/unreadable", `${path} cannot be read: ${code}`);
}

interface Reader {
  readonly cwd: string;
  readonly signal: AbortSignal;
  /** Which files of a folder are read. */
  readonly names: RegExp;
  readonly files: SourceFile[];
  readonly problems: Problem[];
  /** Of all files so far. */
  bytes: number;
  /** Whether a bound was passed: that is told once, and nothing more is read. */
  isFull: boolean;
}

function problem(code: ManifestCode, what: string, mend: string = manifestCodes[code].mend): Problem {
  return { code, what, where: null, why: manifestCodes[code].why, mend };
}

async function folderProblem(folder: string, cwd: string): Promise<Problem | null> {
  try {
    const found = await stat(fullPath(cwd, folder));
    return found.isDirectory() ? null : problem("workspace/not-a-folder", `${folder} is a file`);
  } catch (error) {
    const code = errorCode(error);
    if (code === "ENOTDIR") return problem("workspace/not-a-folder", `${folder} leads through a file`);
    if (code !== "ENOENT") return problem("workspace/unreadable", `${folder} cannot be read: ${code}`);
    const mend = `check the path, or write a workspace to start from: \`holdfast init ${pathWord(folder)}\``;
    return problem("workspace/missing", `there is no folder ${folder}`, mend);
  }
}

async function readInto(reader: Reader, folder: string): Promise<void> {
  reader.signal.throwIfAborted();
  const entries = await readdir(fullPath(reader.cwd, folder), { withFileTypes: true }).catch(errorCode);
  if (typeof entries === "string") {
    reader.problems.push(problem("workspace/unreadable", `${folder} cannot be read: ${entries}`));
    return;
  }
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    await readEntry(reader, folder, entry);
  }
}

async function readEntry(reader: Reader, folder: string, entry: Dirent): Promise<void> {
  if (reader.isFull) return;
  const path = join(folder, entry.name);
  if (reader.names.test(entry.name)) await readManifest(reader, path);
  else if (entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules") {
    await readInto(reader, path);
  }
}

async function readManifest(reader: Reader, path: string): Promise<void> {
  const full = fullPath(reader.cwd, path);
  try {
    // Asked before opening: a pipe would be waited for, and a huge file would fill memory.
    const found = await stat(full);
    const trouble = unfit(path, found) ?? overflow(reader, path, found.size);
    if (trouble !== null) {
      reader.problems.push(trouble);
      return;
    }
    reader.bytes += found.size;
    const text = decoded(await readFile(full, { signal: reader.signal }));
    if (text === null) reader.problems.push(problem("workspace/not-utf8", `${path} is not UTF-8 text`));
    else reader.files.push({ path, text });
  } catch (error) {
    reader.signal.throwIfAborted();
    reader.problems.push(problem("workspace/unreadable", `${path} cannot be read: ${errorCode(error)}`));
  }
}

interface Found {
  isFile(): boolean;
  isDirectory(): boolean;
  readonly size: number;
}

function unfit(path: string, found: Found): Problem | null {
  if (found.isDirectory()) return problem("workspace/not-a-file", `${path} is a folder`);
  if (!found.isFile()) return problem("workspace/not-a-file", `${path} is a pipe, a socket or a device`);
  if (found.size <= fileBytesMax) return null;
  return problem("workspace/too-large", `${path} has ${found.size} bytes; at most ${fileBytesMax} are read`);
}

function overflow(reader: Reader, path: string, size: number): Problem | null {
  const isTooMany = reader.files.length >= filesMax;
  if (!isTooMany && reader.bytes + size <= workspaceBytesMax) return null;
  reader.isFull = true;
  const bound = isTooMany ? `${filesMax} files` : `${workspaceBytesMax} bytes in all files together`;
  return problem("workspace/too-large", `${path} is beyond ${bound}`, manyMend);
}

const manyMend =
  "move what is no manifest out of the workspace, or give a folder that holds one platform alone";

function decoded(content: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    // The decoder's only answer to bytes that are no UTF-8.
    return null;
  }
}

export function fullPath(cwd: string, path: string): string {
  return path.startsWith("/") ? path : join(cwd, path);
}

export function errorCode(error: unknown): string {
  const code = (error as { readonly code?: unknown } | null)?.code;
  return typeof code === "string" ? code : String(error);
}

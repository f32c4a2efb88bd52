import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { hex, utf8 } from "../../core/evidence/bytes.ts";
import type { EvidenceReader, FileContent, LogFiles } from "../../core/evidence/ports.ts";
import { type Parsed, type Problem, unreachable } from "../../core/problem/problem.ts";
import { cryptography } from "./evidence-cryptography.ts";
import { systemCode } from "./evidence-disk.ts";

/** The names in a log's folder. */
export const entriesFolder = "entries";
export const checkpointFile = "checkpoint";
export const publicKeyFile = "public-key.pem";
export const lockFile = "writer.lock";

/** No file of a log is larger; a larger one is not read. */
export const fileBytesMax = 1024 * 1024;

const entryDigits = 8;
const entryShape = /^(\d{8})\.json$/;

export function entryFile(sequence: number): string {
  return `${String(sequence).padStart(entryDigits, "0")}.json`;
}

export const evidenceReader: EvidenceReader = {
  ...cryptography,

  async logs(directory, signal) {
    try {
      const folders = await logFolders(directory);
      const logs: LogFiles[] = [];
      for (const folder of folders) logs.push(await readLog(folder, signal));
      return logs.length > 0 ? { ok: true, value: logs } : refused(noLogs(directory));
    } catch (error) {
      return refused(unreadable(directory, error));
    }
  },

  async trace(directory, signal) {
    try {
      const folders = await logFolders(directory);
      const traces = await Promise.all(folders.map((folder) => logTrace(folder, signal)));
      return hex(cryptography.digest(utf8(traces.flat().join("\n"))));
    } catch (error) {
      const code = systemCode(error);
      if (code === null) throw error;
      return code;
    }
  },

  async publicKey(path) {
    const content = await contentOf(path);
    const key = content.kind === "read" ? cryptography.readPublicKey(content.bytes) : null;
    return key === null ? refused(notAPublicKey(path, content)) : { ok: true, value: key };
  },
};

/** Reads one log's folder as it is. @throws when the folder itself cannot be listed */
export async function readLog(folder: string, signal?: AbortSignal): Promise<LogFiles> {
  const [names, entryNames] = [await readdir(folder), await namesIn(join(folder, entriesFolder))];
  const entries = new Map<number, FileContent>();
  for (const name of entryNames) {
    signal?.throwIfAborted();
    const sequence = sequenceOf(name);
    if (sequence !== null) entries.set(sequence, await contentOf(join(folder, entriesFolder, name)));
  }
  return {
    log: basename(resolve(folder)),
    entries,
    checkpoint: await contentOf(join(folder, checkpointFile)),
    publicKey: await contentOf(join(folder, publicKeyFile)),
    strays: [
      ...names.filter(isStray),
      ...entryNames.filter((name) => sequenceOf(name) === null).map((name) => join(entriesFolder, name)),
    ],
  };
}

/** Every file of a log by when it was changed last, which nobody who writes to it sets, its size and its place on the disk. */
async function logTrace(folder: string, signal: AbortSignal): Promise<readonly string[]> {
  const names = [
    ...(await namesIn(folder)).filter((name) => !name.startsWith(lockFile)),
    ...(await namesIn(join(folder, entriesFolder))).map((name) => join(entriesFolder, name)),
  ];
  const lines: string[] = [];
  for (const name of names) {
    signal.throwIfAborted();
    const path = join(folder, name);
    lines.push(`${path} ${await fileTrace(path)}`);
  }
  return lines;
}

async function fileTrace(path: string): Promise<string> {
  try {
    const { ctimeNs, size, ino } = await lstat(path, { bigint: true });
    return [ctimeNs, size, ino].join(" ");
  } catch (error) {
    // An unfinished write may have found its place since the folder was listed.
    return systemCode(error) ?? String(error);
  }
}

function isStray(name: string): boolean {
  return ![entriesFolder, checkpointFile, publicKeyFile].includes(name) && !name.startsWith(lockFile);
}

function sequenceOf(name: string): number | null {
  const sequence = Number(entryShape.exec(name)?.[1] ?? 0);
  return sequence === 0 ? null : sequence;
}

/** The folders of logs in `directory`, by name; the directory itself when it is one. */
async function logFolders(directory: string): Promise<readonly string[]> {
  if (await isLog(directory)) return [directory];
  const found = await readdir(directory, { withFileTypes: true });
  const folders = found.filter((one) => one.isDirectory()).map((one) => join(directory, one.name));
  const logs: string[] = [];
  for (const folder of folders.toSorted()) if (await isLog(folder)) logs.push(folder);
  return logs;
}

/**
 * Any of a log's own files will do: a log that lost the others is still one to be told about. Where there is none, a writer has
 * been kept from beginning, by a full disk for instance, and has said nothing that could be verified.
 */
async function isLog(folder: string): Promise<boolean> {
  const names = await namesIn(folder);
  if ([checkpointFile, publicKeyFile].some((name) => names.includes(name))) return true;
  return (await namesIn(join(folder, entriesFolder))).length > 0;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    const code = systemCode(error);
    if (code === "ENOENT" || code === "ENOTDIR") return [];
    throw error;
  }
}

async function contentOf(path: string): Promise<FileContent> {
  try {
    // A pipe in the place of a file is answered at once, instead of waited for.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await file.stat();
      if (!found.isFile()) return { kind: "unreadable", cause: "it is no plain file" };
      if (found.size > fileBytesMax)
        return {
          kind: "unreadable",
          cause: `it has ${found.size} bytes, and a log's files at most ${fileBytesMax}`,
        };
      return { kind: "read", bytes: Uint8Array.from(await file.readFile()) };
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = systemCode(error);
    if (code === null) throw error;
    return code === "ENOENT" ? { kind: "absent" } : { kind: "unreadable", cause: code };
  }
}

function refused(problem: Problem): Parsed<never> {
  return { ok: false, problems: [problem] };
}

function noLogs(directory: string): Problem {
  return {
    code: "evidence/none-found",
    what: `${directory}: there is no evidence log in this folder`,
    where: null,
    why: "an evidence folder holds one folder per writer, each with entries/, checkpoint and public-key.pem",
    mend: "name the folder that a drill or a demo wrote, such as holdfast-demo/evidence",
  };
}

function unreadable(directory: string, error: unknown): Problem {
  const code = systemCode(error);
  if (code === null) throw error;
  return {
    code: "evidence/folder-unreadable",
    what: `${directory}: the folder cannot be read (${code})`,
    where: null,
    why: "evidence is verified from its files",
    mend: "name a folder that exists and that this user may read",
  };
}

function notAPublicKey(path: string, content: FileContent): Problem {
  return {
    code: "evidence/public-key-unusable",
    what: `${path}: ${keyTrouble(content)}`,
    where: null,
    why: "the key given says whose evidence is believed",
    mend: "give the public-key.pem that the writer of the log handed you",
  };
}

function keyTrouble(content: FileContent): string {
  switch (content.kind) {
    case "absent":
      return "there is no such file";
    case "unreadable":
      return `the file cannot be read: ${content.cause}`;
    case "read":
      return "this is no Ed25519 public key in PEM";
    default:
      return unreachable(content);
  }
}

import { closeSync, fsyncSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { holdersOf } from "./holders.ts";
import {
  applicationId,
  claimFile,
  createTables,
  fileFormat,
  LibsqlJournal,
  releaseFile,
} from "./libsql-journal.ts";

/**
 * Opens the store in `file`, or creates it, readable by its owner alone. Its folder must exist. The file belongs to this
 * process until the journal is closed or the process ends; a second opener is told so.
 */
export function openLibsqlJournal(file: string): Parsed<LibsqlJournal> {
  let database: Database.Database | null = null;
  try {
    touch(file);
    database = new Database(file);
    // Exclusive before the log is first touched: its index then lives in this process's memory, and not in a shared file.
    database.exec("PRAGMA locking_mode = EXCLUSIVE");
    const problem = claim(database, file);
    if (problem === null) return { ok: true, value: new LibsqlJournal(database) };
    releaseFile(database);
    return { ok: false, problems: [problem] };
  } catch (cause) {
    database?.close();
    return { ok: false, problems: [problemOf(file, cause)] };
  }
}

/** Finds out early, and with the system's own words, whether the file can be written; it and its name are on the disk. */
function touch(file: string): void {
  closeSync(openSync(file, "a", 0o600));
  const folder = openSync(dirname(file), "r");
  fsyncSync(folder);
  closeSync(folder);
}

/** Looks before it writes: a file of another program is left as it was. */
function claim(database: Database.Database, file: string): Problem | null {
  const [{ tables }] = database.prepare("SELECT count(*) AS tables FROM sqlite_master").all() as [
    { tables: number },
  ];
  const [{ application_id }] = database.pragma("application_id") as [{ application_id: number }];
  const [{ user_version }] = database.pragma("user_version") as [{ user_version: number }];
  const isEmpty = tables === 0 && application_id === 0;
  if (!isEmpty && application_id !== applicationId)
    return notAStore(file, "is a database of another program");
  if (user_version > fileFormat) return newerFormat(file, user_version);
  claimFile(database);
  if (isEmpty) createTables(database);
  const [{ quick_check }] = database.pragma("quick_check") as [{ quick_check: string }];
  return quick_check === "ok" ? null : damaged(file, quick_check);
}

/** By the codes of the driver and of the system. */
const problemsByCode: Readonly<Record<string, (file: string, message: string) => Problem>> = {
  SQLITE_BUSY: inUse,
  SQLITE_LOCKED: inUse,
  SQLITE_NOTADB: (file) => notAStore(file, "is not a database"),
  EISDIR: (file) => notAStore(file, "is a folder"),
  SQLITE_CORRUPT: damaged,
  ENOENT: noFolder,
  ENOTDIR: noFolder,
  ENOSPC: diskFull,
  EDQUOT: diskFull,
  SQLITE_FULL: diskFull,
};

function problemOf(file: string, cause: unknown): Problem {
  const message = cause instanceof Error ? cause.message : String(cause);
  return (problemsByCode[codeOf(cause)] ?? notPermitted)(file, message);
}

function inUse(file: string): Problem {
  const holders = holdersOf(file);
  const named = holders.map(({ pid, command }) => `${pid} (${command})`).join(", ");
  const pids = holders.map(({ pid }) => pid).join(" ");
  return {
    code: "store/in-use",
    what: `the coordination store ${file} is open in another process${named === "" ? "" : `: ${named}`}`,
    where: null,
    why: "one process owns the store and serves it to the others, so that none can freeze with its lock in hand",
    mend: `connect to the process that serves it, or end that process first${pids === "" ? "" : ` (\`kill ${pids}\`)`}`,
  };
}

function noFolder(file: string): Problem {
  return {
    code: "store/no-folder",
    what: `the coordination store ${file} cannot be created: ${dirname(file)} is not a folder`,
    where: null,
    why: "the store is one file and makes no folders of its own",
    mend: `make it: \`mkdir -p ${dirname(file)}\``,
  };
}

function diskFull(file: string): Problem {
  return {
    code: "store/disk-full",
    what: `the coordination store ${file} cannot be written: no space is left`,
    where: null,
    why: "a write that is not on the disk is never acknowledged",
    mend: `free at least 1 MiB on the disk of ${dirname(file)}, then start again`,
  };
}

function newerFormat(file: string, format: number): Problem {
  return {
    code: "store/newer-format",
    what: `the coordination store ${file} has format ${format}; this version reads up to ${fileFormat}`,
    where: null,
    why: "a newer version wrote it, and guessing at its meaning could break a promise made there",
    mend: "run the version that wrote it, or a newer one",
  };
}

function notPermitted(file: string, cause: string): Problem {
  const self = process.geteuid?.();
  const owners = [file, dirname(file)].map((path) => ({
    path,
    owner: statSync(path, { throwIfNoEntry: false })?.uid ?? self,
  }));
  const others = owners.filter(({ owner }) => owner !== self);
  const whose = others.map(({ path, owner }) => `${path} is user ${owner}'s`).join(", ");
  return {
    code: "store/unreadable",
    what: `the coordination store ${file} cannot be opened for writing by user ${self ?? "?"}: ${cause}${whose === "" ? "" : `; ${whose}`}`,
    where: null,
    why: "the process that owns the store reads and writes it",
    mend:
      whose === ""
        ? `give yourself the right to write there (chmod u+rwx ${dirname(file)}, chmod u+rw ${file}), or name another folder`
        : "name a folder of your own, have these given to you, or run as their owner",
  };
}

function notAStore(file: string, what: string): Problem {
  return {
    code: "store/not-a-store",
    what: `${file} ${what}, not a coordination store`,
    where: null,
    why: "nothing is ever written into a file that is not ours",
    mend: "name another path, or move what stands there away",
  };
}

function damaged(file: string, finding: string): Problem {
  return {
    code: "store/damaged",
    what: `the coordination store ${file} is damaged: ${finding}`,
    where: null,
    why: "a store that forgot a write could let two members serve",
    mend: "restore the file from a copy; without one, found a fresh platform in a folder of its own: members and edge that remember this store obey no new one",
  };
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : "";
}

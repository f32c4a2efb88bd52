import { dirname, join } from "node:path";
import { utf8 } from "../../core/evidence/bytes.ts";
import type { NewEntry } from "../../core/evidence/evidence.ts";
import { type Fault, problemOf } from "../../core/evidence/fault.ts";
import {
  headOf,
  type LogState,
  type NextEntry,
  nextEntry,
  sealOf,
  type Writer,
} from "../../core/evidence/log.ts";
import type { Appended, EvidenceLog, Stamp } from "../../core/evidence/ports.ts";
import { verifyLog } from "../../core/evidence/verify.ts";
import { invariant, type Parsed, type Problem } from "../../core/problem/problem.ts";
import { cryptography } from "./evidence-cryptography.ts";
import { type Disk, diskProblem, realDisk } from "./evidence-disk.ts";
import { openSigningKey } from "./evidence-key.ts";
import { makeFolder } from "./make-folder.ts";
import {
  checkpointFile,
  entriesFolder,
  entryFile,
  fileBytesMax,
  lockFile,
  publicKeyFile,
  readLog,
} from "./evidence-reader.ts";
import { type Guarded, type Lock, takeLock } from "./writer-lock.ts";

export interface EvidenceLogSettings {
  /** The evidence folder; the log is a folder in it. */
  readonly directory: string;
  /** Names the log and its folder, such as `controller-east`: small letters, digits and hyphens. */
  readonly log: string;
  /** The signing key; made on first use. */
  readonly keyPath: string;
  /** Program and version, as in `holdfast 0.1.0`. */
  readonly software: string;
  /** Asked once for each entry. */
  readonly clock: () => Stamp;
}

const publicFile = 0o644;
const logName = /^[a-z0-9](?:[a-z0-9-]{0,62})$/;

/** Opens a log to write to it, and makes it when it is not there. Recovers what a crash left. */
export async function openEvidenceLog(
  settings: EvidenceLogSettings,
  disk: Disk = realDisk,
): Promise<Parsed<EvidenceLog>> {
  if (!logName.test(settings.log)) return refused(badName(settings.log));
  const folder = join(settings.directory, settings.log);
  try {
    await makeFolders(settings.directory, folder, disk);
    const lock = await takeLock(join(folder, lockFile), guardedLog(settings.log), disk);
    if (!lock.ok) return lock;
    const opened = await openedFolder({ folder, settings, disk, lock: lock.value }).catch((error: unknown) =>
      refused(diskProblem(error, folder)),
    );
    if (!opened.ok) await lock.value.release();
    return opened;
  } catch (error) {
    return refused(diskProblem(error, folder));
  }
}

async function makeFolders(directory: string, folder: string, disk: Disk): Promise<void> {
  const first = await makeFolder(join(folder, entriesFolder));
  const above = first === null ? [] : [dirname(first)];
  for (const path of [...above, directory, folder]) await disk.syncFolder(path);
}

interface Place {
  readonly folder: string;
  readonly settings: EvidenceLogSettings;
  readonly disk: Disk;
  readonly lock: Lock;
}

async function openedFolder(place: Place): Promise<Parsed<EvidenceLog>> {
  const { keyPath, software } = place.settings;
  const key = await openSigningKey(keyPath, place.disk);
  if (!key.ok) return key;
  const writer = { digest: cryptography.digest, signer: key.value, software };
  const state = await recovered(place, writer);
  return state.ok ? { ok: true, value: logIn(place, writer, state.value) } : state;
}

function logIn(place: Place, writer: Writer, opened: LogState): EvidenceLog {
  const { disk, folder, settings } = place;
  /** What is sealed on disk; `null` when an entry may stand there that is not, until that has been recovered. */
  let state: LogState | null = opened;
  let sealed = headOf(writer.digest, opened);
  let queue: Promise<unknown> = Promise.resolve();
  let isOpen = true;

  async function known(): Promise<Parsed<LogState>> {
    return state === null ? await recovered(place, writer) : { ok: true, value: state };
  }

  async function appended(entry: NewEntry): Promise<Appended> {
    try {
      const before = await known();
      if (!before.ok) return { kind: "failed", problem: before.problems[0] };
      state = before.value;
      const next = nextEntry(before.value, { entry, stamp: settings.clock() }, writer);
      if (next.entry.length > fileBytesMax) return { kind: "failed", problem: tooLarge(entry, next) };
      const unfinished = await stagedEntry(place, next);
      state = null;
      await publishEntry(place, next, unfinished);
      await replaceFile(disk, { folder, name: checkpointFile, bytes: next.checkpoint });
      state = next.state;
      sealed = headOf(writer.digest, state);
      return { kind: "sealed", entry: { log: settings.log, sequence: next.sequence }, head: sealed };
    } catch (error) {
      return { kind: "failed", problem: diskProblem(error, folder) };
    }
  }

  return {
    append(entry) {
      invariant(isOpen, `log "${settings.log}" is closed`);
      const answer = queue.then(() => appended(entry));
      // A mistake of ours in one entry is told to its caller and does not end the log.
      queue = answer.catch(() => null);
      return answer;
    },
    head: () => sealed,
    async close() {
      isOpen = false;
      await queue;
      await place.lock.release();
    },
  };
}

/** Writes the next entry under a name that does not count yet. */
async function stagedEntry({ folder, disk }: Place, { sequence, entry }: NextEntry): Promise<string> {
  const path = unfinishedName(join(folder, entriesFolder, entryFile(sequence)));
  try {
    await disk.write(path, entry, publicFile);
  } catch (error) {
    // On a full disk the half that was written takes room that others need.
    await disk.remove(path).catch(() => null);
    throw error;
  }
  return path;
}

async function publishEntry(
  { folder, disk }: Place,
  { sequence }: NextEntry,
  unfinished: string,
): Promise<void> {
  const entries = join(folder, entriesFolder);
  await disk.link(unfinished, join(entries, entryFile(sequence)));
  await disk.remove(unfinished);
  await disk.syncFolder(entries);
}

interface NamedBytes {
  readonly folder: string;
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** A reader at any moment, and after any crash, finds the old file or the new one. */
async function replaceFile(disk: Disk, { folder, name, bytes }: NamedBytes): Promise<void> {
  const unfinished = unfinishedName(join(folder, name));
  try {
    await disk.write(unfinished, bytes, publicFile);
    await disk.rename(unfinished, join(folder, name));
  } catch (error) {
    await disk.remove(unfinished).catch(() => null);
    throw error;
  }
  await disk.syncFolder(folder);
}

const unfinishedEnd = ".unfinished";

function unfinishedName(path: string): string {
  return `${path}${unfinishedEnd}`;
}

/**
 * Brings a log to the state in which a writer leaves it after an entry: all is verified, an entry that stands beyond the
 * checkpoint is sealed, what was not finished is removed. Refuses to continue a log that does not hold.
 */
async function recovered(place: Place, writer: Writer): Promise<Parsed<LogState>> {
  const { folder, disk, settings } = place;
  const found = await readLog(folder);
  for (const name of found.strays) {
    if (name.endsWith(unfinishedEnd)) await disk.remove(join(folder, name));
  }
  const isNew = found.checkpoint.kind === "absent" && found.entries.size === 0;
  if (isNew && found.publicKey.kind === "absent") {
    const bytes = utf8(writer.signer.publicKey.pem);
    await replaceFile(disk, { folder, name: publicKeyFile, bytes });
    return await recovered(place, writer);
  }
  const trust = { kind: "given", keys: [writer.signer.publicKey] } as const;
  const verified = verifyLog(found, trust, cryptography);
  if (verified.fault !== null) return refused(cannotContinue(verified.fault, settings));
  const state = { log: settings.log, tree: verified.tree };
  if (isNew || verified.unsealed > 0) {
    // The entry's name may be there and not have reached the disk.
    await disk.syncFolder(join(folder, entriesFolder));
    await replaceFile(disk, { folder, name: checkpointFile, bytes: sealOf(state, writer) });
  }
  return { ok: true, value: state };
}

function refused(problem: Problem): Parsed<never> {
  return { ok: false, problems: [problem] };
}

function cannotContinue(fault: Fault, { directory, log, keyPath }: EvidenceLogSettings): Problem {
  const isOtherKey = fault.at === "public-key" && fault.fault.kind === "not-trusted";
  if (isOtherKey) {
    return {
      code: "evidence/other-key",
      what: `log "${log}" in ${directory} was begun with another key than ${keyPath}`,
      where: null,
      why: "a log is signed with one key from its first entry to its last",
      mend: "give the key with which it was begun, or another evidence folder",
    };
  }
  return {
    ...problemOf(fault),
    mend: `keep ${join(directory, log)} for whoever looks into this, and give another evidence folder`,
  };
}

function guardedLog(log: string): Guarded {
  return {
    name: `log "${log}"`,
    codes: {
      held: "evidence/log-held",
      unreadable: "evidence/lock-unreadable",
      contended: "evidence/lock-contended",
    },
    why: "a log has one writer: two would give it two histories",
    otherwise: "write another log",
  };
}

function badName(log: string): Problem {
  return {
    code: "evidence/log-name",
    what: `"${log}" cannot name an evidence log`,
    where: null,
    why: "the name is a folder and part of every signed checkpoint",
    mend: "use 1 to 63 small letters, digits and hyphens, such as controller-east",
  };
}

function tooLarge({ kind }: NewEntry, { entry }: NextEntry): Problem {
  return {
    code: "evidence/entry-too-large",
    what: `an entry of kind ${kind} has ${entry.length} bytes; ${fileBytesMax} fit`,
    where: null,
    why: "a verifier reads every entry whole",
    mend: "write the data to a file of its own, and its SHA-256 into the entry as a subject",
  };
}

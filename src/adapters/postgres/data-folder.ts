import { randomBytes } from "node:crypto";
import { chown, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Owner } from "./base-backup.ts";

/** Where the parts of one member stand, below the folder that is its own. */
export interface MemberFolder {
  /** The store itself: PostgreSQL's data directory. */
  readonly data: string;
  /** A store in the making; it takes the place of `data` when it is whole. */
  readonly draft: string;
  /** The store that was replaced, until it is removed. */
  readonly outgoing: string;
  readonly log: string;
}

export function memberFolder(folder: string): MemberFolder {
  return {
    data: join(folder, "data"),
    draft: join(folder, "data.new"),
    outgoing: join(folder, "data.old"),
    log: join(folder, "postgres.log"),
  };
}

/** A store with this file in it starts as a standby. */
export const standbySignal = "standby.signal";

/**
 * What a data folder would be if it were started: a primary, a standby, or nothing that could be.
 *
 * @throws the system's error when it cannot be looked at: taken for nothing, data that is there would be seeded over
 */
export async function holdsOf(data: string): Promise<"primary" | "standby" | "nothing"> {
  if (!(await exists(join(data, "PG_VERSION")))) return "nothing";
  return (await exists(join(data, standbySignal))) ? "standby" : "primary";
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

/** An empty folder for a store in the making; what an earlier try left there is removed. */
export async function newDraft({ draft }: MemberFolder, owner: Owner): Promise<void> {
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  if (owner !== null) await chown(draft, owner.uid, owner.gid);
}

/** The store in the making becomes the store. A crash in between leaves one of the two whole, or none: never a mixture. */
export async function adoptDraft({ data, draft, outgoing }: MemberFolder): Promise<void> {
  await rm(outgoing, { recursive: true, force: true });
  if (await exists(data)) await rename(data, outgoing);
  await rename(draft, data);
  await syncFolder(dirname(data));
  await rm(outgoing, { recursive: true, force: true });
}

/** Writes a file of the store so that a crash leaves the old text or the new one: it may hold a password, so mode 600. */
export async function writeDurably(path: string, text: string, owner: Owner): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}`;
  // Exclusive, so that nobody who can write to the folder leads us elsewhere by a link of that name.
  const file = await open(draft, "wx", 0o600);
  try {
    await file.writeFile(text);
    if (owner !== null) await file.chown(owner.uid, owner.gid);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

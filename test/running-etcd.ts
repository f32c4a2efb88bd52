import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { request as secureRequest } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import type { Command } from "../src/adapters/kernel-network/namespaces.ts";
import { freePorts } from "../lab/free-ports.ts";
import { type NetworkPlace, onLoopback } from "./network-place.ts";

/** Whether Debian's package etcd-server is here, and what the name of a test that needs it says where it is not. */
export const isEtcdHere = spawnSync("etcd", ["--version"]).status === 0;
export const skipped = isEtcdHere ? "" : " (skipped: Debian's package etcd-server is not here)";

export interface EtcdTlsFiles {
  readonly authority: string;
  readonly key: string;
  readonly certificate: string;
}

export interface EtcdOptions {
  readonly members?: number;
  /** What clients are served by, who must show a certificate of the same authority. */
  readonly tls?: EtcdTlsFiles;
  /** How long whoever signs in stays known. */
  readonly tokenSeconds?: number;
  /** How hard a password is to look at: by one more, twice as long. */
  readonly passwordCost?: number;
  /** Of each member, where it runs; left out: all on loopback. */
  readonly places?: readonly NetworkPlace[];
}

interface MemberParts {
  readonly data: string;
  readonly place: NetworkPlace;
  readonly ports: readonly number[];
}

/** One member of an etcd. */
export class EtcdMember {
  readonly url: string;
  /** Where clients come, and where the other members do. */
  readonly ports: readonly number[];
  readonly #data: string;
  readonly #run: Command;
  #child: ChildProcess | null = null;

  constructor(url: string, { data, place, ports }: MemberParts, args: readonly string[]) {
    this.url = url;
    this.ports = ports;
    this.#data = data;
    this.#run = place.enter({ command: "etcd", args: ["--data-dir", data, ...args] });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Does nothing to one that runs. */
  start(): void {
    if (this.#child !== null) return;
    this.#child = spawn(this.#run.command, this.#run.args, { stdio: "ignore" });
  }

  /** Freezes, thaws or kills it. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#child?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child?.exitCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }

  /** Of one that does not run. */
  loseData(): void {
    rmSync(this.#data, { recursive: true });
  }

  ask(path: string, question: Readonly<Record<string, unknown>>): Promise<Record<string, unknown>> {
    return askEtcd({ url: this.url }, path, question);
  }
}

/** Asks over the JSON gateway, which no client of ours uses. @param authority of an etcd that speaks https, in PEM */
async function askEtcd(
  { url, authority }: { readonly url: string; readonly authority?: string },
  path: string,
  question: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const options = { method: "POST", signal: AbortSignal.timeout(20_000) };
  const at = new URL(`${url}${path}`);
  const asked =
    authority === undefined ? request(at, options) : secureRequest(at, { ...options, ca: authority });
  asked.end(JSON.stringify(question));
  const [answer] = (await once(asked, "response")) as [IncomingMessage];
  return (await json(answer)) as Record<string, unknown>;
}

/** Who a member is, and whom it follows; `null`: it follows nobody, or does not answer. @param authority in PEM, of one that speaks https */
export async function leaderSeenAt(
  url: string,
  authority?: string,
): Promise<{ readonly own: string; readonly leader: string } | null> {
  try {
    const at = authority === undefined ? { url } : { url, authority };
    const { header, leader } = await askEtcd(at, "/v3/maintenance/status", {});
    const own = (header as { readonly member_id?: string } | undefined)?.member_id;
    return typeof own === "string" && typeof leader === "string" && leader !== "0" ? { own, leader } : null;
  } catch {
    return null;
  }
}

export class RunningEtcd {
  readonly members: readonly EtcdMember[];
  readonly #folder: string;

  constructor(members: readonly EtcdMember[], folder: string) {
    this.members = members;
    this.#folder = folder;
  }

  get endpoints(): readonly string[] {
    return this.members.map(({ url }) => url);
  }

  /** The leader, once a majority follows it. */
  leader(): Promise<EtcdMember> {
    return this.#leaderOf(({ followers }) => followers * 2 > this.members.length);
  }

  /** Some member that does not lead: losing it calls for no election. */
  async follower(): Promise<EtcdMember> {
    const leader = await this.leader();
    const follower = this.members.find((each) => each !== leader);
    if (follower === undefined) throw new Error("etcd has one member alone");
    return follower;
  }

  /** The leader, once all follow it. */
  settled(): Promise<EtcdMember> {
    return this.#leaderOf(({ followers }) => followers === this.members.length);
  }

  async #leaderOf(isEnough: (seen: { readonly followers: number }) => boolean): Promise<EtcdMember> {
    for (let tries = 0; tries < 400; tries += 1) {
      const views = await Promise.all(
        this.members.map(async (member) => ({ member, seen: await leaderSeenAt(member.url) })),
      );
      const leading = views.find(({ seen }) => seen !== null && seen.own === seen.leader);
      const followers = views.filter(
        ({ seen }) => seen !== null && seen.leader === leading?.seen?.own,
      ).length;
      if (leading !== undefined && isEnough({ followers })) return leading.member;
      await pause(50);
    }
    throw new Error("etcd finds no leader");
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.kill()));
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

export async function runningEtcd({
  members = 3,
  tls,
  tokenSeconds = 300,
  passwordCost = 10,
  places: networks = [],
}: EtcdOptions = {}): Promise<RunningEtcd> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-etcd-"));
  const ports = await freePorts(2 * members);
  if (!ports.ok) throw new Error("no ports are free");
  const free = ports.value;
  const places = Array.from({ length: members }, (_, at) => ({
    name: `m${at}`,
    place: networks[at] ?? onLoopback,
    client: free[2 * at] ?? 0,
    peer: free[2 * at + 1] ?? 0,
  }));
  const cluster = places.map(({ name, place, peer }) => `${name}=http://${place.host}:${peer}`).join(",");
  const all = places.map(({ name, place, client, peer }) => {
    const url = `${tls === undefined ? "http" : "https"}://${place.host}:${client}`;
    return new EtcdMember(url, { data: join(folder, name), place, ports: [client, peer] }, [
      ...["--name", name, "--log-level", "error"],
      ...["--listen-client-urls", url, "--advertise-client-urls", url],
      ...["--listen-peer-urls", `http://${place.host}:${peer}`],
      ...["--initial-advertise-peer-urls", `http://${place.host}:${peer}`],
      ...["--initial-cluster", cluster, "--initial-cluster-state", "new"],
      ...["--auth-token-ttl", String(tokenSeconds), "--bcrypt-cost", String(passwordCost)],
      ...(tls === undefined
        ? []
        : [
            "--cert-file",
            tls.certificate,
            "--key-file",
            tls.key,
            "--client-cert-auth",
            "--trusted-ca-file",
            tls.authority,
          ]),
    ]);
  });
  for (const member of all) member.start();
  const running = new RunningEtcd(all, folder);
  if (tls === undefined) await running.leader();
  return running;
}

import { randomInt } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../src/adapters/files/replace-file.ts";
import { textIfThere } from "../../src/adapters/files/text-if-there.ts";
import type { Endpoint } from "../../src/adapters/relay/listening.ts";
import type { Parsed, Problem } from "../../src/core/problem/problem.ts";

/** One of the members of an etcd that decide by majority. */
export interface Voter {
  readonly name: string;
  readonly client: Endpoint;
  readonly peer: Endpoint;
}

/** All keys of a lab stand below it. */
export const labNamespace = "/holdfast/lab/";

const voterNames = ["voter-1", "voter-2", "voter-3"] as const;
/** As etcd's own defaults: on loopback addresses of their own nobody else listens there. */
export const voterPorts = [2379, 2380] as const;
const [clientPort, peerPort] = voterPorts;
const fileName = "voters.json";

/**
 * The voters of a lab, by a file below `folder`. An etcd keeps where its members reach one another in its data: addresses are chosen once,
 * when there is no data yet, among the 65,000 of 127.0.0.0/8 that labs take theirs from, so that two labs do not meet.
 *
 * @param freshNet where they are to be when there is no data yet; each region's own address where regions have networks of their own
 * @throws what the file system throws
 */
export async function keptVoters(
  folder: string,
  freshNet: () => string = loopbackNet,
): Promise<Parsed<readonly Voter[]>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, fileName);
  const text = await textIfThere(path);
  if (text === null) {
    const net = freshNet();
    await replaceFile(path, `${JSON.stringify({ formatVersion: 1, net })}\n`);
    return { ok: true, value: votersOf(net) };
  }
  const net = netIn(text);
  return net === null ? { ok: false, problems: [unreadable(path)] } : { ok: true, value: votersOf(net) };
}

function loopbackNet(): string {
  return `127.${randomInt(64, 192)}.${randomInt(0, 256)}`;
}

/** In which net the voters of a lab are; `null` where no file says so. */
export async function keptNet(folder: string): Promise<string | null> {
  const text = await textIfThere(join(folder, fileName));
  return text === null ? null : netIn(text);
}

function votersOf(net: string): readonly Voter[] {
  return voterNames.map((name, at) => ({
    name,
    client: { host: `${net}.${at + 1}`, port: clientPort },
    peer: { host: `${net}.${at + 1}`, port: peerPort },
  }));
}

function netIn(text: string): string | null {
  try {
    const { formatVersion, net } = JSON.parse(text) as Record<string, unknown>;
    return formatVersion === 1 && typeof net === "string" && /^(127(\.\d{1,3}){2}|198\.18\.0)$/.test(net)
      ? net
      : null;
  } catch {
    return null;
  }
}

/**
 * What the program of one voter is told; it runs in the lab's folder. Elections are held sooner than by default, which are for members that are
 * far from one another.
 */
export function voterArguments({ name, client, peer }: Voter, all: readonly Voter[]): readonly string[] {
  const [clientUrl, peerUrl] = [urlOf(client), urlOf(peer)];
  return [
    ...["--name", name, dataOption(name)],
    ...["--listen-client-urls", clientUrl, "--advertise-client-urls", clientUrl],
    ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
    ...["--initial-cluster", all.map((each) => `${each.name}=${urlOf(each.peer)}`).join(",")],
    ...["--initial-cluster-state", "new", "--log-level", "warn"],
    ...["--heartbeat-interval", "100", "--election-timeout", "500"],
    ...["--auto-compaction-mode", "periodic", "--auto-compaction-retention", "1h"],
  ];
}

function dataOption(name: string): string {
  return `--data-dir=etcd/${name}`;
}

/** Whether a process that stands in a lab's folder is one of its voters, by its command line. */
export function isVoter(words: readonly string[]): boolean {
  return voterNames.some((name) => words.includes(dataOption(name)));
}

export function urlOf({ host, port }: Endpoint): string {
  return `http://${host}:${port}`;
}

function unreadable(path: string): Problem {
  return {
    code: "lab/voters-unreadable",
    what: `${path} does not say where the lab's etcd is`,
    where: null,
    why: "Its members find one another where they first did.",
    mend: `write {"formatVersion":1,"net":"127.A.B"} there with the addresses that \`strings etcd/voter-1/member/snap/db\` in the lab's folder tells, or start a fresh lab in another folder with --dir`,
  };
}

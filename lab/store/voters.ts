import { randomInt } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { replaceFile } from "../../src/adapters/files/replace-file.ts";
import { textIfThere } from "../../src/adapters/files/text-if-there.ts";
import type { Endpoint } from "../../src/adapters/relay/listening.ts";
import type { Parsed, Problem } from "../../src/core/problem/problem.ts";
import { authorityFile, certificateFiles } from "./access-files.ts";

/** One of the members of an etcd that decide by majority. */
export interface Voter {
  readonly name: string;
  readonly client: Endpoint;
  readonly peer: Endpoint;
}

/** How voters are spoken to, by clients and by one another. */
export type Scheme = "http" | "https";

export interface KeptVoters {
  readonly voters: readonly Voter[];
  readonly scheme: Scheme;
}

/** All keys of a lab stand below it. */
export const labNamespace = "/holdfast/lab/";

const voterNames = ["voter-1", "voter-2", "voter-3"] as const;
/** As etcd's own defaults: on loopback addresses of their own nobody else listens there. */
export const voterPorts = [2379, 2380] as const;
const [clientPort, peerPort] = voterPorts;
/** The least that there is: passwords are random, so that slowness guards nothing, and voters share a machine with what they watch over. */
const passwordCost = "4";
/** Below the lab's folder, in which voters run. */
const etcdFolder = "etcd";
/** What voters show and clients come with, where they speak https. */
export const accessFolder = join(etcdFolder, "access");
const fileName = "voters.json";
/** Labs of the first kind spoke plainly, and asked nobody who they were. */
const schemes: Readonly<Record<number, Scheme>> = { 1: "http", 2: "https" };

/**
 * The voters of a lab, by a file below `folder`. An etcd keeps where and how its members reach one another in its data: addresses are chosen
 * once, when there is no data yet, among the 65,000 of 127.0.0.0/8 that labs take theirs from, so that two labs do not meet.
 *
 * @param freshNet where they are to be when there is no data yet; each region's own address where regions have networks of their own
 * @throws what the file system throws
 */
export async function keptVoters(
  folder: string,
  freshNet: () => string = loopbackNet,
): Promise<Parsed<KeptVoters>> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, fileName);
  const text = await textIfThere(path);
  if (text === null) {
    const net = freshNet();
    await replaceFile(path, `${JSON.stringify({ formatVersion: 2, net })}\n`);
    return { ok: true, value: { voters: votersOf(net), scheme: "https" } };
  }
  const kept = keptIn(text);
  return kept === null
    ? { ok: false, problems: [unreadable(path)] }
    : { ok: true, value: { voters: votersOf(kept.net), scheme: kept.scheme } };
}

function loopbackNet(): string {
  return `127.${randomInt(64, 192)}.${randomInt(0, 256)}`;
}

/** In which net the voters of a lab are; `null` where no file says so. */
export async function keptNet(folder: string): Promise<string | null> {
  const text = await textIfThere(join(folder, fileName));
  return text === null ? null : (keptIn(text)?.net ?? null);
}

function votersOf(net: string): readonly Voter[] {
  return voterNames.map((name, at) => ({
    name,
    client: { host: `${net}.${at + 1}`, port: clientPort },
    peer: { host: `${net}.${at + 1}`, port: peerPort },
  }));
}

function keptIn(text: string): { readonly net: string; readonly scheme: Scheme } | null {
  try {
    const { formatVersion, net } = JSON.parse(text) as Record<string, unknown>;
    const scheme = typeof formatVersion === "number" ? schemes[formatVersion] : undefined;
    const isNet = typeof net === "string" && /^(127(\.\d{1,3}){2}|198\.18\.0)$/.test(net);
    return isNet && scheme !== undefined ? { net, scheme } : null;
  } catch {
    return null;
  }
}

/**
 * What the program of one voter is told; it runs in the lab's folder. Elections are held sooner than by default, which are for members that are
 * far from one another. Over https a voter shows a certificate to everybody and wants one of other voters alone: a client signs in.
 */
export function voterArguments(voter: Voter, { voters, scheme }: KeptVoters): readonly string[] {
  const { name, client, peer } = voter;
  const [clientUrl, peerUrl] = [urlOf(client, scheme), urlOf(peer, scheme)];
  const members = voters.map((each) => `${each.name}=${urlOf(each.peer, scheme)}`);
  return [
    ...["--name", name, dataOption(name)],
    ...["--listen-client-urls", clientUrl, "--advertise-client-urls", clientUrl],
    ...["--listen-peer-urls", peerUrl, "--initial-advertise-peer-urls", peerUrl],
    ...["--initial-cluster", members.join(","), "--initial-cluster-state", "new", "--log-level", "warn"],
    ...["--heartbeat-interval", "100", "--election-timeout", "500"],
    ...["--auto-compaction-mode", "periodic", "--auto-compaction-retention", "1h"],
    ...(scheme === "http" ? [] : certificateArguments(name)),
  ];
}

function certificateArguments(name: string): readonly string[] {
  const { certificate, key } = certificateFiles(accessFolder, name);
  return [
    ...["--cert-file", certificate, "--key-file", key],
    ...["--peer-cert-file", certificate, "--peer-key-file", key],
    ...["--peer-client-cert-auth", "--peer-trusted-ca-file", authorityFile(accessFolder)],
    ...["--bcrypt-cost", passwordCost],
  ];
}

function dataOption(name: string): string {
  return `--data-dir=${etcdFolder}/${name}`;
}

/** Whether a process that stands in a lab's folder is one of its voters, by its command line. */
export function isVoter(words: readonly string[]): boolean {
  return voterNames.some((name) => words.includes(dataOption(name)));
}

export function urlOf({ host, port }: Endpoint, scheme: Scheme): string {
  return `${scheme}://${host}:${port}`;
}

function unreadable(path: string): Problem {
  return {
    code: "lab/voters-unreadable",
    what: `${path} does not say where the lab's etcd is`,
    where: null,
    why: "Its members find one another where they first did.",
    mend: `write {"formatVersion":2,"net":"127.A.B"} there, or "formatVersion":1 where they begin with http:, with the addresses that \`strings etcd/voter-1/member/snap/db\` in the lab's folder tells, or start a fresh lab in another folder with --dir`,
  };
}

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { entered, namespaceOf } from "../../src/adapters/kernel-network/namespaces.ts";
import type { Parsed, Problem } from "../../src/core/problem/problem.ts";
import { seconds } from "../../src/core/units/units.ts";
import { BenchLab, type LabKind } from "../bench-lab.ts";
import type { BenchOutput } from "../bench-output.ts";
import { trialFaults } from "../subject.ts";
import type { InsideRequest } from "./inside.ts";
import type { PatroniKind } from "./patroni-subject.ts";
import { makePlaces, onlookerPlace, removePlaces } from "./places.ts";
import { asynchronousTargets, peerTargets } from "../targets.ts";
import { asynchronousWorkspace } from "./asynchronous.ts";
import { type MeasuredSystem, type PeerResult, peerResultOf, trialLine } from "./result.ts";
import { peersText } from "./text.ts";
import { type MadeTrials, madeTrials } from "./trials.ts";

export interface PeersBench {
  readonly runs: number;
  readonly peerRuns: number;
  /** The systems alone in whose name this stands. */
  readonly system: string;
  readonly onProgress: (text: string) => void;
}

/** The process that makes a peer's trials, beside the built bench. */
const insideFile = fileURLToPath(new URL("peers/inside.js", import.meta.url));

interface Ours extends MeasuredSystem {
  readonly kind: LabKind;
}

const confirmed = { targets: peerTargets, rpo: seconds(0) };

const ours: readonly Ours[] = [
  {
    system: "Holdfast, built-in store",
    kind: { coordinator: "built-in", network: "relays", workspace: null },
    held: confirmed,
  },
  {
    system: "Holdfast, etcd",
    kind: { coordinator: "etcd", network: "namespaces", workspace: null },
    held: confirmed,
  },
];

/** No commit waits for a standby; it declares that it loses a second at most. */
function unconfirmed(workspace: string): Ours {
  return {
    system: "Holdfast, etcd, asynchronous",
    kind: { coordinator: "etcd", network: "namespaces", workspace },
    held: { targets: asynchronousTargets, rpo: seconds(1) },
  };
}

const peers: readonly { readonly system: string; readonly kind: PatroniKind }[] = [
  {
    system: "Patroni, 20/1/3",
    kind: { timing: { ttl: 20, loopWait: 1, retryTimeout: 3 }, checks: "fast" },
  },
  {
    system: "Patroni, 30/10/10",
    kind: { timing: { ttl: 30, loopWait: 10, retryTimeout: 10 }, checks: "template" },
  },
];

/** More than is lost while a lease runs out, so that no person is asked. */
const rpo = "10 s";

/** The same trials of Holdfast and of Patroni, one after another on this machine; what is missing of its programs is installed first. */
export async function benchPeers(bench: PeersBench, signal: AbortSignal): Promise<Parsed<BenchOutput>> {
  const missing = whatIsMissing();
  if (missing !== null) return { ok: false, problems: [missing] };
  const asynchronous = asynchronousWorkspace(rpo);
  try {
    return await measured(bench, [...ours, unconfirmed(asynchronous.folder)], signal);
  } finally {
    asynchronous.remove();
  }
}

async function measured(
  bench: PeersBench,
  own: readonly Ours[],
  signal: AbortSignal,
): Promise<Parsed<BenchOutput>> {
  const results: PeerResult[] = [];
  const servers = new Set<string>();
  const add = (of: MeasuredSystem, { trials, server }: MadeTrials): void => {
    results.push(...trialFaults.map((fault) => peerResultOf(of, fault, trials)));
    servers.add(`PostgreSQL ${server} (${of.system.split(",")[0] ?? ""})`);
  };
  const isMeasured = ({ system }: { readonly system: string }): boolean => system.includes(bench.system);
  if (![...own, ...peers].some(isMeasured)) return { ok: false, problems: [noSuchSystem(bench.system, own)] };
  for (const each of own.filter(isMeasured)) {
    const made = await oursOf(bench, each, signal);
    if (!made.ok) return made;
    add(each, made.value);
  }
  for (const { system, kind } of peers.filter(isMeasured)) {
    const made = await peersOf(bench, { system, kind }, signal);
    if (!made.ok) return made;
    add({ system, held: null }, made.value);
  }
  const isMet = results.every(({ verdict }) => verdict !== "missed");
  return {
    ok: true,
    value: {
      text: peersText(results),
      data: { peers: results },
      tookPart: [...servers, ...programs()],
      verdict: isMet ? "met" : "missed",
    },
  };
}

async function oursOf(
  { runs, onProgress }: PeersBench,
  { system, kind }: Ours,
  signal: AbortSignal,
): Promise<Parsed<MadeTrials>> {
  return madeTrials(
    {
      start: () => BenchLab.start(kind, onProgress, signal),
      ...{ faults: trialFaults, runs, name: system },
      onTrial: (made, run) => {
        onProgress(trialLine(`${system}, ${made.fault} ${run}/${runs}`, made));
      },
    },
    signal,
  );
}

async function peersOf(
  { peerRuns }: PeersBench,
  { system, kind }: (typeof peers)[number],
  signal: AbortSignal,
): Promise<Parsed<MadeTrials>> {
  const prefix = `holdfast-bench-${process.pid}`;
  const made = await makePlaces(prefix);
  if (!made.ok) return made;
  try {
    const request: InsideRequest = { prefix, name: system, kind, faults: trialFaults, runs: peerRuns };
    const node = { command: process.execPath, args: [insideFile, JSON.stringify(request)] };
    const { command, args } = entered(namespaceOf(prefix, onlookerPlace), node);
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    // The peer is ended by the process that started it.
    signal.addEventListener("abort", () => child.kill("SIGTERM"));
    let printed = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (printed += text));
    const [status] = (await once(child, "close")) as [number | null];
    if (status !== 0) return { ok: false, problems: [peerEnded(system, status)] };
    // Our own process has printed it.
    return { ok: true, value: JSON.parse(printed) as MadeTrials };
  } finally {
    await removePlaces(prefix);
  }
}

function programs(): readonly string[] {
  const said = (command: string, ...args: readonly string[]): string =>
    spawnSync(command, args, { encoding: "utf8" }).stdout.split("\n")[0]?.trim() ?? "";
  return [
    `Debian's ${said("patroni", "--version")}`,
    said("etcd", "--version"),
    said("haproxy", "-v").split(" -")[0] ?? "",
  ];
}

const packages: readonly { readonly program: string; readonly package: string }[] = [
  { program: "patroni", package: "patroni" },
  { program: "etcd", package: "etcd-server" },
  { program: "haproxy", package: "haproxy" },
  { program: "ip", package: "iproute2" },
  { program: "nft", package: "nftables" },
];

/** After root has tried to install it; `null`: nothing. */
function whatIsMissing(): Problem | null {
  if (process.getuid?.() !== 0)
    return notPossible("only root can make the networks that members are cut off in");
  const missing = packages.filter(({ program }) => spawnSync(program, ["--version"]).error !== undefined);
  if (missing.length === 0) return null;
  const names = missing.map((each) => each.package);
  const installed = spawnSync(
    "apt-get",
    ["install", "--yes", "--no-install-recommends", ...names, "postgresql"],
    {
      stdio: "ignore",
    },
  );
  return installed.status === 0
    ? null
    : notPossible(`\`apt-get install ${names.join(" ")}\` does not install them`);
}

function notPossible(what: string): Problem {
  return {
    code: "bench/no-peers",
    what,
    where: null,
    why: "With --peers, Patroni, etcd and HAProxy of Debian run beside Holdfast, each member in a network of its own.",
    mend: "run it as root of a Debian machine, or leave --peers out",
  };
}

function noSuchSystem(system: string, own: readonly Ours[]): Problem {
  const names = [...own, ...peers].map((each) => each.system);
  return {
    code: "bench/no-such-system",
    what: `--system is "${system}", and no system's name has that in it`,
    where: null,
    why: "It narrows the table to some of its rows.",
    mend: `name one of these, or a part of it: ${names.join("; ")}`,
  };
}

function peerEnded(system: string, status: number | null): Problem {
  return {
    code: "bench/peer-ended",
    what: `the trials of ${system} ended with ${String(status)}`,
    where: null,
    why: "What it wrote before is above.",
    mend: "run the bench again; a cluster that does not come up at all is told by the logs in its folder",
  };
}

import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openLibsqlJournal } from "../src/adapters/libsql/open-journal.ts";
import { openLink } from "../src/adapters/links/link.ts";
import { systemClock } from "../src/adapters/memory/clock.ts";
import { MemoryCoordinator } from "../src/adapters/memory/memory-coordinator.ts";
import { createCluster } from "../src/adapters/postgres/cluster.ts";
import { databases, roles } from "../src/adapters/postgres/credentials.ts";
import { findInstallation, type Installation } from "../src/adapters/postgres/installation.ts";
import { reachableFolder } from "../src/adapters/postgres/owned-folder.ts";
import { identityOf, type ProcessIdentity } from "../src/adapters/processes/identity.ts";
import { connectEdge } from "../src/adapters/relay/edge-client.ts";
import type { Endpoint } from "../src/adapters/relay/listening.ts";
import type { Network } from "../src/adapters/relay/network.ts";
import { serveCoordinator } from "../src/adapters/served/serve-coordinator.ts";
import { invariant, type Parsed, type Problem } from "../src/core/problem/problem.ts";
import type { EdgePorts, LabDetails, LabFault, LabStatus } from "../src/runtime/lab.ts";
import type { LabState } from "./control.ts";
import { Fleet } from "./fleet.ts";
import { type LabLayout, layoutOf } from "./layout.ts";
import { Observer } from "./observer.ts";
import { type LabSecrets, labSecrets } from "./secrets.ts";
import { labStatusOf } from "./status.ts";
import { labRegions, labSettings, othersOf } from "./topology.ts";
import { chosenPorts, edgeReach, openLabNetwork, reachedFrom, type Wired } from "./wiring.ts";
import { absent } from "../src/core/failover/coordinator.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { Message } from "../src/core/failover/message.ts";
import { intentText, readReign, reignKey, type SeenReign } from "../src/core/failover/reign.ts";

export interface LabRequestToStart {
  readonly root: string;
  readonly ports: EdgePorts;
  /** The program's own file, run by this very Node for each of the lab's processes. */
  readonly program: string;
  readonly modelPath: string;
  readonly onProgress: (text: string) => void;
}

const readyEveryMs = 100;
const readyMsMax = 120_000;
const storeMsMax = 2_000;

/** A running lab, in the process that holds its network and its store. */
export class Lab {
  readonly #layout: LabLayout;
  readonly #secrets: LabSecrets;
  readonly #fleet: Fleet;
  readonly #wired: Wired;
  readonly #coordinator: MemoryCoordinator;
  readonly #observer: Observer;
  readonly #dataFolders: Readonly<Record<RegionId, string>>;
  readonly #modelPath: string;
  readonly #state: StateFile;
  readonly #close: (() => Promise<void> | void)[];

  constructor(parts: LabParts) {
    this.#layout = parts.layout;
    this.#secrets = parts.secrets;
    this.#fleet = parts.fleet;
    this.#wired = parts.wired;
    this.#coordinator = parts.coordinator;
    this.#observer = parts.observer;
    this.#dataFolders = parts.dataFolders;
    this.#modelPath = parts.modelPath;
    this.#state = parts.state;
    this.#close = [...parts.close];
  }

  /** Known to all parts of this lab, and to whoever can read its state file. */
  get token(): string {
    return this.#secrets.token;
  }

  /** From now on commands reach the lab there. */
  controlledAt(port: number): Promise<void> {
    return this.#state.controlledAt(port);
  }

  async status(): Promise<LabStatus> {
    const seen = await this.#seenReign();
    const look = await connectEdge(this.#wired.ports.edge.admin).look(AbortSignal.timeout(storeMsMax));
    return labStatusOf({
      reign: seen.reign,
      reports: this.#observer.reports(),
      controllers: this.#observer.controllers(),
      edge: this.#edgeUrls(),
      edgeEpoch: look.kind === "answered" ? look.value.epoch : absent,
      processes: new Map(labRegions.map((region) => [region, this.#fleet.processesOf(region)])),
      frozen: new Set(labRegions.filter((region) => this.#fleet.isFrozen(region))),
    });
  }

  details(): LabDetails {
    const { application } = roles;
    const user = `${application}:${this.#secrets.credentials.application}`;
    const urlOf = (at: Endpoint): string =>
      `postgres://${user}@${at.host}:${at.port}/${databases.application}`;
    const { regions } = this.#wired.ports;
    return {
      postgresUrl: this.#edgeUrls().postgresUrl,
      httpUrl: this.#edgeUrls().httpUrl,
      postgresUrls: Object.fromEntries(
        labRegions.flatMap((region) => {
          const at = regions[region]?.postgres;
          return at === undefined ? [] : [[region, urlOf(at)]];
        }),
      ),
      evidence: this.#layout.evidence,
      keys: this.#layout.keys,
    };
  }

  async inject(fault: LabFault, region: RegionId): Promise<void> {
    const { network } = this.#wired;
    switch (fault) {
      case "kill":
        await this.#fleet.signalRegion(region, "SIGKILL");
        break;
      case "freeze":
        await this.#fleet.signalRegion(region, "SIGSTOP");
        break;
      case "thaw":
        await this.#fleet.signalRegion(region, "SIGCONT");
        break;
      case "partition":
        network.partition(region, "both");
        break;
      case "heal":
        network.heal(region);
        break;
    }
  }

  /** Undoes whatever was done to a region; its agent brings the store back by itself, as a follower. */
  async restore(region: RegionId): Promise<Parsed<null>> {
    this.#wired.network.heal(region);
    await this.#fleet.signalRegion(region, "SIGCONT");
    return this.startRegion(region);
  }

  startRegion(region: RegionId): Promise<Parsed<null>> {
    const folder = this.#dataFolders[region];
    invariant(folder !== undefined, `the lab has no region ${region}`);
    return this.#fleet.startRegion(region, {
      region,
      root: this.#layout.root,
      token: this.#secrets.token,
      credentials: this.#secrets.credentials,
      dataFolder: folder,
      modelPath: this.#modelPath,
      ...reachedFrom(region, this.#wired),
    });
  }

  startEdge(): Promise<Parsed<ProcessIdentity>> {
    return this.#fleet.startEdge({ root: this.#layout.root, ...edgeReach(this.#wired) });
  }

  /** Answers when every part stands, told on the way what is waited for. */
  async untilReady(onProgress: (text: string) => void, signal: AbortSignal): Promise<Parsed<LabStatus>> {
    const endsAt = performance.now() + readyMsMax;
    let told = "";
    while (!signal.aborted && performance.now() < endsAt) {
      const status = await this.status();
      if (status.state === "ready" && (await this.#modelAnswers())) return { ok: true, value: status };
      const text = progressText(status);
      if (text !== told) onProgress(text);
      told = text;
      await pause(readyEveryMs);
    }
    return { ok: false, problems: [notReady(this.#layout.logs, told)] };
  }

  async stop(): Promise<readonly ProcessIdentity[]> {
    const left = await this.#fleet.stop();
    for (const close of this.#close) await close();
    await rm(this.#layout.stateFile, { force: true });
    return left;
  }

  async #modelAnswers(): Promise<boolean> {
    try {
      const answers = await Promise.all(
        labRegions.map((region) => {
          const { host, port } = this.#wired.ports.regions[region]?.inference ?? this.#wired.observer;
          return fetch(`http://${host}:${port}/healthz`, { signal: AbortSignal.timeout(storeMsMax) });
        }),
      );
      return answers.every((answer) => answer.ok);
    } catch {
      return false;
    }
  }

  async #seenReign(): Promise<SeenReign> {
    const answer = await this.#coordinator.get(reignKey, AbortSignal.timeout(storeMsMax));
    invariant(answer.kind === "answered" && answer.value !== null, "a lab that runs has a reign");
    return readReign(answer.value.value, answer.value.revision);
  }

  #edgeUrls(): LabStatus["edge"] {
    const { sql, http, admin } = this.#wired.ports.edge;
    const user = `${roles.application}:${this.#secrets.credentials.application}`;
    return {
      postgresUrl: `postgres://${user}@${sql.host}:${sql.port}/${databases.application}`,
      httpUrl: `http://${http.host}:${http.port}`,
      dashboardUrl: `http://${admin.host}:${admin.port}/`,
    };
  }
}

interface LabParts {
  readonly layout: LabLayout;
  readonly secrets: LabSecrets;
  readonly fleet: Fleet;
  readonly wired: Wired;
  readonly coordinator: MemoryCoordinator;
  readonly observer: Observer;
  readonly dataFolders: Readonly<Record<RegionId, string>>;
  readonly modelPath: string;
  readonly state: StateFile;
  readonly close: readonly (() => Promise<void> | void)[];
}

function progressText(status: LabStatus): string {
  const waiting = status.regions.flatMap(({ name, role }) =>
    role === "primary" || role === "synchronous-standby" ? [] : [name],
  );
  if (waiting.length > 0) return `PostgreSQL: waiting for ${waiting.join(", ")}`;
  return status.state === "ready"
    ? "the language models are loading"
    : "the edge is being pointed at the primary";
}

/** Opens the store and the network, founds the platform on first use, and starts every process. */
export async function openLab(request: LabRequestToStart, signal: AbortSignal): Promise<Parsed<Lab>> {
  const { root, onProgress } = request;
  const layout = layoutOf(root);
  for (const folder of [root, layout.keys, layout.logs, layout.regions, layout.evidence]) {
    await mkdir(folder, { recursive: true });
  }
  const installation = await findInstallation();
  if (!installation.ok) return installation;
  const dataFolders = await foldersOf(layout, installation.value);
  if (!dataFolders.ok) return dataFolders;
  const secrets = await labSecrets(layout.secretsFile);
  const journal = openLibsqlJournal(layout.coordinationFile);
  if (!journal.ok) return journal;
  const coordinator = new MemoryCoordinator({ clock: systemClock, journal: journal.value });
  const server = await serveCoordinator(coordinator, { host: "127.0.0.1", port: 0, token: secrets.token });
  if (!server.ok) return server;
  const ports = await chosenPorts(request.ports);
  onProgress("PostgreSQL: creating the first member");
  const founded = await found(
    { coordinator, installation: installation.value, secrets, dataFolders: dataFolders.value, ports },
    signal,
  );
  if (!founded.ok) return founded;
  const network = await openLabNetwork(ports, { host: "127.0.0.1", port: server.value.port });
  if (network.kind === "refused") return { ok: false, problems: [network.problem] };
  const observer = new Observer();
  const link = await openLink({
    listen: { host: "127.0.0.1", port: 0 },
    token: secrets.token,
    onMessage: (message) => {
      observer.hear(message as Message);
    },
  });
  if (link.kind === "refused") return { ok: false, problems: [link.problem] };
  const watching = new AbortController();
  const state = new StateFile(layout.stateFile, Object.values(dataFolders.value), secrets.token);
  const fleet = new Fleet({
    layout,
    dataFolders: dataFolders.value,
    program: request.program,
    onStarted: (identity) => state.add(identity),
  });
  fleet.watchPostgres(watching.signal);
  const lab = new Lab({
    layout,
    secrets,
    fleet,
    wired: { ports, network: network.value, observer: link.value.address },
    coordinator,
    observer,
    dataFolders: dataFolders.value,
    modelPath: request.modelPath,
    state,
    close: closing({
      watching,
      network: network.value,
      link: link.value,
      server: server.value,
      coordinator,
      journal: journal.value,
    }),
  });
  onProgress("starting the edge, three agents, three controllers and three language models");
  const started = await startAll(lab);
  if (started.ok) return { ok: true, value: lab };
  await lab.stop();
  return started;
}

interface Closable {
  readonly watching: AbortController;
  readonly network: Network;
  readonly link: { close(): Promise<void> };
  readonly server: { close(): Promise<void> };
  readonly coordinator: MemoryCoordinator;
  readonly journal: { close(): void };
}

function closing(parts: Closable): readonly (() => Promise<void> | void)[] {
  return [
    () => {
      parts.watching.abort();
    },
    () => parts.link.close(),
    () => parts.network.close(),
    () => parts.server.close(),
    () => {
      parts.coordinator.close();
      parts.journal.close();
    },
  ];
}

async function startAll(lab: Lab): Promise<Parsed<null>> {
  const edge = await lab.startEdge();
  if (!edge.ok) return edge;
  for (const region of labRegions) {
    const started = await lab.startRegion(region);
    if (!started.ok) return started;
  }
  return { ok: true, value: null };
}

async function foldersOf(
  layout: LabLayout,
  installation: Installation,
): Promise<Parsed<Readonly<Record<RegionId, string>>>> {
  const folders: Record<RegionId, string> = {};
  for (const region of labRegions) {
    const folder = await reachableFolder(join(layout.regions, region, "postgres"), installation.runAs);
    if (!folder.ok) return folder;
    folders[region] = folder.value;
  }
  return { ok: true, value: folders };
}

interface Founding {
  readonly coordinator: MemoryCoordinator;
  readonly installation: Installation;
  readonly secrets: LabSecrets;
  readonly dataFolders: Readonly<Record<RegionId, string>>;
  readonly ports: Wired["ports"];
}

/** On first use: the first member's store, and a reign that says who serves. A lab that was here before goes on as it was. */
async function found(founding: Founding, signal: AbortSignal): Promise<Parsed<null>> {
  const { coordinator, installation, secrets, dataFolders, ports } = founding;
  const known = await coordinator.get(reignKey, signal);
  if (known.kind === "answered" && known.value !== null) return { ok: true, value: null };
  const [first] = labRegions;
  const address = ports.regions[first]?.postgres;
  const folder = dataFolders[first];
  invariant(address !== undefined && folder !== undefined, `the lab has no region ${first}`);
  const created = await createCluster(
    { installation, folder, address: { region: first, ...address }, credentials: secrets.credentials },
    signal,
  );
  if (!created.ok) return created;
  const text = intentText({
    phase: "steady",
    active: first,
    guards: [{ members: othersOf(first), confirmations: labSettings.confirmations }],
    branch: null,
    settledAt: null,
    automation: "armed",
  });
  await coordinator.compareAndSet({ key: reignKey, value: text, expected: absent, lease: null }, signal);
  return { ok: true, value: null };
}

/** Keeps on disk what is needed to reach the lab, and to clean up after it should its daemon be killed. */
class StateFile {
  readonly #path: string;
  readonly #dataFolders: readonly string[];
  readonly #token: string;
  #processes: readonly ProcessIdentity[] = [];
  #controlPort = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, dataFolders: readonly string[], token: string) {
    this.#path = path;
    this.#dataFolders = dataFolders;
    this.#token = token;
  }

  add(identity: ProcessIdentity): Promise<void> {
    this.#processes = [...this.#processes, identity];
    return this.#write();
  }

  controlledAt(port: number): Promise<void> {
    this.#controlPort = port;
    return this.#write();
  }

  #write(): Promise<void> {
    const state: LabState = {
      formatVersion: 1,
      daemon: identityOf(process.pid) ?? { pid: process.pid, startedAt: null },
      controlPort: this.#controlPort,
      token: this.#token,
      processes: this.#processes,
      dataFolders: this.#dataFolders,
    };
    this.#writing = this.#writing.then(async () => {
      const beside = `${this.#path}.next`;
      await writeFile(beside, JSON.stringify(state), { mode: 0o600 });
      await rename(beside, this.#path);
    });
    return this.#writing;
  }
}

function notReady(logs: string, last: string): Problem {
  return {
    code: "lab/not-ready",
    what: `the lab did not become ready; the last that it waited for: ${last}`,
    where: null,
    why: "A lab that is not whole proves nothing about losing a region.",
    mend: `read the messages in ${logs}, then run \`holdfast lab down\` and \`holdfast lab up\``,
  };
}

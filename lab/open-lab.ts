import { Lab } from "./running-lab.ts";
import { StateFile } from "./state-file.ts";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { openLibsqlJournal } from "../src/adapters/libsql/open-journal.ts";
import { openLink } from "../src/adapters/links/link.ts";
import { systemClock } from "../src/adapters/memory/clock.ts";
import { MemoryCoordinator } from "../src/adapters/memory/memory-coordinator.ts";
import { createCluster } from "../src/adapters/postgres/cluster.ts";
import { findInstallation, type Installation } from "../src/adapters/postgres/installation.ts";
import { reachableFolder } from "../src/adapters/postgres/owned-folder.ts";
import type { Network } from "../src/adapters/relay/network.ts";
import { serveCoordinator } from "../src/adapters/served/serve-coordinator.ts";
import { invariant, type Parsed } from "../src/core/problem/problem.ts";
import type { EdgePorts } from "../src/runtime/lab.ts";
import { Fleet } from "./fleet.ts";
import { type LabLayout, layoutOf } from "./layout.ts";
import { Observer } from "./observer.ts";
import { type LabSecrets, labSecrets } from "./secrets.ts";
import { labRegions, labSettings, othersOf } from "./topology.ts";
import { chosenPorts, openLabNetwork, type Wired } from "./wiring.ts";
import { absent } from "../src/core/failover/coordinator.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { Message } from "../src/core/failover/message.ts";
import { intentText, reignKey } from "../src/core/failover/reign.ts";

export interface LabRequestToStart {
  readonly root: string;
  readonly ports: EdgePorts;
  /** The program's own file, run by this very Node for each of the lab's processes. */
  readonly program: string;
  readonly modelPath: string;
  readonly onProgress: (text: string) => void;
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

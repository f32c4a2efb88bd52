import { DrillRecord } from "./drill-record.ts";
import { ProcessLog } from "./processes/process-log.ts";
import { tellMetrics } from "./processes/tell-metrics.ts";
import { Lab } from "./running-lab.ts";
import { StateFile } from "./state-file.ts";
import { realpath } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../src/adapters/files/make-folder.ts";
import { openLibsqlJournal } from "../src/adapters/libsql/open-journal.ts";
import { openLink } from "../src/adapters/links/link.ts";
import { systemClock } from "../src/adapters/memory/clock.ts";
import { MemoryCoordinator } from "../src/adapters/memory/memory-coordinator.ts";
import { createCluster } from "../src/adapters/postgres/cluster.ts";
import { findInstallation, type Installation } from "../src/adapters/postgres/installation.ts";
import { reachableFolder } from "../src/adapters/postgres/owned-folder.ts";
import type { Endpoint } from "../src/adapters/relay/listening.ts";
import { serveCoordinator } from "../src/adapters/served/serve-coordinator.ts";
import { invariant, type Parsed, type Problem } from "../src/core/problem/problem.ts";
import { ErrorBudgets } from "./error-budgets.ts";
import { promisedIn } from "./promised.ts";
import { every, readSystemClock } from "../src/runtime/clocks.ts";
import type { EdgePorts, OnLabProgress, WatchedBy } from "../src/runtime/lab.ts";
import { folderProblem } from "./folder-problem.ts";
import { Fleet } from "./fleet.ts";
import { type LabLayout, layoutOf } from "./layout.ts";
import { Observer } from "./observer.ts";
import { type LabPlan, readLabPlan } from "./plan.ts";
import { Watch } from "./prometheus/watch.ts";
import { findWatchers, urlOf } from "./prometheus/watchers.ts";
import { type LabSecrets, labSecrets, platformIdOf } from "./secrets.ts";
import { dataHeld, rememberingFiles, storeGone } from "./remembered.ts";
import { labRegions, othersOf } from "./topology.ts";
import { chosenPorts, type LabPorts, openLabNetwork, scrapeTargets, type Wired } from "./wiring.ts";
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
  /** The folder of the manifests that declare the lab. */
  readonly workspace: string;
  /** The folder of this package, in which the catalogue stands. */
  readonly packageFolder: string;
  readonly watchedBy: WatchedBy;
  readonly onProgress: OnLabProgress;
}

/** A drill takes longer, and its record is read only when it has grown. */
const drillsEveryMs = 2_000;

type Close = () => Promise<void> | void;

/**
 * Opens the store and the network, founds the platform on first use, and starts every process. What was opened is closed again
 * when something refuses.
 */
export async function openLab(request: LabRequestToStart, signal: AbortSignal): Promise<Parsed<Lab>> {
  const opened: Close[] = [];
  const refused = (error: unknown): { readonly ok: false; readonly problems: readonly [Problem] } => {
    return { ok: false, problems: [folderProblem(request.root, error)] };
  };
  const lab = await openParts(request, opened, signal).catch(refused);
  if (!lab.ok) {
    for (const close of opened.toReversed()) await close();
    return lab;
  }
  request.onProgress("starting the edge, the agents, the controllers and the language models", "step");
  const started = await startAll(lab.value).catch(refused);
  if (started.ok) return lab;
  await lab.value.stop();
  return started;
}

async function openParts(
  request: LabRequestToStart,
  opened: Close[],
  signal: AbortSignal,
): Promise<Parsed<Lab>> {
  const ground = await prepareGround(request, signal);
  if (!ground.ok) return ground;
  const { layout, dataFolders, plan } = ground.value;
  const journal = openLibsqlJournal(layout.coordinationFile);
  if (!journal.ok) return journal;
  const coordinator = new MemoryCoordinator({ clock: systemClock, journal: journal.value });
  opened.push(() => {
    coordinator.close();
    journal.value.close();
  });
  const kept = await readKept(ground.value, coordinator, signal);
  if (!kept.ok) return kept;
  const { secrets } = kept.value;
  const server = await serveCoordinator(coordinator, { host: "127.0.0.1", port: 0, token: secrets.token });
  if (!server.ok) return server;
  opened.push(() => server.value.close());
  const ports = await chosenPorts(request.ports);
  if (!ports.ok) return ports;
  if (!kept.value.isFounded) request.onProgress("PostgreSQL: creating the first member", "step");
  const founded = await found({ ...ground.value, ...kept.value, coordinator, ports: ports.value }, signal);
  if (!founded.ok) return founded;
  const store = { host: "127.0.0.1", port: server.value.port };
  const wires = await openWires({ ports: ports.value, store, token: secrets.token }, opened);
  if (!wires.ok) return wires;
  const { wired, observer } = wires.value;
  const watching = new AbortController();
  opened.push(() => {
    watching.abort();
  });
  const state = new StateFile(layout.stateFile, Object.values(dataFolders), secrets.token);
  const fleet = new Fleet({
    layout,
    dataFolders,
    program: request.program,
    onStarted: (identity) => state.add(identity),
  });
  fleet.watchPostgres(watching.signal);
  const watch = await watchOf(request, { fleet, wired, promises: plan.promises });
  if (!watch.ok) return watch;
  const lab: Lab = new Lab({
    layout,
    secrets,
    settings: plan.settings,
    fleet,
    wired,
    coordinator,
    observer,
    dataFolders,
    modelPath: request.modelPath,
    state,
    journeys: plan.journeys,
    budgets: new ErrorBudgets(layout.attemptsFile, promisedIn(plan.promises, readSystemClock().wall).slos),
    drills: watchedDrills(layout, watching.signal),
    watch: watch.value,
    close: opened.toReversed(),
  });
  const log = new ProcessLog({ process: "lab", region: null, platformId: platformIdOf(secrets) });
  await tellMetrics({ ...ports.value.metrics.lab, log }, () => lab.samples(), watching.signal);
  return { ok: true, value: lab };
}

interface ToWire {
  readonly ports: LabPorts;
  readonly store: Endpoint;
  readonly token: string;
}

/** The network between the lab's places, and who hears on it how each region stands. */
async function openWires(
  { ports, store, token }: ToWire,
  opened: Close[],
): Promise<Parsed<{ readonly wired: Wired; readonly observer: Observer }>> {
  const network = await openLabNetwork(ports, store);
  if (network.kind === "refused") return { ok: false, problems: [network.problem] };
  opened.push(() => network.value.close());
  const observer = new Observer();
  const link = await openLink({
    listen: { host: "127.0.0.1", port: 0 },
    token,
    onMessage: (message) => {
      observer.hear(message as Message);
    },
  });
  if (link.kind === "refused") return { ok: false, problems: [link.problem] };
  opened.push(() => link.value.close());
  return {
    ok: true,
    value: { wired: { ports, network: network.value, observer: link.value.address }, observer },
  };
}

function watchedDrills({ evidence }: LabLayout, signal: AbortSignal): DrillRecord {
  const drills = new DrillRecord(evidence);
  every(drillsEveryMs, () => void drills.refresh(signal), signal);
  return drills;
}

interface ToWatch {
  readonly fleet: Fleet;
  readonly wired: Wired;
  readonly promises: LabPlan["promises"];
}

/** What is to watch the lab from beside it; `null`: nothing is. */
async function watchOf(
  { root, watchedBy }: LabRequestToStart,
  { fleet, wired, promises }: ToWatch,
): Promise<Parsed<Watch | null>> {
  if (watchedBy !== "prometheus") return { ok: true, value: null };
  const programs = await findWatchers(process.env["PATH"] ?? "");
  if (!programs.ok) return programs;
  const ports = wired.ports.watchers;
  const { watchingFiles } = await import("./prometheus/configuration.ts");
  const alertmanager = new URL(urlOf(ports.alertmanager)).host;
  const watching = { targets: scrapeTargets(wired), alertmanager, promises };
  const files = watchingFiles(watching, readSystemClock().wall);
  return { ok: true, value: new Watch({ root, fleet, programs: programs.value, ports, files }) };
}

interface Ground {
  readonly layout: LabLayout;
  readonly installation: Installation;
  readonly dataFolders: Readonly<Record<RegionId, string>>;
  readonly plan: LabPlan;
}

/** What a lab stands on: its plan, folders that can be written, and a PostgreSQL to run. */
async function prepareGround(
  { root, workspace, packageFolder }: LabRequestToStart,
  signal: AbortSignal,
): Promise<Parsed<Ground>> {
  const plan = await readLabPlan({ workspace, packageFolder }, signal);
  if (!plan.ok) return plan;
  const named = layoutOf(root);
  for (const folder of [root, named.keys, named.logs, named.regions, named.evidence]) {
    await makeFolder(folder);
  }
  const layout = { ...named, evidence: await realpath(named.evidence) };
  const installation = await findInstallation();
  if (!installation.ok) return installation;
  const dataFolders = await dataFoldersOf(layout, installation.value);
  if (!dataFolders.ok) return dataFolders;
  return {
    ok: true,
    value: {
      layout,
      installation: installation.value,
      dataFolders: dataFolders.value,
      plan: plan.value,
    },
  };
}

interface Kept {
  readonly secrets: LabSecrets;
  /** Whether the store says who serves, and the lab so goes on as it was. */
  readonly isFounded: boolean;
}

/** What the lab's folder holds of earlier; read by whoever has its store, so that no two make its secrets at once. */
async function readKept(
  { layout, dataFolders }: Ground,
  coordinator: MemoryCoordinator,
  signal: AbortSignal,
): Promise<Parsed<Kept>> {
  const remembering = await rememberingFiles(layout);
  if (!remembering.ok) return remembering;
  const reign = await coordinator.get(reignKey, signal);
  if (reign.kind === "unreachable") return { ok: false, problems: [notFounded(layout, reign.cause)] };
  const isFounded = reign.value !== null;
  const held = await dataHeld(dataFolders);
  const earlier = [...remembering.value, ...held.filter(({ isCopy }) => isCopy).map(({ path }) => path)];
  if (!isFounded && earlier.length > 0)
    return { ok: false, problems: [storeGone(layout, dataFolders, earlier)] };
  const secrets = await labSecrets(
    layout.secretsFile,
    held.map(({ path }) => path),
  );
  return secrets.ok ? { ok: true, value: { secrets: secrets.value, isFounded } } : secrets;
}

async function startAll(lab: Lab): Promise<Parsed<unknown>> {
  const edge = await lab.startEdge();
  if (!edge.ok) return edge;
  for (const region of labRegions) {
    const started = await lab.startRegion(region);
    if (!started.ok) return started;
  }
  return lab.startWatch();
}

/** Each region's PostgreSQL folder; asked twice, the same. They exist afterwards. */
export async function dataFoldersOf(
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

interface Founding extends Ground, Kept {
  readonly coordinator: MemoryCoordinator;
  readonly ports: Wired["ports"];
}

/** On first use: the first member's store, and a reign that says who serves. A lab that was here before goes on as it was. */
async function found(founding: Founding, signal: AbortSignal): Promise<Parsed<null>> {
  const { coordinator, installation, secrets, plan, dataFolders, ports, layout } = founding;
  if (founding.isFounded) return { ok: true, value: null };
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
    guards: [{ members: othersOf(first), confirmations: plan.settings.confirmations }],
    branch: null,
    floor: null,
    settledAt: null,
    automation: plan.automation,
  });
  const write = { key: reignKey, value: text, expected: absent, lease: null };
  const written = await coordinator.compareAndSet(write, signal);
  if (written.kind === "unreachable") return { ok: false, problems: [notFounded(layout, written.cause)] };
  return { ok: true, value: null };
}

function notFounded({ coordinationFile }: LabLayout, cause: unknown): Problem {
  return {
    code: "lab/not-founded",
    what: `the coordination store ${coordinationFile} does not say who serves: ${String(cause)}`,
    where: null,
    why: "Every agent and controller goes by what the store says.",
    mend: "see that there is room on its disk, and run the command again",
  };
}

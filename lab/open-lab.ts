import { openLink } from "../src/adapters/links/link.ts";
import type { ProcessIdentity } from "../src/adapters/processes/identity.ts";
import type { Message } from "../src/core/failover/message.ts";
import type { Parsed, Problem } from "../src/core/problem/problem.ts";
import { every, readSystemClock } from "../src/runtime/clocks.ts";
import type { WatchedBy } from "../src/runtime/lab.ts";
import { DrillRecord } from "./drill-record.ts";
import { ErrorBudgets } from "./error-budgets.ts";
import { Fleet } from "./fleet.ts";
import { folderProblem } from "./folder-problem.ts";
import { type FoundingRequest, openFounded } from "./founding.ts";
import { type GroundSettings, prepareGround } from "./ground.ts";
import { type LabLayout, logFile } from "./layout.ts";
import type { Delaying } from "./network/delayed-regions.ts";
import { carryFrom, type Doors, outsideBy } from "./network/doors.ts";
import { namespacedNetwork } from "./network/namespaced-network.ts";
import { labHost } from "./network/places.ts";
import { openRelayedNetwork } from "./network/relayed-network.ts";
import { Observer } from "./observer.ts";
import type { LabPlan } from "./plan.ts";
import { ProcessLog } from "./processes/process-log.ts";
import { tellMetrics } from "./processes/tell-metrics.ts";
import { Watch } from "./prometheus/watch.ts";
import { findWatchers, urlOf } from "./prometheus/watchers.ts";
import { promisedIn } from "./promised.ts";
import { Lab } from "./running-lab.ts";
import { platformIdOf } from "./secrets.ts";
import { StandingWarrant } from "./standing-warrant.ts";
import { StateFile } from "./state-file.ts";
import { labRegions } from "./topology.ts";
import { labRoutes, outsideOnLoopback, scrapeTargets, type Wired } from "./wiring.ts";

export interface LabRequestToStart extends GroundSettings, FoundingRequest {
  /** The program's own file, run by this very Node for each of the lab's processes. */
  readonly program: string;
  readonly modelPath: string;
  /** The folder of its manifests where somebody named it; `null`: they are the lab's own. */
  readonly startedWith: string | null;
  readonly watchedBy: WatchedBy;
  /** By which the host reaches a lab in namespaces; none of another. */
  readonly doors: Doors;
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
  const founded = await openFounded(request, ground.value, signal);
  if (!founded.ok) return founded;
  const { store, doors, secrets, ports, reign } = founded.value;
  const endStore = async (): Promise<void> => {
    await store.stop();
  };
  opened.push(endStore);
  const reached = { ports, store: { kind: store.kind, doors, access: store.access } };
  const { prefix, placed } = ground.value;
  const state = new StateFile(layout.stateFile, Object.values(dataFolders), secrets.token);
  const onStarted = (identity: ProcessIdentity): Promise<void> => state.add(identity);
  const log = new ProcessLog({ process: "lab", region: null, platformId: platformIdOf(secrets) });
  const delaying: Delaying = {
    root: layout.root,
    program: request.program,
    logFileOf: (name) => logFile(layout, name),
    onStarted,
    tell: (text) => {
      log.write("WARN", text);
    },
  };
  const wires = await openWires(
    { ...reached, token: secrets.token, prefix, doorsOut: request.doors, delaying },
    opened,
  );
  if (!wires.ok) return wires;
  const { wired, observer } = wires.value;
  const watching = new AbortController();
  opened.push(() => {
    watching.abort();
  });
  const fleet = new Fleet({ layout, dataFolders, placed, program: request.program, onStarted });
  for (const identity of store.processes()) await state.add(identity);
  fleet.watchPostgres(watching.signal);
  const watch = await watchOf(request, { fleet, wired, promises: plan.promises });
  if (!watch.ok) return watch;
  const lab: Lab = new Lab({
    layout,
    secrets,
    settings: plan.settings,
    fleet,
    wired,
    store,
    reign,
    observer,
    dataFolders,
    modelPath: request.modelPath,
    state,
    journeys: plan.journeys,
    budgets: new ErrorBudgets(layout.attemptsFile, promisedIn(plan.promises, readSystemClock().wall).slos),
    drills: watchedDrills(layout, watching.signal),
    warrant: await StandingWarrant.over(layout.evidence, plan, watching.signal),
    declared: { automation: plan.automation.failover, workspace: request.startedWith },
    watch: watch.value,
    // The lab ends its store itself, to tell what does not end.
    close: opened.filter((each) => each !== endStore).toReversed(),
  });
  await tellMetrics({ ...ports.metrics.lab, log }, () => lab.samples(), watching.signal);
  return { ok: true, value: lab };
}

interface ToWire extends Pick<Wired, "ports" | "store"> {
  readonly token: string;
  /** What the lab's namespaces are called; `null`: it has none. */
  readonly prefix: string | null;
  /** By which the host reaches a lab in namespaces. */
  readonly doorsOut: Doors;
  /** How packets come late in one. */
  readonly delaying: Delaying;
}

/** The network between the lab's places, and who hears on it how each region stands. */
async function openWires(
  { ports, store, token, prefix, doorsOut, delaying }: ToWire,
  opened: Close[],
): Promise<Parsed<{ readonly wired: Wired; readonly observer: Observer }>> {
  const routes = labRoutes(ports, store.doors);
  const network =
    prefix === null
      ? await openRelayedNetwork(routes)
      : ({ kind: "open", value: namespacedNetwork({ prefix, routes, delaying }) } as const);
  if (network.kind === "refused") return { ok: false, problems: [network.problem] };
  opened.push(() => network.value.close());
  const observer = new Observer();
  const link = await openLink({
    listen: { host: prefix === null ? "127.0.0.1" : labHost, port: 0 },
    token,
    onMessage: (message) => {
      observer.hear(message as Message);
    },
  });
  if (link.kind === "refused") return { ok: false, problems: [link.problem] };
  opened.push(() => link.value.close());
  if (prefix !== null) opened.push(await carryFrom(doorsOut, ports));
  const outside = prefix === null ? outsideOnLoopback(ports, network.value) : outsideBy(doorsOut);
  return {
    ok: true,
    value: {
      wired: { ports, store, network: network.value, outside, observer: link.value.address },
      observer,
    },
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

async function startAll(lab: Lab): Promise<Parsed<unknown>> {
  const edge = await lab.startEdge();
  if (!edge.ok) return edge;
  for (const region of labRegions) {
    const started = await lab.startRegion(region);
    if (!started.ok) return started;
  }
  return lab.startWatch();
}

import type { Endpoint } from "../src/adapters/relay/listening.ts";
import type { Route } from "../src/adapters/relay/network.ts";
import type { Parsed } from "../src/core/problem/problem.ts";
import type { CoordinatorKind, EdgePorts, ScrapeTarget } from "../src/runtime/lab.ts";
import type { CutPartner } from "../src/runtime/network-harm.ts";
import { freePorts } from "./free-ports.ts";
import type { LabNetwork } from "./network/lab-network.ts";
import { edgeHost, labHost, regionHost } from "./network/places.ts";
import { type WatcherPorts, watchers } from "./prometheus/watchers.ts";
import type { EdgeConfig, RegionConfig } from "./region-config.ts";
import type { StoreAccess } from "./store/store-access.ts";
import { edgePlace, labRegions, othersOf, storePlace } from "./topology.ts";
import type { RegionId } from "../src/core/failover/member.ts";

const host = "127.0.0.1";
const regionServices = ["postgres", "inference", "agent", "controller"] as const;
/** What Prometheus asks, from where clients are: a region that is cut off from them is cut off from it too. */
const scrapedServices = ["agentMetrics", "controllerMetrics"] as const;
type RegionService = (typeof regionServices)[number] | (typeof scrapedServices)[number];
const edgeDoors = ["sql", "http", "admin"] as const;
type EdgeDoor = (typeof edgeDoors)[number];

/** Where every service of the lab listens. */
export interface LabPorts {
  readonly regions: Readonly<Record<RegionId, Readonly<Record<RegionService, Endpoint>>>>;
  readonly edge: Readonly<Record<EdgeDoor, Endpoint>>;
  /** Where parts outside all regions tell their metrics. */
  readonly metrics: Readonly<Record<"edge" | "lab", Endpoint>>;
  readonly watchers: WatcherPorts;
}

/** Parts outside all regions that tell their metrics: the edge, and the lab itself. */
const metricsOutside = 2;

/** Gives every service a port of its own, so that two labs never meet. */
export async function chosenPorts(wanted: EdgePorts): Promise<Parsed<LabPorts>> {
  const inRegions = labRegions.length * (regionServices.length + scrapedServices.length);
  const found = await freePorts(inRegions + edgeDoors.length + metricsOutside + watchers.length);
  if (!found.ok) return found;
  const free = [...found.value];
  const next = (): Endpoint => ({ host, port: free.pop() ?? 0 });
  const at = (port: number | null): Endpoint => (port === null ? next() : { host, port });
  return {
    ok: true,
    value: {
      regions: Object.fromEntries(
        labRegions.map((region) => [
          region,
          {
            ...{ postgres: next(), inference: next(), agent: next(), controller: next() },
            ...{ agentMetrics: next(), controllerMetrics: next() },
          },
        ]),
      ),
      edge: { sql: at(wanted.sql), http: at(wanted.http), admin: next() },
      metrics: { edge: next(), lab: next() },
      watchers: { prometheus: next(), alertmanager: next() },
    },
  };
}

type LabRoute = Route & { readonly group: Exclude<CutPartner, "everybody"> };

/** Where every service listens in the network of its own place: nobody else does there. */
export function namespacedPorts(): LabPorts {
  const [edge, lab] = [edgeHost, labHost];
  return {
    regions: Object.fromEntries(
      labRegions.map((region) => {
        const own = regionHost(region);
        return [
          region,
          {
            ...{ postgres: { host: own, port: 5432 }, inference: { host: own, port: 8000 } },
            ...{ agent: { host: own, port: 7001 }, controller: { host: own, port: 7002 } },
            ...{ agentMetrics: { host: own, port: 9101 }, controllerMetrics: { host: own, port: 9102 } },
          },
        ];
      }),
    ),
    edge: {
      sql: { host: edge, port: 5432 },
      http: { host: edge, port: 8000 },
      admin: { host: edge, port: 8001 },
    },
    metrics: { edge: { host: edge, port: 9101 }, lab: { host: lab, port: 9101 } },
    // Nothing watches such a lab from beside it.
    watchers: { prometheus: { host: lab, port: 9090 }, alertmanager: { host: lab, port: 9093 } },
  };
}

/** The ways between the lab's places: a region reaches the others, the store and the edge by them alone. */
export function labRoutes(ports: LabPorts, doors: readonly Endpoint[]): readonly LabRoute[] {
  const fromRegions = labRegions.flatMap((from): readonly LabRoute[] => [
    ...doors.map(
      (upstream, at): LabRoute => ({
        ...{ from, to: storePlace, service: doorName(at) },
        ...{ group: "coordination", upstream },
      }),
    ),
    ...edgeDoors.map(
      (service): LabRoute => ({
        ...{ from, to: edgePlace, service },
        ...{ group: "clients", upstream: ports.edge[service] },
      }),
    ),
    ...othersOf(from).flatMap((to) =>
      regionServices.map(
        (service): LabRoute => ({
          ...{ from, to, service },
          ...{ group: "peers", upstream: portOf(ports, to, service) },
        }),
      ),
    ),
  ]);
  const fromEdge = labRegions.flatMap((to) =>
    (["postgres", "inference", ...scrapedServices] as const).map(
      (service): LabRoute => ({
        ...{ from: edgePlace, to, service },
        ...{ group: "clients", upstream: portOf(ports, to, service) },
      }),
    ),
  );
  return [...fromRegions, ...fromEdge];
}

function portOf(ports: LabPorts, region: RegionId, service: RegionService): Endpoint | null {
  return ports.regions[region]?.[service] ?? null;
}

/** Of the store: each region reaches each of its doors by itself. */
function doorName(at: number): string {
  return `coordination-${at + 1}`;
}

/** Where the host reaches what it may. */
export interface Outside {
  readonly edge: LabPorts["edge"];
  readonly metrics: LabPorts["metrics"];
  /** A store straight, the rest as clients do. */
  readonly regionAt: (
    region: RegionId,
    service: "postgres" | "inference" | (typeof scrapedServices)[number],
  ) => Endpoint;
}

/** Of a lab whose services listen on loopback. */
export function outsideOnLoopback(ports: LabPorts, network: LabNetwork): Outside {
  return {
    edge: ports.edge,
    metrics: ports.metrics,
    regionAt: (region, service) => {
      const straight = service === "postgres" ? portOf(ports, region, service) : null;
      return straight ?? network.addressOf(edgePlace, region, service);
    },
  };
}

export interface Wired {
  readonly ports: LabPorts;
  readonly store: {
    readonly kind: CoordinatorKind;
    readonly doors: readonly Endpoint[];
    readonly access: StoreAccess;
  };
  readonly network: LabNetwork;
  readonly outside: Outside;
  /** Where the lab's own observer hears what agents tell controllers. */
  readonly observer: Endpoint;
}

type Reached = Pick<RegionConfig, "coordination" | "edge" | "own" | "members" | "agents" | "controllers">;

/** Where everything is, as one region reaches it: what is its own directly, the rest through the wires. */
export function reachedFrom(region: RegionId, { ports, network, observer, store }: Wired): Reached {
  const at = (to: RegionId, service: RegionService): Endpoint =>
    to === region ? (ports.regions[region]?.[service] ?? observer) : network.addressOf(region, to, service);
  const edgeAt = (door: EdgeDoor): Endpoint => network.addressOf(region, edgePlace, door);
  const doors = store.doors.map((_, at) => network.addressOf(region, storePlace, doorName(at)));
  return {
    coordination:
      store.kind === "etcd"
        ? { kind: "etcd", voters: doors, access: store.access }
        : { kind: "built-in", at: doors[0] ?? observer },
    edge: { sql: edgeAt("sql"), http: edgeAt("http"), admin: edgeAt("admin") },
    own: {
      postgres: at(region, "postgres"),
      inference: at(region, "inference"),
      agent: at(region, "agent"),
      controller: at(region, "controller"),
      agentMetrics: at(region, "agentMetrics"),
      controllerMetrics: at(region, "controllerMetrics"),
    },
    members: Object.fromEntries(labRegions.map((to) => [to, at(to, "postgres")])),
    agents: labRegions.map((to) => at(to, "agent")),
    // A controller need not tell itself what it sees; an agent tells all of them, and the observer.
    controllers: [...labRegions.map((to) => at(to, "controller")), observer],
  };
}

export function edgeReach({ ports, network }: Wired): Omit<EdgeConfig, "root" | "platformId"> {
  return {
    ...ports.edge,
    metrics: ports.metrics.edge,
    regions: labRegions.map((name) => ({
      name,
      postgres: network.addressOf(edgePlace, name, "postgres"),
      inference: network.addressOf(edgePlace, name, "inference"),
    })),
  };
}

/** Where each part tells its metrics. */
export function scrapeTargets({ outside }: Wired): readonly ScrapeTarget[] {
  const urlOf = ({ host, port }: Endpoint): string => `http://${host}:${port}/metrics`;
  const at = (region: RegionId, service: "inference" | (typeof scrapedServices)[number]): string =>
    urlOf(outside.regionAt(region, service));
  return [
    ...labRegions.flatMap((region): readonly ScrapeTarget[] => [
      { part: "controller", region, url: at(region, "controllerMetrics") },
      { part: "agent", region, url: at(region, "agentMetrics") },
      { part: "inference", region, url: at(region, "inference") },
    ]),
    { part: "edge", region: null, url: urlOf(outside.metrics.edge) },
    { part: "lab", region: null, url: urlOf(outside.metrics.lab) },
  ];
}

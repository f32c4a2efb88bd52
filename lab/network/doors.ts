import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { Link } from "../../src/adapters/relay/link.ts";
import { type Endpoint, listen } from "../../src/adapters/relay/listening.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import { invariant, type Parsed, type Problem } from "../../src/core/problem/problem.ts";
import type { EdgePorts } from "../../src/runtime/lab.ts";
import { freePorts } from "../free-ports.ts";
import { labRegions } from "../topology.ts";
import { labHost } from "./places.ts";
import type { LabPorts, Outside } from "../wiring.ts";

// A lab whose places have networks of their own is reached from the host by doors: sockets that listen in the host's network, and belong to it
// wherever the process is that accepts on them. Whoever starts the lab opens them and hands them over.

const host = "127.0.0.1";
const outsideRegions = ["control", "sql", "http", "admin", "edgeMetrics", "labMetrics"] as const;
const ofRegion = ["postgres", "inference", "agentMetrics", "controllerMetrics"] as const;
type RegionDoor = (typeof ofRegion)[number];

const doorNames: readonly string[] = [
  ...outsideRegions,
  ...labRegions.flatMap((region) => ofRegion.map((service) => doorOf(region, service))),
];

function doorOf(region: RegionId, service: RegionDoor): string {
  return `${region}/${service}`;
}

/** By name. */
export type Doors = ReadonlyMap<string, Server>;

function sendAway(socket: Socket): void {
  socket.resetAndDestroy();
}

/** Listens at all doors, or at none. */
export async function openDoors(wanted: EdgePorts): Promise<Parsed<Doors>> {
  const found = await freePorts(doorNames.length);
  if (!found.ok) return found;
  const free = [...found.value];
  const doors = new Map<string, Server>();
  for (const name of doorNames) {
    const asked = name === "sql" ? wanted.sql : name === "http" ? wanted.http : null;
    const server = createServer();
    const opened = await listen(server, { host, port: asked ?? free.pop() ?? 0 }, `the lab's ${name}`);
    if (opened.kind === "refused") {
      closeDoors(doors);
      return { ok: false, problems: [opened.problem] };
    }
    // Until they are handed over whoever comes is sent away.
    server.on("connection", sendAway);
    doors.set(name, server);
  }
  return { ok: true, value: doors };
}

export function closeDoors(doors: Doors): void {
  for (const server of doors.values()) server.close();
}

/** The doors that whoever started this process hands over; a problem when it goes before all are here. */
export async function receivedDoors(): Promise<Parsed<Doors>> {
  const doors = new Map<string, Server>();
  const isComplete = await new Promise<boolean>((resolve) => {
    process.on("message", (message: { readonly door?: string }, handle) => {
      if (message.door === undefined) return;
      // Whoever starts a lab sends sockets that listen.
      const server = handle as Server;
      server.on("connection", sendAway);
      doors.set(message.door, server);
      if (doors.size === doorNames.length) resolve(true);
    });
    process.once("disconnect", () => {
      resolve(false);
    });
    if (!process.connected) resolve(false);
  });
  if (!isComplete) return { ok: false, problems: [starterGone] };
  process.removeAllListeners("message");
  process.disconnect();
  return { ok: true, value: doors };
}

/** Where the host reaches what stands in the namespaces. */
export function outsideBy(doors: Doors): Outside {
  const at = (name: string): Endpoint => {
    // A TCP server that listens has an address with a port.
    const { port } = doorAt(doors, name).address() as AddressInfo;
    return { host, port };
  };
  return {
    edge: { sql: at("sql"), http: at("http"), admin: at("admin") },
    metrics: { edge: at("edgeMetrics"), lab: at("labMetrics") },
    regionAt: (region, service) => at(doorOf(region, service)),
  };
}

function doorAt(doors: Doors, name: string): Server {
  const door = doors.get(name);
  invariant(door !== undefined, `no door is called ${name}`);
  return door;
}

/** Carries whoever comes to a door to what stands behind it. All are closed by what is answered. */
export async function carryFrom(doors: Doors, ports: LabPorts): Promise<() => Promise<void>> {
  const carriers: Carrier[] = [];
  const carry = async (name: string, to: Endpoint | undefined, localAddress?: string): Promise<void> => {
    invariant(to !== undefined, `nothing stands behind the door ${name}`);
    carriers.push(
      await carrier(doorAt(doors, name), { ...to, ...(localAddress === undefined ? {} : { localAddress }) }),
    );
  };
  await carry("sql", ports.edge.sql);
  await carry("http", ports.edge.http);
  await carry("admin", ports.edge.admin);
  await carry("edgeMetrics", ports.metrics.edge);
  await carry("labMetrics", ports.metrics.lab);
  for (const region of labRegions) {
    const services = ports.regions[region];
    // A store is looked into whatever has become of its region's network.
    await carry(doorOf(region, "postgres"), services?.postgres, labHost);
    for (const service of ["inference", "agentMetrics", "controllerMetrics"] as const)
      await carry(doorOf(region, service), services?.[service]);
  }
  return async () => {
    await Promise.all(carriers.map((each) => each.close()));
  };
}

interface Carrier {
  readonly close: () => Promise<void>;
}

async function carrier(door: Server, to: Endpoint & { readonly localAddress?: string }): Promise<Carrier> {
  const links = new Set<Link>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const link = new Link({ client, transforms: { in: [], out: [] } });
    links.add(link);
    void link.over.then(() => links.delete(link));
    link.join(connect({ ...to, allowHalfOpen: true, noDelay: true }));
  });
  // Takes over the socket of the door.
  await new Promise<void>((resolve) => server.listen(door, resolve));
  return {
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const link of links) link.cut();
      await closed;
    },
  };
}

const starterGone: Problem = {
  code: "lab/starter-gone",
  what: "whoever started the lab went before it had handed over the lab's doors",
  where: null,
  why: "With --network namespaces the host reaches the lab by sockets that its starter opens.",
  mend: "run the command again",
};

import { invariant } from "../../core/problem/problem.ts";
import { covers, type Direction, type OneWay, oneWays } from "./link.ts";
import type { Endpoint, Opened } from "./listening.ts";
import { openProxy, type Proxy } from "./proxy.ts";

/** One service of a place, as another place reaches it. A place is a region, or something outside all of them. */
export interface Route {
  readonly from: string;
  readonly to: string;
  readonly service: string;
  /** What it is cut off with, where not everything is. */
  readonly group: string;
  /** `null` while the service does not stand yet. */
  readonly upstream: Endpoint | null;
}

export interface NetworkSettings {
  readonly routes: readonly Route[];
}

/** What does not pass at a place. */
export interface Cut {
  /** `in`: nothing reaches the place; `out`: nothing leaves it. */
  readonly direction: Direction;
  /** Of which routes; `null`: of all. */
  readonly group: string | null;
}

/** What comes late at a place. */
export interface Slowness {
  readonly direction: Direction;
  /** Of which routes; `null`: of all. */
  readonly group: string | null;
  /** By how much each byte is late, in milliseconds. */
  readonly ms: number;
}

/** The wires between places. Whoever reaches other places only through them is really cut off by what is cut. */
export interface Network {
  /** Where `from` connects to for `service` of `to`. @throws InvariantBroken when no such route was opened */
  addressOf(from: string, to: string, service: string): Endpoint;
  /**
   * All that is cut at a place from now on; a cut at the other end of a route stays. What was on its way is delivered once nothing
   * is in its way.
   */
  setCuts(place: string, cuts: readonly Cut[]): void;
  /**
   * All that is slow at a place from now on. Of what is slow in several ways the slowest counts; between two slow places, both.
   */
  setSlowness(place: string, slowness: readonly Slowness[]): void;
  /** Moves a service; connections to come go to its new address, from everywhere. */
  setUpstream(to: string, service: string, upstream: Endpoint | null): void;
  close(): Promise<void>;
}

/** Opens a proxy on a free loopback port for each route; with one port refused, none stays open. */
export async function openNetwork({ routes }: NetworkSettings): Promise<Opened<Network>> {
  const wires: Wire[] = [];
  for (const route of routes) {
    const opened = await openProxy({
      name: `${route.from} → ${route.to} ${route.service}`,
      listen: { host: "127.0.0.1", port: 0 },
      upstream: route.upstream,
    });
    if (opened.kind === "refused") {
      await Promise.all(wires.map((wire) => wire.proxy.close()));
      return opened;
    }
    wires.push({ route, proxy: opened.value });
  }
  return { kind: "open", value: networkOf(wires) };
}

interface Wire {
  readonly route: Route;
  readonly proxy: Proxy;
}

function networkOf(wires: readonly Wire[]): Network {
  const cuts = new Map<string, readonly Cut[]>();
  const slow = new Map<string, readonly Slowness[]>();
  return {
    addressOf: (from, to, service) => {
      const found = wires.find(
        ({ route }) => route.from === from && route.to === to && route.service === service,
      );
      invariant(found !== undefined, `no route was opened from ${from} to ${service} of ${to}`);
      return found.proxy.listen;
    },
    setCuts: (place, cut) => {
      cuts.set(place, cut);
      for (const wire of wires) settleWire(wire, cuts);
    },
    setSlowness: (place, slowness) => {
      slow.set(place, slowness);
      for (const wire of wires) slowWire(wire, slow);
    },
    setUpstream: (to, service, upstream) => {
      for (const { route, proxy } of wires) {
        if (route.to === to && route.service === service) proxy.setUpstream(upstream);
      }
    },
    close: async () => {
      await Promise.all(wires.map((wire) => wire.proxy.close()));
    },
  };
}

/** A wire carries a direction unless its sender may not send or its receiver may not receive. */
function settleWire({ route, proxy }: Wire, cuts: ReadonlyMap<string, readonly Cut[]>): void {
  // What stays inside a place crosses no border.
  if (route.from === route.to) return;
  const isCut = (place: string, way: OneWay): boolean =>
    (cuts.get(place) ?? []).some(
      ({ direction, group }) => covers(direction, way) && (group === null || group === route.group),
    );
  const wanted: Readonly<Record<OneWay, boolean>> = {
    in: isCut(route.from, "out") || isCut(route.to, "in"),
    out: isCut(route.to, "out") || isCut(route.from, "in"),
  };
  for (const way of oneWays) {
    const isHeld = proxy.held.includes(way);
    if (wanted[way] && !isHeld) proxy.hold(way);
    else if (!wanted[way] && isHeld) proxy.release(way);
  }
}

function slowWire({ route, proxy }: Wire, slow: ReadonlyMap<string, readonly Slowness[]>): void {
  if (route.from === route.to) return;
  const msAt = (place: string, way: OneWay): number =>
    Math.max(
      0,
      ...(slow.get(place) ?? [])
        .filter(({ direction, group }) => covers(direction, way) && (group === null || group === route.group))
        .map(({ ms }) => ms),
    );
  proxy.delay("in", msAt(route.from, "out") + msAt(route.to, "in"));
  proxy.delay("out", msAt(route.to, "out") + msAt(route.from, "in"));
}

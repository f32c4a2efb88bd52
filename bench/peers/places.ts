import { makeNamespaces, removeNamespaces } from "../../src/adapters/kernel-network/kernel.ts";
import { entered, namespaceOf } from "../../src/adapters/kernel-network/namespaces.ts";
import type { Parsed } from "../../src/core/problem/problem.ts";
import type { NetworkPlace } from "../../test/network-place.ts";

// The same topology as that of a lab in namespaces: three regions with a voter each, the edge with the proxy, and whoever looks on.

/** Nobody's network (RFC 2544), of which every set of namespaces has its own. */
const net = "198.18.0";

export const memberPlaces = ["east", "west", "central"] as const;
export const edgePlace = "edge";
/** Of whoever looks into stores: no fault is between them, for it is nobody of the platform. */
export const onlookerPlace = "onlooker";

const places: readonly string[] = [...memberPlaces, edgePlace, onlookerPlace];

export function hostOf(place: string): string {
  return `${net}.${places.indexOf(place) + 1}`;
}

export function placeOf(prefix: string, place: string): NetworkPlace {
  return {
    host: hostOf(place),
    net: `${net}.0/24`,
    enter: (command) => entered(namespaceOf(prefix, place), command),
  };
}

export function makePlaces(prefix: string): Promise<Parsed<null>> {
  return makeNamespaces({ prefix, places: places.map((name) => ({ name, addresses: [hostOf(name)] })) });
}

export function removePlaces(prefix: string): Promise<void> {
  return removeNamespaces(prefix);
}

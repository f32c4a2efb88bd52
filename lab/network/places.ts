import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { removeNamespaces } from "../../src/adapters/kernel-network/kernel.ts";
import {
  type Command,
  entered,
  namespaceOf,
  type NamespacePlan,
} from "../../src/adapters/kernel-network/namespaces.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import { edgePlace, labRegions } from "../topology.ts";

/** Where a lab's places are when they have networks of their own: 198.18.0.0/15 is nobody's (RFC 2544), and no lab sees another's. */
export const namespacedNet = "198.18.0";

function hostOf(number: number): string {
  return `${namespacedNet}.${number}`;
}

export function regionHost(region: RegionId): string {
  return hostOf(labRegions.findIndex((each) => each === region) + 1);
}

export const edgeHost = hostOf(labRegions.length + 1);
/**
 * The lab's own, in the edge's namespace: here it hears how regions are, and from here it looks into their stores. No fault of the network is
 * between it and them, for it is nobody of the platform.
 */
export const labHost = hostOf(labRegions.length + 2);

const idDigits = 12;

/**
 * What the namespaces of the lab in a folder are called; `null` where there is no folder. By the folder itself and not by a file in it or its
 * path: it is found again when files are lost, a folder that was moved keeps it, and a copy is another lab.
 */
export async function namespacePrefix(root: string): Promise<string | null> {
  const found = await stat(root, { bigint: true }).catch(() => null);
  if (found === null) return null;
  const id = createHash("sha256").update(`${found.dev}:${found.ino}`).digest("hex").slice(0, idDigits);
  return `holdfast-${id}`;
}

export function namespacePlan(prefix: string): NamespacePlan {
  return {
    prefix,
    places: [
      ...labRegions.map((name) => ({ name, addresses: [regionHost(name)] as const })),
      { name: edgePlace, addresses: [edgeHost, labHost] },
    ],
  };
}

/** Removes what the lab in a folder has left of its namespaces; nothing where it has none. */
export async function removeLabNamespaces(root: string): Promise<void> {
  const prefix = await namespacePrefix(root);
  if (prefix !== null) await removeNamespaces(prefix);
}

/** How a command is started in a region. */
export type Placed = (region: RegionId, command: Command) => Command;

export const wherever: Placed = (_region, command) => command;

export function inNamespaces(prefix: string): Placed {
  return (region, command) => entered(namespaceOf(prefix, region), command);
}

import { makeNamespaces } from "../../src/adapters/kernel-network/kernel.ts";
import { type Command, entered, namespaceOf } from "../../src/adapters/kernel-network/namespaces.ts";
import { invariant, type Parsed, type Problem } from "../../src/core/problem/problem.ts";
import type { EdgePorts, NetworkKind, WatchedBy } from "../../src/runtime/lab.ts";
import { edgePlace } from "../topology.ts";
import { closeDoors, type Doors, openDoors } from "./doors.ts";
import { missingTools } from "./network-tools.ts";
import { namespacePlan, namespacePrefix, removeLabNamespaces } from "./places.ts";

/** What a lab's daemon is started on. */
export interface GroundOfDaemon {
  /** Its command line, where it is to run. */
  readonly command: Command;
  /** Handed over to it. */
  readonly doors: Doors;
  /** After a daemon that did not come up. */
  readonly undo: () => Promise<void>;
}

/** Makes what the network of a lab needs before its daemon is there. */
export async function groundOfDaemon(
  { root, ports }: { readonly root: string; readonly ports: EdgePorts },
  network: NetworkKind,
  command: Command,
): Promise<Parsed<GroundOfDaemon>> {
  if (network === "relays")
    return { ok: true, value: { command, doors: new Map(), undo: () => Promise.resolve() } };
  const prefix = await namespacePrefix(root);
  invariant(prefix !== null, "a lab is started in a folder that is there");
  const made = await makeNamespaces(namespacePlan(prefix));
  if (!made.ok) return made;
  const doors = await openDoors(ports);
  if (!doors.ok) {
    await removeLabNamespaces(root);
    return doors;
  }
  const undo = async (): Promise<void> => {
    closeDoors(doors.value);
    await removeLabNamespaces(root);
  };
  return {
    ok: true,
    value: { command: entered(namespaceOf(prefix, edgePlace), command), doors: doors.value, undo },
  };
}

/** Why this machine or what else is asked for forbids a network; `null`: nothing does. Asked before anything is made. */
export async function networkProblem(network: NetworkKind, watchedBy: WatchedBy): Promise<Problem | null> {
  if (network === "relays") return null;
  if (watchedBy === "prometheus") return unwatched;
  if (process.getuid?.() !== 0) return notRoot;
  return missingTools(
    ["ip", "nft", "nsenter"],
    "With --network namespaces they make the networks of the lab's regions.",
  );
}

const unwatched: Problem = {
  code: "lab/not-watched-in-namespaces",
  what: "--prometheus is asked for with a network of namespaces",
  where: null,
  why: "A Prometheus of the lab's own would stand in a network that nobody but the lab reaches.",
  mend: "leave --prometheus out, and let a Prometheus of yours scrape the addresses that `holdfast lab status --json` tells; or leave --network out in a fresh folder",
};

const notRoot: Problem = {
  code: "lab/not-root",
  what: "--network namespaces is asked for, and this is not root",
  where: null,
  why: "Only root can give processes a network of their own and have the kernel drop its packets.",
  mend: "run it as root, or leave --network out: relays need no rights, and cut regions off for real too",
};

import type { Parsed, Problem } from "../../src/core/problem/problem.ts";
import type { CoordinatorKind, NetworkKind } from "../../src/runtime/lab.ts";
import type { LabLayout } from "../layout.ts";
import { keptKind } from "../store/open-store.ts";
import { keptNet } from "../store/voters.ts";
import { namespacedNet } from "./places.ts";

export interface Wanted {
  /** `null`: as its folder has it already. */
  readonly network: NetworkKind | null;
  readonly coordinator: CoordinatorKind | null;
}

interface Chosen {
  readonly network: NetworkKind;
  readonly coordinator: CoordinatorKind | null;
}

/** What the lab of a folder stands on, by what is wanted and by what it has stood on so far. */
export async function chosenNetwork(layout: LabLayout, wanted: Wanted): Promise<Parsed<Chosen>> {
  const store = await keptKind(layout);
  const net = store === "etcd" ? await keptNet(layout.etcd) : null;
  const kept = store === null ? null : net === namespacedNet ? "namespaces" : "relays";
  return decided({ ...wanted, root: layout.root, kept });
}

interface ToDecide extends Wanted {
  readonly root: string;
  /** By what its regions have reached one another so far; `null`: it is new. */
  readonly kept: NetworkKind | null;
}

export function decided({ root, network: wanted, coordinator, kept }: ToDecide): Parsed<Chosen> {
  const network = wanted ?? kept ?? "relays";
  if (kept !== null && network !== kept) return refused(otherNetwork(root, kept, network));
  if (network === "relays") return { ok: true, value: { network, coordinator } };
  if (coordinator === "built-in") return refused(storeOutside);
  return { ok: true, value: { network, coordinator: "etcd" } };
}

function refused(problem: Problem): { readonly ok: false; readonly problems: readonly [Problem] } {
  return { ok: false, problems: [problem] };
}

const names: Readonly<Record<NetworkKind, string>> = {
  relays: "relays on loopback",
  namespaces: "namespaces",
};

function otherNetwork(root: string, kept: NetworkKind, wanted: NetworkKind): Problem {
  return {
    code: "lab/other-network",
    what: `the network of the lab in ${root} is made of ${names[kept]}, and ${names[wanted]} are asked for`,
    where: null,
    why: "Its store keeps who serves, and, where it is an etcd, by which addresses its voters find one another.",
    mend: "leave --network out to go on with that one, or start a fresh lab in another folder with --dir",
  };
}

const storeOutside: Problem = {
  code: "lab/store-outside-regions",
  what: "--network namespaces is asked for with --coordinator built-in",
  where: null,
  why: "The built-in store stands in the lab's own process, outside all regions: no region could lose it by its network.",
  mend: "leave --coordinator out, or give --coordinator etcd: each region has a voter then, and loses it with its network",
};

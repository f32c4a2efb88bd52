import { setRules } from "../../src/adapters/kernel-network/kernel.ts";
import { namespaceOf } from "../../src/adapters/kernel-network/namespaces.ts";
import type { Drop, Packets } from "../../src/adapters/kernel-network/rules.ts";
import type { Route } from "../../src/adapters/relay/network.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import { invariant, unreachable } from "../../src/core/problem/problem.ts";
import type { CutPartner } from "../../src/runtime/network-harm.ts";
import { voterPorts } from "../store/voters.ts";
import { othersOf } from "../topology.ts";
import type { LabNetwork, Strain } from "./lab-network.ts";
import { edgeHost, labHost, regionHost } from "./places.ts";

/** Regions reach everything straight; what is cut is dropped by the kernel, in the region's own namespace. */
export function namespacedNetwork(prefix: string, routes: readonly Route[]): LabNetwork {
  return {
    addressOf: (from, to, service) => {
      const route = routes.find((each) => each.from === from && each.to === to && each.service === service);
      const upstream = route?.upstream ?? null;
      invariant(upstream !== null, `there is no way from ${from} to ${service} of ${to}`);
      return upstream;
    },
    losesPackets: true,
    delaysBytes: false,
    settle: (region, strains) =>
      setRules(namespaceOf(prefix, region), { spared: [labHost], drops: dropsOf(region, strains) }),
    close: () => Promise.resolve(),
  };
}

/** The packets that a region loses. */
export function dropsOf(region: RegionId, strains: readonly Strain[]): readonly Drop[] {
  return strains.flatMap((strain): readonly Drop[] => {
    if (strain.kind === "loss") {
      const share = strain.lossRatio;
      return (["in", "out"] as const).map((way) => ({ way, packets: { kind: "some", share } }));
    }
    if (strain.kind === "delay") return [];
    const { direction, from } = strain;
    const packets = packetsOf(region, from);
    return (["in", "out"] as const)
      .filter((way) => direction === "both" || direction === way)
      .map((way) => ({ way, packets }));
  });
}

function packetsOf(region: RegionId, from: CutPartner): Packets {
  switch (from) {
    case "everybody":
      return { kind: "all" };
    case "coordination":
      return { kind: "of-ports", ports: voterPorts };
    case "clients":
      return { kind: "of-hosts", hosts: [edgeHost] };
    case "peers":
      return { kind: "of-hosts-but-ports", hosts: othersOf(region).map(regionHost), ports: voterPorts };
    default:
      return unreachable(from);
  }
}

import { setRules } from "../../src/adapters/kernel-network/kernel.ts";
import { namespaceOf } from "../../src/adapters/kernel-network/namespaces.ts";
import type { Drop } from "../../src/adapters/kernel-network/rules.ts";
import type { Route } from "../../src/adapters/relay/network.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import { invariant } from "../../src/core/problem/problem.ts";
import { DelayedRegions, type Delaying } from "./delayed-regions.ts";
import { delaysIn } from "./harms.ts";
import type { LabNetwork, Strain } from "./lab-network.ts";
import { packetsOf } from "./partner-packets.ts";
import { labHost } from "./places.ts";

export interface NamespacedSettings {
  readonly prefix: string;
  readonly routes: readonly Route[];
  readonly delaying: Delaying;
}

/**
 * Regions reach everything straight; what is cut is dropped by the kernel, in the region's own namespace, and what is to come late takes a detour by
 * a process.
 */
export function namespacedNetwork({ prefix, routes, delaying }: NamespacedSettings): LabNetwork {
  const delayed = new DelayedRegions(prefix, delaying);
  return {
    addressOf: (from, to, service) => {
      const route = routes.find((each) => each.from === from && each.to === to && each.service === service);
      const upstream = route?.upstream ?? null;
      invariant(upstream !== null, `there is no way from ${from} to ${service} of ${to}`);
      return upstream;
    },
    losesPackets: true,
    settle: async (region, strains) => {
      const late = await delayed.settle(region, delaysIn(strains));
      if (!late.ok) return late;
      return setRules(namespaceOf(prefix, region), { spared: [labHost], drops: dropsOf(region, strains) });
    },
    onQuickened: (listener) => {
      delayed.onQuickened(listener);
    },
    close: () => delayed.close(),
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

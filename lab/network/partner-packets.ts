import type { Packets } from "../../src/adapters/kernel-network/rules.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import { unreachable } from "../../src/core/problem/problem.ts";
import type { CutPartner } from "../../src/runtime/network-harm.ts";
import { voterPorts } from "../store/voters.ts";
import { othersOf } from "../topology.ts";
import { edgeHost, regionHost } from "./places.ts";

/** The packets between a region with a network of its own and a partner. */
export function packetsOf(region: RegionId, from: CutPartner): Packets {
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

import type { Endpoint } from "../../src/adapters/relay/listening.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import type { Parsed } from "../../src/core/problem/problem.ts";
import type { NetworkHarm } from "../../src/runtime/network-harm.ts";

/** The network between the lab's places: its regions, the edge and the store. */
export interface LabNetwork {
  /** Where `from` connects to for `service` of `to`. @throws InvariantBroken when there is no such way */
  addressOf(from: string, to: string, service: string): Endpoint;
  /** Does all of this to the network of a region, and nothing else; asked for again it is harmless. */
  settle(region: RegionId, harms: readonly NetworkHarm[]): Promise<Parsed<null>>;
  close(): Promise<void>;
}

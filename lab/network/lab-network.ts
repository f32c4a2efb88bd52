import type { Endpoint } from "../../src/adapters/relay/listening.ts";
import type { RegionId } from "../../src/core/failover/member.ts";
import type { Parsed } from "../../src/core/problem/problem.ts";
import type { Flap, NetworkHarm } from "../../src/runtime/network-harm.ts";

/** What is the same for as long as it is in force. */
export type Strain = Exclude<NetworkHarm, Flap>;

/** The network between the lab's places: its regions, the edge and the store. */
export interface LabNetwork {
  /** Where `from` connects to for `service` of `to`. @throws InvariantBroken when there is no such way */
  addressOf(from: string, to: string, service: string): Endpoint;
  /** Whether it can lose single packets. */
  readonly losesPackets: boolean;
  /** Does all of this to the network of a region, and nothing else; asked for again it is harmless. */
  settle(region: RegionId, strains: readonly Strain[]): Promise<Parsed<null>>;
  /** Tells, from now on, of each region that is slow no more though nobody asked for it: what made it slow has ended. */
  onQuickened(listener: (region: RegionId) => void): void;
  close(): Promise<void>;
}

import type { ProbeOutcome } from "../src/core/failover/vantage.ts";
import type { PlaceName, Weather } from "./network.ts";

/** What ails the parts of the world that go on running. */
export class Afflictions {
  /** Regions whose probes come to nothing, whoever sends them. */
  readonly unprobed = new Set<PlaceName>();
  /** What the probes of a vantage point say, whatever is so. */
  readonly misled = new Map<PlaceName, ProbeOutcome>();
  /** Places whose disks are full. */
  readonly full = new Set<PlaceName>();
  /** Whether something has happened yet for which a region may be given up. */
  isHarmed: boolean;
  /** Whether any wall clock was ever set. */
  isTimeWrong = false;

  constructor({ lossShare, spikeShare }: Weather) {
    // Where questions to the store are lost, a healthy primary may lose its right to serve.
    this.isHarmed = lossShare > 0 || spikeShare > 0;
  }

  mend(): void {
    this.unprobed.clear();
    this.misled.clear();
    this.full.clear();
  }
}

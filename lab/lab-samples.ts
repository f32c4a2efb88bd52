import type { RegionId } from "../src/core/failover/member.ts";
import { labMetrics } from "../src/core/metrics/exported.ts";
import { type Sample, truthOf } from "../src/core/metrics/metrics.ts";
import type { Tally } from "../src/core/metrics/tally.ts";
import { type RegionFault, regionFaults, type RegionProcess, regionProcesses } from "../src/runtime/lab.ts";
import type { ProbeListener } from "../src/runtime/probes.ts";

/** A region as the lab's daemon sees it: which of its processes run, and what was done to it. */
export interface SeenRegion {
  readonly name: RegionId;
  readonly running: readonly RegionProcess[];
  readonly faults: readonly RegionFault[];
}

export function labSamples(regions: readonly SeenRegion[]): readonly Sample[] {
  const { partUp, fault } = labMetrics;
  return regions.flatMap(({ name: region, running, faults: inForce }) => [
    ...regionProcesses.map((part) => truthOf(partUp, { region, part }, running.includes(part))),
    ...regionFaults.map((each) => truthOf(fault, { region, fault: each }, inForce.includes(each))),
  ]);
}

/** Counts what comes of attempts at journeys. */
export function probeCounts(tally: Tally, journeys: readonly string[]): ProbeListener {
  const { attempts, failures, seconds } = labMetrics;
  const each = journeys.map((journey) => ({ journey }));
  tally.begin(attempts, each);
  tally.begin(failures, each);
  return ({ journey, outcome, seconds: took }) => {
    tally.count(attempts, { journey });
    if (outcome === "bad") tally.count(failures, { journey });
    else tally.observe(seconds, { journey }, took);
  };
}

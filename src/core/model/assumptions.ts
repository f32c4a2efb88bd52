import { type BytesPerSecond, bytesPerSecond, type Ratio, ratio, seconds } from "../units/units.ts";
import type { Capacity, Pattern, Weights } from "./component.ts";

// What holds where a manifest says nothing, beside the failure figures of the catalogue. Each is a judgement, told as an assumption
// wherever a figure rests on it, and is overruled by one line of the manifest.

interface Assumption<Value> {
  readonly value: Value;
  readonly because: string;
}

/** How often a place that stands by fails, over one that serves. */
export const standbyFailureShare: Readonly<Record<Pattern, Ratio>> = {
  "active-active": ratio(1),
  "hot-standby": ratio(1),
  "warm-standby": ratio(1),
  // Little of it runs: what is switched off does not fail by use, and is found broken when it is switched on, which `able` carries.
  "pilot-light": ratio(0.1),
  "backup-and-restore": ratio(0),
};

export const assumptions = {
  detected: {
    value: ratio(0.99),
    because: "one failure in a hundred is gray: too slow or wrong rather than gone, and probes pass",
  },
  switched: {
    value: ratio(0.95),
    because:
      "a switch that is not drilled fails about one time in twenty; a drilled one is declared with what its drills measured",
  },
  able: {
    value: ratio(0.95),
    because:
      "a standby that is not drilled has drifted about one time in twenty: configuration, quota, credentials, version",
  },
  manual: {
    value: seconds(3_600),
    because: "somebody is paged, reads in, decides and acts: about an hour",
  },
  utilisation: { value: ratio(0.5), because: "the default of the Cloud Carbon Footprint method" },
  errorFactor: {
    value: 3,
    because: "figures of one's own are seldom known better than to a factor of three",
  },
} as const satisfies Readonly<Record<string, Assumption<number>>>;

/** Likelihood that machines are there within the time to recover. */
export const capacityLikelihood: Readonly<Record<Capacity, Assumption<Ratio>>> = {
  reserved: { value: ratio(1), because: "what is reserved is paid for and kept free" },
  quota: {
    value: ratio(0.9),
    because:
      "a quota is a right to ask; when a region fails many ask at once, and providers have throttled starts",
  },
  "best-effort": {
    value: ratio(0.5),
    because: "accelerators that are not reserved are what everybody asks for when a region fails",
  },
};

/** How fast one replica loads its weights. */
export const loadingBandwidth: Readonly<Record<Weights["locality"], Assumption<BytesPerSecond>>> = {
  resident: { value: bytesPerSecond(1e12), because: "they are in memory already" },
  local: { value: bytesPerSecond(3e9), because: "one NVMe disk reads about 3 GB/s in sequence" },
  remote: { value: bytesPerSecond(1e9), because: "one machine reads about 1 GB/s from an object store" },
};

import type { Pattern } from "../model/component.ts";
import type { FenceMethod } from "../model/recovery-plan.ts";
import { type BytesPerSecond, bytesPerSecond, type Seconds, seconds } from "../units/units.ts";

// How long steps take where a manifest does not say. Each is a judgement, told as an assumption wherever a prediction rests on it, and
// is overruled by one line under `recovery`, or by what drills measure.

export interface AssumedTime {
  readonly time: Seconds;
  readonly because: string;
}

/** Until enough controllers have agreed. */
export const decideTime: AssumedTime = {
  time: seconds(0.2),
  because: "one compare-and-set in a store with voters in several regions",
};

export const fenceTime: Readonly<Record<FenceMethod, AssumedTime>> = {
  "far-side": { time: seconds(1), because: "standbys stop confirming: a round trip to each" },
  "near-side": { time: seconds(2), because: "the old place is stopped where it stands" },
  lease: { time: seconds(6), because: "the right to serve runs out: a lease of 5 s and its margin" },
};

/** Until a place that runs already serves. */
export const promoteTime: Readonly<Record<Pattern, AssumedTime>> = {
  "active-active": { time: seconds(0), because: "it serves already" },
  "hot-standby": {
    time: seconds(1),
    because: "it runs with the data of the last second, and is told to serve",
  },
  "warm-standby": { time: seconds(10), because: "it runs small, and is scaled up and told to serve" },
  "pilot-light": { time: seconds(30), because: "what was off is started on machines that are there" },
  "backup-and-restore": { time: seconds(300), because: "it is configured and started from nothing" },
};

/** Until machines that do not run yet are there. */
export const provisionTime: Readonly<Record<Pattern, AssumedTime>> = {
  "active-active": { time: seconds(0), because: "they run" },
  "hot-standby": { time: seconds(0), because: "they run" },
  "warm-standby": { time: seconds(0), because: "enough of them run" },
  "pilot-light": {
    time: seconds(600),
    because: "accelerator machines take about ten minutes from request to ready",
  },
  "backup-and-restore": { time: seconds(1_800), because: "networks, machines and access are made anew" },
};

/** Until clients go to the place that serves. */
export const routeTime: Readonly<Record<"proxy" | "anycast" | "told", AssumedTime>> = {
  proxy: { time: seconds(1), because: "the proxies are told" },
  anycast: { time: seconds(10), because: "the network learns where the address is now" },
  told: { time: seconds(1), because: "those who call it are told" },
};

/** After which a caller takes a request for lost where its need declares no timeout. */
export const callTimeout: AssumedTime = {
  time: seconds(60),
  because: "what proxies wait for an answer unless they are told otherwise (nginx, proxy_read_timeout)",
};

export const verifyTime: AssumedTime = {
  time: seconds(1),
  because: "one real request through the whole of it",
};

export const restoreBandwidth: { readonly value: BytesPerSecond; readonly because: string } = {
  value: bytesPerSecond(200e6),
  because: "a database is restored from an object store at about 200 MB/s",
};

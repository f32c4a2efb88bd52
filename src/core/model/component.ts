import type { MachineRow } from "../catalogue/catalogue.ts";
import {
  type Bytes,
  type BytesPerSecond,
  type HourlyPrice,
  type Ratio,
  type Seconds,
  type Watts,
} from "../units/units.ts";
import type { Span } from "../units/span.ts";
import type { Declared } from "./declared.ts";
import type { Maintenance } from "./maintenance.ts";
import type { Reliability, Source } from "./reliability.ts";

/** A part of the platform, with replicas in places. */
export interface Component extends Declared {
  readonly type: ComponentType;
  readonly pattern: Pattern;
  /** In order of preference: where one place serves at a time, the first serves on a good day. */
  readonly placements: readonly Placement[];
  /** How many of its places must serve at the same time; cells count apart, each for its own users. */
  readonly placesRequired: number;
  /** Repairs of one place's replicas that can go on at once; `null`: as many as there are. */
  readonly crews: number | null;
  readonly commonCause: CommonCause | null;
  readonly standby: Standby;
  readonly recovery: RecoveryTimes;
  readonly replication: Replication;
  readonly needs: readonly Need[];
  /** What a replica of a model server must hold before it can answer; `null`: it holds no model. */
  readonly weights: Weights | null;
  readonly data: Data | null;
  /** How clients find the place that serves; `null`: they are not told by this component. */
  readonly routing: Routing | null;
  /** Each user's requests go to `size` of `of` replicas; `null`: to any. */
  readonly shuffleShard: { readonly size: number; readonly of: number } | null;
  readonly job: TrainingJob | null;
  readonly api: ExternalApi | null;
  /** The contract that its provider offers, as a share of time: never how available it is. `null`: none is stated. */
  readonly sla: Ratio | null;
}

export type ComponentType =
  | "gateway"
  | "inference"
  | "embedding"
  | "vector-index"
  | "feature-store"
  | "model-registry"
  | "training"
  | "queue"
  | "cache"
  | "database"
  | "object-store"
  | "llm-api"
  | "control-plane"
  | "generic";

/** How the places of a component stand by for one another. */
export type Pattern = "active-active" | "hot-standby" | "warm-standby" | "pilot-light" | "backup-and-restore";

/** Whether a place that takes over must first get machines that do not run yet, or not enough of them. */
export function startsMachines(pattern: Pattern): boolean {
  return pattern === "warm-standby" || pattern === "pilot-light" || pattern === "backup-and-restore";
}

export interface Placement {
  readonly region: string;
  /** Which cell of the region it belongs to; `null`: it serves the users of every cell. */
  readonly cell: string | null;
  /** Zones that its replicas are spread over, in turn; empty: not stated, so no zone's failure is counted. */
  readonly zones: readonly string[];
  readonly replicas: number;
  /** How many of them must work for the place to serve. */
  readonly required: number;
  /** Machines that wait switched off, to replace a failed replica. */
  readonly spares: number;
  /** Of one replica. */
  readonly failure: Reliability;
  /** Of the place as a whole; `null`: none is planned. */
  readonly maintenance: Maintenance | null;
  /** Whether the machines are there when they are asked for. */
  readonly capacity: Capacity;
  /** Likelihood that they are there within the time to recover; 1 for what is reserved. */
  readonly capacityLikelihood: { readonly value: Ratio; readonly source: Source };
  readonly machine: MachineRow | null;
  /** Of one replica; `null`: not stated and no machine names one. */
  readonly price: { readonly value: HourlyPrice; readonly source: Source } | null;
  /** Of one replica, idle and busy; `null`: not stated and no machine names any. */
  readonly power: { readonly idle: Watts; readonly busy: Watts; readonly source: Source } | null;
  /** Share of the time that a serving replica is busy. */
  readonly utilisation: Ratio;
}

export type Capacity = "reserved" | "quota" | "best-effort";

/** How much of the failures of replicas of one place come from a cause that they share. */
export type CommonCause =
  | { readonly kind: "beta"; readonly beta: Ratio }
  /** Multiple Greek letters: share of failures shared with at least one more, of those with a third, and so on. */
  | { readonly kind: "greek-letters"; readonly letters: readonly Ratio[] };

/** What happens when the place that serves fails and another is to take over. */
export interface Standby {
  /** How often a place that stands by fails, over one that serves: 1 hot, 0 cold. */
  readonly failureShare: Ratio;
  /** Likelihoods: the failure is detected, the switch succeeds, the one that takes over is able to. */
  readonly detected: Ratio;
  readonly switched: Ratio;
  readonly able: Ratio;
  /** Mean time that a person needs when the automation fails. */
  readonly manual: Seconds;
  /** How that time spreads: sigma of its logarithm; 0: it is always the mean. */
  readonly manualSigma: number;
  /** Where each of these comes from. */
  readonly sources: Readonly<Record<"failureShare" | "detected" | "switched" | "able" | "manual", Source>>;
}

/** How long each phase of a recovery takes; `null`: as the plan, the pattern and the platform make it. */
export interface RecoveryTimes {
  readonly detect: Span | null;
  /** Until a person has approved; `null`: nobody is asked. */
  readonly approve: Span | null;
  readonly fence: Span | null;
  readonly promote: Span | null;
  /** Until machines that do not run yet are there and started. */
  readonly provision: Span | null;
  readonly route: Span | null;
  readonly verify: Span | null;
}

/** How data reaches the other places. */
export type Replication =
  | { readonly kind: "none" }
  /** A write is acknowledged once this many of the other places have it on disk: any of them. */
  | { readonly kind: "synchronous"; readonly confirmations: number }
  /** A write is acknowledged at once, and is elsewhere `lag` later. */
  | { readonly kind: "asynchronous"; readonly lag: Seconds }
  /** A copy is made every so often, and is elsewhere once it was carried over: backups, and an index that is built anew. */
  | { readonly kind: "snapshot"; readonly every: Seconds; readonly transfer: Seconds };

export interface Need {
  readonly component: string;
  readonly strength: NeedStrength;
  /** What answers in its place while it cannot, in order; empty: nothing. */
  readonly fallbacks: readonly string[];
  readonly retries: Retries | null;
  readonly timeout: Seconds | null;
}

/** How often a caller asks before it gives a need up. What it waits between two tries is not declared, and counted nowhere. */
export function triesOf({ retries }: Need): number {
  return retries?.attempts ?? 1;
}

/** Without it: nothing works, a feature is missing, or answers are worse. */
export type NeedStrength = "hard" | "soft" | "degraded";

export interface Retries {
  /** All tries, the first one too. */
  readonly attempts: number;
  readonly backoff: "none" | "fixed" | "exponential";
  /** Largest share of requests that may be tries again; `null`: no bound. */
  readonly budget: Ratio | null;
}

export interface Weights {
  readonly size: Bytes;
  /** In memory, on the machine's disk, or to be fetched. */
  readonly locality: "resident" | "local" | "remote";
  readonly bandwidth: { readonly value: BytesPerSecond; readonly source: Source };
}

export interface Data {
  readonly stored: Bytes;
  readonly changedPerDay: Bytes;
}

/** How clients find the place that serves. */
export type Routing =
  | { readonly kind: "dns"; readonly ttl: Seconds }
  | { readonly kind: "anycast" }
  | { readonly kind: "proxy" };

/** A training job: all of its nodes work, or it stops and begins again at its last checkpoint. */
export interface TrainingJob {
  readonly nodes: number;
  readonly checkpointEvery: Seconds;
  /** The job stands still while a checkpoint is written. */
  readonly checkpointWrite: Seconds;
  readonly restart: Seconds;
  /** Measured mean time between interruptions of the whole job, which then holds in place of the nodes' figures. */
  readonly measuredMtbf: Seconds | null;
}

/** Somebody else's service. */
export interface ExternalApi {
  readonly vendor: string;
  /** The provider that it runs on, and falls with; `null`: not known. */
  readonly hostedBy: string | null;
  /** Share of the load that its quota carries; `null`: not stated. */
  readonly quota: Ratio | null;
  /** How answers are found good enough; `null`: they are not looked at. */
  readonly qualityGate: string | null;
  /** Where data may be sent to; `null`: not stated. */
  readonly residency: string | null;
}

import type { Parsed } from "../core/problem/problem.ts";
import type { RegionId } from "../core/failover/member.ts";
import type { Automation } from "../core/model/recovery-plan.ts";
import type { OrderKind } from "../core/failover/order.ts";
import type { MayLack } from "../core/failover/reign.ts";
import type { FailoverSettings } from "../core/failover/settings.ts";
import type { OrderOutcome } from "./give-order.ts";
import type { RunStore } from "./run-store.ts";
import type { NetworkHarm } from "./network-harm.ts";

export type RegionRole = "primary" | "synchronous-standby" | "standby" | "down";
/**
 * Faults that can be in force: `killed` where nothing runs, `frozen` where something is stopped, `partitioned` where nobody is reached
 * either way, `partly-partitioned` where somebody is not, or one way; `flapping` where it is cut off by turns; `lossy` where packets are lost;
 * `slow` where bytes come late.
 */
export const regionFaults = [
  "killed",
  "frozen",
  "partitioned",
  "partly-partitioned",
  "flapping",
  "lossy",
  "slow",
] as const;
export type RegionFault = (typeof regionFaults)[number];
/** What runs in a region that is whole. */
export const regionProcesses = ["postgres", "inference", "agent", "controller"] as const;
export type RegionProcess = (typeof regionProcesses)[number];

/** Where Prometheus asks a part of the lab how it is, labelled as alerts and dashboards want it. */
export interface ScrapeTarget {
  readonly part: "controller" | "agent" | "inference" | "edge" | "lab";
  /** `null`: it stands outside all regions. */
  readonly region: RegionId | null;
  readonly url: string;
}

/** What `lab up --json` and `lab status --json` print; a contract that tests and users rely on. */
export interface LabStatus {
  readonly formatVersion: 1;
  /** `ready`: every part stands; `degraded`: it serves and a part is missing; `failing-over`: it has served and does not. */
  readonly state: "starting" | "ready" | "degraded" | "failing-over";
  readonly active: RegionId;
  readonly epoch: number;
  /** What stands in the way while nobody serves, for people to read; `null` while `active` serves. */
  readonly blockedBy: string | null;
  /** Whether a failover may begin without a person. */
  readonly trust: "armed" | "held";
  /** Why it may not, and what mends that; `null`: it may. */
  readonly heldBecause: string | null;
  /** Whether nobody serves, and nobody will before a person has said that the region that served is lost. */
  readonly awaitsWord: boolean;
  /** What `active` may lack of what was acknowledged before the last failover, where commits are asynchronous; `null`: nothing. */
  readonly mayLack: MayLack | null;
  readonly edge: { readonly postgresUrl: string; readonly httpUrl: string; readonly dashboardUrl: string };
  readonly metrics: {
    readonly targets: readonly ScrapeTarget[];
    /** `null`: none runs beside this lab. */
    readonly prometheusUrl: string | null;
    readonly alertmanagerUrl: string | null;
  };
  readonly coordination: {
    readonly kind: CoordinatorKind;
    /** While it does not, nothing fails over, and what was decided goes on. */
    readonly isAnswering: boolean;
    /** Of an etcd; a `pid` of `null` does not run. */
    readonly voters: readonly { readonly name: string; readonly url: string; readonly pid: number | null }[];
    /** What whoever would look into an etcd comes with; `null`: it asks for nothing. A password is in its file and told nowhere. */
    readonly access: {
      readonly authorityFile: string;
      readonly user: string;
      readonly passwordFile: string;
    } | null;
    /** Why its voters are not believed, or will not be for long, and what mends that; `null`: they are. */
    readonly notBelieved: string | null;
  };
  readonly regions: readonly {
    readonly name: RegionId;
    readonly role: RegionRole;
    readonly faults: readonly RegionFault[];
    /** What is done to its network, in full. */
    readonly network: readonly NetworkHarm[];
    /** Each leads a process group of its own: a signal to its pid reaches it and its children. */
    readonly processes: readonly { readonly name: RegionProcess; readonly pid: number }[];
  }[];
}

export const labFaults = ["kill", "freeze", "thaw", "partition", "heal"] as const;
/** `freeze` is undone by `thaw`, `partition` by `heal`, and each by a restore. */
export type LabFault = (typeof labFaults)[number];

/** What came of asking for a fault or a restore. `unchanged`: things stood so already, and nothing was to be done. */
export type LabEffect = "done" | "unchanged";

/** What a person asks of a lab's controllers. */
export interface LabWish {
  readonly kind: OrderKind;
  /** `preferred`: the region that serves on a good day; `null`: whoever holds the most. */
  readonly to: { readonly region: RegionId } | "preferred" | null;
  /** Who asks, for the record. */
  readonly by: string;
}

/** What a drill needs to know of a lab besides its status. */
export interface LabDetails {
  /** Through the edge. */
  readonly postgresUrl: string;
  readonly httpUrl: string;
  /** Each region's store, straight and not through the edge: to audit what it holds. */
  readonly postgresUrls: Readonly<Record<RegionId, string>>;
  /** The folder of the evidence logs, and that of the keys that sign them. */
  readonly evidence: string;
  readonly keys: string;
  /** The folder of the manifests that it was started with; `null`: they are the lab's own. */
  readonly workspace: string | null;
  /** Of this very platform and no other, in what it writes down and what its parts log. */
  readonly platformId: string;
  /** By what its agents and controllers go. */
  readonly settings: FailoverSettings;
  /** Who lets a failover begin, by the plan that they go by. */
  readonly automation: Automation["failover"];
}

/** Ports that clients use; `null` lets the system choose. */
export interface EdgePorts {
  readonly sql: number | null;
  readonly http: number | null;
}

/** What watches a lab from beside it: nothing, synthetic attempts at its journeys, or these and a Prometheus with an Alertmanager. */
export const watchedBy = ["nothing", "probes", "prometheus"] as const;
export type WatchedBy = (typeof watchedBy)[number];

/** What a lab coordinates by: a store in its own process, or an etcd of three voters. */
export const coordinatorKinds = ["built-in", "etcd"] as const;
export type CoordinatorKind = (typeof coordinatorKinds)[number];

/** What the ways between a lab's places are: relays on loopback, or networks of their own whose packets the kernel carries. */
export const networkKinds = ["relays", "namespaces"] as const;
export type NetworkKind = (typeof networkKinds)[number];

/** Told what a lab that starts is about: a step that it waits for, or something in its way that it tries again. */
export type OnLabProgress = (text: string, kind: "step" | "trouble") => void;

export interface LabToStart {
  /** The lab's own folder, an absolute path; made when it is not there. */
  readonly root: string;
  readonly ports: EdgePorts;
  /** The folder of the manifests that declare its plan, an absolute path; `null`: the lab's own. */
  readonly workspace: string | null;
  /** What is there when it has ended. One that leaves nothing leaves its data all the same once it was let go. */
  readonly leaves: "data" | "nothing";
  readonly watchedBy: WatchedBy;
  /** `null`: as its folder has it already, and built in where that is new. */
  readonly coordinator: CoordinatorKind | null;
  /** `null`: as its folder has it already, and relays where that is new. */
  readonly network: NetworkKind | null;
  readonly onProgress: OnLabProgress;
}

/** A lab that this process has started: it ends with this process, unless it is let go. */
export interface StartedLab {
  readonly status: LabStatus;
  /** Lets the lab outlive this process. */
  detach(): Promise<void>;
  /** Resolves when the lab has ended, by itself or by somebody else's wish. */
  readonly ended: Promise<void>;
}

/** A small real AI platform on this machine, and what may be done to it. `root` names its folder. */
export interface LabVerbs {
  /** Refuses where one runs already; goes on with the data that is there. */
  start(lab: LabToStart, signal: AbortSignal): Promise<Parsed<StartedLab>>;
  status(root: string): Promise<Parsed<LabStatus>>;
  details(root: string): Promise<Parsed<LabDetails>>;
  /** Refuses what cannot be done to the region as it stands, such as a thaw where nothing runs. */
  inject(root: string, fault: LabFault, region: RegionId): Promise<Parsed<LabEffect>>;
  /** Adds to what is done to the network of a region already. */
  harm(root: string, harm: NetworkHarm, region: RegionId): Promise<Parsed<LabEffect>>;
  /** Undoes every fault of a region and starts what does not run there. */
  restore(root: string, region: RegionId): Promise<Parsed<LabEffect>>;
  /** Asks its leading controller to let another region serve, or to call that off; ends when it has come of it what will. */
  order(root: string, wish: LabWish): Promise<Parsed<OrderOutcome>>;
  /** Its coordination store, as far as runs of plans go. */
  runStore(root: string): RunStore;
  /**
   * Ends it, also one whose own process was killed. Data and evidence stay, but of one that was started to leave nothing: of that,
   * only its logs do, unless it is said that they are not to.
   */
  stop(root: string, keeping?: { readonly keepLogs: boolean }): Promise<Parsed<"stopped" | "none-ran">>;
  /** Removes a lab that does not run any more, wherever it kept its data, but its logs if so asked; nothing to remove is fine. */
  remove(root: string, keeping: { readonly keepLogs: boolean }): Promise<void>;
}

/** Where the probes of a lab keep what they find, below its folder. */
export const attemptsFileName = "attempts.db";

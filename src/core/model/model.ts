import { invariant } from "../problem/problem.ts";
import type { Bytes, HourlyPrice, Ratio, Seconds } from "../units/units.ts";

/** All that a workspace declares, every reference checked; each map is ordered by name. */
export interface Model {
  readonly platform: Platform;
  readonly journeys: Named<Journey>;
  readonly components: Named<Component>;
  readonly scenarios: Named<Scenario>;
  readonly plans: Named<RecoveryPlan>;
  readonly drills: Named<Drill>;
}

export type Named<Item> = ReadonlyMap<string, Item>;

/** What a name stands for. @throws InvariantBroken when nothing has that name: reading lets no such name through */
export function the<Item>(items: Named<Item>, name: string): Item {
  const item = items.get(name);
  invariant(item !== undefined, `nothing is named "${name}"`);
  return item;
}

interface Declared {
  readonly name: string;
  /** One sentence for people; empty when none was written. */
  readonly description: string;
}

/** The whole: where it can run. */
export interface Platform extends Declared {
  readonly regions: readonly Region[];
}

/** A failure domain with its own buildings, power and network. */
export interface Region {
  readonly name: string;
  /** Who runs it: regions of one provider can fail together. */
  readonly provider: string;
}

/** How widely something fails: one region, or every region of a provider. */
export type FailureScope = "region" | "provider";

/** What a user of the platform can do, and what the business needs of it. */
export interface Journey extends Declared {
  /** The component that a user's request reaches first. */
  readonly entry: string;
  readonly owner: string;
  readonly objectives: readonly Objective[];
  /** What an hour without it costs; `null`: not stated. */
  readonly impact: HourlyPrice | null;
}

export interface Objective {
  readonly scope: FailureScope;
  /** The longest outage that the owner accepts. */
  readonly rto: Seconds;
  /** The longest span of lost data that the owner accepts. */
  readonly rpo: Seconds;
  /** Share of time that must be good, with failures of this scope counted in; `null`: none is set. */
  readonly availability: Ratio | null;
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

/** A part of the platform, with replicas in places. */
export interface Component extends Declared {
  readonly type: ComponentType;
  readonly pattern: Pattern;
  /** In order of preference: where one place serves at a time, the first serves on a good day. */
  readonly placements: readonly Placement[];
  readonly replication: Replication;
  readonly needs: readonly Need[];
  /** What a replica of a model server must hold before it can answer; `null`: it holds no model. */
  readonly weights: Weights | null;
}

export interface Placement {
  readonly region: string;
  readonly replicas: number;
  /** How many of them must work for the place to serve. */
  readonly required: number;
  /** Whether the machines are there when they are asked for. */
  readonly capacity: Capacity;
  /** Of one replica; `null`: not stated. */
  readonly price: HourlyPrice | null;
}

export type Capacity = "reserved" | "quota" | "best-effort";

/** How data reaches the other places. */
export type Replication =
  | { readonly kind: "none" }
  /** A write is acknowledged once this many of the other places have it on disk: any of them. */
  | { readonly kind: "synchronous"; readonly confirmations: number }
  /** A write is acknowledged at once, and is elsewhere `lag` later. */
  | { readonly kind: "asynchronous"; readonly lag: Seconds };

export interface Need {
  readonly component: string;
  readonly strength: NeedStrength;
}

/** Without it: nothing works, a feature is missing, or answers are worse. */
export type NeedStrength = "hard" | "soft" | "degraded";

export interface Weights {
  readonly size: Bytes;
  /** In memory, on the machine's disk, or to be fetched. */
  readonly locality: "resident" | "local" | "remote";
}

/** What fails, and how. */
export interface Scenario extends Declared {
  readonly failures: readonly [Failure, ...Failure[]];
}

export interface Failure {
  readonly region: string;
  readonly how: FailureManner;
}

/** Gone; stopped for a while and then back as if nothing had been; cut off from the others while it runs on. */
export type FailureManner = "lost" | "frozen" | "partitioned";

/** How a journey comes back when a scenario happens. */
export interface RecoveryPlan extends Declared {
  readonly journeys: readonly string[];
  readonly scenarios: readonly string[];
  /** Regions with a controller. Most of them must survive: no quorum, no change. */
  readonly controllers: readonly string[];
  readonly detection: Detection;
  /** In the order in which they are carried out: fence, promote, route, verify. */
  readonly steps: readonly [Step, ...Step[]];
  readonly interlocks: Interlocks;
  readonly automation: Automation;
}

/** When a region counts as lost; `null`: as the failover engine has it. */
export interface Detection {
  readonly probeEvery: Seconds | null;
  /** Refused probes in a row, from one vantage point. */
  readonly refusals: number | null;
  /** Time without an answer, from one vantage point. */
  readonly silentAfter: Seconds | null;
  /** Time without a byte from the primary, as its standbys see it. */
  readonly streamSilentAfter: Seconds | null;
}

export type Step = {
  /** Components that carrying out the step itself needs, besides the one that it acts on. */
  readonly needs: readonly string[];
  /** Longest that it may take; `null`: no bound of its own. */
  readonly within: Seconds | null;
} & StepDeed;

type StepDeed =
  | { readonly phase: "fence"; readonly component: string; readonly method: FenceMethod }
  /** The best candidate is the one that holds the most data; order decides among equals. */
  | { readonly phase: "promote"; readonly component: string; readonly candidates: readonly string[] }
  | { readonly phase: "route"; readonly component: string }
  | { readonly phase: "verify"; readonly journey: string };

/**
 * How the old primary is kept from acknowledging: its standbys stop confirming (from the far side), it is stopped where it
 * stands (from the near side), or its right to serve runs out (by lease).
 */
export type FenceMethod = "far-side" | "near-side" | "lease";

export interface Interlocks {
  /** At least this many regions with the promoted component stay on. */
  readonly placesOnMin: number;
  /** No second failover begins within this time of the last one's end. */
  readonly coolDown: Seconds;
  /** What happens when the failover would lose acknowledged data. */
  readonly dataLoss: "ask" | "accept";
}

export interface Automation {
  /** Whether it runs by itself while its trust is ARMED, or a person always decides. */
  readonly failover: "when-armed" | "ask";
  /** How long the proof of a drill lasts. */
  readonly proofValidFor: Seconds;
}

/** A plan carried out against a scenario, under load, to see whether the objectives hold. */
export interface Drill extends Declared {
  readonly plan: string;
  readonly scenario: string;
  /** The journey whose objectives the drill is judged by. */
  readonly journey: string;
  readonly load: Load;
  /** How long after service is back a frozen region is thawed; `null` when the scenario freezes none. */
  readonly thawAfter: Seconds | null;
  /** How often it is to be repeated; `null`: when somebody runs it. */
  readonly cadence: Seconds | null;
  /** Share of streamed completions that may fail; `null`: told, not judged. */
  readonly completionsFailedMax: Ratio | null;
}

export interface Load {
  readonly writes: { readonly clients: number; readonly every: Seconds };
  readonly completions: { readonly clients: number; readonly tokens: number };
  /** How long it runs before the fault, and after recovery was verified. */
  readonly before: Seconds;
  readonly after: Seconds;
}

/** The objective that a journey has for failures of a scope; `null`: its owner set none. */
export function objectiveFor(journey: Journey, scope: FailureScope): Objective | null {
  return journey.objectives.find((objective) => objective.scope === scope) ?? null;
}

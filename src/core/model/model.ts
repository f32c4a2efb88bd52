import type { LocationRow } from "../catalogue/catalogue.ts";
import { invariant } from "../problem/problem.ts";
import type {
  GramsPerMonth,
  HourlyPrice,
  InstantMs,
  Money,
  MonthlyPrice,
  Ratio,
  Seconds,
} from "../units/units.ts";
import type { Component } from "./component.ts";
import type { Declared } from "./declared.ts";
import type { ErrorBudgetPolicy } from "./error-budget-policy.ts";
import type { Maintenance } from "./maintenance.ts";
import type { Drill, RecoveryPlan } from "./recovery-plan.ts";
import type { Options } from "./options.ts";
import type { Reliability, Source } from "./reliability.ts";

/** All that a workspace declares, every reference checked; each map is ordered by name. */
export interface Model {
  readonly platform: Platform;
  readonly journeys: Named<Journey>;
  readonly components: Named<Component>;
  readonly policies: Named<Policy>;
  readonly scenarios: Named<Scenario>;
  readonly risks: Named<Risk>;
  readonly plans: Named<RecoveryPlan>;
  readonly drills: Named<Drill>;
  readonly budgetPolicies: Named<ErrorBudgetPolicy>;
  readonly options: Named<Options>;
}

export type Named<Item> = ReadonlyMap<string, Item>;

/** What a name stands for. @throws InvariantBroken when nothing has that name: reading lets no such name through */
export function the<Item>(items: Named<Item>, name: string): Item {
  const item = items.get(name);
  invariant(item !== undefined, `nothing is named "${name}"`);
  return item;
}

/** The whole: where it can run, what it may cost, and what all of it hangs on. */
export interface Platform extends Declared {
  readonly regions: readonly Region[];
  /** Parts of the platform that share nothing with one another, each for its own users. */
  readonly cells: readonly Cell[];
  readonly fates: readonly Fate[];
  readonly budgets: {
    readonly cost: MonthlyPrice | null;
    readonly carbon: GramsPerMonth | null;
  };
}

/** A failure domain with its own buildings, power and network. */
export interface Region {
  readonly name: string;
  /** Who runs it: regions of one provider can fail together. */
  readonly provider: string;
  /** Failure domains within it; empty: none are told apart. */
  readonly zones: readonly string[];
  /** Of the region as a whole. */
  readonly failure: Reliability;
  /** `null`: none is planned. */
  readonly maintenance: Maintenance | null;
  /** Regions that its failure may take along, and how likely each is to go. */
  readonly takesAlong: readonly { readonly region: string; readonly likelihood: Ratio }[];
  /** Of one zone by itself. */
  readonly zoneFailure: Reliability;
  /** Which of a provider's regions it is; `null`: not stated. */
  readonly location: LocationRow | null;
}

export interface Cell {
  readonly name: string;
  readonly region: string;
  /** Of all users. */
  readonly share: Ratio;
}

/** Something that others fall with, however far apart they stand: a provider's control plane, identity, DNS, a registry. */
export interface Fate extends Declared {
  readonly type: FateType;
  readonly covers: {
    readonly providers: readonly string[];
    readonly regions: readonly string[];
    readonly components: readonly string[];
  };
  /** Whether what serves stops with it, or goes on and only cannot be changed: no start, no switch, no promotion. */
  readonly stops: "serving" | "recovery";
  readonly failure: Reliability;
}

export type FateType =
  | "provider-wide"
  | "control-plane"
  | "identity"
  | "dns"
  | "registry"
  | "network"
  | "power"
  | "deploy"
  | "generic";

/** How widely something fails: one zone, one region, every region of a provider, or something that is depended on. */
export type FailureScope = (typeof failureScopes)[number];

/** Each wider than the one before. */
export const failureScopes = ["zone", "region", "provider", "dependency"] as const;

/** Failures of this scope are all failures. */
export const widestScope: FailureScope = "dependency";

/** Whether failures of one scope are counted where an objective counts those of another. */
export function isCounted(failure: FailureScope, objective: FailureScope): boolean {
  return failureScopes.indexOf(failure) <= failureScopes.indexOf(objective);
}

/** What a user of the platform can do, and what the business needs of it. */
export interface Journey extends Declared {
  /** The component that a user's request reaches first. */
  readonly entry: string;
  readonly owner: string;
  /** The narrowest scope first; what a policy gives is in it. */
  readonly objectives: readonly Objective[];
  /** In which it may serve before it is whole again, those that give most first; empty: it is whole, or down. */
  readonly degradedModes: readonly DegradedMode[];
  /** What an hour without it costs; `null`: not stated. */
  readonly impact: HourlyPrice | null;
  /** The policy that its objectives inherit from; `null`: none. */
  readonly policy: string | null;
  /** What the business does meanwhile, and for how long it can; `null`: not stated. */
  readonly continuity: string | null;
  readonly requestsPerMonth: number | null;
}

/** A way in which a journey may serve before it is whole again: by a smaller model, from a cache, with a static answer. */
export interface DegradedMode {
  readonly name: string;
  readonly description: string;
  /** Components that it does without. */
  readonly without: readonly string[];
  /** Components that others stand in for. */
  readonly instead: readonly StandsIn[];
  /** The longest time until it serves at least so, by the scope of what fails; a scope that is not there has none. */
  readonly rto: Readonly<Partial<Record<FailureScope, Seconds>>>;
}

export interface StandsIn {
  readonly of: string;
  readonly by: string;
}

export interface Objective {
  readonly scope: FailureScope;
  /** The longest outage that the owner accepts. */
  readonly rto: Seconds;
  /** The longest span of lost data that the owner accepts. */
  readonly rpo: Seconds;
  /** Share of time that must be good, with failures of this scope counted in; `null`: none is set. */
  readonly availability: Ratio | null;
  /** Past this the business is harmed for good; at least the RTO. `null`: not stated. */
  readonly maximumTolerableOutage: Seconds | null;
  /** Where each of the values comes from; of one that is not set: nothing. */
  readonly sources: Readonly<Partial<Record<ObjectiveField, Source>>>;
}

export type ObjectiveField = "rto" | "rpo" | "availability" | "maximumTolerableOutage";

/** Objectives that journeys inherit. */
export interface Policy extends Declared {
  /** The policy that it inherits from; `null`: none. */
  readonly inherits: string | null;
  /** Its own, and what it inherits. */
  readonly objectives: readonly PolicyObjective[];
}

export type PolicyObjective = {
  readonly scope: FailureScope;
  readonly sources: Objective["sources"];
} & { readonly [Field in ObjectiveField]: Objective[Field] | null };

/** What fails, and how. */
export interface Scenario extends Declared {
  readonly failures: readonly [Failure, ...Failure[]];
  /** How often a year; `null`: not stated. */
  readonly perYear: number | null;
  /** How long what failed stays so; `null`: not stated. */
  readonly duration: Seconds | null;
}

export type Failure = { readonly how: FailureManner } & FailingDomain;

export type FailingDomain =
  | { readonly kind: "region"; readonly region: string }
  | { readonly kind: "zone"; readonly region: string; readonly zone: string }
  | { readonly kind: "cell"; readonly cell: string }
  | { readonly kind: "provider"; readonly provider: string }
  | { readonly kind: "fate"; readonly fate: string }
  /** In one region, or (`null`) wherever it stands. */
  | { readonly kind: "component"; readonly component: string; readonly region: string | null };

/**
 * Gone; stopped for a while and then back as if nothing had been; cut off from the others while it runs on; answering too slowly;
 * answering wrongly; answering, with no machine to be had beyond those that run.
 */
export type FailureManner = "lost" | "frozen" | "partitioned" | "slow" | "wrong" | "short-of-capacity";

/** What could go wrong, who answers for it, and what is done about it. */
export interface Risk extends Declared {
  readonly statement: string;
  readonly owner: string;
  readonly perYear: number;
  /** Of one time that it happens. */
  readonly impact: Money;
  readonly treatment: "avoid" | "reduce" | "transfer" | "accept";
  /** What is done about it, in words. */
  readonly controls: readonly string[];
  readonly scenarios: readonly string[];
  /** Who lives with it, and until when; `null`: nobody. */
  readonly acceptance: { readonly owner: string; readonly until: InstantMs } | null;
}

/** The objective that a journey has for failures of a scope; `null`: its owner set none. */
export function objectiveFor(journey: Journey, scope: FailureScope): Objective | null {
  return journey.objectives.find((objective) => objective.scope === scope) ?? null;
}

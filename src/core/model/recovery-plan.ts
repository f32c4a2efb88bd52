import { unreachable } from "../problem/problem.ts";
import type { Ratio, Seconds } from "../units/units.ts";
import { type ActivatedPlace, placeTitle, type ScaleTo } from "./activation.ts";
import type { BlockedWindow } from "./blocked-window.ts";
import type { Declared } from "./declared.ts";
import type { BudgetedAction } from "./error-budget-policy.ts";
import type { Outside } from "./outside-step.ts";
import type { VerifyWish } from "./verify-wish.ts";

/** How a journey comes back when a scenario happens. */
export interface RecoveryPlan extends Declared {
  readonly journeys: readonly string[];
  readonly scenarios: readonly string[];
  /** Regions with a controller. Most of them must survive: no quorum, no change. */
  readonly controllers: readonly string[];
  /** Regions with a voter of the coordination store, most of which must survive; `null`: those with a controller. */
  readonly coordination: readonly string[] | null;
  /** Regions in which evidence is kept, one of which must survive; `null`: those with a controller. */
  readonly evidence: readonly string[] | null;
  readonly detection: Detection;
  /** In the order in which they are carried out; those of the failover engine stand together: fence, promote, route, verify. */
  readonly steps: readonly Step[];
  /** Plans that are carried out as part of it, each once: their steps stand among its own. */
  readonly parts: readonly string[];
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
  /** Components that carrying out the step itself needs, besides the one that it acts on; `null`: it is not said. */
  readonly needs: readonly string[] | null;
  /** Longest that it may take; `null`: no bound of its own. */
  readonly within: Seconds | null;
  /** How it is carried out by whoever runs the plan; `null`: the failover engine does it. */
  readonly outside: Outside | null;
  /** The plan, and the plan in it, whose step it is; empty: the plan's own. */
  readonly part: readonly string[];
  /** Where the plan itself says it, from 0: a step of its own, or the one that carries out the plan whose step it is. */
  readonly at: number;
  /** Carried out only in a scenario that takes this cell; `null`: in any. */
  readonly lost: string | null;
} & StepDeed;

type StepDeed =
  | { readonly phase: "fence"; readonly component: string; readonly method: FenceMethod }
  /** The best candidate is the one that holds the most data; order decides among equals. */
  | { readonly phase: "promote"; readonly component: string; readonly candidates: readonly string[] }
  /** `drains`: cells to which no client is led any more. */
  | { readonly phase: "route"; readonly component: string; readonly drains: readonly string[] }
  /** `mode`: a degraded mode of the journey; `null`: it is whole. */
  | { readonly phase: "verify"; readonly journey: string; readonly mode: string | null }
  /** Machines of a component begin to run in a place. */
  | ({ readonly phase: "scale"; readonly to: ScaleTo } & ActivatedPlace)
  /** What runs in a place is made ready to serve at speed. */
  | ({ readonly phase: "warm" } & ActivatedPlace)
  /** What is done besides, under a name that people know it by. */
  | {
      readonly phase:
        | "gitops"
        | "kubernetes"
        | "patroni"
        | "terraform"
        | "run"
        | "notify"
        | "approve"
        | "wait";
      readonly name: string;
    };

/** What people call a step: `promote database`, `run raise-quota`, and one of another plan with its name before it. */
export function titleOf(step: Step): string {
  return [...step.part, ownTitle(step)].join("/");
}

function ownTitle(step: Step): string {
  if (step.phase === "verify") return `verify ${modeTitle(step.journey, step.mode)}`;
  if (step.phase === "scale" || step.phase === "warm") return `${step.phase} ${placeTitle(step)}`;
  return `${step.phase} ${"name" in step ? step.name : step.component}`;
}

/** `chat` where it is whole, `chat in static` in a degraded mode. */
export function modeTitle(journey: string, mode: string | null): string {
  return mode === null ? journey : `${journey} in ${mode}`;
}

/** The component that a step acts on, or makes ready; `null`: it names none. */
export function actedOn(step: Step): string | null {
  switch (step.phase) {
    case "fence":
    case "promote":
    case "route":
    case "scale":
    case "warm":
      return step.component;
    case "verify":
    case "gitops":
    case "kubernetes":
    case "patroni":
    case "terraform":
    case "run":
    case "notify":
    case "approve":
    case "wait":
      return null;
    default:
      return unreachable(step);
  }
}

/**
 * How the old primary is kept from acknowledging: its standbys stop confirming (from the far side), it is stopped where it
 * stands (from the near side), or its right to serve runs out (by lease).
 */
export type FenceMethod = "far-side" | "near-side" | "lease";

export interface Interlocks {
  /** At least this many regions with the promoted component stay on. */
  readonly placesOnMin: number;
  /** At most so many cells serve nobody, those that the scenario takes and those that the plan drains; `null`: no bound. */
  readonly cellsDrainedMax: number | null;
  /** No second failover begins within this time of the last one's end. */
  readonly coolDown: Seconds;
  /** What happens when the failover would lose acknowledged data. */
  readonly dataLoss: "ask" | "accept";
  /** Times in which nobody begins it. */
  readonly blocked: readonly BlockedWindow[];
  readonly gates: readonly Gate[];
}

/** What must be so before anything is begun. */
export interface Gate {
  readonly name: string;
  readonly wish: VerifyWish | BudgetWish;
}

/** That something may be done by what is left of error budgets, as the policies of the workspace say. */
export interface BudgetWish {
  readonly kind: "slo";
  readonly action: BudgetedAction;
  /** `null`: every policy of the workspace allows it. */
  readonly policy: string | null;
}

export interface Automation {
  /** Whether it runs by itself while its trust is ARMED, by itself whether or not it is proven, or a person always decides. */
  readonly failover: "when-armed" | "always" | "ask";
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

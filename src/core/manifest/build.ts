import type {
  Component,
  Drill,
  FailureScope,
  Journey,
  Objective,
  Platform,
  RecoveryPlan,
  Replication,
  Scenario,
  Step,
} from "../model/model.ts";
import { invariant, unreachable } from "../problem/problem.ts";
import type { ReadDocument } from "./schema.ts";

// From what a document says to what is meant: what was left out gets its default, or `null` where leaving out means something.

type Metadata = ReadDocument<"Platform">["metadata"];

function declared(metadata: Metadata): { readonly name: string; readonly description: string } {
  return { name: metadata.name, description: metadata.description ?? "" };
}

function atLeastOne<Item>(items: readonly Item[]): readonly [Item, ...Item[]] {
  const [first, ...others] = items;
  invariant(first !== undefined, "the schema lets no empty list through");
  return [first, ...others];
}

export function platformOf({ metadata, spec }: ReadDocument<"Platform">): Platform {
  return { ...declared(metadata), regions: spec.regions };
}

const scopes: readonly FailureScope[] = ["region", "provider"];

export function journeyOf({ metadata, spec }: ReadDocument<"Journey">): Journey {
  const objectives = scopes.flatMap((scope): readonly Objective[] => {
    const written = spec.objectives[scope];
    if (written === undefined) return [];
    return [{ scope, rto: written.rto, rpo: written.rpo, availability: written.availability ?? null }];
  });
  return {
    ...declared(metadata),
    entry: spec.entry,
    owner: spec.owner,
    objectives,
    impact: spec.impact ?? null,
  };
}

export function componentOf({ metadata, spec }: ReadDocument<"Component">): Component {
  return {
    ...declared(metadata),
    type: spec.type,
    pattern: spec.pattern,
    placements: spec.placements.map((placement) => ({
      region: placement.region,
      replicas: placement.replicas,
      required: placement.required ?? placement.replicas,
      capacity: placement.capacity,
      price: placement.price ?? null,
    })),
    replication: replicationOf(spec.replication),
    needs: spec.needs,
    weights: spec.weights ?? null,
  };
}

function replicationOf(written: ReadDocument<"Component">["spec"]["replication"]): Replication {
  if (written === undefined) return { kind: "none" };
  return written.mode === "synchronous"
    ? { kind: "synchronous", confirmations: written.confirmations }
    : { kind: "asynchronous", lag: written.lag };
}

export function scenarioOf({ metadata, spec }: ReadDocument<"Scenario">): Scenario {
  return { ...declared(metadata), failures: atLeastOne(spec.failures) };
}

/** @param placesOf the regions that a component stands in, in order: where it may be promoted when the plan does not say */
export function planOf(
  { metadata, spec }: ReadDocument<"RecoveryPlan">,
  placesOf: (component: string) => readonly string[],
): RecoveryPlan {
  const { detection } = spec;
  return {
    ...declared(metadata),
    journeys: spec.covers.journeys,
    scenarios: spec.covers.scenarios,
    controllers: spec.controllers,
    detection: {
      probeEvery: detection.probeEvery ?? null,
      refusals: detection.refusals ?? null,
      silentAfter: detection.silentAfter ?? null,
      streamSilentAfter: detection.streamSilentAfter ?? null,
    },
    steps: atLeastOne(spec.steps.map((step) => stepOf(step, placesOf))),
    interlocks: spec.interlocks,
    automation: spec.automation,
  };
}

function stepOf(
  step: ReadDocument<"RecoveryPlan">["spec"]["steps"][number],
  placesOf: (component: string) => readonly string[],
): Step {
  const common = { needs: step.needs, within: step.within ?? null };
  switch (step.phase) {
    case "fence":
      return { ...common, phase: "fence", component: step.component, method: step.method };
    case "promote": {
      const candidates = step.candidates ?? placesOf(step.component);
      return { ...common, phase: "promote", component: step.component, candidates };
    }
    case "route":
      return { ...common, phase: "route", component: step.component };
    case "verify":
      return { ...common, phase: "verify", journey: step.journey };
    default:
      return unreachable(step);
  }
}

export function drillOf({ metadata, spec }: ReadDocument<"Drill">): Drill {
  return {
    ...declared(metadata),
    plan: spec.plan,
    scenario: spec.scenario,
    journey: spec.journey,
    load: spec.load,
    thawAfter: spec.thawAfter ?? null,
    cadence: spec.cadence ?? null,
    completionsFailedMax: spec.success.completionsFailedMax ?? null,
  };
}

import type { Catalogue } from "../catalogue/catalogue.ts";
import type { ErrorBudgetPolicy } from "../model/error-budget-policy.ts";
import type { Failure, FateType, Platform, Risk, Scenario } from "../model/model.ts";
import type { Drill } from "../model/recovery-plan.ts";
import { invariant } from "../problem/problem.ts";
import { reliabilityOf } from "./build-reliability.ts";
import { interlocksOf } from "./build-interlocks.ts";
import type { WrittenPlan } from "./join-plans.ts";
import { stepOf } from "./build-step.ts";
import type { ReadDocument } from "./schema.ts";

// From what a document says to what is meant: what was left out gets its default, or `null` where leaving out means something.

type Metadata = ReadDocument<"Platform">["metadata"];

export function declared(metadata: Metadata): { readonly name: string; readonly description: string } {
  return { name: metadata.name, description: metadata.description ?? "" };
}

export function atLeastOne<Item>(items: readonly Item[]): readonly [Item, ...Item[]] {
  const [first, ...others] = items;
  invariant(first !== undefined, "the schema lets no empty list through");
  return [first, ...others];
}

export function platformOf({ metadata, spec }: ReadDocument<"Platform">, catalogue: Catalogue): Platform {
  const { budgets } = spec;
  return {
    ...declared(metadata),
    regions: spec.regions.map((region) => ({
      name: region.name,
      provider: region.provider,
      zones: region.zones,
      failure: reliabilityOf(region.failure, { catalogue, assumed: "assumed/region" }),
      zoneFailure: reliabilityOf(region.zoneFailure, { catalogue, assumed: "assumed/zone" }),
      maintenance: region.maintenance ?? null,
      takesAlong: region.takesAlong,
      location: region.location === undefined ? null : (catalogue.locations.get(region.location) ?? null),
    })),
    cells: spec.cells,
    fates: spec.fates.map((fate) => ({
      name: fate.name,
      description: fate.description ?? "",
      type: fate.type,
      covers: fate.covers,
      stops: fate.stops,
      failure: reliabilityOf(fate.failure, { catalogue, assumed: assumedFate[fate.type] }),
    })),
    budgets: { cost: budgets.cost ?? null, carbon: budgets.carbon ?? null },
  };
}

/** The row of the catalogue that holds for a fate of which no figures are written. */
const assumedFate: Readonly<Record<FateType, string>> = {
  "provider-wide": "assumed/provider-wide",
  "control-plane": "assumed/control-plane-fate",
  identity: "assumed/identity",
  dns: "assumed/dns",
  registry: "assumed/registry",
  network: "assumed/network",
  power: "assumed/power",
  deploy: "assumed/deploy",
  generic: "assumed/generic",
};

export function scenarioOf({ metadata, spec }: ReadDocument<"Scenario">): Scenario {
  return {
    ...declared(metadata),
    failures: atLeastOne(spec.failures.map(failureOf)),
    perYear: spec.likelihoodPerYear ?? null,
    duration: spec.duration ?? null,
  };
}

/** `contradictions` lets none through that names no domain, or two. */
function failureOf(written: ReadDocument<"Scenario">["spec"]["failures"][number]): Failure {
  const { region, zone, cell, provider, fate, component, how } = written;
  if (component !== undefined) return { kind: "component", component, region: region ?? null, how };
  if (fate !== undefined) return { kind: "fate", fate, how };
  if (provider !== undefined) return { kind: "provider", provider, how };
  if (cell !== undefined) return { kind: "cell", cell, how };
  invariant(region !== undefined, "a failure names what fails");
  return zone === undefined ? { kind: "region", region, how } : { kind: "zone", region, zone, how };
}

export function riskOf({ metadata, spec }: ReadDocument<"Risk">): Risk {
  return {
    ...declared(metadata),
    statement: spec.statement,
    owner: spec.owner,
    perYear: spec.likelihoodPerYear,
    impact: spec.impact,
    treatment: spec.treatment,
    controls: spec.controls,
    scenarios: spec.scenarios,
    acceptance: spec.acceptance ?? null,
  };
}

/** @param placesOf the regions that a component stands in, in order: where it may be promoted when the plan does not say */
export function planOf(
  { metadata, spec }: ReadDocument<"RecoveryPlan">,
  placesOf: (component: string) => readonly string[],
): WrittenPlan {
  const { detection } = spec;
  return {
    ...declared(metadata),
    journeys: spec.covers.journeys,
    scenarios: spec.covers.scenarios,
    controllers: spec.controllers,
    coordination: spec.coordination ?? null,
    evidence: spec.evidence ?? null,
    detection: {
      probeEvery: detection.probeEvery ?? null,
      refusals: detection.refusals ?? null,
      silentAfter: detection.silentAfter ?? null,
      streamSilentAfter: detection.streamSilentAfter ?? null,
    },
    steps: spec.steps.map((step, at) =>
      step.phase === "plan"
        ? { phase: "plan", plan: step.plan, isBeside: step.begins === "beside", at }
        : stepOf(step, at, { plan: metadata.name, placesOf }),
    ),
    interlocks: interlocksOf(spec.interlocks),
    automation: spec.automation,
  };
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

export function budgetPolicyOf({ metadata, spec }: ReadDocument<"ErrorBudgetPolicy">): ErrorBudgetPolicy {
  const states = atLeastOne(
    spec.states.map(({ state, budgetLeft, burnRate, allows }) => ({
      name: state,
      ...{ budgetLeft: budgetLeft ?? null, burnRate: burnRate ?? null, allows },
    })),
  );
  const last = states.at(-1) ?? states[0];
  return {
    ...declared(metadata),
    ...{ slos: spec.slos, hold: spec.hold ?? null, states, overrides: spec.overrides },
    unknown: spec.unknown ?? last.name,
  };
}

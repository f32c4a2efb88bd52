import { sampleCatalogue } from "../../../test/sample-catalogue.ts";
import fc from "fast-check";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import type { Component, Need, Placement, Replication, Standby } from "../model/component.ts";
import type {
  FailingDomain,
  FailureScope,
  Journey,
  Model,
  Named,
  Objective,
  Platform,
  Risk,
  Scenario,
} from "../model/model.ts";
import { budgetedActions, type ErrorBudgetPolicy } from "../model/error-budget-policy.ts";
import type { Maintenance } from "../model/maintenance.ts";
import type { Options } from "../model/options.ts";
import type { Drill, RecoveryPlan, Step } from "../model/recovery-plan.ts";
import type { Reliability, Source } from "../model/reliability.ts";
import { unreachable } from "../problem/problem.ts";
import { emissionsText, powerText } from "../units/energy-text.ts";
import { moneyText, monthlyPriceText, priceText } from "../units/money-text.ts";
import { type Span, spanText } from "../units/span.ts";
import { bandwidthText, dataText, dateText, durationText, percentText } from "../units/text.ts";
import {
  bytes,
  bytesPerSecond,
  gramsPerMonth,
  hourlyPrice,
  instantMs,
  money,
  monthlyPrice,
  ratio,
  type Seconds,
  seconds,
  watts,
} from "../units/units.ts";
import { readWorkspace } from "./manifest.ts";

const regions = ["central", "east", "west"] as const;
const duration = fc.nat(100_000_000).map((ms) => seconds(ms / 1_000));
const someTime = fc.integer({ min: 1, max: 100_000_000 }).map((ms) => seconds(ms / 1_000));
const share = fc.nat(1_000_000).map((parts) => ratio(parts / 1_000_000));
const price = fc.nat(50_000_000).map((micros) => hourlyPrice("EUR", micros));
const orNone = <Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(values, { nil: null });
const description = fc.string({ unit: "grapheme", maxLength: 20 });
const words = fc.string({ unit: "grapheme", minLength: 1, maxLength: 20 });
const count = fc.integer({ min: 1, max: 9 });

const declared: Source = { kind: "declared" };

const reliability: fc.Arbitrary<Reliability> = fc
  .record({
    mtbf: someTime,
    mttr: duration,
    repair: fc.oneof(
      fc.constant({ kind: "exponential" as const }),
      fc.constant({ kind: "fixed" as const }),
      fc.record({ kind: fc.constant("log-normal" as const), sigma: fc.integer({ min: 0, max: 5 }) }),
    ),
    errorFactor: fc.integer({ min: 1, max: 30 }),
  })
  .map((figures) => ({ ...figures, source: declared }));

const power = fc
  .tuple(fc.nat(5_000), fc.nat(5_000))
  .map(([idle, more]) => ({ idle: watts(idle), busy: watts(idle + more), source: declared }));

const maintenance: fc.Arbitrary<Maintenance> = fc
  .tuple(fc.integer({ min: 2, max: 1_000_000 }), fc.nat(), fc.nat())
  .map(([every, lasts, first]) => ({
    ...{ every: seconds(every), lasts: seconds(1 + (lasts % (every - 1))), first: seconds(first % every) },
  }));

const placement = (region: string): fc.Arbitrary<Placement> =>
  fc
    .tuple(
      count,
      fc.nat(8),
      fc.constantFrom("reserved" as const, "quota" as const, "best-effort" as const),
      share,
      fc.record({
        zones: fc.subarray(["a", "b"]),
        spares: fc.nat(5),
        failure: reliability,
        maintenance: orNone(maintenance),
        utilisation: share,
      }),
      fc.record({ price: orNone(price), power: orNone(power) }),
    )
    .map(([replicas, fewer, capacity, likelihood, rest, { price: of, power: drawn }]) => ({
      ...{ region, cell: null, replicas, required: Math.max(1, replicas - fewer), capacity },
      capacityLikelihood: {
        value: capacity === "reserved" ? ratio(1) : likelihood,
        source: capacity === "reserved" ? { kind: "assumed", row: "assumed/capacity-reserved" } : declared,
      },
      ...rest,
      machine: null,
      price: of === null ? null : { value: of, source: declared },
      power: drawn,
    }));

const span: fc.Arbitrary<Span> = fc.oneof(
  fc.record({ kind: fc.constant("fixed" as const), time: duration }),
  fc
    .tuple(duration, fc.nat(1_000))
    .map(([from, more]) => ({ kind: "between" as const, from, to: seconds(from + more) })),
  fc.record({
    kind: fc.constant("skewed" as const),
    median: fc.integer({ min: 1, max: 1_000 }).map(seconds),
    p95: duration.map((each) => seconds(each + 1_000)),
  }),
);

const phases = ["detect", "approve", "fence", "promote", "provision", "route", "verify"] as const;
const recovery = fc.record(
  Object.fromEntries(phases.map((phase) => [phase, orNone(span)])) as Record<
    (typeof phases)[number],
    fc.Arbitrary<Span | null>
  >,
);

const standby: fc.Arbitrary<Standby> = fc
  .record({
    failureShare: share,
    detected: share,
    switched: share,
    able: share,
    manual: duration,
    manualSigma: fc.nat(5),
  })
  .map((said) => ({
    ...said,
    sources: {
      ...{ failureShare: declared, detected: declared, switched: declared },
      ...{ able: declared, manual: declared },
    },
  }));

const need: fc.Arbitrary<Need> = fc.record({
  component: fc.constant("database"),
  strength: fc.constantFrom("soft", "degraded"),
  fallbacks: fc.constant([]),
  retries: orNone(
    fc.record({
      attempts: count,
      backoff: fc.constantFrom("none", "fixed", "exponential"),
      budget: orNone(share),
    }),
  ),
  timeout: orNone(duration),
});

const amount = fc.nat({ max: Number.MAX_SAFE_INTEGER - 1 }).map(bytes);

const component: fc.Arbitrary<Component> = fc
  .record({
    what: fc.record({
      name: fc.constant("database"),
      description,
      type: fc.constantFrom("database", "inference", "generic"),
      pattern: fc.constantFrom("active-active", "hot-standby"),
      placements: fc.tuple(...regions.map(placement)),
      placesRequired: fc.integer({ min: 1, max: 3 }),
      sla: orNone(share),
    }),
    how: fc.record({
      crews: orNone(count),
      commonCause: orNone(fc.record({ kind: fc.constant("beta" as const), beta: share })),
      standby,
      recovery,
      replication: fc.oneof(
        fc.record({ kind: fc.constant("none" as const) }),
        fc.record({
          kind: fc.constant("synchronous" as const),
          confirmations: fc.integer({ min: 1, max: 2 }),
        }),
        fc.record({ kind: fc.constant("asynchronous" as const), lag: duration }),
        fc.record({ kind: fc.constant("snapshot" as const), every: someTime, transfer: duration }),
      ),
      needs: fc.array(need, { maxLength: 1 }),
    }),
    with: fc.record({
      weights: orNone(
        fc.record({
          size: amount,
          locality: fc.constantFrom("resident", "local", "remote"),
          bandwidth: amount.map((each) => ({ value: bytesPerSecond(each + 1), source: declared })),
        }),
      ),
      data: orNone(fc.record({ stored: amount, changedPerDay: amount })),
      routing: orNone(
        fc.oneof(
          fc.record({ kind: fc.constant("dns" as const), ttl: duration }),
          fc.record({ kind: fc.constantFrom("anycast", "proxy") }),
        ),
      ),
      shuffleShard: orNone(fc.record({ size: fc.constant(1), of: fc.integer({ min: 1, max: 3 }) })),
      job: orNone(
        fc.record({
          ...{ nodes: fc.constant(1), checkpointEvery: someTime, checkpointWrite: duration },
          ...{ restart: duration, measuredMtbf: orNone(someTime) },
        }),
      ),
      api: orNone(
        fc.record({
          ...{ vendor: fc.constant("vendor"), hostedBy: fc.constantFrom("one", null), quota: orNone(share) },
          ...{ qualityGate: orNone(words), residency: orNone(words) },
        }),
      ),
    }),
  })
  .map((parts) => ({ ...parts.what, ...parts.how, ...parts.with }));

const objective = (scope: FailureScope): fc.Arbitrary<Objective> =>
  fc
    .record({
      rto: duration,
      rpo: duration,
      availability: orNone(share),
      more: orNone(fc.nat(1_000)),
    })
    .map(({ rto, rpo, availability, more }) => ({
      ...{ scope, rto, rpo, availability },
      maximumTolerableOutage: more === null ? null : seconds(rto + more),
      sources: {
        ...{ rto: declared, rpo: declared },
        ...(availability === null ? {} : { availability: declared }),
        ...(more === null ? {} : { maximumTolerableOutage: declared }),
      },
    }));

const journey: fc.Arbitrary<Journey> = fc.record({
  name: fc.constant("buy"),
  description,
  entry: fc.constant("database"),
  owner: words,
  objectives: fc
    .subarray(["zone", "region", "provider", "dependency"] as const)
    .chain((scopes) => fc.tuple(...scopes.map(objective))),
  // Of a journey that needs one component alone there is nothing to do without.
  degradedModes: fc.constant([]),
  impact: orNone(price),
  policy: fc.constant(null),
  continuity: orNone(words),
  requestsPerMonth: orNone(count),
});

const manner = fc.constantFrom("lost", "frozen", "partitioned", "slow", "wrong", "short-of-capacity");
const domain: fc.Arbitrary<FailingDomain> = fc.oneof(
  fc.record({ kind: fc.constant("region" as const), region: fc.constantFrom(...regions) }),
  fc.record({
    ...{ kind: fc.constant("zone" as const), region: fc.constantFrom(...regions) },
    zone: fc.constantFrom("a", "b"),
  }),
  fc.record({ kind: fc.constant("cell" as const), cell: fc.constant("cell-1") }),
  fc.record({ kind: fc.constant("provider" as const), provider: fc.constant("one") }),
  fc.record({ kind: fc.constant("fate" as const), fate: fc.constant("sign-in") }),
  fc.record({
    ...{ kind: fc.constant("component" as const), component: fc.constant("database") },
    region: fc.constantFrom(...regions, null),
  }),
);

const scenario: fc.Arbitrary<Scenario> = fc.record({
  name: fc.constant("bad-day"),
  description,
  failures: fc.tuple(fc.tuple(domain, manner).map(([what, how]) => ({ ...what, how }))),
  perYear: orNone(count),
  duration: orNone(duration),
});

const risk: fc.Arbitrary<Risk> = fc.record({
  name: fc.constant("loss"),
  description,
  statement: words,
  owner: words,
  perYear: fc.nat(100),
  impact: fc.nat(2_000_000_000).map((micros) => money("EUR", micros)),
  treatment: fc.constantFrom("avoid", "reduce", "transfer", "accept"),
  controls: fc.array(words),
  scenarios: fc.subarray(["bad-day"]),
  acceptance: orNone(
    fc.record({
      owner: words,
      until: fc.integer({ min: 0, max: 40_000 }).map((day) => instantMs(day * 86_400_000)),
    }),
  ),
});

const action = fc.constantFrom(...budgetedActions);

const budgetPolicy: fc.Arbitrary<ErrorBudgetPolicy> = fc.record({
  name: fc.constant("budget"),
  description,
  slos: fc.subarray(["one", "two"]),
  hold: orNone(fc.integer({ min: 300, max: 86_400 }).map(seconds)),
  states: fc.tuple(
    fc.record({
      name: fc.constant("open"),
      budgetLeft: share,
      burnRate: orNone(fc.record({ over: duration, below: fc.nat(20) })),
      allows: fc.array(action),
    }),
    fc.record({
      name: fc.constant("frozen"),
      ...{ budgetLeft: fc.constant(null), burnRate: fc.constant(null), allows: fc.array(action) },
    }),
  ),
  unknown: fc.constantFrom("open", "frozen"),
  overrides: fc.array(
    fc.record({
      ...{ allows: fc.array(action), owner: words, reason: words },
      until: fc.integer({ min: 0, max: 40_000 }).map((day) => instantMs(day * 86_400_000)),
    }),
  ),
});

const platform: fc.Arbitrary<Platform> = fc
  .record({
    ...{ failure: reliability, zoneFailure: reliability, fateFailure: reliability },
    ...{ planned: orNone(maintenance), likelihood: fc.integer({ min: 1, max: 100 }) },
  })
  .map(({ failure, zoneFailure, fateFailure, planned, likelihood }) => ({
    ...{ name: "shop", description: "" },
    regions: regions.map((name) => ({
      ...{ name, provider: "one", zones: ["a", "b"], failure, zoneFailure },
      maintenance: planned,
      takesAlong: name === "west" ? [{ region: "east", likelihood: ratio(likelihood / 100) }] : [],
      location: sampleCatalogue.locations.get("cloud/north") ?? null,
    })),
    cells: [{ name: "cell-1", region: "east", share: ratio(1) }],
    fates: [
      {
        ...{ name: "sign-in", description: "", type: "identity" as const, stops: "recovery" as const },
        covers: { providers: ["one"], regions: ["east"], components: ["database"] },
        failure: fateFailure,
      },
    ],
    budgets: { cost: monthlyPrice("EUR", 9_000_000), carbon: gramsPerMonth(20_000) },
  }));

const common = {
  needs: orNone(fc.subarray(["database"])),
  within: orNone(duration.filter((time) => time > 0)),
  outside: fc.constant(null),
  part: fc.constant([]),
  lost: fc.constant(null),
};
const promote: fc.Arbitrary<Step> = fc.record({
  ...common,
  phase: fc.constant("promote" as const),
  at: fc.constant(0),
  component: fc.constant("database"),
  candidates: fc.shuffledSubarray([...regions], { minLength: 1 }),
});
const verify: fc.Arbitrary<Step> = fc.record({
  ...common,
  phase: fc.constant("verify" as const),
  at: fc.constant(1),
  journey: fc.constant("buy"),
  mode: fc.constant(null),
});

const plan: fc.Arbitrary<RecoveryPlan> = fc.record({
  name: fc.constant("leave"),
  description,
  journeys: fc.constant(["buy"]),
  scenarios: fc.constant(["bad-day"]),
  controllers: fc.shuffledSubarray([...regions], { minLength: 1 }),
  coordination: orNone(fc.shuffledSubarray([...regions], { minLength: 1 })),
  evidence: orNone(fc.shuffledSubarray([...regions], { minLength: 1 })),
  detection: fc.record({
    probeEvery: orNone(duration),
    refusals: orNone(count),
    silentAfter: orNone(duration),
    streamSilentAfter: orNone(duration),
  }),
  steps: fc.tuple(promote, verify),
  parts: fc.constant([]),
  interlocks: fc.record({
    placesOnMin: count,
    cellsDrainedMax: orNone(count),
    coolDown: duration,
    dataLoss: fc.constantFrom("ask", "accept"),
    blocked: fc.constant([]),
    gates: fc.constant([]),
  }),
  automation: fc.record({
    failover: fc.constantFrom("when-armed", "always", "ask"),
    proofValidFor: duration,
  }),
});

const drill: fc.Arbitrary<Omit<Drill, "thawAfter">> = fc.record({
  name: fc.constant("try-it"),
  description,
  plan: fc.constant("leave"),
  scenario: fc.constant("bad-day"),
  journey: fc.constant("buy"),
  load: fc.record({
    writes: fc.record({ clients: count, every: duration }),
    completions: fc.record({ clients: count, tokens: count }),
    before: duration,
    after: duration,
  }),
  cadence: orNone(duration),
  completionsFailedMax: orNone(share),
});

const model: fc.Arbitrary<Model> = fc
  .record({ platform, component, journey, scenario, risk, plan, drill, budgetPolicy, thaw: duration })
  .map(({ thaw, ...parts }) => ({
    platform: parts.platform,
    policies: new Map(),
    risks: alone(parts.risk),
    components: alone(parts.component),
    journeys: alone(parts.journey),
    scenarios: alone(parts.scenario),
    plans: alone(parts.plan),
    drills: alone({ ...parts.drill, thawAfter: parts.scenario.failures[0].how === "frozen" ? thaw : null }),
    budgetPolicies: alone(parts.budgetPolicy),
    options: alone(patternOptions(parts.component)),
  }));

const patterns: readonly Component["pattern"][] = ["active-active", "hot-standby"];

/** A choice between two patterns, of which one holds today. */
function patternOptions(of: Component): Options {
  const today = patterns.indexOf(of.pattern);
  return {
    ...{ name: "ways", description: "" },
    choices: [{ component: of.name, what: `pattern of ${of.name}`, alternatives: patterns, today }],
    variants: new Map([
      [
        of.name,
        [
          { picks: [today], component: of },
          { picks: [1 - today], component: { ...of, pattern: patterns[1 - today] ?? of.pattern } },
        ],
      ],
    ]),
  };
}

function optionsText(each: Options): string {
  return documentText("Options", each, {
    choices: each.choices.map(({ component: name, alternatives }) => ({
      component: name,
      pattern: alternatives,
    })),
  });
}

function alone<Item extends { readonly name: string }>(item: Item): Named<Item> {
  return new Map([[item.name, item]]);
}

/** What was left out is written as nothing. */
function written<Value>(value: Value | null, print: (value: Value) => unknown): unknown {
  return value === null ? undefined : print(value);
}

const time = (value: Seconds): string => durationText.print(value);

function documentText(
  kind: string,
  declared: { readonly name: string; readonly description: string },
  spec: unknown,
): string {
  const metadata = {
    name: declared.name,
    description: declared.description === "" ? undefined : declared.description,
  };
  return stringify({ apiVersion: "holdfast/v1alpha1", kind, metadata, spec });
}

function reliabilityText({ mtbf, mttr, repair, errorFactor }: Reliability): unknown {
  const sigma = repair.kind === "log-normal" ? repair.sigma : undefined;
  return { mtbf: time(mtbf), mttr: time(mttr), repair: repair.kind, repairSigma: sigma, errorFactor };
}

function maintenanceText({ every, lasts, first }: Maintenance): unknown {
  return { every: time(every), lasts: time(lasts), first: time(first) };
}

function placementText(place: Placement): unknown {
  const { price: of, power: drawn, capacityLikelihood } = place;
  const { region, zones, replicas, required, spares, capacity } = place;
  return {
    ...{ region, zones, replicas, required, spares, capacity },
    failure: reliabilityText(place.failure),
    maintenance: written(place.maintenance, maintenanceText),
    capacityLikelihood:
      capacityLikelihood.source.kind === "declared" ? percentText.print(capacityLikelihood.value) : undefined,
    price: written(of, ({ value }) => priceText.print(value)),
    power: written(drawn, ({ idle, busy }) => ({ idle: powerText.print(idle), busy: powerText.print(busy) })),
    utilisation: percentText.print(place.utilisation),
  };
}

function replicationText(replication: Replication): unknown {
  switch (replication.kind) {
    case "none":
      return undefined;
    case "synchronous":
      return { mode: "synchronous", confirmations: replication.confirmations };
    case "asynchronous":
      return { mode: "asynchronous", lag: time(replication.lag) };
    case "snapshot":
      return { mode: "snapshot", every: time(replication.every), transfer: time(replication.transfer) };
    default:
      return unreachable(replication);
  }
}

function needText({ component: name, strength, fallbacks, retries, timeout }: Need): unknown {
  return {
    ...{ component: name, strength, fallbacks, timeout: written(timeout, time) },
    retries: written(retries, (each) => ({ ...each, budget: written(each.budget, percentText.print) })),
  };
}

function componentText(each: Component): string {
  const { type, pattern, placesRequired, standby: by, weights, data, routing, job, api } = each;
  return documentText("Component", each, {
    ...{ type, pattern, placesRequired, needs: each.needs.map(needText) },
    placements: each.placements.map(placementText),
    crews: written(each.crews, (value) => value),
    commonCause: written(each.commonCause, (cause) =>
      cause.kind === "beta"
        ? { beta: percentText.print(cause.beta) }
        : { greekLetters: cause.letters.map(percentText.print) },
    ),
    standby: {
      ...{ failureShare: percentText.print(by.failureShare), detected: percentText.print(by.detected) },
      ...{
        switched: percentText.print(by.switched),
        able: percentText.print(by.able),
        manual: time(by.manual),
        manualSigma: by.manualSigma,
      },
    },
    recovery: Object.fromEntries(
      phases.map((phase) => [phase, written(each.recovery[phase], spanText.print)]),
    ),
    replication: replicationText(each.replication),
    weights: written(weights, ({ size, locality, bandwidth }) => ({
      ...{ size: dataText.print(size), locality, bandwidth: bandwidthText.print(bandwidth.value) },
    })),
    data: written(data, ({ stored, changedPerDay }) => ({
      ...{ stored: dataText.print(stored), changedPerDay: dataText.print(changedPerDay) },
    })),
    routing: written(routing, (by) => (by.kind === "dns" ? { kind: "dns", ttl: time(by.ttl) } : by)),
    shuffleShard: written(each.shuffleShard, (value) => value),
    job: written(job, (value) => ({
      ...{ nodes: value.nodes, checkpointEvery: time(value.checkpointEvery) },
      ...{ checkpointWrite: time(value.checkpointWrite), restart: time(value.restart) },
      measuredMtbf: written(value.measuredMtbf, time),
    })),
    api: written(api, (value) => ({
      ...{ vendor: value.vendor, hostedBy: written(value.hostedBy, (name) => name) },
      quota: written(value.quota, percentText.print),
      ...{
        qualityGate: written(value.qualityGate, (text) => text),
        residency: written(value.residency, (text) => text),
      },
    })),
    sla: written(each.sla, percentText.print),
  });
}

function journeyText(each: Journey): string {
  const objectives = each.objectives.map((of): readonly [string, unknown] => [
    of.scope,
    {
      ...{ rto: time(of.rto), rpo: time(of.rpo) },
      availability: written(of.availability, percentText.print),
      maximumTolerableOutage: written(of.maximumTolerableOutage, time),
    },
  ]);
  return documentText("Journey", each, {
    ...{ entry: each.entry, owner: each.owner, objectives: Object.fromEntries(objectives) },
    impact: written(each.impact, priceText.print),
    continuity: written(each.continuity, (text) => text),
    requestsPerMonth: written(each.requestsPerMonth, (value) => value),
  });
}

function scenarioText(each: Scenario): string {
  return documentText("Scenario", each, {
    failures: each.failures.map((failure) =>
      Object.fromEntries(Object.entries(failure).filter(([key, value]) => key !== "kind" && value !== null)),
    ),
    likelihoodPerYear: written(each.perYear, (value) => value),
    duration: written(each.duration, time),
  });
}

function riskText(each: Risk): string {
  const { statement, owner, perYear, impact, treatment, controls, scenarios, acceptance } = each;
  return documentText("Risk", each, {
    ...{ statement, owner, likelihoodPerYear: perYear, impact: moneyText.print(impact) },
    ...{ treatment, controls, scenarios },
    acceptance: written(acceptance, (by) => ({ owner: by.owner, until: dateText.print(by.until) })),
  });
}

function budgetPolicyText(each: ErrorBudgetPolicy): string {
  const { slos, hold, states, unknown, overrides } = each;
  return documentText("ErrorBudgetPolicy", each, {
    ...{ slos, hold: written(hold, time), unknown },
    states: states.map(({ name, budgetLeft, burnRate, allows }) => ({
      ...{ state: name, allows, budgetLeft: written(budgetLeft, percentText.print) },
      burnRate: written(burnRate, ({ over, below }) => ({ over: time(over), below })),
    })),
    overrides: overrides.map((by) => ({ ...by, until: dateText.print(by.until) })),
  });
}

function platformText(each: Platform): string {
  const { cost, carbon } = each.budgets;
  return documentText("Platform", each, {
    regions: each.regions.map(({ failure, zoneFailure, location, ...region }) => ({
      ...region,
      failure: reliabilityText(failure),
      zoneFailure: reliabilityText(zoneFailure),
      maintenance: written(region.maintenance, maintenanceText),
      takesAlong: region.takesAlong.map((along) => ({
        ...{ region: along.region, likelihood: percentText.print(along.likelihood) },
      })),
      location: written(location, ({ id }) => id),
    })),
    cells: each.cells.map((cell) => ({ ...cell, share: percentText.print(cell.share) })),
    fates: each.fates.map(({ name, type, covers, stops, failure }) => ({
      ...{ name, type, covers, stops, failure: reliabilityText(failure) },
    })),
    budgets: {
      cost: written(cost, monthlyPriceText.print),
      carbon: written(carbon, emissionsText.print),
    },
  });
}

function planText(each: RecoveryPlan): string {
  const { detection, interlocks, automation } = each;
  return documentText("RecoveryPlan", each, {
    covers: { journeys: each.journeys, scenarios: each.scenarios },
    controllers: each.controllers,
    coordination: written(each.coordination, (value) => value),
    evidence: written(each.evidence, (value) => value),
    detection: {
      probeEvery: written(detection.probeEvery, time),
      refusals: written(detection.refusals, (value) => value),
      silentAfter: written(detection.silentAfter, time),
      streamSilentAfter: written(detection.streamSilentAfter, time),
    },
    steps: each.steps.map((step) => ({
      ...{ ...step, outside: undefined, mode: undefined },
      ...{ part: undefined, at: undefined, lost: undefined },
      needs: written(step.needs, (value) => value),
      within: written(step.within, time),
    })),
    interlocks: {
      ...interlocks,
      cellsDrainedMax: written(interlocks.cellsDrainedMax, (value) => value),
      coolDown: time(interlocks.coolDown),
    },
    automation: { ...automation, proofValidFor: time(automation.proofValidFor) },
  });
}

function drillText(each: Drill): string {
  const { plan: planName, scenario: scenarioName, journey: journeyName, load } = each;
  return documentText("Drill", each, {
    ...{ plan: planName, scenario: scenarioName, journey: journeyName },
    load: {
      writes: { clients: load.writes.clients, every: time(load.writes.every) },
      completions: load.completions,
      before: time(load.before),
      after: time(load.after),
    },
    thawAfter: written(each.thawAfter, time),
    cadence: written(each.cadence, time),
    success: { completionsFailedMax: written(each.completionsFailedMax, percentText.print) },
  });
}

function filesOf(each: Model): readonly { readonly path: string; readonly text: string }[] {
  const texts = [
    platformText(each.platform),
    ...[...each.components.values()].map(componentText),
    ...[...each.journeys.values()].map(journeyText),
    ...[...each.scenarios.values()].map(scenarioText),
    ...[...each.risks.values()].map(riskText),
    ...[...each.plans.values()].map(planText),
    ...[...each.drills.values()].map(drillText),
    ...[...each.budgetPolicies.values()].map(budgetPolicyText),
    ...[...each.options.values()].map(optionsText),
  ];
  return texts.map((text, at) => ({ path: `${at}.yaml`, text }));
}

it("reads back every model that was written", () => {
  fc.assert(
    fc.property(model, (each) => {
      const read = readWorkspace(filesOf(each), sampleCatalogue);
      expect(read.ok ? read.value.model : read.problems).toEqual(each);
    }),
    { numRuns: 200 },
  );
});

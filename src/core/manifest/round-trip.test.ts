import fc from "fast-check";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import type {
  Component,
  Drill,
  Journey,
  Model,
  Named,
  Placement,
  RecoveryPlan,
  Scenario,
  Step,
} from "../model/model.ts";
import { dataText, durationText, percentText, priceText } from "../units/text.ts";
import { bytes, hourlyPrice, ratio, type Seconds, seconds } from "../units/units.ts";
import { readWorkspace } from "./manifest.ts";

const regions = ["central", "east", "west"] as const;
const duration = fc.nat(100_000_000).map((ms) => seconds(ms / 1_000));
const share = fc.nat(1_000_000).map((parts) => ratio(parts / 1_000_000));
const price = fc.nat(50_000_000).map((micros) => hourlyPrice("EUR", micros));
const orNone = <Value>(values: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(values, { nil: null });
const description = fc.string({ unit: "grapheme", maxLength: 20 });
const count = fc.integer({ min: 1, max: 9 });

const placement = (region: string): fc.Arbitrary<Placement> =>
  fc.tuple(count, fc.nat(8)).chain(([replicas, fewer]) =>
    fc.record({
      region: fc.constant(region),
      replicas: fc.constant(replicas),
      required: fc.constant(Math.max(1, replicas - fewer)),
      capacity: fc.constantFrom("reserved", "quota", "best-effort"),
      price: orNone(price),
    }),
  );

const component: fc.Arbitrary<Component> = fc.record({
  name: fc.constant("database"),
  description,
  type: fc.constantFrom("database", "inference", "generic"),
  pattern: fc.constantFrom("active-active", "hot-standby"),
  placements: fc.tuple(...regions.map(placement)),
  replication: fc.oneof(
    fc.record({ kind: fc.constant("none" as const) }),
    fc.record({ kind: fc.constant("synchronous" as const), confirmations: fc.integer({ min: 1, max: 2 }) }),
    fc.record({ kind: fc.constant("asynchronous" as const), lag: duration }),
  ),
  needs: fc.subarray([{ component: "database", strength: "soft" as const }]),
  weights: orNone(
    fc.record({ size: fc.maxSafeNat().map(bytes), locality: fc.constantFrom("resident", "local", "remote") }),
  ),
});

const objective = <Scope extends "region" | "provider">(scope: Scope) =>
  fc.record({ scope: fc.constant(scope), rto: duration, rpo: duration, availability: orNone(share) });

const journey: fc.Arbitrary<Journey> = fc.record({
  name: fc.constant("buy"),
  description,
  entry: fc.constant("database"),
  owner: fc.string({ unit: "grapheme", minLength: 1 }),
  objectives: fc.oneof(
    fc.tuple(objective("region")),
    fc.tuple(objective("region"), objective("provider")),
    fc.constant([]),
  ),
  impact: orNone(price),
});

const scenario: fc.Arbitrary<Scenario> = fc.record({
  name: fc.constant("bad-day"),
  description,
  failures: fc.tuple(
    fc.record({ region: fc.constantFrom(...regions), how: fc.constantFrom("lost", "frozen", "partitioned") }),
  ),
});

const common = { needs: fc.subarray(["database"]), within: orNone(duration) };
const promote: fc.Arbitrary<Step> = fc.record({
  ...common,
  phase: fc.constant("promote" as const),
  component: fc.constant("database"),
  candidates: fc.shuffledSubarray([...regions], { minLength: 1 }),
});
const verify: fc.Arbitrary<Step> = fc.record({
  ...common,
  phase: fc.constant("verify" as const),
  journey: fc.constant("buy"),
});

const plan: fc.Arbitrary<RecoveryPlan> = fc.record({
  name: fc.constant("leave"),
  description,
  journeys: fc.constant(["buy"]),
  scenarios: fc.constant(["bad-day"]),
  controllers: fc.shuffledSubarray([...regions], { minLength: 1 }),
  detection: fc.record({
    probeEvery: orNone(duration),
    refusals: orNone(count),
    silentAfter: orNone(duration),
    streamSilentAfter: orNone(duration),
  }),
  steps: fc.tuple(promote, verify),
  interlocks: fc.record({
    placesOnMin: count,
    coolDown: duration,
    dataLoss: fc.constantFrom("ask", "accept"),
  }),
  automation: fc.record({ failover: fc.constantFrom("when-armed", "ask"), proofValidFor: duration }),
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
  .record({ component, journey, scenario, plan, drill, thaw: duration })
  .map(({ thaw, ...parts }) => ({
    platform: { name: "shop", description: "", regions: regions.map((name) => ({ name, provider: "one" })) },
    components: alone(parts.component),
    journeys: alone(parts.journey),
    scenarios: alone(parts.scenario),
    plans: alone(parts.plan),
    drills: alone({ ...parts.drill, thawAfter: parts.scenario.failures[0].how === "frozen" ? thaw : null }),
  }));

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

function componentText(each: Component): string {
  const { type, pattern, needs, replication } = each;
  return documentText("Component", each, {
    ...{ type, pattern, needs },
    placements: each.placements.map((place) => ({ ...place, price: written(place.price, priceText.print) })),
    replication:
      replication.kind === "none"
        ? undefined
        : replication.kind === "synchronous"
          ? { mode: "synchronous", confirmations: replication.confirmations }
          : { mode: "asynchronous", lag: time(replication.lag) },
    weights: written(each.weights, ({ size, locality }) => ({ size: dataText.print(size), locality })),
  });
}

function journeyText(each: Journey): string {
  const objectives = each.objectives.map(({ scope, rto, rpo, availability }): readonly [string, unknown] => [
    scope,
    { rto: time(rto), rpo: time(rpo), availability: written(availability, percentText.print) },
  ]);
  const impact = written(each.impact, priceText.print);
  return documentText("Journey", each, {
    entry: each.entry,
    owner: each.owner,
    objectives: Object.fromEntries(objectives),
    impact,
  });
}

function planText(each: RecoveryPlan): string {
  const { detection, interlocks, automation } = each;
  return documentText("RecoveryPlan", each, {
    covers: { journeys: each.journeys, scenarios: each.scenarios },
    controllers: each.controllers,
    detection: {
      probeEvery: written(detection.probeEvery, time),
      refusals: written(detection.refusals, (value) => value),
      silentAfter: written(detection.silentAfter, time),
      streamSilentAfter: written(detection.streamSilentAfter, time),
    },
    steps: each.steps.map((step) => ({ ...step, within: written(step.within, time) })),
    interlocks: { ...interlocks, coolDown: time(interlocks.coolDown) },
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
    documentText("Platform", each.platform, { regions: each.platform.regions }),
    ...[...each.components.values()].map(componentText),
    ...[...each.journeys.values()].map(journeyText),
    ...[...each.scenarios.values()].map((item) =>
      documentText("Scenario", item, { failures: item.failures }),
    ),
    ...[...each.plans.values()].map(planText),
    ...[...each.drills.values()].map(drillText),
  ];
  return texts.map((text, at) => ({ path: `${at}.yaml`, text }));
}

it("reads back every model that was written", () => {
  fc.assert(
    fc.property(model, (each) => {
      const read = readWorkspace(filesOf(each));
      expect(read.ok ? read.value.model : read.problems).toEqual(each);
    }),
    { numRuns: 200 },
  );
});

import { describe, expect, it } from "vitest";
import { problemsWith, type Refusal } from "../../../test/sample-workspace.ts";

const dangling: readonly Refusal[] = [
  [
    "a location",
    [["platform", "location: cloud/north", "location: cloud/nroth"]],
    {
      at: "platform.yaml:6:61",
      what: 'Platform "shop": spec.regions[0].location names the location "cloud/nroth", which the catalogue does not have',
      mend: 'did you mean "cloud/north"? it has 1 of this kind, in data/locations.tsv; add your own in catalogue/locations.tsv of the workspace',
    },
  ],
  [
    "a region that is taken along",
    [
      [
        "platform",
        "{ name: central, provider: two }",
        "{ name: central, provider: two, takesAlong: [{ region: esat, likelihood: 5 % }] }",
      ],
    ],
    {
      at: "platform.yaml:8:62",
      what: 'Platform "shop": spec.regions[2].takesAlong[0].region names the region "esat", which is not declared',
      mend: 'did you mean "east"? declared are central, east, west',
    },
  ],
  [
    "a failure row of a region",
    [
      [
        "platform",
        "{ name: central, provider: two }",
        "{ name: central, provider: two, failure: { catalogue: gpu/smaple } }",
      ],
    ],
    {
      at: "platform.yaml:8:61",
      what: 'Platform "shop": spec.regions[2].failure.catalogue names the failure row "gpu/smaple", which the catalogue does not have',
      mend: 'did you mean "gpu/sample"? it has 25 of this kind, in data/failures.tsv; add your own in catalogue/failures.tsv of the workspace',
    },
  ],
  [
    "a failure row of a zone",
    [
      [
        "platform",
        "{ name: central, provider: two }",
        "{ name: central, provider: two, zoneFailure: { catalogue: gpu/smaple } }",
      ],
    ],
    {
      at: "platform.yaml:8:65",
      what: 'Platform "shop": spec.regions[2].zoneFailure.catalogue names the failure row "gpu/smaple", which the catalogue does not have',
      mend: 'did you mean "gpu/sample"? it has 25 of this kind, in data/failures.tsv; add your own in catalogue/failures.tsv of the workspace',
    },
  ],
  [
    "the region of a cell",
    [["platform", "region: east, share", "region: esat, share"]],
    {
      at: "platform.yaml:10:31",
      what: 'Platform "shop": spec.cells[0].region names the region "esat", which is not declared',
      mend: 'did you mean "east"? declared are central, east, west',
    },
  ],
  [
    "a provider that falls with a fate",
    [["platform", "covers: { providers: [one] }", "covers: { providers: [oen] }"]],
    {
      at: "platform.yaml:13:62",
      what: 'Platform "shop": spec.fates[0].covers.providers[0] names the provider "oen", which is not declared',
      mend: 'did you mean "one"? declared are one, two',
    },
  ],
  [
    "a region that falls with a fate",
    [["platform", "covers: { providers: [one] }", "covers: { regions: [wets] }"]],
    {
      at: "platform.yaml:13:60",
      what: 'Platform "shop": spec.fates[0].covers.regions[0] names the region "wets", which is not declared',
      mend: 'did you mean "west"? declared are central, east, west',
    },
  ],
  [
    "a component that falls with a fate",
    [["platform", "covers: { providers: [one] }", "covers: { components: [gatway] }"]],
    {
      at: "platform.yaml:13:63",
      what: 'Platform "shop": spec.fates[0].covers.components[0] names the Component "gatway", which is not declared',
      mend: 'did you mean "gateway"? declared are database, gateway, job, model, other-model, store',
    },
  ],
  [
    "a failure row of a fate",
    [["platform", "stops: recovery }", "stops: recovery, failure: { catalogue: gpu/smaple } }"]],
    {
      at: "platform.yaml:13:109",
      what: 'Platform "shop": spec.fates[0].failure.catalogue names the failure row "gpu/smaple", which the catalogue does not have',
      mend: 'did you mean "gpu/sample"? it has 25 of this kind, in data/failures.tsv; add your own in catalogue/failures.tsv of the workspace',
    },
  ],
  [
    "the entry of a journey",
    [["journey", "entry: gateway", "entry: gatway"]],
    {
      at: "journey.yaml:5:10",
      what: 'Journey "buy": spec.entry names the Component "gatway", which is not declared',
      mend: 'did you mean "gateway"? declared are database, gateway, job, model, other-model, store',
    },
  ],
  [
    "the policy of a journey",
    [["journey", "policy: strict", "policy: strikt"]],
    {
      at: "journey.yaml:7:11",
      what: 'Journey "buy": spec.policy names the Policy "strikt", which is not declared',
      mend: 'did you mean "strict"? declared are baseline, strict',
    },
  ],
  [
    "a policy that is inherited from",
    [["strict", "inherits: baseline", "inherits: basline"]],
    {
      at: "strict.yaml:5:13",
      what: 'Policy "strict": spec.inherits names the Policy "basline", which is not declared',
      mend: 'did you mean "baseline"? declared are baseline, strict',
    },
  ],
  [
    "the region of a place",
    [["database", "region: central", "region: centrel"]],
    {
      at: "database.yaml:10:17",
      what: 'Component "database": spec.placements[2].region names the region "centrel", which is not declared',
      mend: 'did you mean "central"? declared are central, east, west',
    },
  ],
  [
    "the cell of a place",
    [["store", "cell: cell-2", "cell: cell-3"]],
    {
      at: "store.yaml:9:15",
      what: 'Component "store": spec.placements[1].cell names the cell "cell-3", which is not declared',
      mend: 'did you mean "cell-1"? declared are cell-1, cell-2',
    },
  ],
  [
    "a machine",
    [["model", "machine: cloud/gpu", "machine: cloud/gup"]],
    {
      at: "model.yaml:8:58",
      what: 'Component "model": spec.placements[0].machine names the machine "cloud/gup", which the catalogue does not have',
      mend: 'did you mean "cloud/gpu"? it has 1 of this kind, in data/machines.tsv; add your own in catalogue/machines.tsv of the workspace',
    },
  ],
  [
    "a failure row of a place",
    [["model", "machine: cloud/gpu", "failure: { catalogue: gpu/smaple }"]],
    {
      at: "model.yaml:8:71",
      what: 'Component "model": spec.placements[0].failure.catalogue names the failure row "gpu/smaple", which the catalogue does not have',
      mend: 'did you mean "gpu/sample"? it has 25 of this kind, in data/failures.tsv; add your own in catalogue/failures.tsv of the workspace',
    },
  ],
  [
    "a failure row of a component",
    [["other-model", "catalogue: gpu/sample", "catalogue: gpu/smaple"]],
    {
      at: "other-model.yaml:9:25",
      what: 'Component "other-model": spec.failure.catalogue names the failure row "gpu/smaple", which the catalogue does not have',
      mend: 'did you mean "gpu/sample"? it has 25 of this kind, in data/failures.tsv; add your own in catalogue/failures.tsv of the workspace',
    },
  ],
  [
    "what is needed",
    [["gateway", "component: database", "component: databaes"]],
    {
      at: "gateway.yaml:11:20",
      what: 'Component "gateway": spec.needs[0].component names the Component "databaes", which is not declared',
      mend: 'did you mean "database"? declared are database, gateway, job, model, other-model, store',
    },
  ],
  [
    "a fallback",
    [["gateway", "[other-model]", "[othr-model]"]],
    {
      at: "gateway.yaml:12:39",
      what: 'Component "gateway": spec.needs[1].fallbacks[0] names the Component "othr-model", which is not declared',
      mend: 'did you mean "other-model"? declared are database, gateway, job, model, other-model, store',
    },
  ],
  [
    "the provider that somebody's service runs on",
    [["other-model", "hostedBy: two", "hostedBy: tow"]],
    {
      at: "other-model.yaml:10:38",
      what: 'Component "other-model": spec.api.hostedBy names the provider "tow", which is not declared',
      mend: 'did you mean "two"? declared are one, two',
    },
  ],
  [
    "a region that fails",
    [["scenario", "region: east", "region: esat"]],
    {
      at: "scenario.yaml:6:17",
      what: 'Scenario "east-lost": spec.failures[0].region names the region "esat", which is not declared',
      mend: 'did you mean "east"? declared are central, east, west',
    },
  ],
  [
    "a cell that fails",
    [["scenario", "region: east", "cell: cell-9"]],
    {
      at: "scenario.yaml:6:15",
      what: 'Scenario "east-lost": spec.failures[0].cell names the cell "cell-9", which is not declared',
      mend: 'did you mean "cell-1"? declared are cell-1, cell-2',
    },
  ],
  [
    "a provider that fails",
    [["scenario", "region: east", "provider: oen"]],
    {
      at: "scenario.yaml:6:19",
      what: 'Scenario "east-lost": spec.failures[0].provider names the provider "oen", which is not declared',
      mend: 'did you mean "one"? declared are one, two',
    },
  ],
  [
    "a fate that fails",
    [["scenario", "region: east", "fate: sing-in"]],
    {
      at: "scenario.yaml:6:15",
      what: 'Scenario "east-lost": spec.failures[0].fate names the fate "sing-in", which is not declared',
      mend: 'did you mean "sign-in"? declared are sign-in',
    },
  ],
  [
    "a component that fails",
    [["scenario", "region: east", "component: modle"]],
    {
      at: "scenario.yaml:6:20",
      what: 'Scenario "east-lost": spec.failures[0].component names the Component "modle", which is not declared',
      mend: 'did you mean "model"? declared are database, gateway, job, model, other-model, store',
    },
  ],
  [
    "a scenario of a risk",
    [["risk", "scenarios: [east-lost]", "scenarios: [esat-lost]"]],
    {
      at: "risk.yaml:10:15",
      what: 'Risk "no-machines": spec.scenarios[0] names the Scenario "esat-lost", which is not declared',
      mend: 'did you mean "east-lost"? declared are east-lost',
    },
  ],
  [
    "a journey of a plan",
    [["plan", "journeys: [buy]", "journeys: [buy, bye]"]],
    {
      at: "plan.yaml:5:29",
      what: 'RecoveryPlan "leave-east": spec.covers.journeys[1] names the Journey "bye", which is not declared',
      mend: "declared are buy",
    },
  ],
  [
    "a scenario of a plan",
    [["plan", "scenarios: [east-lost]", "scenarios: [east-lost, est-lost]"]],
    {
      at: "plan.yaml:5:53",
      what: 'RecoveryPlan "leave-east": spec.covers.scenarios[1] names the Scenario "est-lost", which is not declared',
      mend: 'did you mean "east-lost"? declared are east-lost',
    },
  ],
  [
    "the region of a controller",
    [["plan", "controllers: [east, west, central]", "controllers: [east, west, centrel]"]],
    {
      at: "plan.yaml:6:29",
      what: 'RecoveryPlan "leave-east": spec.controllers[2] names the region "centrel", which is not declared',
      mend: 'did you mean "central"? declared are central, east, west',
    },
  ],
  [
    "the region of a coordination voter",
    [["plan", "  steps:\n", "  coordination: [east, wst]\n  steps:\n"]],
    {
      at: "plan.yaml:7:24",
      what: 'RecoveryPlan "leave-east": spec.coordination[1] names the region "wst", which is not declared',
      mend: 'did you mean "west"? declared are central, east, west',
    },
  ],
  [
    "the region of evidence",
    [["plan", "  steps:\n", "  evidence: [easst]\n  steps:\n"]],
    {
      at: "plan.yaml:7:14",
      what: 'RecoveryPlan "leave-east": spec.evidence[0] names the region "easst", which is not declared',
      mend: 'did you mean "east"? declared are central, east, west',
    },
  ],
  [
    "what a step acts on",
    [["plan", "fence, component: database", "fence, component: databaes"]],
    {
      at: "plan.yaml:8:34",
      what: 'RecoveryPlan "leave-east": spec.steps[0].component names the Component "databaes", which is not declared',
      mend: 'did you mean "database"? declared are database, gateway, job, model, other-model, store',
    },
  ],
  [
    "the journey that a step verifies",
    [["plan", "verify, journey: buy", "verify, journey: byu"]],
    {
      at: "plan.yaml:10:33",
      what: 'RecoveryPlan "leave-east": spec.steps[2].journey names the Journey "byu", which is not declared',
      mend: 'did you mean "buy"? declared are buy',
    },
  ],
  [
    "what a step needs",
    [["plan", "needs: [gateway]", "needs: [gatway]"]],
    {
      at: "plan.yaml:10:46",
      what: 'RecoveryPlan "leave-east": spec.steps[2].needs[0] names the Component "gatway", which is not declared',
      mend: 'did you mean "gateway"? declared are database, gateway, job, model, other-model, store',
    },
  ],
  [
    "a candidate",
    [["plan", "candidates: [west, central]", "candidates: [wets, central]"]],
    {
      at: "plan.yaml:9:59",
      what: 'RecoveryPlan "leave-east": spec.steps[1].candidates[0] names the region "wets", which is not declared',
      mend: 'did you mean "west"? declared are central, east, west',
    },
  ],
  [
    "the plan of a drill",
    [["drill", "plan: leave-east", "plan: leave-esat"]],
    {
      at: "drill.yaml:5:9",
      what: 'Drill "try-it": spec.plan names the RecoveryPlan "leave-esat", which is not declared',
      mend: 'did you mean "leave-east"? declared are leave-east',
    },
  ],
  [
    "the scenario of a drill",
    [["drill", "scenario: east-lost", "scenario: esat-lost"]],
    {
      at: "drill.yaml:6:13",
      what: 'Drill "try-it": spec.scenario names the Scenario "esat-lost", which is not declared',
      mend: 'did you mean "east-lost"? declared are east-lost',
    },
  ],
  [
    "the journey of a drill",
    [["drill", "journey: buy", "journey: byu"]],
    {
      at: "drill.yaml:7:12",
      what: 'Drill "try-it": spec.journey names the Journey "byu", which is not declared',
      mend: 'did you mean "buy"? declared are buy',
    },
  ],
];

const repeated: readonly Refusal[] = [
  [
    "regions",
    [
      [
        "platform",
        "- { name: central, provider: two }",
        "- { name: central, provider: two }\n    - { name: central, provider: one }",
      ],
    ],
    {
      at: "platform.yaml:9:15",
      what: 'Platform "shop": spec.regions[3].name says "central" again',
      mend: "delete it or name another",
    },
  ],
  [
    "zones of a region",
    [["platform", "west, provider: one, zones: [a, b]", "west, provider: one, zones: [a, b, b]"]],
    {
      at: "platform.yaml:7:50",
      what: 'Platform "shop": spec.regions[1].zones[2] says "b" again',
      mend: "delete it or name another",
    },
  ],
  [
    "cells",
    [
      [
        "platform",
        "{ name: cell-2, region: west, share: 60 % }",
        "{ name: cell-2, region: west, share: 30 % }\n    - { name: cell-2, region: west, share: 30 % }",
      ],
    ],
    {
      at: "platform.yaml:12:15",
      what: 'Platform "shop": spec.cells[2].name says "cell-2" again',
      mend: "delete it or name another",
    },
  ],
  [
    "fates",
    [
      [
        "platform",
        "  budgets",
        "    - { name: sign-in, type: dns, covers: { providers: [two] }, stops: serving }\n  budgets",
      ],
    ],
    {
      at: "platform.yaml:14:15",
      what: 'Platform "shop": spec.fates[1].name says "sign-in" again',
      mend: "delete it or name another",
    },
  ],
  [
    "zones of a place",
    [["gateway", "east, zones: [a, b]", "east, zones: [a, a]"]],
    {
      at: "gateway.yaml:8:34",
      what: 'Component "gateway": spec.placements[0].zones[1] says "a" again',
      mend: "delete it or name another",
    },
  ],
  [
    "needs",
    [["gateway", "    - { component: store }", "    - { component: store }\n    - { component: database }"]],
    {
      at: "gateway.yaml:14:20",
      what: 'Component "gateway": spec.needs[3].component says "database" again',
      mend: "delete it or name another",
    },
  ],
  [
    "fallbacks",
    [["gateway", "[other-model]", "[other-model, other-model]"]],
    {
      at: "gateway.yaml:12:52",
      what: 'Component "gateway": spec.needs[1].fallbacks[1] says "other-model" again',
      mend: "delete it or name another",
    },
  ],
  [
    "scenarios of a risk",
    [["risk", "[east-lost]", "[east-lost, east-lost]"]],
    {
      at: "risk.yaml:10:26",
      what: 'Risk "no-machines": spec.scenarios[1] says "east-lost" again',
      mend: "delete it or name another",
    },
  ],
  [
    "journeys of a plan",
    [["plan", "journeys: [buy]", "journeys: [buy, buy]"]],
    {
      at: "plan.yaml:5:29",
      what: 'RecoveryPlan "leave-east": spec.covers.journeys[1] says "buy" again',
      mend: "delete it or name another",
    },
  ],
  [
    "scenarios of a plan",
    [["plan", "scenarios: [east-lost]", "scenarios: [east-lost, east-lost]"]],
    {
      at: "plan.yaml:5:53",
      what: 'RecoveryPlan "leave-east": spec.covers.scenarios[1] says "east-lost" again',
      mend: "delete it or name another",
    },
  ],
  [
    "controllers",
    [["plan", "controllers: [east, west, central]", "controllers: [east, west, east]"]],
    {
      at: "plan.yaml:6:29",
      what: 'RecoveryPlan "leave-east": spec.controllers[2] says "east" again',
      mend: "delete it or name another",
    },
  ],
  [
    "coordination voters",
    [["plan", "  steps:\n", "  coordination: [east, west, east]\n  steps:\n"]],
    {
      at: "plan.yaml:7:30",
      what: 'RecoveryPlan "leave-east": spec.coordination[2] says "east" again',
      mend: "delete it or name another",
    },
  ],
  [
    "places of evidence",
    [["plan", "  steps:\n", "  evidence: [west, west]\n  steps:\n"]],
    {
      at: "plan.yaml:7:20",
      what: 'RecoveryPlan "leave-east": spec.evidence[1] says "west" again',
      mend: "delete it or name another",
    },
  ],
  [
    "candidates",
    [["plan", "candidates: [west, central]", "candidates: [west, west]"]],
    {
      at: "plan.yaml:9:65",
      what: 'RecoveryPlan "leave-east": spec.steps[1].candidates[1] says "west" again',
      mend: "delete it or name another",
    },
  ],
];

describe("what is named and stands nowhere is told, with the nearest that there is:", () => {
  it.each(dangling)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([{ code: "manifest/dangling-reference", ...told }]);
  });
});

describe("what a list says twice is told:", () => {
  it.each(repeated)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([{ code: "manifest/duplicate-name", ...told }]);
  });
});

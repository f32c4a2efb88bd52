import { describe, expect, it } from "vitest";
import {
  componentOf,
  journeyOf,
  lost,
  needOf,
  objectiveOf,
  placementIn,
  platformOf,
  regionOf,
  scenarioOf,
} from "../../../test/sample-model.ts";
import type { Model, Named, Scenario } from "../model/model.ts";
import type { Component } from "../model/component.ts";
import type { FenceMethod, RecoveryPlan, Step } from "../model/recovery-plan.ts";
import { instantMs, ratio, seconds } from "../units/units.ts";
import type { Finding } from "./finding.ts";
import { lint } from "./lint.ts";
import { rules } from "./rules.ts";

const places = ["east", "west", "central"] as const;

function component(name: string, change: Partial<Component> = {}): Component {
  return componentOf(name, {
    pattern: "hot-standby",
    placements: places.map((region) => placementIn(region)),
    ...change,
  });
}

function onlyIn(region: string): Pick<Component, "placements"> {
  return { placements: component("x").placements.filter((placement) => placement.region === region) };
}

function needing(name: string): Pick<Component, "needs"> {
  return { needs: [needOf(name)] };
}

const database = component("database", { replication: { kind: "synchronous", confirmations: 1 } });
const gateway = component("gateway", needing("database"));
const common = { needs: [], within: null, outside: null, part: [], at: 0, lost: null };

function fence(method: FenceMethod): Step {
  return { ...common, phase: "fence", component: "database", method };
}
const promote: Step = { ...common, phase: "promote", component: "database", candidates: ["west", "central"] };
const route: Step = { ...common, phase: "route", component: "gateway", drains: [] };
const verify: Step = { ...common, phase: "verify", journey: "chat", mode: null };

const plan: RecoveryPlan = {
  name: "leave",
  description: "",
  journeys: ["chat"],
  scenarios: ["bad-day"],
  controllers: places,
  coordination: null,
  evidence: null,
  detection: { probeEvery: null, refusals: null, silentAfter: null, streamSilentAfter: null },
  parts: [],
  steps: [fence("far-side"), promote, route, verify],
  interlocks: {
    placesOnMin: 1,
    cellsDrainedMax: null,
    coolDown: seconds(600),
    dataLoss: "ask",
    blocked: [],
    gates: [],
  },
  automation: { failover: "when-armed", proofValidFor: seconds(86_400) },
};

const journey = journeyOf("chat", {
  objectives: [objectiveOf({ rto: seconds(4), availability: ratio(0.999) })],
});

function loses(...regions: readonly [string, ...string[]]): Scenario {
  const [first, ...others] = regions;
  return scenarioOf("bad-day", [lost(first), ...others.map(lost)], { perYear: 0.05 });
}

function named<Item extends { readonly name: string }>(...items: readonly Item[]): Named<Item> {
  return new Map(items.map((item) => [item.name, item]));
}

interface Change {
  readonly components?: readonly Component[];
  readonly scenario?: Scenario;
  readonly plan?: Partial<RecoveryPlan>;
  readonly plans?: readonly RecoveryPlan[];
}

function modelWith({ components = [], plan: planned = {}, ...change }: Change): Model {
  const { scenario = loses("east"), plans = [{ ...plan, ...planned }] } = change;
  const load = { writes: { clients: 1, every: seconds(1) }, completions: { clients: 1, tokens: 1 } };
  return {
    platform: platformOf(places.map((name) => regionOf(name, { provider: name === "east" ? "one" : "two" }))),
    policies: new Map(),
    risks: new Map(),
    budgetPolicies: new Map(),
    components: named(database, gateway, ...components),
    journeys: named(journey),
    scenarios: named(scenario),
    plans: named(...plans),
    options: new Map(),
    drills: named(
      ...plans.map((each) => ({
        ...{
          name: `try-${each.name}`,
          description: "",
          plan: each.name,
          scenario: "bad-day",
          journey: "chat",
        },
        ...{ load: { ...load, before: seconds(1), after: seconds(1) } },
        ...{ thawAfter: null, cadence: seconds(86_400), completionsFailedMax: null },
      })),
    ),
  };
}

/** What is told of recovery plans and what they are for; the examples of each rule try the other themes. */
function findingsIn(model: Model): readonly Finding[] {
  const themes = /^(survivor|detection|coverage\/no-(plan|objective|drill)|drills)/;
  const told = rules.filter(({ code }) => themes.test(code));
  return lint(model, { locate: () => null, now: instantMs(0) }, told);
}

function findings(change: Change): readonly Finding[] {
  return findingsIn(modelWith(change));
}

function told(change: Change): readonly (readonly [string, string])[] {
  return findings(change).map(({ code, what }) => [code, what]);
}

describe("a plan whose every step survives", () => {
  it("gives no finding", () => {
    expect(findings({})).toEqual([]);
  });

  it("may fence by the lease what no standby confirms", () => {
    const loose = component("database", { replication: { kind: "asynchronous", lag: seconds(5) } });
    expect(
      findings({ components: [loose], plan: { steps: [fence("lease"), promote, route, verify] } }),
    ).toEqual([]);
  });

  it("may need by a soft tie what has failed", () => {
    const soft = component("gateway", { needs: [needOf("registry", { strength: "soft" })] });
    expect(findings({ components: [soft, component("registry", onlyIn("east"))] })).toEqual([]);
  });
});

describe("a plan that needs what has failed", () => {
  const leave = 'RecoveryPlan "leave":';
  const cases: readonly (readonly [string, Change, readonly [string, string]])[] = [
    [
      "has no quorum of controllers left",
      { plan: { controllers: ["east"] } },
      [
        "survivor/no-quorum",
        `${leave} bad-day leaves 0 of 1 controllers, and 1 are needed (plan → controllers → east)`,
      ],
    ],
    [
      "stops the old primary where it no longer is",
      { plan: { steps: [fence("near-side"), promote, route, verify] } },
      ["survivor/cannot-fence", `${leave} the fence of database acts in the region that bad-day takes away`],
    ],
    [
      "asks standbys to stop confirming what they never confirmed",
      { components: [component("database", { replication: { kind: "asynchronous", lag: seconds(5) } })] },
      [
        "survivor/cannot-fence",
        `${leave} database cannot be fenced from the far side: its writes wait for no standby`,
      ],
    ],
    [
      "promotes nobody who is left",
      { plan: { steps: [fence("far-side"), { ...promote, candidates: ["east"] }, route, verify] } },
      [
        "survivor/no-candidate",
        `${leave} bad-day leaves no candidate for the promotion of database: east failed`,
      ],
    ],
    [
      "would leave fewer places on than its interlock asks for",
      { plan: { interlocks: { ...plan.interlocks, placesOnMin: 3 } } },
      [
        "survivor/too-few-places",
        `${leave} bad-day leaves 2 places of database, and the interlock asks for 3`,
      ],
    ],
    [
      "needs a component of a lost region for one of its steps",
      {
        components: [component("registry", onlyIn("east"))],
        plan: { steps: [fence("far-side"), { ...promote, needs: ["registry"] }, route, verify] },
      },
      [
        "survivor/needs-what-failed",
        `${leave} step promote needs registry (registry → east), of which bad-day leaves no place`,
      ],
    ],
  ];

  it.each(cases)("is found when it %s", (_, change, expected) => {
    expect(told(change)).toEqual([expected]);
    expect(findings(change)[0]?.severity).toBe("error");
  });

  it("is found through what a component cannot work without, for routing and for verifying", () => {
    const components = [component("gateway", needing("identity")), component("identity", onlyIn("east"))];
    expect(told({ components })).toEqual([
      [
        "survivor/needs-what-failed",
        'RecoveryPlan "leave": step route needs identity (gateway → identity → east), of which bad-day leaves no place',
      ],
      [
        "survivor/needs-what-failed",
        'RecoveryPlan "leave": verifying chat needs identity (gateway → identity → east), of which bad-day leaves no place',
      ],
    ]);
  });

  it("is found when too few standbys are left to fence: n − k + 1 of n", () => {
    expect(told({ scenario: loses("east", "west") })).toContainEqual([
      "survivor/cannot-fence",
      'RecoveryPlan "leave": fencing database from the far side takes 2 standbys, and bad-day leaves 1',
    ]);
  });

  it("follows needs that run in a circle, once", () => {
    const components = [component("gateway", needing("ring")), component("ring", needing("gateway"))];
    expect(findings({ components })).toEqual([]);
  });
});

describe("detection", () => {
  it("is found where the failover engine cannot go by it", () => {
    const detection = { ...plan.detection, silentAfter: seconds(0.1) };
    expect(told({ plan: { detection } })).toEqual([
      [
        "detection/bounds-contradict",
        'RecoveryPlan "leave": detection.silentAfter contradicts the other bounds: silence must outlast two probes, or one slow answer counts as a loss',
      ],
    ]);
  });
});

describe("coverage", () => {
  it("misses a plan where an objective has none", () => {
    expect(findings({ plans: [] }).map(({ code, severity }) => [code, severity])).toEqual([
      ["coverage/no-plan", "error"],
    ]);
  });

  it("notes a scenario of a scope without an objective", () => {
    const found = findings({ scenario: loses("west", "central"), plans: [] });
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([["coverage/no-objective", "note"]]);
  });

  it("asks nothing for a scenario that does not touch the journey", () => {
    const elsewhere = component("gateway", onlyIn("west"));
    expect(findings({ components: [elsewhere], plans: [] })).toEqual([]);
  });

  it.each([
    ["notes a plan that no drill tries", "ask", ["coverage/no-drill", "note"]],
    [
      "warns of one that would go by itself, and is never armed",
      "when-armed",
      ["drills/never-armed", "warning"],
    ],
  ] as const)("%s", (_, failover, expected) => {
    const model = modelWith({ plan: { automation: { ...plan.automation, failover } } });
    const found = findingsIn({ ...model, drills: new Map() });
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([expected]);
  });
});

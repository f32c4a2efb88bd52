import { describe, expect, it } from "vitest";
import {
  componentOf,
  journeyOf,
  needOf,
  placementIn,
  platformOf,
  regionOf,
} from "../../../test/sample-model.ts";
import type { Component } from "../model/component.ts";
import type { Model } from "../model/model.ts";
import { ratio, seconds } from "../units/units.ts";
import { chanceOf } from "./chance.ts";
import { type Design, ruledOutName } from "./designs.ts";
import { longRunOf } from "./long-run.ts";
import { platformGraph } from "./platform-graph.ts";
import { solved } from "./solve.ts";

const zones = ["a", "b"];
const platform = platformOf([regionOf("east", { zones }), regionOf("west", { zones })]);
const gateway = componentOf("gateway", {
  needs: [needOf("model")],
  placements: [placementIn("east"), placementIn("west")],
});

const model = (part: Partial<Component>): Component =>
  componentOf("model", {
    commonCause: { kind: "greek-letters", letters: [ratio(0.1), ratio(0.3)] },
    placements: [
      placementIn("east", { zones, replicas: 3, required: 2 }),
      placementIn("west", { zones, replicas: 3 }),
    ],
    ...part,
  });

const ways: readonly Component[] = [
  model({}),
  model({ placements: [placementIn("east", { zones, replicas: 4, required: 2 })] }),
  model({ pattern: "hot-standby" }),
  model({ commonCause: { kind: "beta", beta: ratio(0.05) } }),
];

function modelWith(component: Component): Model {
  const none = new Map();
  return {
    platform,
    journeys: new Map([["chat", journeyOf("chat")]]),
    components: new Map([gateway, component].map((each) => [each.name, each])),
    ...{
      policies: none,
      scenarios: none,
      risks: none,
      budgetPolicies: none,
      plans: none,
      drills: none,
      options: none,
    },
  };
}

const switchover = seconds(40);

function unavailability(graph: ReturnType<typeof platformGraph>, left: readonly number[] = []): number {
  const runs = graph.events.map(({ law }) => longRunOf(law));
  const failed = Float64Array.from(runs, (run) => run.unavailability);
  const works = Float64Array.from(runs, (run) => run.availability);
  for (const at of ways.keys()) {
    const event = graph.events.findIndex(({ name }) => name === ruledOutName("model", at));
    if (event < 0) continue;
    failed[event] = left.includes(at) ? 0 : 1;
    works[event] = left.includes(at) ? 1 : 0;
  }
  const top = graph.journeys[0]?.users[0]?.fails ?? 0;
  return chanceOf(solved(graph, top), { failed, works }).failed;
}

const designs = new Map<string, readonly Design[]>([
  ["model", ways.map((component) => ({ component, switchover }))],
]);
const together = platformGraph(modelWith(ways[0] as Component), () => switchover, { designs });
const alone = ways.map((way) => unavailability(platformGraph(modelWith(way), () => switchover)));

describe("a component that may be built in several ways", () => {
  it.each([0, 1, 2, 3])("is as unavailable as way %d by itself, when that is the one left", (way) => {
    expect(Math.abs(unavailability(together, [way]) / (alone[way] as number) - 1)).toBeLessThan(1e-10);
  });

  it("is down for at most as long as by the best of the ways that are left", () => {
    for (const left of [
      [0, 1, 2, 3],
      [0, 1],
      [1, 2, 3],
      [2, 3],
    ]) {
      const best = Math.min(...left.map((way) => alone[way] as number));
      const bound = unavailability(together, left);
      expect(bound).toBeGreaterThan(0);
      expect(bound).toBeLessThanOrEqual(best * (1 + 1e-12));
    }
  });

  it("never grows when one more way is left", () => {
    expect(unavailability(together, [0, 1, 2])).toBeLessThanOrEqual(unavailability(together, [0, 1]));
  });
});

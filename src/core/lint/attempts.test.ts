import { describe, expect, it } from "vitest";
import { componentOf, needOf, platformOf, regionOf } from "../../../test/sample-model.ts";
import type { Component } from "../model/component.ts";
import type { Model } from "../model/model.ts";
import { ratio } from "../units/units.ts";
import { attemptChains, layersOf } from "./attempts.ts";

const thrice = { attempts: 3, backoff: "exponential", budget: null } as const;

function modelOf(...components: readonly Component[]): Model {
  const none = new Map<string, never>();
  return {
    platform: platformOf([regionOf("east")]),
    components: new Map(components.map((each) => [each.name, each])),
    ...{
      journeys: none,
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

function trying(name: string, ...needs: readonly string[]): Component {
  return componentOf(name, { needs: needs.map((each) => needOf(each, { retries: thrice })) });
}

function told(model: Model, entry: string): readonly (number | string)[] {
  const chain = attemptChains(model).get(entry);
  if (chain === undefined) return [];
  return [chain.attempts, ...layersOf(chain).map(({ component, need }) => `${component.name} ${need}`)];
}

describe("the tries of one request", () => {
  it("multiply down the way on which they become the most", () => {
    const model = modelOf(trying("a", "b", "c"), trying("b"), trying("c", "d"), trying("d"));
    expect(told(model, "a")).toEqual([9, "a c", "c d"]);
  });

  it("are bounded where a budget is, and multiply on below it", () => {
    const bounded = componentOf("b", {
      needs: [needOf("c", { retries: { ...thrice, budget: ratio(0.1) } })],
    });
    const model = modelOf(trying("a", "b"), bounded, trying("c", "d"), trying("d"));
    expect(told(model, "a")).toEqual([9, "a b", "c d"]);
  });

  it("go once round where needs run in a circle", () => {
    expect(told(modelOf(trying("a", "b"), trying("b", "a")), "a")).toEqual([9, "a b", "b a"]);
  });

  it("are counted along a chain as long as a workspace", () => {
    const long = Array.from({ length: 20_000 }, (_, at) =>
      componentOf(`c${at}`, { needs: [needOf(`c${at + 1}`)] }),
    );
    expect(told(modelOf(...long, trying("c20000", "end"), trying("end")), "c0")).toEqual([3, "c20000 end"]);
  });
});

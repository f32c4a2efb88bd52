import { describe, expect, it } from "vitest";
import { problemsWith, type Refusal } from "../../../test/sample-workspace.ts";

const cases: readonly Refusal[] = [
  [
    "a promotion before its fence",
    [
      [
        "plan",
        "    - { phase: fence, component: database, method: far-side }\n    - { phase: promote, component: database, candidates: [west, central] }\n",
        "    - { phase: promote, component: database, candidates: [west, central] }\n    - { phase: fence, component: database, method: far-side }\n",
      ],
    ],
    {
      at: "plan.yaml:9:16",
      what: 'RecoveryPlan "leave-east": spec.steps[1].phase is fence, after a step of promote',
      mend: "order the steps: fence, promote, route, verify",
    },
  ],
  [
    "a promotion where it does not stand",
    [
      [
        "plan",
        "component: database, candidates: [west, central]",
        "component: gateway, candidates: [west, central]",
      ],
    ],
    {
      at: "plan.yaml:9:64",
      what: 'RecoveryPlan "leave-east": spec.steps[1].candidates[1] is central, where gateway does not stand',
      mend: "write one of east, west, or place gateway in central",
    },
  ],
  [
    "a drill of a scenario beyond its plan",
    [
      ["plan", "scenarios: [east-lost]", "scenarios: [west-lost]"],
      [
        "scenario",
        "name: east-lost",
        "name: west-lost }\nspec: { failures: [{ region: west, how: lost }] }\n---\napiVersion: holdfast/v1alpha1\nkind: Scenario\nmetadata: { name: east-lost",
      ],
    ],
    {
      at: "drill.yaml:6:13",
      what: 'Drill "try-it": spec.scenario is east-lost, which the plan leave-east does not cover',
      mend: "write one of west-lost, or add it to what leave-east covers",
    },
  ],
  [
    "a drill of a journey beyond its plan",
    [
      ["plan", "journeys: [buy]", "journeys: [sell]"],
      [
        "journey",
        "name: buy",
        "name: sell }\nspec: { entry: gateway, owner: us }\n---\napiVersion: holdfast/v1alpha1\nkind: Journey\nmetadata: { name: buy",
      ],
    ],
    {
      at: "drill.yaml:7:12",
      what: 'Drill "try-it": spec.journey is buy, which the plan leave-east does not cover',
      mend: "write one of sell, or add it to what leave-east covers",
    },
  ],
  [
    "a thaw of what was never frozen",
    [["drill", "journey: buy", "journey: buy\n  thawAfter: 2 s"]],
    {
      at: "drill.yaml:8:14",
      what: 'Drill "try-it": spec.thawAfter is set, and the scenario east-lost freezes nothing',
      mend: "delete thawAfter, or name a scenario that freezes something",
    },
  ],
  [
    "a freeze without a thaw",
    [["scenario", "how: lost", "how: frozen"]],
    {
      at: "drill.yaml:5:3",
      what: 'Drill "try-it": spec.thawAfter is missing, and the scenario east-lost freezes something',
      mend: "say how long after service is back it is thawed: add thawAfter: 2 s",
    },
  ],
];

describe("a plan or a drill is refused for", () => {
  it.each(cases)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([{ code: "manifest/contradiction", ...told }]);
  });
});

import { describe, expect, it } from "vitest";
import { accepted, problemsWith, type Refusal } from "../../../test/sample-workspace.ts";

const onPlatforms: readonly Refusal[] = [
  [
    "cells whose shares leave users without one",
    [["platform", "share: 60 %", "share: 50 %"]],
    {
      at: "platform.yaml:10:5",
      what: 'Platform "shop": spec.cells serve 90 % of the users between them',
      mend: "let the shares of all cells add up to 100 %",
    },
  ],
  [
    "cells whose shares are more than all users",
    [["platform", "share: 60 %", "share: 70 %"]],
    {
      at: "platform.yaml:10:5",
      what: 'Platform "shop": spec.cells serve 110 % of the users between them',
      mend: "let the shares of all cells add up to 100 %",
    },
  ],
  [
    "a fate that covers nothing",
    [["platform", "covers: { providers: [one] }", "covers: {}"]],
    {
      at: "platform.yaml:13:48",
      what: 'Platform "shop": spec.fates[0].covers names nothing that falls with sign-in',
      mend: "name providers, regions or components, or delete the fate",
    },
  ],
  ...[
    [
      "that lasts no time",
      "lasts: 0 s, first: 2 h",
      "lasts is 0 s: nothing is out of service",
      "write how long it lasts, or delete it",
      74,
    ],
    [
      "that is not over when the next begins",
      "lasts: 30 d, first: 2 h",
      "lasts is 30 d, and the next begins 30 d after it has begun",
      "let it end before the next begins: shorten lasts, or lengthen every",
      74,
    ],
    [
      "that begins after its own next",
      "lasts: 1 h, first: 30 d",
      "first is 30 d, and one begins every 30 d",
      "write a time below 30 d: from then on it comes back by itself",
      86,
    ],
  ].map(
    ([name, written, what, mend, column]): Refusal => [
      `maintenance of a region ${String(name)}`,
      [
        [
          "platform",
          "{ name: central, provider: two }",
          `{ name: central, provider: two, maintenance: { every: 30 d, ${String(written)} } }`,
        ],
      ],
      {
        at: `platform.yaml:8:${String(column)}`,
        what: `Platform "shop": spec.regions[2].maintenance.${String(what)}`,
        mend: String(mend),
      },
    ],
  ),
  [
    "a region that takes itself along",
    [
      [
        "platform",
        "{ name: central, provider: two }",
        "{ name: central, provider: two, takesAlong: [{ region: central, likelihood: 5 % }] }",
      ],
    ],
    {
      at: "platform.yaml:8:62",
      what: 'Platform "shop": spec.regions[2].takesAlong[0].region is central itself',
      mend: "name another region",
    },
  ],
  [
    "a region that never goes along",
    [
      [
        "platform",
        "{ name: central, provider: two }",
        "{ name: central, provider: two, takesAlong: [{ region: east, likelihood: 0 % }] }",
      ],
    ],
    {
      at: "platform.yaml:8:80",
      what: 'Platform "shop": spec.regions[2].takesAlong[0].likelihood is 0 %: east never goes along',
      mend: "write how likely it is, or delete it",
    },
  ],
  [
    "a scenario in which nothing fails",
    [["scenario", "{ region: east, how: lost }", "{ how: lost }"]],
    {
      at: "scenario.yaml:6:7",
      what: 'Scenario "east-lost": spec.failures[0] names nothing that fails',
      mend: "name one of region, cell, provider, fate and component; a zone with its region, a component with or without one",
    },
  ],
  [
    "a failure of two domains at once",
    [["scenario", "{ region: east, how: lost }", "{ region: east, provider: one, how: lost }"]],
    {
      at: "scenario.yaml:6:7",
      what: 'Scenario "east-lost": spec.failures[0] names region and provider together',
      mend: "name one of region, cell, provider, fate and component; a zone with its region, a component with or without one",
    },
  ],
  [
    "a zone without its region",
    [["scenario", "{ region: east, how: lost }", "{ zone: a, how: lost }"]],
    {
      at: "scenario.yaml:6:7",
      what: 'Scenario "east-lost": spec.failures[0] names a zone without its region',
      mend: "name one of region, cell, provider, fate and component; a zone with its region, a component with or without one",
    },
  ],
  [
    "a zone of another region",
    [["scenario", "{ region: east, how: lost }", "{ region: east, zone: c, how: lost }"]],
    {
      at: "scenario.yaml:6:29",
      what: 'Scenario "east-lost": spec.failures[0].zone is c, which is no zone of east',
      mend: "write one of a, b",
    },
  ],
  [
    "a zone of a region that tells none apart",
    [["scenario", "{ region: east, how: lost }", "{ region: central, zone: a, how: lost }"]],
    {
      at: "scenario.yaml:6:32",
      what: 'Scenario "east-lost": spec.failures[0].zone is a, which is no zone of central',
      mend: "add zones to central, or let all of it fail",
    },
  ],
  [
    "the same failure twice",
    [
      [
        "scenario",
        "{ region: east, how: lost }",
        "{ region: east, how: lost }\n    - { region: east, how: slow }",
      ],
    ],
    {
      at: "scenario.yaml:7:7",
      what: 'Scenario "east-lost": spec.failures[1] says east again',
      mend: "delete it or name another",
    },
  ],
  [
    "the same zone twice",
    [
      [
        "scenario",
        "{ region: east, how: lost }",
        "{ region: east, zone: a, how: lost }\n    - { zone: a, region: east, how: lost }",
      ],
    ],
    {
      at: "scenario.yaml:7:7",
      what: 'Scenario "east-lost": spec.failures[1] says east a again',
      mend: "delete it or name another",
    },
  ],
];

const onObjectives: readonly Refusal[] = [
  [
    "no time to recover, from nobody",
    [["journey", "rto: 4 s, rpo", "rto: 4 s, rpo: 0 s }\n    dependency: { rpo"]],
    {
      at: "journey.yaml:10:17",
      what: 'Journey "buy": spec.objectives.dependency says no rto for a failure of dependency scope, and no policy gives one',
      mend: "add rto: 30 s to dependency",
    },
  ],
  [
    "neither time, from nobody",
    [
      ["journey", "  policy: strict\n", ""],
      ["journey", "{ rto: 4 s, rpo: 0 s, availability: 99.9 % }", "{ availability: 99.9 % }"],
    ],
    {
      at: "journey.yaml:8:13",
      what: 'Journey "buy": spec.objectives.region says no rto and no rpo for a failure of region scope',
      mend: "add rto: 30 s and rpo: 30 s to region",
    },
  ],
  [
    "a policy that gives one of two",
    [
      ["baseline", "{ rto: 1 h, rpo: 1 min, maximumTolerableOutage: 8 h }", "{ rpo: 1 min }"],
      ["journey", "rto: 4 s, rpo: 0 s, ", ""],
    ],
    {
      at: "journey.yaml:9:13",
      what: 'Journey "buy": spec.objectives.region says no rto for a failure of region scope, and no policy gives one',
      mend: "add rto: 30 s to region",
    },
  ],
  [
    "a policy of a scope that it leaves unsaid",
    [["strict", "zone: { rto: 1 min, rpo: 0 s }", "zone: { rto: 1 min }"]],
    {
      at: "journey.yaml:9:5",
      what: 'Journey "buy": spec.objectives says no rpo for a failure of zone scope, and no policy gives one',
      mend: "add rpo: 30 s to zone",
    },
  ],
  [
    "less tolerated than aimed for",
    [["journey", "availability: 99.9 %", "maximumTolerableOutage: 2 s"]],
    {
      at: "journey.yaml:9:13",
      what: 'Journey "buy": spec.objectives.region tolerate at most 2 s for a failure of region scope, less than the rto of 4 s',
      mend: "lower the rto, or raise maximumTolerableOutage",
    },
  ],
  [
    "less tolerated by the policy than the journey aims for",
    [["journey", "rto: 4 s", "rto: 9 h"]],
    {
      at: "journey.yaml:9:13",
      what: 'Journey "buy": spec.objectives.region tolerate at most 8 h for a failure of region scope, less than the rto of 9 h',
      mend: "lower the rto, or raise maximumTolerableOutage",
    },
  ],
];

describe("a platform or a scenario is refused for", () => {
  it.each(onPlatforms)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([{ code: "manifest/contradiction", ...told }]);
  });
});

describe("a journey is refused for", () => {
  it.each(onObjectives)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([{ code: "manifest/contradiction", ...told }]);
  });
});

const fine = accepted(
  [
    "shares that add up to all users but for rounding",
    [
      "platform",
      "    - { name: cell-1, region: east, share: 40 % }\n    - { name: cell-2, region: west, share: 60 % }\n",
      ["10", "20", "70"]
        .map((share, at) => `    - { name: cell-${at}, region: east, share: ${share} % }\n`)
        .join(""),
    ],
    [
      "store",
      "    - { cell: cell-1, replicas: 2 }\n    - { cell: cell-2, replicas: 2 }\n",
      "    - { region: east, replicas: 2 }\n",
    ],
  ],
  ["a zone of a region", ["scenario", "{ region: east, how: lost }", "{ region: east, zone: b, how: lost }"]],
  [
    "a component in one region",
    ["scenario", "{ region: east, how: lost }", "{ region: east, component: model, how: slow }"],
  ],
  [
    "a region beside its provider",
    [
      "scenario",
      "{ region: east, how: lost }",
      "{ region: east, how: lost }\n    - { provider: one, how: short-of-capacity }",
    ],
  ],
  [
    "an outage tolerated as long as it is aimed for",
    ["journey", "availability: 99.9 %", "maximumTolerableOutage: 4 s"],
  ],
);

describe("a platform, a scenario or a journey is read with", () => {
  it.each(fine)("%s", (_, changes) => {
    expect(problemsWith(...changes)).toEqual([]);
  });
});

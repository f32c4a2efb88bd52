import { describe, expect, it } from "vitest";
import { sampleCatalogue } from "../../../test/sample-catalogue.ts";
import type { Options } from "../model/options.ts";
import { readWorkspace } from "./manifest.ts";

const document = (kind: string, name: string, spec: string): string =>
  `apiVersion: holdfast/v1alpha1\nkind: ${kind}\nmetadata: { name: ${name} }\nspec:\n${spec}\n`;

const base = [
  document(
    "Platform",
    "shop",
    "  regions:\n    - { name: east, provider: one, zones: [a, b] }\n    - { name: west, provider: one, zones: [a] }\n    - { name: north, provider: two, location: cloud/north }",
  ),
  document(
    "Component",
    "database",
    `  type: database
  pattern: hot-standby
  replication: { mode: synchronous, confirmations: 1 }
  placements:
    - { region: east, zones: [a, b], replicas: 3, required: 2, machine: cloud/gpu }
    - { region: west, replicas: 2, capacity: quota, capacityLikelihood: 97 % }`,
  ),
  document(
    "Component",
    "gateway",
    "  type: gateway\n  pattern: active-active\n  placements: [{ region: east, replicas: 2 }]",
  ),
];

const options = (name: string, choices: readonly string[]): string =>
  document("Options", name, `  choices:\n${choices.map((each) => `    - ${each}\n`).join("")}`);

function read(...more: readonly string[]): ReturnType<typeof readWorkspace> {
  const files = [...base, ...more].map((text, at) => ({ path: `${at}.yaml`, text }));
  return readWorkspace(files, sampleCatalogue);
}

function optionsOf(...choices: readonly string[]): Options {
  const workspace = read(options("ways", choices));
  const found = workspace.ok ? workspace.value.model.options.get("ways") : undefined;
  if (found === undefined) throw new Error(JSON.stringify(workspace, null, 2));
  return found;
}

const problems = (...choices: readonly string[]): readonly string[] => {
  const workspace = read(options("ways", choices));
  return workspace.ok
    ? []
    : workspace.problems.map(({ what, where }) => `${where?.line}:${where?.column} ${what}`);
};

describe("what a choice makes of a component", () => {
  it.each([
    [
      "{ component: database, place: east, replicas: [{ replicas: 4, required: 2 }] }",
      ["3, 2 required", "4, 2 required"],
    ],
    [
      "{ component: database, place: east, replicas: [{ replicas: 4 }, { replicas: 3, required: 2 }] }",
      ["4", "3, 2 required"],
    ],
    ["{ component: database, pattern: [warm-standby] }", ["hot-standby", "warm-standby"]],
    ["{ component: database, place: west, capacity: [reserved] }", ["quota", "reserved"]],
    ["{ component: gateway, added: [{ region: west, replicas: 2 }] }", ["none", "west, 2"]],
    [
      "{ component: database, replication: [{ mode: asynchronous, lag: 5 s }] }",
      ["synchronous, 1 to confirm", "asynchronous, 5 s behind"],
    ],
    ["{ component: database, place: west, region: [{ region: north }] }", ["west", "north"]],
  ])("keeps what holds today among the alternatives: %s", (choice, words) => {
    expect(optionsOf(choice).choices[0].alternatives).toEqual(words);
  });

  it("builds each way as the manifest would be read, today's first", () => {
    const { variants } = optionsOf("{ component: database, place: west, capacity: [reserved, best-effort] }");
    const built = variants.get("database") ?? [];
    expect(built.map(({ picks }) => picks)).toEqual([[0], [1], [2]]);
    expect(built.map(({ component }) => component.placements[1]?.capacityLikelihood.value)).toEqual([
      0.97, 1, 0.5,
    ]);
  });

  it("gives a moved place the price of its new region", () => {
    const { variants } = optionsOf("{ component: database, place: east, region: [{ region: north }] }");
    const prices = variants.get("database")?.map(({ component }) => component.placements[0]?.price?.value);
    expect(prices?.map((each) => each?.microsPerHour)).toEqual([10_000_000, 15_000_000]);
  });

  it("leaves out what the alternatives cannot be together", () => {
    const { variants } = optionsOf(
      "{ component: database, place: west, presence: [left-out] }",
      "{ component: database, replication: [{ mode: asynchronous, lag: 5 s }] }",
    );
    // Nobody could confirm a write where west is left out: of four combinations three can be.
    expect(variants.get("database")?.map(({ picks }) => picks)).toEqual([
      [0, 0],
      [0, 1],
      [1, 1],
    ]);
  });
});

describe("options that contradict are told at their place", () => {
  it.each([
    ["{ component: database }", '6:7 Options "ways": spec.choices[0] lists no alternatives'],
    [
      "{ component: database, pattern: [warm-standby], added: [{ region: north, replicas: 1 }] }",
      '6:7 Options "ways": spec.choices[0] lists added and pattern together',
    ],
    ["{ component: database, capacity: [quota] }", '6:7 Options "ways": spec.choices[0] names no place'],
    [
      "{ component: database, place: north, capacity: [quota] }",
      '6:37 Options "ways": spec.choices[0].place is north, where it has no place',
    ],
    [
      "{ component: gateway, checkpointEvery: [5 min] }",
      '6:46 Options "ways": spec.choices[0].checkpointEvery is about gateway, which runs no job',
    ],
    [
      "{ component: database, pattern: [warm-standby, warm-standby] }",
      '6:54 Options "ways": spec.choices[0].pattern[1] says warm-standby again',
    ],
    [
      "{ component: gateway, place: east, presence: [left-out] }",
      '6:53 Options "ways": spec.choices[0].presence[0] is left-out, which cannot be: gateway would stand nowhere, or as another alternative has it',
    ],
  ])("%s", (choice, problem) => {
    expect(problems(choice)).toEqual([problem]);
  });

  it("more confirmations than places, with the reason", () => {
    const found = problems("{ component: database, replication: [{ mode: synchronous, confirmations: 2 }] }");
    expect(found).toHaveLength(1);
    expect(found[0]).toContain("confirmations is 2, and there are 1 other places to confirm a write");
  });

  it("and may be listed when another choice makes room for them", () => {
    const more = "{ component: database, added: [{ region: north, replicas: 1 }] }";
    expect(
      problems("{ component: database, replication: [{ mode: synchronous, confirmations: 2 }] }", more),
    ).toEqual([]);
  });

  it("the same thing chosen twice, in one document or in two", () => {
    const twice = "{ component: database, pattern: [warm-standby] }";
    expect(problems(twice, twice)).toEqual([
      '7:7 Options "ways": spec.choices[1] chooses pattern of database again, as choices[0] does',
    ]);
    const workspace = read(options("a", [twice]), options("b", [twice]));
    expect(workspace.ok ? [] : workspace.problems.map(({ what }) => what)).toEqual([
      'Options "b": spec.choices[0].component is about database, and so is Options "a"',
    ]);
  });

  it("names that stand for nothing", () => {
    expect(problems("{ component: databas, pattern: [warm-standby] }")).toHaveLength(1);
    expect(problems("{ component: database, added: [{ region: south, replicas: 1 }] }")[0]).toContain(
      'the region "south"',
    );
  });
});

import { describe, expect, it } from "vitest";
import { exampleText, findingsInText } from "../../../test/lint-examples.ts";
import { ownPlacesRules } from "./own-places.ts";

type Edit = readonly [before: string, after: string];

const whole = exampleText("HF100", "passes");
const places = "  controllers: [east, west, central]\n  coordination: [east, west, central]\n";

/** What the rules about a plan's own places tell of the example that keeps them, with parts of its text replaced. */
function told(...edits: readonly Edit[]): readonly (readonly [rule: string, what: string])[] {
  const text = edits.reduce((before, [from, to]) => {
    expect(before).toContain(from);
    return before.replace(from, to);
  }, whole);
  const ids: readonly string[] = ownPlacesRules.map(({ id }) => id);
  return findingsInText(text).flatMap(({ rule, what }) =>
    ids.includes(rule) ? [[rule, what.replace('RecoveryPlan "leave-east": ', "")] as const] : [],
  );
}

const providerLost: Edit = ["{ region: east, how: lost }", "{ provider: cloud-a, how: lost }"];
const fateLost: readonly Edit[] = [
  [
    "    - { name: central, provider: cloud-b }\n",
    "    - { name: central, provider: cloud-b }\n  fates:\n    - { name: power-grid, type: power, covers: { regions: [east, west] }, stops: serving }\n",
  ],
  ["{ region: east, how: lost }", "{ fate: power-grid, how: lost }"],
];

describe("where the voters of the coordination store stand", () => {
  it("is where the controllers do when it is left out, and then their loss is told once", () => {
    const one: Edit = [places, "  controllers: [east]\n"];
    expect(told(one)).toEqual([
      ["HF001", "east-lost leaves 0 of 1 controllers, and 1 are needed (plan → controllers → east)"],
    ]);
  });

  it("is told beside the controllers where it is said, and both are lost", () => {
    const both: Edit = [places, "  controllers: [east]\n  coordination: [east]\n"];
    expect(told(both)).toEqual([
      ["HF001", "east-lost leaves 0 of 1 controllers, and 1 are needed (plan → controllers → east)"],
      ["HF100", "east-lost leaves 0 of 1 coordination voters, and 1 are needed (plan → coordination → east)"],
    ]);
  });

  it.each<[left: string, voters: string, isEnough: boolean]>([
    ["two of three", "[east, west, central]", true],
    ["one of two", "[east, west]", false],
    ["none of one", "[east]", false],
    ["all of them", "[west]", true],
  ])("is enough by a majority alone: %s are left", (_, voters, isEnough) => {
    const found = told([places, `  controllers: [east, west, central]\n  coordination: ${voters}\n`]);
    expect(found.some(([rule]) => rule === "HF100")).toBe(!isEnough);
  });

  it("is told as an even number, and as one provider's, as that of controllers is", () => {
    const even: Edit = [places, "  controllers: [east, west, central]\n  coordination: [west, central]\n"];
    expect(told(even)).toEqual([["HF011", "2 coordination voters bear the loss of 0, as 1 alone does"]]);
    const promised: Edit = [
      "    region: { rto: 60 s, rpo: 0 s }\n",
      "    region: { rto: 60 s, rpo: 0 s }\n    provider: { rto: 60 s, rpo: 0 s }\n",
    ];
    const cloudB: Edit = [places, "  controllers: [central]\n  coordination: [east, west, central]\n"];
    expect(told(promised, cloudB).filter(([, what]) => what.includes("voters"))).toEqual([
      [
        "HF012",
        '2 of 3 coordination voters stand with cloud-a, and Journey "chat" has an objective for the loss of a provider',
      ],
    ]);
  });
});

describe("where evidence is kept", () => {
  const keptIn = (regions: string): Edit => [
    places,
    `  controllers: [east, west, central]\n  evidence: ${regions}\n`,
  ];

  it("is lost with all of its regions, and not with some of them", () => {
    expect(told(keptIn("[east, west]"))).toEqual([]);
    expect(told(keptIn("[east]"))).toEqual([
      ["HF101", "east-lost leaves no place in which evidence is kept (plan → evidence → east)"],
    ]);
  });

  it("is with the controllers where it is left out, whose loss is told alone", () => {
    const gone = told([places, "  controllers: [east]\n"]);
    expect(gone.map(([rule]) => rule)).toEqual(["HF001"]);
  });
});

describe("the path to what is lost", () => {
  const ofOneProvider: Edit = [
    places,
    "  controllers: [east, west, central]\n  coordination: [east, west]\n",
  ];

  it("ends in the provider with which regions fall", () => {
    expect(told(providerLost, ofOneProvider).map(([, what]) => what)).toContain(
      "east-lost leaves 0 of 2 coordination voters, and 2 are needed (plan → coordination → east, west → provider cloud-a)",
    );
  });

  it("ends in the shared fate with which regions fall", () => {
    expect(told(...fateLost).map(([, what]) => what)).toContain(
      "east-lost leaves 1 of 3 controllers, and 2 are needed (plan → controllers → east, west → fate power-grid)",
    );
  });
});

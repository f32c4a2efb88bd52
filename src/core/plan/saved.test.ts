import { describe, expect, it } from "vitest";
import type { ForeseenPlan } from "./foreseen.ts";
import {
  differences,
  foreseenHash,
  readSavedPlan,
  type SavedPlan,
  savedPlan,
  seenAgain,
  worldDifferences,
} from "./saved.ts";
import type { SeenWorld } from "./seen-world.ts";

const digest = (text: string): string =>
  `sha256:${Buffer.from(text).reduce((sum, each) => (sum * 31 + each) % 65_521, 7)}`;

const plan: ForeseenPlan = {
  plan: "leave-east",
  scenario: "east-lost",
  stages: [],
  automation: "when-armed",
  lookedAt: { blocked: [], gates: [] },
  restsOn: [],
  steps: [
    {
      phase: "fence",
      part: [],
      withinSeconds: 4,
      changes: [{ sign: "-", what: "east stops", because: "fenced" }],
    },
    {
      phase: "promote",
      part: [],
      withinSeconds: null,
      changes: [{ sign: "+", what: "west serves", because: "it holds all" }],
    },
  ],
  beside: [],
  radius: { regionsLost: ["east"], components: ["database"], componentsInAll: 2, covered: [], others: [] },
  forecasts: [],
  costs: { machines: [], copies: [] },
  capacities: [],
  obstacles: [],
};

function textOf(of: ForeseenPlan): string {
  return JSON.stringify(savedPlan(of, digest), null, 2);
}

describe("a plan that was kept", () => {
  it("is read back as it was", () => {
    const read = readSavedPlan(textOf(plan), digest);
    expect(read.kind === "plan" && read.plan.foreseen).toEqual(plan);
  });

  it.each<[string, string]>([
    ["nothing", ""],
    ["other text", "steps: []"],
    ["a list", "[]"],
    ["null", "null"],
    ["another document", '{"formatVersion":1,"kind":"summary"}'],
  ])("is not read from %s", (_, text) => {
    expect(readSavedPlan(text, digest).kind).toBe("other");
  });

  it.each(["3", "5", '"4"'])("is told from one of version %s of the format", (version) => {
    const text = textOf(plan).replace('"formatVersion": 4', `"formatVersion": ${version}`);
    expect(readSavedPlan(text, digest).kind).toBe("other-version");
  });

  it.each<[string, string, string]>([
    ["a step", "west serves", "mars serves"],
    ["its hash", "sha256:", "sha256:1"],
  ])("is told from one in which somebody has changed %s", (_, before, after) => {
    expect(readSavedPlan(textOf(plan).replace(before, after), digest).kind).toBe("changed");
  });
});

describe("a plan that was kept with a look", () => {
  const east: SeenWorld = { serving: { kind: "seen", region: "east" }, steps: [] };
  const west: SeenWorld = { ...east, serving: { kind: "seen", region: "west" } };
  const kept = savedPlan(plan, digest, east);

  it("is read back with what was seen", () => {
    const read = readSavedPlan(JSON.stringify(kept), digest);
    expect(read.kind === "plan" && read.plan).toEqual(kept);
  });

  it("is another to whoever agrees to it than one without, and the same to what proves it", () => {
    const hashes = [savedPlan(plan, digest), kept, savedPlan(plan, digest, west)].map(({ hash }) => hash);
    expect(new Set(hashes).size).toBe(3);
    expect(foreseenHash(kept, digest)).toBe(hashes[0]);
  });

  it.each<[string, (of: SavedPlan) => unknown]>([
    ["changed", (of) => ({ ...of, seen: west })],
    ["taken away", ({ formatVersion, kind, hash, foreseen }) => ({ formatVersion, kind, hash, foreseen })],
    ["put within the plan", ({ foreseen, seen, ...of }) => ({ ...of, foreseen: { foreseen, seen } })],
  ])("is told from one of which somebody has %s what was seen", (_, change) => {
    expect(readSavedPlan(JSON.stringify(change(kept)), digest).kind).toBe("changed");
  });

  it("is itself where all is as it was, and another where it is not", () => {
    expect(seenAgain(kept, structuredClone(east), digest)).toBe(kept);
    const now = seenAgain(kept, west, digest);
    expect(now.hash).not.toBe(kept.hash);
    expect(worldDifferences(kept, now)).toEqual([
      { section: "how it is now (measured)", gone: ["east serves"], added: ["west serves"] },
    ]);
  });

  it("of before it could be is one without a look", () => {
    const { formatVersion, kind, hash, foreseen } = savedPlan(plan, digest);
    const read = readSavedPlan(JSON.stringify({ formatVersion, kind, hash, foreseen }), digest);
    expect(read.kind === "plan" && read.plan).toEqual(savedPlan(plan, digest));
    expect(worldDifferences(savedPlan(plan, digest), kept)).toEqual([]);
  });
});

describe("two plans", () => {
  it("differ in nothing where they say the same", () => {
    expect(differences(plan, structuredClone(plan))).toEqual([]);
  });

  it("differ by what one says and the other does not, part by part", () => {
    const [fence, promote] = plan.steps;
    if (fence === undefined || promote === undefined) throw new Error("the plan has two steps");
    const central = { sign: "+", what: "central serves", because: "it holds all" } as const;
    const obstacle = { effect: "asks", what: "who decides", mend: "drill it" } as const;
    const now = { ...plan, steps: [fence, { ...promote, changes: [central] }], obstacles: [obstacle] };
    expect(differences(plan, now)).toEqual([
      {
        section: "steps",
        gone: ["+ west serves (it holds all)"],
        added: ["+ central serves (it holds all)"],
      },
      { section: "what stands in the way", gone: [], added: ["asks: who decides; mend: drill it"] },
      {
        section: "so it",
        gone: ["goes by itself while its trust is ARMED"],
        added: ["goes once a person has decided"],
      },
    ]);
  });

  it("differ by the order of their steps alone", () => {
    const [difference] = differences(plan, { ...plan, steps: plan.steps.toReversed() });
    expect(difference?.added).toEqual(["+ west serves (it holds all)", "- east stops (fenced)"]);
  });
});

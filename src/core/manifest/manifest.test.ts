import { sampleCatalogue } from "../../../test/sample-catalogue.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Parsed, Problem } from "../problem/problem.ts";
import { type ManifestCode, manifestCodes } from "./codes.ts";
import { readWorkspace, type Workspace } from "./manifest.ts";

const head = "apiVersion: holdfast/v1alpha1\n";
const platform = `${head}kind: Platform
metadata: { name: shop }
spec:
  regions:
    - { name: east, provider: one }
    - { name: west, provider: one }
    - { name: central, provider: two }
`;
const database = `${head}kind: Component
metadata: { name: database }
spec:
  type: database
  pattern: hot-standby
  placements:
    - { region: east, replicas: 1 }
    - { region: west, replicas: 1 }
    - { region: central, replicas: 1 }
  replication: { mode: synchronous, confirmations: 1 }
`;
const journey = `${head}kind: Journey
metadata: { name: buy }
spec:
  entry: database
  owner: shop-team
  objectives:
    region: { rto: 4 s, rpo: 0 s, availability: 99.9 % }
`;
const scenario = `${head}kind: Scenario
metadata: { name: east-lost }
spec:
  failures:
    - { region: east, how: lost }
`;
const plan = `${head}kind: RecoveryPlan
metadata: { name: leave-east }
spec:
  covers: { journeys: [buy], scenarios: [east-lost] }
  controllers: [east, west, central]
  steps:
    - { phase: fence, component: database, method: far-side }
    - { phase: promote, component: database }
    - { phase: verify, journey: buy }
  interlocks: { coolDown: 10 min }
  automation: { failover: when-armed, proofValidFor: 30 d }
`;
const drill = `${head}kind: Drill
metadata: { name: try-it }
spec:
  plan: leave-east
  scenario: east-lost
  journey: buy
  load:
    writes: { clients: 1, every: 10 ms }
    completions: { clients: 1, tokens: 40 }
    before: 1 s
    after: 1 s
`;
const whole = [platform, database, journey, scenario, plan, drill];

function read(...texts: readonly string[]): Parsed<Workspace> {
  return readWorkspace(
    texts.map((text, at) => ({ path: `${at}.yaml`, text })),
    sampleCatalogue,
  );
}

function problems(...texts: readonly string[]): readonly Problem[] {
  const result = read(...texts);
  return result.ok ? [] : result.problems;
}

/** The whole workspace with one document changed. */
function changed(document: string, from: string, to: string): readonly string[] {
  expect(document).toContain(from);
  return whole.map((each) => (each === document ? each.replace(from, to) : each));
}

function brief({ code, what, where, mend }: Problem): Readonly<Record<string, unknown>> {
  return { code, what, at: where === null ? null : `${where.file}:${where.line}:${where.column}`, mend };
}

describe("a workspace without mistakes", () => {
  it("is read into a model that names its parts and fills in what was left out", () => {
    const result = read(...whole);
    expect(result.ok).toBe(true);
    if (!result.ok) return;
    const { model } = result.value;
    expect(model.platform.regions.map((region) => region.name)).toEqual(["east", "west", "central"]);
    expect(model.components.get("database")).toMatchObject({
      replication: { kind: "synchronous", confirmations: 1 },
      placements: [{ region: "east", replicas: 1, required: 1, capacity: "reserved", price: null }, {}, {}],
      needs: [],
      weights: null,
    });
    const declared = { kind: "declared" };
    expect(model.journeys.get("buy")?.objectives).toEqual([
      {
        ...{ scope: "region", rto: 4, rpo: 0, availability: 0.999, maximumTolerableOutage: null },
        sources: { rto: declared, rpo: declared, availability: declared },
      },
    ]);
    expect(model.plans.get("leave-east")).toMatchObject({
      steps: [
        { phase: "fence" },
        { phase: "promote", candidates: ["east", "west", "central"] },
        { phase: "verify" },
      ],
      interlocks: { placesOnMin: 1, coolDown: 600, dataLoss: "ask" },
      detection: { silentAfter: null },
    });
    expect(model.drills.get("try-it")).toMatchObject({
      thawAfter: null,
      cadence: null,
      completionsFailedMax: null,
    });
  });

  it("tells a step that says it needs nothing from one that does not say what it needs", () => {
    const needsOf = (step: string): unknown => {
      const result = read(...changed(plan, "  interlocks:", `    - ${step}\n  interlocks:`));
      return result.ok ? result.value.model.plans.get("leave-east")?.steps.at(-1)?.needs : result.problems;
    };
    const run = "phase: run, name: it, within: 1 s, by: { kind: exec, command: [act] }";
    expect(needsOf(`{ ${run} }`)).toBeNull();
    expect(needsOf(`{ ${run}, needs: [] }`)).toEqual([]);
    expect(needsOf(`{ ${run}, needs: [database] }`)).toEqual(["database"]);
    expect(needsOf("{ phase: wait, name: a-while, time: 1 s }")).toEqual([]);
  });

  it("leaves coordination and evidence with the controllers where they are not said", () => {
    const planOf = (...texts: readonly string[]): unknown => {
      const result = read(...texts);
      return result.ok ? result.value.model.plans.get("leave-east") : result.problems;
    };
    expect(planOf(...whole)).toMatchObject({ coordination: null, evidence: null });
    const said = "  coordination: [east, west, central]\n  evidence: [west]\n  steps:\n";
    expect(planOf(...changed(plan, "  steps:\n", said))).toMatchObject({
      coordination: ["east", "west", "central"],
      evidence: ["west"],
    });
  });

  it("tells where each part was written", () => {
    const result = read(...whole);
    expect(result.ok && result.value.locate("Scenario", "east-lost")).toEqual({
      file: "3.yaml",
      line: 3,
      column: 19,
    });
  });

  it("may keep all of its documents in one file, with empty ones between", () => {
    expect(problems(["", ...whole, "# a comment alone\n"].join("---\n"))).toEqual([]);
  });

  it.each([
    ["a BOM", (text: string) => `\uFEFF${text}`],
    ["line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
  ])("may have %s", (_, change) => {
    expect(problems(...whole.map(change))).toEqual([]);
  });

  it("leaves OpenSLO documents beside it as they are, and counts them", () => {
    const result = read(
      ...whole,
      "apiVersion: openslo/v1\nkind: SLO\nmetadata: { name: x }\nspec: { anything: 1 }\n",
    );
    expect(result.ok && result.value.skipped).toBe(1);
  });

  it("may repeat parts by anchor and alias", () => {
    const text = database.replace("{ region: west, replicas: 1 }", "{ region: west, replicas: &one 1 }");
    expect(
      problems(
        ...whole.map((each) =>
          each === database ? text.replace("central, replicas: 1", "central, replicas: *one") : each,
        ),
      ),
    ).toEqual([]);
  });
});

/** Each case of bad input: what is wrong, the workspace, and the one problem that it gives. */
const badInput: readonly (readonly [
  string,
  readonly string[],
  Partial<Record<"code" | "what" | "at" | "mend", unknown>>,
])[] = [
  [
    "text that is no YAML",
    [...whole, "a: [1, 2\nb: 3\n"],
    { code: "manifest/unreadable-yaml", at: "6.yaml:2:1" },
  ],
  [
    "a tab for indentation",
    [...whole, "a:\n\tb: 1\n"],
    {
      code: "manifest/unreadable-yaml",
      at: "6.yaml:2:1",
      mend: "indent with spaces: YAML takes no tab there",
    },
  ],
  [
    "an alias without an anchor",
    [...whole, "a: *b\n"],
    { code: "manifest/unreadable-yaml", at: "6.yaml:1:4" },
  ],
  [
    "a key that stands twice",
    changed(journey, "  owner: shop-team\n", "  owner: shop-team\n  owner: other\n"),
    { code: "manifest/duplicate-key", at: "2.yaml:7:3" },
  ],
  [
    "aliases that unfold without end",
    [
      ...whole,
      `a: &a [x,x,x,x,x,x,x,x,x]\n${"bcdefgh"
        .split("")
        .map(
          (key, at) =>
            `${key}: &${key} [${Array(9)
              .fill(`*${"abcdefgh"[at] ?? ""}`)
              .join(",")}]`,
        )
        .join("\n")}\n`,
    ],
    { code: "manifest/too-many-aliases", at: "6.yaml:2:8" },
  ],
  [
    "an alias within what it stands for",
    [...whole, "a: &a\n  b: [*a]\n"],
    { code: "manifest/endless-alias", at: "6.yaml:2:7", mend: "write what is meant in place of the alias" },
  ],
  [
    "brackets nested a hundred thousand deep",
    [...whole, `a: ${"[".repeat(100_000)}`],
    { code: "manifest/too-deep" },
  ],
  [
    "a document that is a list",
    [...whole, "- 1\n- 2\n"],
    { code: "manifest/not-a-map", what: "the document is [1,2], not a map" },
  ],
  [
    "a document that is text",
    [...whole, "hello\n"],
    { code: "manifest/not-a-map", what: 'the document is "hello", not a map' },
  ],
  ["no apiVersion", [...whole, "kind: Drill\n"], { code: "manifest/missing-api-version", at: "6.yaml:1:1" }],
  [
    "another version of the language",
    changed(scenario, "v1alpha1", "v1alpah1"),
    {
      code: "manifest/unknown-api-version",
      at: "3.yaml:1:13",
      mend: expect.stringContaining('did you mean "holdfast/v1alpha1"?'),
    },
  ],
  [
    "somebody else's document",
    [...whole, "apiVersion: apps/v1\nkind: Deployment\n"],
    { code: "manifest/unknown-api-version" },
  ],
  ["no kind", [...whole, head], { code: "manifest/missing-key", what: 'the document needs "kind"' }],
  [
    "a kind mistyped",
    [...whole, `${head}kind: Senario\n`],
    {
      code: "manifest/unknown-kind",
      at: "6.yaml:2:7",
      mend: expect.stringContaining('did you mean "Scenario"?'),
    },
  ],
  [
    "a key mistyped, which is told once and not as missing too",
    changed(journey, "entry:", "entyr:"),
    {
      code: "manifest/unknown-key",
      at: "2.yaml:5:3",
      mend: 'did you mean "entry"? spec takes entry, owner, policy, objectives, degradedModes, impact, continuity, requestsPerMonth',
    },
  ],
  [
    "a key that belongs to another phase",
    changed(plan, "{ phase: verify, journey: buy }", "{ phase: verify, journey: buy, method: lease }"),
    {
      code: "manifest/unknown-key",
      mend: "spec.steps[2] takes phase, journey, mode, by, needs, within, takes, begins, serving, lost, onFailure",
    },
  ],
  [
    "a key that every object has",
    changed(journey, "owner: shop-team", "owner: shop-team\n  __proto__: { polluted: 1 }"),
    { code: "manifest/unknown-key", at: "2.yaml:7:3" },
  ],
  [
    "a key left out",
    changed(journey, "  owner: shop-team\n", ""),
    {
      code: "manifest/missing-key",
      what: 'Journey "buy": spec needs "owner"',
      at: "2.yaml:4:1",
      mend: "add owner: assistant-team",
    },
  ],
  [
    "no spec at all",
    changed(scenario, scenario.slice(scenario.indexOf("spec:")), ""),
    { code: "manifest/missing-key", what: 'Scenario "east-lost": the document needs "spec"' },
  ],
  [
    "a key without a value",
    changed(journey, "owner: shop-team", "owner:"),
    { code: "manifest/wrong-type", what: 'Journey "buy": spec.owner is empty', at: "2.yaml:6:3" },
  ],
  [
    "text where a number belongs",
    changed(database, "east, replicas: 1", "east, replicas: two"),
    {
      code: "manifest/wrong-type",
      what: 'Component "database": spec.placements[0].replicas is "two", not a number',
      at: "1.yaml:8:33",
      mend: "write a number, such as 3",
    },
  ],
  [
    "half a replica",
    changed(database, "east, replicas: 1", "east, replicas: 1.5"),
    { code: "manifest/wrong-type", what: expect.stringContaining("is 1.5, not a whole number") },
  ],
  [
    "no replica",
    changed(database, "east, replicas: 1", "east, replicas: 0"),
    { code: "manifest/out-of-range", mend: "write a number that is at least 1" },
  ],
  [
    "a duration without its unit",
    changed(journey, "rto: 4 s", "rto: 4"),
    {
      code: "manifest/wrong-type",
      what: expect.stringContaining("rto is 4, not text"),
      mend: "write text, such as 4 s",
    },
  ],
  [
    "a share for a duration",
    changed(journey, "rto: 4 s", "rto: 60 %"),
    {
      code: "manifest/impossible-quantity",
      what: 'Journey "buy": spec.objectives.region.rto is "60 %", which has the unit "%", not one of ms, s, min, h or d',
      at: "2.yaml:8:20",
      mend: "write a length of time, such as 4 s",
    },
  ],
  [
    "a duration below 0",
    changed(journey, "rpo: 0 s", "rpo: -3s"),
    { code: "manifest/impossible-quantity", what: expect.stringContaining("which is below 0") },
  ],
  [
    "a share above all",
    changed(journey, "99.9 %", "120 %"),
    { code: "manifest/impossible-quantity", what: expect.stringContaining("which is above 100 %") },
  ],
  [
    "a duration in words",
    changed(journey, "rto: 4 s", "rto: soon"),
    { code: "manifest/impossible-quantity", what: expect.stringContaining("which is not a length of time") },
  ],
  [
    "a word without a meaning",
    changed(scenario, "how: lost", "how: lsot"),
    {
      code: "manifest/unknown-value",
      mend: 'did you mean "lost"? write one of lost, frozen, partitioned, slow, wrong, short-of-capacity',
    },
  ],
  [
    "a phase without a meaning",
    changed(plan, "phase: promote", "phase: promot"),
    {
      code: "manifest/unknown-value",
      what: expect.stringContaining('spec.steps[1].phase is "promot"'),
      mend: 'did you mean "promote"? write one of fence, promote, route, verify, scale, warm, plan, gitops, kubernetes, patroni, terraform, run, notify, approve, wait',
    },
  ],
  [
    "what is of none of the types that it may have",
    changed(
      plan,
      "    - { phase: verify, journey: buy }",
      "    - { phase: gitops, name: grow, within: 1 s, repository: r, edits: [{ file: a.yaml, set: [{ path: a, value: [1] }] }] }",
    ),
    {
      code: "manifest/wrong-type",
      what: expect.stringContaining("spec.steps[2].edits[0].set[0].value is "),
      mend: "write text, or a number, or true or false",
    },
  ],
  [
    "a name that is no name",
    changed(drill, "name: try-it", "name: Try_It"),
    { code: "manifest/bad-name", at: "5.yaml:3:19" },
  ],
  [
    "an empty list",
    changed(scenario, "\n    - { region: east, how: lost }", " []"),
    { code: "manifest/out-of-range", mend: "list at least one" },
  ],
  [
    "two documents of one name",
    [...whole, scenario],
    {
      code: "manifest/duplicate-name",
      at: "6.yaml:3:19",
      what: 'Scenario "east-lost" is declared a second time; the first is at 3.yaml:3',
    },
  ],
  [
    "a region that is declared nowhere",
    changed(scenario, "region: east", "region: esat"),
    {
      code: "manifest/dangling-reference",
      at: "3.yaml:6:17",
      mend: 'did you mean "east"? declared are central, east, west',
    },
  ],
  [
    "more required than there are",
    changed(database, "east, replicas: 1", "east, replicas: 1, required: 2"),
    {
      code: "manifest/contradiction",
      what: expect.stringContaining("is 2, which is more than its 1 replicas"),
    },
  ],
  ["no document at all", ["# nothing yet\n"], { code: "manifest/no-platform", at: null }],
  [
    "two platforms",
    [...whole, platform.replace("shop", "bank")],
    { code: "manifest/two-platforms", at: "6.yaml:2:7" },
  ],
];

describe("bad input gives one clear problem", () => {
  it.each(badInput)("for %s", (_, texts, told) => {
    const found = problems(...texts);
    expect(found.map(brief)).toEqual([expect.objectContaining(told)]);
    expect(found[0]?.why).toBe(manifestCodes[found[0]?.code as ManifestCode].why);
  });

  it("is tried for every code that a manifest can raise", () => {
    const tried = new Set(badInput.map(([, , told]) => told.code));
    expect(
      Object.keys(manifestCodes).filter((code) => code.startsWith("manifest/") && !tried.has(code)),
    ).toEqual([]);
  });
});

describe("problems", () => {
  it("are all told at once, by file and line", () => {
    const texts = [
      changed(scenario, "how: lost", "how: lsot")[3] ?? "",
      journey.replace("rto: 4 s", "rto: soon").replace("owner: shop-team", "owner: 3"),
      plan.replace("[buy]", "[sell]"),
      drill.replace("clients: 1, every", "clients: 0, every"),
    ];
    expect(
      problems(platform, database, ...texts).map((each) => [each.where?.file, each.where?.line, each.code]),
    ).toEqual([
      ["2.yaml", 6, "manifest/unknown-value"],
      ["3.yaml", 6, "manifest/wrong-type"],
      ["3.yaml", 8, "manifest/impossible-quantity"],
      ["4.yaml", 5, "manifest/dangling-reference"],
      ["5.yaml", 9, "manifest/out-of-range"],
    ]);
  });

  it("are not raised against what names a document that was itself refused", () => {
    const found = problems(...changed(scenario, "how: lost", "how: lsot"));
    expect(found.map((each) => each.code)).toEqual(["manifest/unknown-value"]);
  });

  it("are not raised against what names something in a file that could not be read", () => {
    const found = problems(...whole.map((each) => (each === scenario ? "kind: [\n" : each)));
    expect(found.map((each) => each.code)).toEqual(["manifest/unreadable-yaml"]);
  });

  it("show a long value shortened", () => {
    const [found] = problems(...changed(journey, "rto: 4 s", `rto: ${"x".repeat(500)}`));
    expect(found?.what.length).toBeLessThan(200);
  });
});

describe("reading", () => {
  const orders = fc.shuffledSubarray(whole, { minLength: whole.length });

  it("does not depend on the order of documents or files", () => {
    const first = read(...whole);
    fc.assert(
      fc.property(orders, (texts) => {
        const again = read(...texts);
        expect(again.ok && again.value.model).toEqual(first.ok && first.value.model);
        expect(read(texts.join("---\n")).ok).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("answers for any text, and never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => !read(text).ok),
      { numRuns: 300 },
    );
  });

  it("answers for any data in the place of a spec, and never throws", () => {
    const kind = fc.constantFrom("Platform", "Journey", "Component", "Scenario", "RecoveryPlan", "Drill");
    fc.assert(
      fc.property(kind, fc.jsonValue({ maxDepth: 3 }), (word, spec) => {
        const text = stringify({
          apiVersion: "holdfast/v1alpha1",
          kind: word,
          metadata: { name: "x" },
          spec,
        });
        expect(problems(text).length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});

import { describe, expect, it } from "vitest";
import { type Change, problemsWith, readSample } from "../../../test/sample-workspace.ts";

const path = "spec.degradedModes[0]";
const said = `Journey "buy": ${path}`;

/** The journey with these modes. */
function modes(...each: readonly string[]): readonly Change[] {
  const list = each.map((mode) => `    - { ${mode} }\n`).join("");
  return [["journey", "  impact: 500 USD/h\n", `  impact: 500 USD/h\n  degradedModes:\n${list}`]];
}

const verify = "{ phase: verify, journey: buy, needs: [gateway] }";
const by = "by: { kind: http, url: https://a.example.com }, within: 1 s";

type Case = readonly [why: string, changes: readonly Change[], told: Readonly<Record<string, unknown>>];

const cases: readonly Case[] = [
  [
    "that does without nothing",
    modes("name: a"),
    {
      what: `${said} does without nothing, and is the whole`,
      mend: "say what it does without, or what stands in: without: [search]",
    },
  ],
  [
    "that does without what is not needed",
    modes("name: a, without: [job]"),
    { what: `${said}.without[0] is job, which buy does not need`, mend: "delete it" },
  ],
  [
    "that does without what a request reaches first",
    modes("name: a, without: [gateway]"),
    {
      what: `${said}.without[0] is gateway, which a request reaches first`,
      mend: "say what is reached instead: instead: [{ of: gateway, by: … }]",
    },
  ],
  [
    "that says twice what becomes of something",
    modes("name: a, without: [store], instead: [{ of: store, by: job }]"),
    { what: `${said}.instead[0].of is store again` },
  ],
  [
    "in which what is done without stands in",
    modes("name: a, without: [store], instead: [{ of: database, by: store }]"),
    { what: `${said}.instead[0].by is store, which the mode does without` },
  ],
  [
    "in which what stands in needs what it stands in for",
    modes("name: a, instead: [{ of: database, by: gateway }]"),
    {
      what: `${said}.instead[0].by is gateway, which needs database itself`,
      mend: "let gateway do without database, or name another",
    },
  ],
  [
    "that may take longer than the whole, by its own word",
    modes("name: a, without: [store], rto: { region: 5 s }"),
    {
      what: `${said}.rto.region is 5 s, longer than the 4 s of the whole, which gives more`,
      mend: "write less than 4 s, or order the modes",
    },
  ],
  [
    "that may take longer than the whole, by its policy's",
    modes("name: a, without: [store], rto: { zone: 61 s }"),
    { what: `${said}.rto.zone is 61 s, longer than the 1 min of the whole, which gives more` },
  ],
  [
    "that may take longer than one that gives more",
    modes(
      "name: a, without: [store], rto: { region: 1 s }",
      "name: b, without: [store, model], rto: { region: 2 s }",
    ),
    {
      what: `Journey "buy": spec.degradedModes[1].rto.region is 2 s, longer than the 1 s of a, which gives more`,
    },
  ],
  [
    "called as another",
    modes("name: a, without: [store]", "name: a, without: [model]"),
    { what: `Journey "buy": spec.degradedModes[1].name says "a" again` },
  ],
  [
    "of what is not declared, which is told once",
    modes("name: a, without: [stroe]"),
    {
      what: `${said}.without[0] names the Component "stroe", which is not declared`,
      mend: 'did you mean "store"? declared are database, gateway, job, model, other-model, store',
    },
  ],
  [
    "of a journey that enters where nothing is declared, which is told once",
    [["journey", "entry: gateway", "entry: gatewey"], ...modes("name: a, without: [store]")],
    { what: 'Journey "buy": spec.entry names the Component "gatewey", which is not declared' },
  ],
  [
    "of no name",
    modes("name: Static, without: [store]"),
    { what: `${said}.name is "Static", which is no name` },
  ],
];

describe("a degraded mode", () => {
  it.each(cases)("%s is refused", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([expect.objectContaining(told)]);
  });

  it("is read as it is written, and may do without what answers in the place of something", () => {
    const read = readSample(
      ...modes("name: a, without: [other-model], instead: [{ of: gateway, by: job }], rto: { region: 1 s }"),
    );
    expect(read.ok && read.value.model.journeys.get("buy")?.degradedModes).toEqual([
      {
        ...{ name: "a", description: "", without: ["other-model"] },
        ...{ instead: [{ of: "gateway", by: "job" }], rto: { region: 1 } },
      },
    ]);
  });
});

describe("a step that verifies a degraded mode", () => {
  const mode = modes("name: cached, without: [store]");

  it("is refused where the journey has none of that name", () => {
    const misspelt: Change = ["plan", verify, `{ phase: verify, journey: buy, mode: cashed, ${by} }`];
    const told = 'RecoveryPlan "leave-east": spec.steps[2].mode is cashed, which is no degraded mode of buy';
    expect(problemsWith(...mode, misspelt)).toMatchObject([
      { what: told, mend: "write one of cached, or add it to the degradedModes of buy" },
    ]);
    expect(problemsWith(misspelt)).toMatchObject([
      { what: told, mend: "delete it, or add cashed to the degradedModes of buy" },
    ]);
  });

  it("is refused where the failover engine is to show it, which tries the whole", () => {
    const byEngine: Change = ["plan", verify, "{ phase: verify, journey: buy, mode: cached }"];
    expect(problemsWith(...mode, byEngine)).toMatchObject([
      {
        what: 'RecoveryPlan "leave-east": spec.steps[2].mode is said, and not what shows it',
        mend: "say by: what shows that buy serves in cached",
      },
    ]);
  });

  it("is read with its mode", () => {
    const shown: Change = ["plan", verify, `{ phase: verify, journey: buy, mode: cached, ${by} }`];
    const read = readSample(...mode, shown);
    expect(read.ok && read.value.model.plans.get("leave-east")?.steps[2]).toMatchObject({
      phase: "verify",
      mode: "cached",
    });
  });
});

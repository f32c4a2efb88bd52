import { describe, expect, it } from "vitest";
import { type Edit, foreseenExample } from "../../../test/foreseen-example.ts";
import { instantMs } from "../units/units.ts";
import { sectionsOf } from "./sections.ts";
import { type Hindrance, hindrances, interlocksOf, type SeenToday, stillHolding } from "./today.ts";
import { notSo, type Tried } from "./verifier.ts";

const asked = { plan: "leave-east", scenario: "east-lost" };
const { lookedAt } = foreseenExample("front-door", asked);
const open: readonly (readonly [string, Tried])[] = [
  ["west-answers", { kind: "so" }],
  ["room-in-west", { kind: "so" }],
  ["budget-left", { kind: "so" }],
];

function found(seen: Partial<SeenToday>): readonly Hindrance[] {
  // A Wednesday in spring.
  const now = instantMs(Date.parse("2026-04-15T12:00:00Z"));
  return hindrances(lookedAt, { now, gates: new Map(open), unset: [], ...seen });
}

describe("what a plan is begun despite", () => {
  const holding: readonly Hindrance[] = [
    { interlock: "payroll", what: "it is blocked", mend: "wait" },
    { interlock: "west-answers", what: "the gate is closed", mend: "see to it" },
    { interlock: null, what: "TOKEN is not set", mend: "set it" },
  ];

  it("is a window or a gate of its own, by name", () => {
    expect(interlocksOf(lookedAt)).toEqual(expect.arrayContaining(["year-end", "payroll", "budget-left"]));
  });

  it("is what was named, and nothing besides", () => {
    const names = (despite: readonly string[]): readonly unknown[] =>
      stillHolding(holding, despite).map(({ interlock }) => interlock);
    expect(names([])).toEqual(["payroll", "west-answers", null]);
    expect(names(["payroll"])).toEqual(["west-answers", null]);
    expect(names(["payroll", "west-answers"])).toEqual([null]);
  });
});

describe("what keeps a plan from being begun right now", () => {
  it("is nothing on a plain day with every gate open", () => {
    expect(found({})).toEqual([]);
  });

  it("is a blocked window while it lasts, which somebody may begin it despite", () => {
    expect(found({ now: instantMs(Date.parse("2026-12-24T08:00:00Z")) })).toEqual([
      {
        interlock: "year-end",
        what: "it is blocked by year-end: from 2026-12-21 until 2027-01-04",
        mend: "wait until it is over",
      },
    ]);
    expect(found({ now: instantMs(Date.parse("2026-04-18T01:00:00Z")) })).toMatchObject([
      {
        interlock: "payroll",
        what: "it is blocked by payroll: fri from 22:00 until 04:00 of the day after, Europe/Berlin",
      },
    ]);
  });

  it("is a gate that is closed, cannot be tried or was not", () => {
    const others = open.filter(([name]) => name !== "room-in-west");
    const because = notSo("no machine is free");
    expect(found({ gates: new Map([...others, ["room-in-west", because]]) })).toEqual([
      {
        interlock: "room-in-west",
        what: "gate room-in-west is closed: no machine is free",
        mend: 'see that sum(free_machines{region="west"}) is at least 4',
      },
    ]);
    const cannot: Tried = { kind: "cannot", because: "no token" };
    expect(found({ gates: new Map([...others, ["room-in-west", cannot]]) })).toHaveLength(1);
    const mended: Tried = { ...cannot, mend: "set PROMETHEUS_URL" };
    expect(found({ gates: new Map([...others, ["room-in-west", mended]]) })).toMatchObject([
      { what: "gate room-in-west is closed: no token", mend: "set PROMETHEUS_URL" },
    ]);
    expect(found({ gates: new Map() }).map(({ what }) => what)).toEqual([
      "gate west-answers is closed: it was not tried",
      "gate room-in-west is closed: it was not tried",
      "gate budget-left is closed: it was not tried",
    ]);
  });

  it("is what its steps are given and is not set, which nobody can begin it despite", () => {
    expect(found({ unset: ["A", "B"] })).toEqual([
      {
        interlock: null,
        what: "its steps are given A, B, which are not set here",
        mend: "set them where the plan is run",
      },
    ]);
  });
});

describe("what a plan is looked at for", () => {
  it("stands in it before anything happens, and so under its hash", () => {
    const lines = (...edits: readonly Edit[]): readonly string[] =>
      sectionsOf(foreseenExample("front-door", asked, edits)).find(
        ({ title }) => title === "looked at before it is begun",
      )?.lines ?? [];
    expect(lines()).toEqual([
      "not within year-end: from 2026-12-21 until 2027-01-04",
      "not within payroll: fri from 22:00 until 04:00 of the day after, Europe/Berlin",
      "only where west-answers: https://west.example.com/ready answers 200",
      'only where room-in-west: sum(free_machines{region="west"}) is at least 4',
      "only where budget-left: the error budget policy users-first allows automatic-failover",
    ]);
    expect(lines(['until: "04:00"', 'until: "24:00"'])[1]).toBe(
      "not within payroll: fri from 22:00 until 24:00, Europe/Berlin",
    );
  });

  it("lets a person run it, for the failover engine looks at none of it", () => {
    const alone = foreseenExample("lab", { plan: "region-failover", scenario: "region-lost" }, [
      [
        "dataLoss: ask",
        "dataLoss: ask\n    gates: [{ name: up, by: { kind: http, url: http://a.example.com } }]",
      ],
    ]);
    expect(alone.obstacles.map(({ effect, what }) => [effect, what])).toEqual([
      ["asks", "a person runs it: the failover engine does not look at up"],
    ]);
    const decide = alone.forecasts[0]?.time?.phases.find(({ phase }) => phase === "decide");
    expect(decide?.p95Seconds).toBeGreaterThan(60);
  });
});

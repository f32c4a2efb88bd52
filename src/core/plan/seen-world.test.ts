import { describe, expect, it } from "vitest";
import { foreseenExample } from "../../../test/foreseen-example.ts";
import type { Look } from "./actuator.ts";
import {
  seenDifference,
  seenIn,
  seenLines,
  type SeenOutside,
  type SeenServing,
  type SeenWorld,
  unseen,
} from "./seen-world.ts";

// Its database may serve in west or in central once east is lost; clients are led to whichever it is.
const [machines, toWest, toCentral] = ["3 terraform more-machines", "7 route gateway", "8 route gateway"];
const { stages: declared } = foreseenExample("front-door", { plan: "leave-east", scenario: "east-lost" });
const stages = declared.map((stage) =>
  stage.map((step) => (step.name === toCentral ? { ...step, serving: "central" } : step)),
);
const name = "api.example.com A";
const open: SeenOutside = {
  kind: "seen",
  now: { [name]: "192.0.2.1, 30 s" },
  wanted: { [name]: "192.0.2.2, 30 s" },
};

function serves(region: string | null): SeenServing {
  return { kind: "seen", region };
}

function world(outside: SeenOutside, more: Partial<SeenWorld> = {}): SeenWorld {
  return { serving: { kind: "not-asked" }, steps: [{ step: machines, outside }], ...more };
}

describe("what is kept of a look", () => {
  const look: Look = {
    kind: "seen",
    now: { "orders is led by": "one", "orders member two": "streaming, 3 MiB behind" },
    wanted: { "orders is led by": "two" },
    epoch: 7,
  };

  it("is what the step is to change, and not what stands beside it", () => {
    expect(seenIn(look)).toEqual({
      kind: "seen",
      now: { "orders is led by": "one" },
      wanted: { "orders is led by": "two" },
    });
  });

  it("is what does not come and go by itself", () => {
    const now = { "app/east": "ready, weight 1, 12 sessions" };
    const wanted = { "app/east": "maint, weight 1, 0 sessions" };
    const steady = { "app/east": "ready, weight 1" };
    expect(seenIn({ kind: "seen", now, wanted, epoch: null, steady })).toEqual({
      kind: "seen",
      now: steady,
      wanted,
    });
  });

  it("is why it could not be taken, on one line", () => {
    const problem = { code: "dns/silent", what: "no\n  answer ", where: null, why: "", mend: "" } as const;
    expect(seenIn({ kind: "unseen", problem })).toEqual({ kind: "unseen", because: "no answer" });
  });
});

describe("the world as it was seen", () => {
  it("is told by what each step would change, what is so already, and what could not be looked at", () => {
    const seen = world(open, {
      steps: [
        { step: machines, outside: open },
        {
          step: "4 run a",
          outside: { kind: "seen", now: { quota: "8" }, wanted: { quota: "8", room: "4" } },
        },
        { step: "5 terraform b", outside: { kind: "seen", now: {}, wanted: {} } },
        { step: "6 run c", outside: unseen("it has no check") },
      ],
    });
    expect(seenLines(seen, stages)).toEqual([
      `~ ${name}: 192.0.2.1, 30 s → 192.0.2.2, 30 s`,
      "= quota: is so already, 8",
      "~ room: nothing → 4",
      "= 5 terraform b: is so already",
      "? 6 run c: cannot be looked at: it has no check",
    ]);
  });

  it("says which region serves, that none does, and that nobody can know, where it was asked", () => {
    const line = (serving: SeenServing): readonly string[] =>
      seenLines(world(open, { serving, steps: [] }), stages);
    expect(line(serves("east"))).toEqual(["east serves"]);
    expect(line(serves(null))).toEqual(["nobody serves"]);
    expect(line(unseen("no lab runs"))).toEqual(["? which region serves: cannot be looked at: no lab runs"]);
    expect(line({ kind: "not-asked" })).toEqual(["its steps change nothing outside"]);
  });

  it.each<[string, SeenServing, readonly string[]]>([
    ["may serve by then", serves("east"), ["(where west serves)", "(where central serves)"]],
    ["serves already", serves("west"), ["(where west serves)", "(not called for: central will not serve)"]],
    ["is to be found out", unseen("no lab runs"), ["(where west serves)", "(where central serves)"]],
  ])("marks a step that is for one region by whether that %s", (_, serving, marks) => {
    const steps = [toWest, toCentral].map((step) => ({ step, outside: open }));
    const told = seenLines({ serving, steps }, stages).slice(1);
    expect(told.map((line) => line.slice(line.indexOf("(")))).toEqual(marks);
  });
});

describe("the world that is looked at again", () => {
  const difference = (before: SeenWorld, now: SeenWorld): unknown => seenDifference(before, now, stages);
  const none = { gone: [], added: [] };
  const blind = world(unseen("no answer within 2 s"));

  it("is as it was where each thing is", () => {
    expect(difference(world(open), structuredClone(world(open)))).toEqual(none);
  });

  it("is as it was where something could not be looked at then, nor now, whyever", () => {
    expect(difference(blind, world(unseen("connection refused")))).toEqual(none);
  });

  it("is another where something was changed meanwhile, by whomever", () => {
    const now = world({ ...open, now: { [name]: "203.0.113.9, 60 s" } });
    expect(difference(world(open), now)).toEqual({
      gone: [`~ ${name}: 192.0.2.1, 30 s → 192.0.2.2, 30 s`],
      added: [`~ ${name}: 203.0.113.9, 60 s → 192.0.2.2, 30 s`],
    });
  });

  it("is another where something is as wished by now, and where it no longer is", () => {
    const so = world({ ...open, now: open.wanted });
    const [gone, added] = [
      `~ ${name}: 192.0.2.1, 30 s → 192.0.2.2, 30 s`,
      `= ${name}: is so already, 192.0.2.2, 30 s`,
    ];
    expect(difference(world(open), so)).toEqual({ gone: [gone], added: [added] });
    expect(difference(so, world(open))).toEqual({ gone: [added], added: [gone] });
  });

  it("is another where nothing was to be done and now there is", () => {
    expect(difference(world({ kind: "seen", now: {}, wanted: {} }), world(open))).toMatchObject({
      gone: [`= ${machines}: is so already`],
    });
  });

  it("is another where something can be looked at that could not, and the other way round", () => {
    const line = `? ${machines}: cannot be looked at: no answer within 2 s`;
    expect(difference(blind, world(open))).toMatchObject({ gone: [line] });
    expect(difference(world(open), blind)).toMatchObject({ added: [line] });
  });

  it("is another where another region serves, and tells nothing else for that", () => {
    const steps = [{ step: toCentral, outside: open }];
    expect(difference({ serving: serves("east"), steps }, { serving: serves("west"), steps })).toEqual({
      gone: ["east serves"],
      added: ["west serves"],
    });
  });
});

import { describe, expect, it } from "vitest";
import {
  type Edit,
  editedExample,
  foreseeSettings as settings,
  foreseenExample,
} from "../../../test/foreseen-example.ts";
import { type ForeseenPlan, foreseenPlans, standingOf } from "./foreseen.ts";
import { sectionsOf } from "./sections.ts";

/** The example of the manual, with parts of its text replaced. */
function assistant(plan: string, scenario: string, ...edits: readonly Edit[]): ForeseenPlan {
  return foreseenExample("assistant", { plan, scenario }, edits);
}

function linesUnder(title: string, plan: ForeseenPlan): readonly string[] {
  return sectionsOf(plan).find((each) => each.title === title)?.lines ?? [];
}

describe("a plan on the day of a scenario", () => {
  it("says what each step changes, in order, and what comes back beside them", () => {
    const plan = assistant("leave-us-east", "us-east-lost");
    expect(plan.steps.map(({ phase, changes }) => [phase, changes.map(({ sign }) => sign).join("")])).toEqual(
      [
        ["fence", "-"],
        ["promote", "+"],
        ["route", "~"],
        ["verify", "?"],
      ],
    );
    expect(linesUnder("steps", plan)[0]).toBe(
      "- database in us-east acknowledges nothing more (2 of us-west, eu-north stop confirming, and a commit waits for any 1)",
    );
    expect(linesUnder("steps", plan)[1]).toContain(
      "+ database serves in us-west, or in eu-north (whoever holds",
    );
    expect(linesUnder("beside them, by itself", plan)).toEqual([
      "~ gateway goes on in us-west, eu-north, without us-east (active-active)",
      "~ inference goes on in us-west, eu-north, without us-east (active-active)",
    ]);
  });

  it("promotes only where the scenario lets something be switched", () => {
    const plan = assistant("leave-us-east", "us-east-lost-and-aws-stuck");
    expect(linesUnder("steps", plan)[1]).toBe(
      "+ database serves in eu-north (1 of the others has every acknowledged write)",
    );
  });

  it("changes nothing where the scenario takes nothing that serves", () => {
    const west = ["- { region: us-east, how: lost }", "- { region: us-west, how: lost }"] as const;
    const plan = assistant("leave-us-east", "us-east-lost", west);
    expect(linesUnder("steps", plan).slice(0, 2)).toEqual([
      "= database goes on in us-east, eu-north (the scenario takes no place of it that serves)",
      "= database goes on in us-east, eu-north (the scenario takes no place of it that serves)",
    ]);
    expect(plan.costs.copies).toEqual([]);
  });

  it("says how long each phase takes of a recovery, and whether that is within the step's own bound", () => {
    const plan = assistant("leave-us-east", "us-east-lost");
    const [chat] = plan.forecasts;
    const phases = chat?.time?.phases ?? [];
    const sum = phases.reduce((total, { p95Seconds }) => total + p95Seconds, 0);
    expect(sum).toBeCloseTo(chat?.time?.p95Seconds ?? 0, 2);
    expect(phases.map(({ phase, withinSeconds }) => [phase, withinSeconds])).toEqual([
      ["detect", null],
      ["decide", null],
      ["fence", 4],
      ["promote", 10],
      ["route", 5],
      ["verify", 4],
    ]);
    const tight = assistant("leave-us-east", "us-east-lost", [
      "within: 10 s }\n    - { phase: route, component: gateway",
      "within: 1 s }\n    - { phase: route, component: gateway",
    ]);
    expect(linesUnder("time (estimated)", tight).join("\n")).toContain("may take 1 s: over its budget");
  });

  it("says what could be lost, and what the way back costs", () => {
    const plan = assistant("leave-us-east", "us-east-lost");
    expect(linesUnder("what could be lost (estimated)", plan)[0]).toContain(
      "chat: nothing that was acknowledged",
    );
    expect(plan.costs.copies).toMatchObject([{ component: "database", from: "us-west", to: "us-east" }]);
    // 800 GB at 0.02 USD for each GB between regions of AWS.
    expect(plan.costs.copies[0]?.price).toEqual({ currency: "USD", micros: 16_000_000 });
    const documents = assistant("move-documents", "us-east-lost");
    expect(linesUnder("what could be lost (estimated)", documents)[0]).toMatch(/upload: the last \S+ min/);
    const asks =
      "where more than the RPO may be missing on the day, or nobody can tell, controllers wait for a person";
    expect(linesUnder("what could be lost (estimated)", documents)).toContain(asks);
    expect(linesUnder("what could be lost (estimated)", plan)).not.toContain(asks);
  });

  it("says of a store that no step fences that nothing need be copied anew", () => {
    const fence = "    - { phase: fence, component: database, method: far-side, within: 4 s }\n";
    expect(assistant("leave-us-east", "us-east-lost", [fence, ""]).costs.copies).toEqual([]);
  });

  it("is foretold by its own bounds where another plan covers the same", () => {
    const both: Edit = ["journeys: [upload]", "journeys: [upload, chat]"];
    const detects = (plan: string): number =>
      assistant(plan, "us-east-cut-off", both)
        .forecasts.find(({ journey }) => journey === "chat")
        ?.time?.phases.find(({ phase }) => phase === "detect")?.p95Seconds ?? 0;
    // One of them waits 5 s for an answer, the other 1 s, as the engine does.
    expect(detects("leave-us-east")).toBeGreaterThan(5);
    expect(detects("move-documents")).toBeLessThan(2);
  });

  it("names the journeys that need what it changes and that it does not cover", () => {
    expect(assistant("leave-us-east", "us-east-lost").radius.others).toEqual([]);
    const uncovered = assistant("leave-us-east", "us-east-lost", ["entry: intake", "entry: gateway"]);
    expect(uncovered.radius.others.map(({ journey }) => journey)).toEqual(["upload"]);
    expect(linesUnder("blast radius", uncovered)).toContainEqual(
      expect.stringMatching(/^not covered, and need what it changes: upload \(\S+ % of all requests\)$/),
    );
  });
});

describe("what stands in a plan's way", () => {
  it("is nothing where it may go by itself", () => {
    const plan = assistant("leave-us-east", "us-east-lost");
    expect([standingOf(plan), plan.obstacles]).toEqual(["goes", []]);
  });

  it.each<[why: string, what: string, edits: readonly Edit[]]>([
    ["a person is to decide", "automation.failover is ask", [["failover: when-armed", "failover: ask"]]],
    [
      "no drill proves it",
      "no drill carries it out against us-east-lost",
      [["scenario: us-east-lost", "scenario: us-east-cut-off"]],
    ],
    [
      "data would be lost",
      "acknowledged data of chat would be lost",
      [
        [
          "replication: { mode: synchronous, confirmations: 1 }",
          "replication: { mode: asynchronous, lag: 5 s }",
        ],
        ["method: far-side, within: 4 s", "method: lease, within: 4 s"],
      ],
    ],
  ])("asks a person: %s", (_, what, edits) => {
    const plan = assistant("leave-us-east", "us-east-lost", ...edits);
    expect(standingOf(plan)).toBe("asks");
    expect(plan.obstacles.map((each) => each.what).join()).toContain(what);
  });

  it("promises nobody that when-armed lets a plan go by itself which the failover engine does not carry out", () => {
    const verify = "- { phase: verify, journey: chat-completion, within: 1 s }";
    const run = "- { phase: run, name: page, within: 5 s, needs: [], by: { kind: exec, command: [page] } }";
    const mendOf = (...edits: readonly Edit[]): string => {
      const asked = { plan: "region-failover", scenario: "region-lost" };
      const { obstacles } = foreseenExample("lab", asked, [["failover: always", "failover: ask"], ...edits]);
      return obstacles.find(({ what }) => what.includes("failover is ask"))?.mend ?? "";
    };
    expect(mendOf()).toBe("automation.failover: when-armed, and a drill that proves it");
    expect(mendOf([verify, `${verify}\n    ${run}`])).toBe(
      "run it with `failover run` on the day; or leave these steps to something that needs no plan; when-armed alone changes nothing, for the failover engine carries out no run page",
    );
  });

  it("asks a person where a step does not say what it needs, and says so where it goes in any case", () => {
    const verify = "- { phase: verify, journey: chat-completion, within: 1 s }";
    const page = "- { phase: notify, name: page, within: 5 s, by: { kind: exec, command: [page] } }";
    const asked = { plan: "region-failover", scenario: "region-lost" };
    const told = (failover: string, step: string): ForeseenPlan =>
      foreseenExample("lab", asked, [
        ["failover: always", `failover: ${failover}`],
        [verify, `${verify}\n    ${step}`],
      ]);
    expect(standingOf(told("when-armed", page))).toBe("asks");
    expect(standingOf(told("always", page))).toBe("goes");
    for (const failover of ["when-armed", "always"]) {
      expect(linesUnder("what stands in the way", told(failover, page))).toEqual([
        expect.stringMatching(
          /^unproven: nothing proves .*: notify page does not say what it needs; mend: name/,
        ),
      ]);
      expect(told(failover, page.replace("within", "needs: [], within")).obstacles).toEqual([]);
    }
    const decide = ({ forecasts }: ForeseenPlan): number =>
      forecasts[0]?.time?.phases.find(({ phase }) => phase === "decide")?.p95Seconds ?? 0;
    // Somebody is paged, reads in and decides.
    expect(decide(told("when-armed", page))).toBeGreaterThan(60);
    expect(decide(told("always", page))).toBeLessThan(1);
  });

  it.each<[why: string, edit: Edit, what: string]>([
    [
      "too few controllers survive",
      ["controllers: [us-east, us-west, eu-north]", "controllers: [us-east]"],
      "leaves 0 of 1 controllers",
    ],
    [
      "too few voters of the coordination store survive",
      [
        "controllers: [us-east, us-west, eu-north]",
        "controllers: [us-east, us-west, eu-north]\n  coordination: [us-east]",
      ],
      "leaves 0 of 1 coordination voters, and 1 are needed (plan → coordination → us-east)",
    ],
    [
      "nowhere evidence is kept survives",
      [
        "controllers: [us-east, us-west, eu-north]",
        "controllers: [us-east, us-west, eu-north]\n  evidence: [us-east]",
      ],
      "leaves no place in which evidence is kept (plan → evidence → us-east)",
    ],
    [
      "nobody that survives may be promoted",
      ["candidates: [us-west, eu-north], within: 10 s", "candidates: [us-east], within: 10 s"],
      "leaves no candidate",
    ],
    [
      "the fence acts where nothing is left",
      ["method: far-side, within: 4 s", "method: near-side, within: 4 s"],
      "the fence of database acts in the region",
    ],
    [
      "more places must stay on than are left",
      ["placesOnMin: 2", "placesOnMin: 3"],
      "the interlock asks for 3",
    ],
  ])("stops it: %s", (_, edit, what) => {
    const plan = assistant("leave-us-east", "us-east-lost", edit);
    expect(standingOf(plan)).toBe("stops");
    expect(plan.obstacles.map((each) => each.what).join()).toContain(what);
    expect(linesUnder("so it", plan)).toEqual(["would stop"]);
  });
});

describe("every plan", () => {
  it("is foretold in every scenario that it covers", () => {
    const model = editedExample("assistant", []);
    const all = foreseenPlans(model, settings).map(({ plan, scenario }) => `${plan}/${scenario}`);
    const covered = [...model.plans.values()].flatMap((plan) =>
      plan.scenarios.map((each) => `${plan.name}/${each}`),
    );
    expect(all).toEqual(covered);
  });
});

describe("a plan for a journey with degraded modes", () => {
  const asked = { plan: "leave-east", scenario: "east-lost" };
  const gone: readonly Edit[] = [
    ["scenarios: [east-lost]", "scenarios: [east-lost, large-model-gone]"],
    [
      "    - phase: verify\n      journey: chat\n      within: 5 min\n",
      "    - phase: verify\n      journey: chat\n      onFailure: go-on\n      within: 5 min\n",
    ],
  ];
  const foretold = (scenario: string, ...edits: readonly Edit[]): ForeseenPlan =>
    foreseenExample("degraded-modes", { ...asked, scenario }, edits);

  it("says when it serves in each of them, and which no step verifies", () => {
    expect(
      linesUnder("time (estimated)", foretold("east-lost")).filter((line) => line.includes(" in ")),
    ).toEqual([
      expect.stringMatching(/^chat: [\d.]+ min in 19 of 20 recoveries, RTO 40 min: met$/),
      expect.stringMatching(/^chat in smaller-model: [\d.]+ min in 19 of 20 recoveries, RTO 15 min: met$/),
      "chat in cached: 20.3 s in 19 of 20 recoveries, RTO 1 min: met; it comes about by itself: no step verifies it",
      "chat in static: 20.3 s in 19 of 20 recoveries, RTO 30 s: met; it comes about by itself: no step verifies it",
    ]);
  });

  it("says of a step what it shows, and rests on what stands in", () => {
    const plan = foretold("east-lost");
    expect(linesUnder("steps", plan)[1]).toMatch(
      /^\? chat in smaller-model: assistant at .* answers 2 of 2 golden prompts well/,
    );
    const grounds = plan.restsOn.map(({ what }) => what);
    expect(grounds).toContain("Component small-model");
    expect(grounds).toContain("Component status-page");
  });

  it("is of use where the whole does not come back, and a mode does", () => {
    const plan = foretold("large-model-gone", ...gone);
    expect(linesUnder("time (estimated)", plan)[0]).toMatch(
      /^chat: does not come back before what failed does/,
    );
    expect(plan.obstacles.filter(({ effect }) => effect === "stops").map(({ what }) => what)).toEqual([
      "large-model-gone leaves no candidate for the promotion of large-model: west failed",
      "step route needs large-model (gateway → large-model), of which large-model-gone leaves no place",
    ]);
    const notPromoted: Edit = [
      "    - { phase: promote, component: large-model, candidates: [west], within: 5 min }\n    - { phase: route, component: gateway, within: 10 s }\n",
      "",
    ];
    expect(standingOf(foretold("large-model-gone", ...gone, notPromoted))).toBe("asks");
  });

  it("would stop where no mode does either", () => {
    const all: Edit = [
      "failures: [{ component: large-model, how: lost }]",
      "failures: [{ component: large-model, how: lost }, { component: small-model, how: lost }, { component: answer-cache, how: lost }, { component: status-page, how: lost }]",
    ];
    const plan = foretold("large-model-gone", ...gone, all);
    expect(standingOf(plan)).toBe("stops");
    expect(plan.obstacles.map(({ what }) => what)).toContain(
      "large-model-gone leaves no place of large-model, which its journeys need",
    );
    expect(linesUnder("time (estimated)", plan)).toContain(
      "chat in static: does not come back: large-model-gone leaves too few places in which status-page could serve, RTO 30 s: missed",
    );
  });

  it("would stop where a step is to show a mode that the scenario leaves nothing of", () => {
    const small: Edit = [
      "failures: [{ component: large-model, how: lost }]",
      "failures: [{ component: large-model, how: lost }, { component: small-model, how: lost }]",
    ];
    expect(foretold("large-model-gone", ...gone, small).obstacles.map(({ what }) => what)).toContain(
      "verifying chat in smaller-model needs small-model (gateway → small-model), of which large-model-gone leaves no place",
    );
  });
});

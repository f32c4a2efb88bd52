import { describe, expect, it } from "vitest";
import { exampleFiles } from "../../../test/example-workspaces.ts";
import { type Edit, foreseeSettings } from "../../../test/foreseen-example.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { lint } from "../lint/lint.ts";
import { readWorkspace, type Workspace } from "../manifest/manifest.ts";
import type { Parsed } from "../problem/problem.ts";
import { type ForeseenPlan, foreseen, standingOf } from "./foreseen.ts";
import { rehearse } from "./rehearsal.ts";
import { differences, savedPlan } from "./saved.ts";
import { sectionsOf } from "./sections.ts";

/** A step by a program of one's own. */
function run(name: string, more = ""): string {
  return `    - { phase: run, name: ${name}, within: 10 s, takes: 4 s, needs: [], ${more}by: { kind: exec, command: [${name}], undo: { command: [un${name}] } } }\n`;
}

function planText(name: string, steps: string, more = ""): string {
  return `---
apiVersion: holdfast/v1alpha1
kind: RecoveryPlan
metadata: { name: ${name} }
spec:
  covers: { journeys: [chat], scenarios: [east-lost] }
  controllers: [east, west, central]
  steps:
${steps}  interlocks: { coolDown: 1 h, dataLoss: ask${more} }
  automation: { failover: ask, proofValidFor: 30 d }
`;
}

const engine = `    - { phase: fence, component: index, method: far-side, within: 4 s }
    - { phase: promote, component: index, candidates: [west, central], within: 10 s }
    - { phase: promote, component: llm, candidates: [west], within: 1 min }
`;
const gates = `, blocked: [{ kind: dates, name: year-end, from: 2026-12-21, until: 2027-01-04 }],
    gates: [{ name: room, by: { kind: http, url: "https://west.example.com/room" } }]`;
const part = (plan: string, more = ""): string => `    - { phase: plan, plan: ${plan}${more} }\n`;

const written = [
  planText(
    "whole",
    `${run("first")}${part("start")}${part("tell", ", begins: beside")}${part("fail-over")}${run("last")}    - { phase: verify, journey: chat, within: 1 min, by: { kind: http, url: "https://api.example.com/ready" } }\n`,
  ),
  planText("start", `${run("one")}${run("two")}${run("three", "begins: beside, ")}`, gates),
  planText("tell", `${part("page")}${run("say")}${run("repeat")}`),
  planText("page", run("call")),
  planText("fail-over", engine),
].join("");

function read(...edits: readonly Edit[]): Parsed<Workspace> {
  const [file] = exampleFiles("cold-region");
  if (file === undefined) throw new Error("the example is there");
  const text = edits.reduce((before, [from, to]) => {
    expect(before).toContain(from);
    return before.replace(from, to);
  }, `${file.text}${written}`);
  return readWorkspace([{ ...file, text }], shippedCatalogue);
}

function workspace(...edits: readonly Edit[]): Workspace {
  const answer = read(...edits);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  return answer.value;
}

function foretold(...edits: readonly Edit[]): ForeseenPlan {
  return foreseen(workspace(...edits).model, { plan: "whole", scenario: "east-lost" }, foreseeSettings);
}

function problems(...edits: readonly Edit[]): readonly string[] {
  const answer = read(...edits);
  return answer.ok ? [] : answer.problems.map(({ what }) => what.replace('RecoveryPlan "', ""));
}

describe("a plan that carries out others", () => {
  it("has their steps in its own, by their names; plans beside one another go stage by stage", () => {
    expect(foretold().stages.map((stage) => stage.map(({ name }) => name))).toEqual([
      ["1 run first"],
      ["2 start/run one", "3 tell/page/run call"],
      ["4 start/run two", "5 start/run three", "6 tell/run say"],
      ["7 tell/run repeat"],
      ["8-10 fail-over/fail over index, llm"],
      ["11 run last"],
      ["12 verify chat"],
    ]);
  });

  it("is told in their names, and carries them out under these", () => {
    const plan = foretold();
    const [steps] = sectionsOf(plan);
    expect(steps?.lines[2]).toMatch(/^~ tell\/page: call: call \(/);
    const [, one] = plan.stages.flat();
    expect(one?.deed).toMatchObject({ wish: { plan: "start", step: "one" } });
    expect(rehearse(plan.stages).broken).toEqual([]);
  });

  it("takes as long as its stages, the slowest of each", () => {
    const time = (...edits: readonly Edit[]): number =>
      foretold(...edits).forecasts[0]?.time?.p95Seconds ?? 0;
    const say: Edit = ["name: say, within: 10 s, takes: 4 s", "name: say, within: 10 s, takes: 9 s"];
    const apart: Edit = ["plan: tell, begins: beside", "plan: tell"];
    expect(time(say) - time()).toBeCloseTo(5, 2);
    expect(time(apart) - time()).toBeCloseTo(8, 2);
  });

  it("goes by itself as far as the most careful of them", () => {
    const automation = (whole: string, part: string): string => {
      const of = (text: string): string => `automation: { failover: ${text}, proofValidFor: 30 d }`;
      const [head, ...texts] = written.split("---\n");
      const each = texts.map((text, at) => text.replace(of("ask"), of(at === 2 ? part : whole)));
      const [file] = exampleFiles("cold-region");
      if (file === undefined) throw new Error("the example is there");
      const answer = readWorkspace(
        [{ ...file, text: [file.text, head, ...each].join("---\n") }],
        shippedCatalogue,
      );
      if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
      return answer.value.model.plans.get("whole")?.automation.failover ?? "";
    };
    expect(automation("always", "always")).toBe("always");
    expect(automation("always", "when-armed")).toBe("when-armed");
    expect(automation("when-armed", "ask")).toBe("ask");
  });

  it("tells which of its steps are carried out beside one another", () => {
    const beside = sectionsOf(foretold()).find(({ title }) => title.startsWith("beside one another"));
    expect(beside?.lines.slice(0, 2)).toEqual([
      "1 run first",
      "2 start/run one, beside it 3 tell/page/run call",
    ]);
    const three = "takes: 4 s, needs: [], begins: beside, by: { kind: exec, command: [three]";
    const alone = sectionsOf(
      foretold(["plan: tell, begins: beside", "plan: tell"], [three, three.replace("begins: beside, ", "")]),
    );
    expect(alone.find(({ title }) => title.startsWith("beside one another"))?.lines).toEqual([]);
  });

  it("asks before it begins for all that they ask for", () => {
    expect(foretold().lookedAt).toMatchObject({
      blocked: [{ name: "start/year-end" }],
      gates: [{ name: "start/room", wish: { url: "https://west.example.com/room" } }],
    });
    const { model } = workspace([
      "coolDown: 1 h, dataLoss: ask, blocked",
      "coolDown: 5 h, placesOnMin: 2, dataLoss: ask, blocked",
    ]);
    expect(model.plans.get("whole")?.interlocks).toMatchObject({ coolDown: 18_000, placesOnMin: 2 });
  });

  it("rests on each of them: what changes in one is another plan, and no proof of it holds", () => {
    const { digest } = foreseeSettings;
    const hashOf = (plan: ForeseenPlan): string => savedPlan(plan, digest).hash;
    const before = foretold();
    const controllers: Edit = [
      "metadata: { name: page }\nspec:\n  covers: { journeys: [chat], scenarios: [east-lost] }\n  controllers: [east, west, central]",
      "metadata: { name: page }\nspec:\n  covers: { journeys: [chat], scenarios: [east-lost] }\n  controllers: [west]",
    ];
    for (const edit of [["command: [call]", "command: [ring]"], controllers] as const) {
      const now = foretold(edit);
      expect(hashOf(now)).not.toBe(hashOf(before));
      const section = differences(before, now).find(({ section }) => section === "what it rests on");
      expect(section?.gone.join()).toContain("RecoveryPlan page ");
    }
    expect(before.restsOn.map(({ what }) => what).slice(0, 5)).toEqual(
      ["whole", "start", "tell", "page", "fail-over"].map((name) => `RecoveryPlan ${name}`),
    );
  });

  it("stops where one of them would, which is told of that one", () => {
    const plan = foretold([
      "candidates: [west, central], within: 10 s }\n    - { phase: promote, component: llm, candidates: [west], within: 1 min }\n  interlocks",
      "candidates: [east], within: 10 s }\n  interlocks",
    ]);
    expect(standingOf(plan)).toBe("stops");
    const { model, locate } = workspace([
      "method: far-side, within: 4 s }\n    - { phase: promote, component: index, candidates: [west, central], within: 10 s }\n    - { phase: promote, component: llm, candidates: [west], within: 1 min }\n  interlocks",
      "method: near-side, within: 4 s }\n  interlocks",
    ]);
    const found = lint(model, { locate, now: foreseeSettings.now }).filter(({ rule }) => rule === "HF002");
    const lines = found.map(({ what, where }) => [/"([\w-]+)"/.exec(what)?.[1], where?.line]);
    const at = `${exampleFiles("cold-region")[0]?.text ?? ""}${written}`
      .split("\n")
      .findIndex((line) => line.includes("name: fail-over"));
    // Its steps begin five lines below its name.
    expect(lines).toEqual([["fail-over", at + 1 + 5]]);
  });

  it("is what brings its journeys back, and not what it carries out, which need not be shown by itself", () => {
    const { model, locate } = workspace();
    const told = lint(model, { locate, now: foreseeSettings.now }).map(({ rule, what }) => `${rule} ${what}`);
    expect(told.filter((each) => /"(start|tell|page|fail-over)"/.test(each))).toEqual([]);
  });

  it("is refused where it carries out itself, with the way round", () => {
    expect(problems([run("call"), `${run("call")}${part("whole")}`])).toContainEqual(
      expect.stringMatching(/closes a circle: (\w+ carries out )+\w+$/),
    );
    expect(problems([run("call"), part("page")])).toContain(
      'page": spec.steps[0].plan closes a circle: page carries out page',
    );
  });

  it("is refused where two parts fail over, or one is carried out twice", () => {
    expect(problems([run("last"), `${engine.split("\n")[0] ?? ""}\n${run("last")}`])).toContain(
      'whole": spec.steps[3].plan has fail-over fail over, and whole does already',
    );
    expect(problems([run("say"), engine])).toContain(
      'whole": spec.steps[3].plan has fail-over fail over, and tell does already',
    );
    expect(problems([run("three", "begins: beside, "), part("page")])).toContain(
      'whole": spec.steps[2].plan carries out page a second time',
    );
  });

  it("is refused where a part does not answer all that it does, or is declared nowhere", () => {
    const more: Edit = [
      "metadata: { name: whole }\nspec:\n  covers: { journeys: [chat], scenarios: [east-lost] }",
      "metadata: { name: whole }\nspec:\n  covers: { journeys: [chat], scenarios: [east-lost, west-lost] }",
    ];
    const scenario: Edit = [
      "---\napiVersion: holdfast/v1alpha1\nkind: RecoveryPlan",
      "---\napiVersion: holdfast/v1alpha1\nkind: Scenario\nmetadata: { name: west-lost }\nspec: { failures: [{ region: west, how: lost }], likelihoodPerYear: 0.1 }\n---\napiVersion: holdfast/v1alpha1\nkind: RecoveryPlan",
    ];
    expect(problems(more, scenario)).toContain(
      'whole": spec.steps[1].plan is start, which does not cover west-lost',
    );
    expect(problems([part("start"), part("strat")])).toEqual([
      'whole": spec.steps[1].plan names the RecoveryPlan "strat", which is not declared',
    ]);
  });
});

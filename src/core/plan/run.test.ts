import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newRun, runStep } from "../../../test/sample-run.ts";
import { orderedRun } from "./run-order.ts";
import { instantMs } from "../units/units.ts";
import {
  afterDeed,
  decideRun,
  type DeedResult,
  deedsToRepeat,
  endOf,
  isOutdated,
  type PlanRun,
  type RunDeed,
  runOf,
  type Stages,
} from "./run.ts";

const now = instantMs(1_000_000);

const failed: DeedResult = { kind: "failed", because: "no" };

/** Carries a run out: whoever does so is lost and another goes on wherever `isLost` says so. */
class Carrying {
  run: PlanRun;
  /** What was begun, in order. */
  readonly begun: string[] = [];
  readonly #stages: Stages;
  readonly #resultOf: (deed: RunDeed) => DeedResult;
  readonly #isLost: () => boolean;

  constructor(
    stages: Stages,
    {
      resultOf = () => ({ kind: "done" }),
      isLost = () => false,
    }: { readonly resultOf?: (deed: RunDeed) => DeedResult; readonly isLost?: () => boolean } = {},
  ) {
    this.#stages = stages;
    this.run = runOf(stages, newRun);
    this.#resultOf = resultOf;
    this.#isLost = isLost;
  }

  toItsEnd(): this {
    const waiting: RunDeed[] = [];
    for (let turn = 0; turn < 1_000; turn += 1) {
      const decision = decideRun(this.#stages, this.run, now);
      this.#take(decision, waiting);
      const deed = waiting.shift();
      if (deed === undefined) {
        if (decision.next === null) return this;
        continue;
      }
      if (this.#isLost()) {
        waiting.length = 0;
        waiting.push(...deedsToRepeat(this.run));
        continue;
      }
      this.#take(afterDeed(this.#stages, this.run, { deed, result: this.#resultOf(deed), now }), waiting);
    }
    throw new Error("the run does not end");
  }

  get end(): string | null {
    return endOf(this.#stages, this.run);
  }

  #take(
    { next, deeds }: { readonly next: PlanRun | null; readonly deeds: readonly RunDeed[] },
    waiting: RunDeed[],
  ): void {
    this.run = next ?? this.run;
    waiting.push(...deeds);
    this.begun.push(...deeds.map(({ kind, step: name }) => `${kind} ${name}`));
  }
}

describe("a plan that is carried out", () => {
  const stages: Stages = [[runStep("fence")], [runStep("promote"), runStep("warm")], [runStep("verify")]];

  it("does one stage after another, and the steps of a stage beside one another", () => {
    const carrying = new Carrying(stages).toItsEnd();
    expect(carrying.begun).toEqual(["do fence", "do promote", "do warm", "do verify"]);
    expect(carrying.end).toBe("done");
  });

  it("stops at a step that fails, when those beside it have ended", () => {
    const carrying = new Carrying(stages, {
      resultOf: ({ step: name }) => (name === "promote" ? failed : { kind: "done" }),
    }).toItsEnd();
    expect(carrying.begun).toEqual(["do fence", "do promote", "do warm"]);
    expect([carrying.end, carrying.run.stoppedBecause]).toEqual(["stopped", "promote failed: no"]);
  });

  it("tries a step as often as it may", () => {
    let tries = 0;
    const again: Stages = [[runStep("fence", { attemptsMax: 3 })]];
    const carrying = new Carrying(again, {
      resultOf: () => ((tries += 1) < 3 ? failed : { kind: "done" }),
    }).toItsEnd();
    expect([tries, carrying.end]).toEqual([3, "done"]);
  });

  it("goes on without a step that may fail", () => {
    const soft: Stages = [[runStep("notify", { onFailure: "go-on" })], [runStep("route")]];
    const carrying = new Carrying(soft, {
      resultOf: ({ step: name }) => (name === "notify" ? failed : { kind: "done" }),
    }).toItsEnd();
    expect([carrying.begun, carrying.end]).toEqual([["do notify", "do route"], "done"]);
  });

  it("goes back the way that it came, also over what failed, and says what has no way back", () => {
    const back: Stages = [
      [runStep("fence", { canUndo: false })],
      [runStep("scale")],
      [runStep("route", { onFailure: "undo" })],
      [runStep("verify")],
    ];
    const carrying = new Carrying(back, {
      resultOf: ({ kind, step: name }) => (kind === "do" && name === "route" ? failed : { kind: "done" }),
    }).toItsEnd();
    expect(carrying.begun).toEqual(["do fence", "do scale", "do route", "undo route", "undo scale"]);
    expect(carrying.end).toBe("undone");
    expect(carrying.run.steps["fence"]).toEqual({ kind: "left", because: "there is no way back" });
    expect(carrying.run.steps["verify"]).toEqual({ kind: "waiting" });
  });

  it.each([
    ["by nobody", { kind: "failed", because: "no" }, false],
    ["by a newer run", { kind: "outdated", epoch: 9 }, true],
  ] as const)(
    "stopped %s tells whether a newer run has made it void: what is of no use is not offered",
    (_, result, is) => {
      const carrying = new Carrying(stages, { resultOf: () => result }).toItsEnd();
      expect(isOutdated(carrying.run)).toBe(is);
      const back = orderedRun(carrying.run, { order: "go-on", by: "ann" });
      expect(back === null ? null : isOutdated(back)).toBe(false);
    },
  );

  it("stops for good where a newer run has changed the same", () => {
    const carrying = new Carrying(stages, { resultOf: () => ({ kind: "outdated", epoch: 9 }) }).toItsEnd();
    expect([carrying.end, carrying.run.stoppedBecause]).toEqual([
      "stopped",
      "fence was changed by a newer run, under epoch 9",
    ]);
  });

  it("hears no answer of an attempt that is over", () => {
    const begun = decideRun(stages, runOf(stages, newRun), now).next;
    expect(begun).not.toBeNull();
    if (begun === null) return;
    const late = { kind: "do", step: "fence", attempt: 2 } as const;
    expect(afterDeed(stages, begun, { deed: late, result: { kind: "done" }, now })).toEqual({
      next: null,
      deeds: [],
    });
  });

  it("passes over a step that is not called for, in both directions", () => {
    const stages: Stages = [[runStep("fence"), runStep("west"), runStep("central")], [runStep("route")]];
    const carrying = new Carrying(stages, {
      resultOf: ({ kind, step: name }) =>
        kind === "do" && name === "west" ? { kind: "skipped", because: "central serves" } : { kind: "done" },
    }).toItsEnd();
    expect(carrying.end).toBe("done");
    expect(carrying.run.steps["west"]).toEqual({ kind: "skipped", because: "central serves" });
    const back = orderedRun(carrying.run, { order: "go-back", by: "ada" });
    expect(
      back === null
        ? null
        : decideRun(stages, { ...back, steps: { ...back.steps, route: { kind: "undone" } } }, now).deeds,
    ).toEqual([
      { kind: "undo", step: "fence" },
      { kind: "undo", step: "central" },
    ]);
  });
});

describe("what a person asks of a run", () => {
  const stages: Stages = [[runStep("fence")], [runStep("route")]];
  const stopped = new Carrying(stages, {
    resultOf: ({ step: name }) => (name === "route" ? failed : { kind: "done" }),
  }).toItsEnd().run;

  it("is to stop: what is under way ends, and nothing is begun", () => {
    const begun = decideRun(stages, runOf(stages, newRun), now).next;
    const run = begun === null ? null : orderedRun(begun, { order: "stop", by: "ada" });
    expect(run?.stoppedBecause).toBe("ada has stopped it");
    if (run === null) return;
    expect(endOf(stages, run)).toBeNull();
    const done = afterDeed(stages, run, {
      deed: { kind: "do", step: "fence", attempt: 1 },
      result: { kind: "done" },
      now,
    }).next;
    expect(done === null ? null : [endOf(stages, done), decideRun(stages, done, now)]).toEqual([
      "stopped",
      { next: null, deeds: [] },
    ]);
  });

  it("is to stop: what fails then is not tried again", () => {
    const again: Stages = [[runStep("fence", { attemptsMax: 3 })]];
    const begun = decideRun(again, runOf(again, newRun), now).next;
    const run = begun === null ? null : orderedRun(begun, { order: "stop", by: "ada" });
    if (run === null) throw new Error("it can be stopped");
    const deed = { kind: "do", step: "fence", attempt: 1 } as const;
    const after = afterDeed(again, run, { deed, result: failed, now });
    expect([after.deeds, after.next?.steps["fence"]]).toEqual([[], { kind: "failed", because: "no" }]);
  });

  it("is to go on with what has failed", () => {
    const run = orderedRun(stopped, { order: "go-on", by: "ada" });
    expect(run?.steps).toMatchObject({ fence: { kind: "done" }, route: { kind: "waiting" } });
  });

  it("is to go on and then back: what had failed was begun, and is undone though it was not begun again", () => {
    const on = orderedRun(stopped, { order: "go-on", by: "ada" });
    const run = on === null ? null : orderedRun(on, { order: "go-back", by: "ada" });
    if (run === null) throw new Error("it can go back");
    expect(endOf(stages, run)).toBeNull();
    expect(decideRun(stages, run, now).deeds).toEqual([{ kind: "undo", step: "route" }]);
  });

  it("is to go back", () => {
    const run = orderedRun(stopped, { order: "go-back", by: "ada" });
    expect(run === null ? null : decideRun(stages, run, now).deeds).toEqual([
      { kind: "undo", step: "route" },
    ]);
  });

  it("changes nothing where it comes too late, or while something is under way", () => {
    const done = new Carrying(stages).toItsEnd().run;
    expect(orderedRun({ ...done, end: "done" }, { order: "stop", by: "ada" })).toBeNull();
    expect(orderedRun(done, { order: "go-on", by: "ada" })).toBeNull();
    const begun = decideRun(stages, runOf(stages, newRun), now).next;
    expect(begun === null ? null : orderedRun(begun, { order: "go-back", by: "ada" })).toBeNull();
  });
});

describe("whatever fails, and wherever whoever carries it out is lost", () => {
  const anyStages = fc
    .array(
      fc.array(
        fc.record({
          attemptsMax: fc.integer({ min: 1, max: 3 }),
          onFailure: fc.constantFrom("stop", "undo", "go-on"),
          canUndo: fc.boolean(),
        }),
        { minLength: 1, maxLength: 3 },
      ),
      { minLength: 1, maxLength: 4 },
    )
    .map(
      (all): Stages => all.map((stage, at) => stage.map((each, beside) => runStep(`${at}.${beside}`, each))),
    );

  const lossesMax = 20;

  it("comes to an end, in order, and no step is tried more often than it may", () => {
    fc.assert(
      fc.property(anyStages, fc.infiniteStream(fc.integer({ min: 0, max: 99 })), (stages, chance) => {
        const draw = (): number => chance.next().value as number;
        const tries = new Map<string, number>();
        let losses = 0;
        const carrying = new Carrying(stages, {
          resultOf: (deed) => {
            if (deed.kind === "do") tries.set(deed.step, Math.max(tries.get(deed.step) ?? 0, deed.attempt));
            return draw() < 60 ? { kind: "done" } : failed;
          },
          isLost: () => losses < lossesMax && draw() < 30 && (losses += 1) > 0,
        }).toItsEnd();
        expect(carrying.end).not.toBeNull();
        for (const each of stages.flat())
          expect(tries.get(each.name) ?? 0).toBeLessThanOrEqual(each.attemptsMax);
        const stageOf = (begun: string): number => Number(/(\d+)\.\d+$/.exec(begun)?.[1]);
        const forth = carrying.begun.filter((each) => each.startsWith("do ")).map(stageOf);
        const back = carrying.begun.filter((each) => each.startsWith("undo ")).map(stageOf);
        expect(forth).toEqual(forth.toSorted((a, b) => a - b));
        expect(back).toEqual(back.toSorted((a, b) => b - a));
        // Who goes back does not go forth any more.
        const firstBack = carrying.begun.findIndex((each) => each.startsWith("undo "));
        if (firstBack >= 0)
          expect(carrying.begun.slice(firstBack).every((each) => each.startsWith("undo "))).toBe(true);
      }),
    );
  });

  it("is undone whole when it is undone: nothing that was done stays so", () => {
    fc.assert(
      fc.property(anyStages, fc.infiniteStream(fc.boolean()), (stages, chance) => {
        const carrying = new Carrying(stages, {
          resultOf: (deed) =>
            deed.kind === "undo" || chance.next().value === true ? { kind: "done" } : failed,
        }).toItsEnd();
        if (carrying.end !== "undone") return;
        for (const { name, canUndo } of stages.flat()) {
          const kind = carrying.run.steps[name]?.kind;
          expect(canUndo ? ["waiting", "undone"] : ["waiting", "left"]).toContain(kind);
        }
      }),
    );
  });
});

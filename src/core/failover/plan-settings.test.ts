import { describe, expect, it } from "vitest";
import { componentOf, journeyOf, objectiveOf, placementIn, platformOf } from "../../../test/sample-model.ts";
import type { Model, Objective } from "../model/model.ts";
import type { Replication } from "../model/component.ts";
import type { Detection, RecoveryPlan } from "../model/recovery-plan.ts";
import { seconds } from "../units/units.ts";
import { contradictionsIn, differencesFrom, settingsUnder, timingUnder } from "./plan-settings.ts";
import { defaultTiming } from "./settings.ts";

const nothingSaid: Detection = {
  probeEvery: null,
  refusals: null,
  silentAfter: null,
  streamSilentAfter: null,
};
const common = { needs: [], within: null, outside: null, part: [], at: 0, lost: null };

function planWith(detection: Partial<Detection>, change: Partial<RecoveryPlan> = {}): RecoveryPlan {
  return {
    name: "leave",
    description: "",
    journeys: ["chat"],
    scenarios: ["region-lost"],
    controllers: ["north", "south", "middle"],
    coordination: null,
    evidence: null,
    detection: { ...nothingSaid, ...detection },
    parts: [],
    steps: [
      { ...common, phase: "fence", component: "database", method: "far-side" },
      { ...common, phase: "promote", component: "database", candidates: ["south", "middle"] },
    ],
    interlocks: {
      placesOnMin: 1,
      cellsDrainedMax: null,
      coolDown: seconds(90),
      dataLoss: "ask",
      blocked: [],
      gates: [],
    },
    automation: { failover: "when-armed", proofValidFor: seconds(86_400) },
    ...change,
  };
}

function modelWith(replication: Replication): Model {
  const database = componentOf("database", {
    type: "database",
    pattern: "hot-standby",
    placements: ["south", "north", "middle"].map((region) => placementIn(region)),
    replication,
  });
  return {
    platform: platformOf([]),
    ...{
      journeys: new Map(),
      policies: new Map(),
      scenarios: new Map(),
      risks: new Map(),
      budgetPolicies: new Map(),
    },
    components: new Map([[database.name, database]]),
    ...{ plans: new Map(), drills: new Map(), options: new Map() },
  };
}

describe("the engine under a plan", () => {
  it("goes by its defaults where the plan says nothing, but for the cool-down, which every plan says", () => {
    expect(timingUnder(planWith({}))).toEqual({ ...defaultTiming, coolDownMs: 90_000 });
  });

  it("goes by what the plan says", () => {
    const said = {
      probeEvery: seconds(0.05),
      refusals: 5,
      silentAfter: seconds(2),
      streamSilentAfter: seconds(1.5),
    };
    expect(timingUnder(planWith(said))).toMatchObject({
      tickMs: 50,
      refusalsMin: 5,
      silentAfterMs: 2_000,
      streamSilentAfterMs: 1_500,
    });
  });

  it("prefers regions in the order in which the promoted component is placed", () => {
    const model = modelWith({ kind: "synchronous", confirmations: 2 });
    expect(settingsUnder(planWith({}), model)).toMatchObject({
      regions: ["south", "north", "middle"],
      confirmations: 2,
      lossyFailover: "ask",
    });
  });

  it("may lose data without a person only where the plan accepts it", () => {
    const model = modelWith({ kind: "asynchronous", lag: seconds(5) });
    const accepting = planWith(
      {},
      {
        interlocks: {
          placesOnMin: 1,
          cellsDrainedMax: null,
          coolDown: seconds(1),
          dataLoss: "accept",
          blocked: [],
          gates: [],
        },
      },
    );
    expect(settingsUnder(accepting, model)).toMatchObject({ confirmations: 0, lossyFailover: "automatic" });
    expect(settingsUnder(planWith({}), model)).toMatchObject({ confirmations: 0, lossyFailover: "ask" });
  });

  describe("that may lose data", () => {
    const objective = (scope: Objective["scope"], rpo: number): Objective =>
      objectiveOf({ scope, rpo: seconds(rpo) });
    const plan = planWith({}, { journeys: ["chat", "batch"] });
    const modelOf = (replication: Replication): Model => ({
      ...modelWith(replication),
      journeys: new Map(
        [
          journeyOf("chat", { objectives: [objective("zone", 0), objective("region", 30)] }),
          journeyOf("batch", { objectives: [objective("region", 10)] }),
          journeyOf("another", { objectives: [objective("region", 1)] }),
        ].map((journey) => [journey.name, journey]),
      ),
    });
    const asynchronous: Replication = { kind: "asynchronous", lag: seconds(5) };

    it("loses without a person no more than the least that its journeys accept when a region is lost", () => {
      expect(settingsUnder(plan, modelOf(asynchronous)).lossMax).toBe(10_000);
    });

    it("has no bound where its journeys declare none, and needs none where every write is confirmed", () => {
      expect(settingsUnder(plan, modelWith(asynchronous)).lossMax).toBeNull();
      expect(settingsUnder(plan, modelOf({ kind: "synchronous", confirmations: 1 })).lossMax).toBeNull();
    });

    it("is not that of a platform that goes by another bound", () => {
      const model = modelOf(asynchronous);
      expect(differencesFrom(settingsUnder(plan, model), plan, model)).toEqual([]);
      const inForce = { ...settingsUnder(plan, model), lossMax: null };
      expect(differencesFrom(inForce, plan, model)).toEqual([
        { key: "the least rpo for a region", declared: "10 s", inForce: "none" },
      ]);
    });
  });

  it.each<[string, Partial<Detection>, readonly string[]]>([
    ["a silence that two probes fill", { silentAfter: seconds(0.2) }, ["silentAfter"]],
    ["a stream that two probes leave silent", { streamSilentAfter: seconds(0.1) }, ["streamSilentAfter"]],
    ["a probe that never rests", { probeEvery: seconds(0) }, ["probeEvery"]],
    [
      "a probe too rare for everything that is judged by it",
      { probeEvery: seconds(3) },
      ["probeEvery", "silentAfter", "streamSilentAfter", "probeEvery"],
    ],
  ])("cannot go by %s", (_, detection, keys) => {
    expect(contradictionsIn(planWith(detection)).map(({ key }) => key)).toEqual(keys);
  });
});

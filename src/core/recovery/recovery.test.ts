import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  componentOf,
  fastLoading,
  journeyOf,
  lost,
  needOf,
  objectiveOf,
  placementIn,
  platformOf,
  regionOf,
  scenarioOf,
} from "../../../test/sample-model.ts";
import type { Component } from "../model/component.ts";
import type { Failure, Journey, Model, Scenario } from "../model/model.ts";
import type { Drill, RecoveryPlan } from "../model/recovery-plan.ts";
import { bytes, bytesPerSecond, ratio, seconds } from "../units/units.ts";
import type { Outcome } from "./outcome.ts";
import { recoveries } from "./recovery.ts";
import { switchoverTimes } from "./switchover.ts";

const defaults = { probeEvery: seconds(0.1), refusals: 3, silentAfter: seconds(1) };
const places = ["east", "west", "central"].map((region) => placementIn(region));
const regions = ["east", "west", "central"].map((name) => regionOf(name));

const common = { needs: [], within: null, outside: null, part: [], lost: null };

const plan: RecoveryPlan = {
  ...{ name: "leave-east", description: "", journeys: ["chat"], scenarios: ["bad-day"] },
  controllers: ["east", "west", "central"],
  coordination: null,
  evidence: null,
  detection: { probeEvery: seconds(5), refusals: 3, silentAfter: seconds(20), streamSilentAfter: null },
  parts: [],
  steps: [
    { phase: "fence", component: "database", method: "far-side", ...common, at: 0 },
    { phase: "promote", component: "database", candidates: ["west"], ...common, at: 1 },
    { phase: "route", component: "gateway", drains: [], ...common, at: 2 },
    { phase: "verify", journey: "chat", mode: null, ...common, at: 3 },
  ],
  interlocks: {
    placesOnMin: 1,
    cellsDrainedMax: null,
    coolDown: seconds(600),
    dataLoss: "ask",
    blocked: [],
    gates: [],
  },
  automation: { failover: "when-armed", proofValidFor: seconds(86_400) },
};

const database = componentOf("database", {
  ...{ type: "database", pattern: "hot-standby", placements: places },
  replication: { kind: "synchronous", confirmations: 1 },
});
const gateway = componentOf("gateway", {
  placements: places,
  needs: [needOf("database")],
  routing: { kind: "dns", ttl: seconds(60) },
});

const drill: Drill = {
  ...{ name: "monthly", description: "", plan: "leave-east", scenario: "bad-day", journey: "chat" },
  load: {
    writes: { clients: 1, every: seconds(1) },
    completions: { clients: 1, tokens: 1 },
    ...{ before: seconds(1), after: seconds(1) },
  },
  ...{ thawAfter: null, cadence: null, completionsFailedMax: null },
};

interface Change {
  readonly components?: readonly Component[];
  readonly failures?: readonly [Failure, ...Failure[]];
  readonly journey?: Partial<Journey>;
  readonly plan?: Partial<RecoveryPlan> | null;
  /** Whether a drill tries the plan. */
  readonly drilled?: boolean;
}

function modelWith({
  components = [],
  failures = [lost("east")],
  journey = {},
  plan: change = {},
  drilled = true,
}: Change): Model {
  const scenario: Scenario = scenarioOf("bad-day", failures);
  const all = new Map([gateway, database, ...components].map((each) => [each.name, each]));
  return {
    platform: platformOf(regions),
    journeys: new Map([
      ["chat", journeyOf("chat", { objectives: [objectiveOf({ rto: seconds(60) })], ...journey })],
    ]),
    components: all,
    ...{ policies: new Map(), risks: new Map(), budgetPolicies: new Map(), options: new Map() },
    drills: new Map(drilled ? [[drill.name, drill]] : []),
    scenarios: new Map([[scenario.name, scenario]]),
    plans: new Map(change === null ? [] : [[plan.name, { ...plan, ...change }]]),
  };
}

function outcomeOf(change: Change): Outcome {
  const [found] = recoveries(modelWith(change), defaults);
  if (found === undefined) throw new Error("one journey meets one scenario");
  return found.outcome;
}

function recovers(change: Change): Extract<Outcome, { kind: "recovers" }> {
  const outcome = outcomeOf(change);
  if (outcome.kind !== "recovers") throw new Error(`it ${outcome.kind}`);
  return outcome;
}

describe("a recovery by a plan", () => {
  it("is the sum of its phases, of which the longest is named with its reason", () => {
    const { time } = recovers({});
    expect(time.longest.what).toBe("clients are sent to where gateway serves");
    expect(time.longest.because).toBe("clients keep an answer for up to the TTL of 1 min");
    const { phases } = time;
    expect(
      phases.detect + phases.decide + phases.fence + phases.promote + phases.route + phases.verify,
    ).toBeCloseTo(time.p95, 9);
    // 10 to 15 s to detect, up to 60 s to route, and 3.2 s that do not spread: 12.5 + 30 + 3.2 on average.
    expect(time.mean).toBeCloseTo(45.7, 9);
    expect(time.p95).toBeGreaterThan(72);
    expect(time.p95).toBeLessThan(78.2);
    expect(phases.route).toBeGreaterThan(50);
  });

  it("is worked out once for all that recover alike", () => {
    const model = modelWith({});
    const again = journeyOf("chat-again", { objectives: [objectiveOf({ rto: seconds(60) })] });
    const both = new Map([...model.journeys, ["chat-again", again] as const]);
    const plans = new Map([[plan.name, { ...plan, journeys: ["chat", "chat-again"] }]]);
    const times = recoveries({ ...model, journeys: both, plans }, defaults).map(({ outcome }) =>
      outcome.kind === "recovers" ? outcome.time.distribution : null,
    );
    expect(times).toHaveLength(2);
    expect(times[0]).not.toBeNull();
    expect(times[0]).toBe(times[1]);
  });

  it("waits for a person while no drill tries the plan: it is never armed", () => {
    const outcome = outcomeOf({ drilled: false });
    const decides = outcome.kind === "recovers" ? outcome.time.longest : null;
    expect(decides?.what).toBe("a person decides");
    expect(outcome.kind === "recovers" ? outcome.changes.map(({ change }) => change) : []).toContain(
      "a Drill of leave-east, without which it is never armed",
    );
  });

  it("is as long a switch-over for availability, too, while no drill tries the plan", () => {
    const time = (drilled: boolean): number => switchoverTimes(modelWith({ drilled }), defaults)("database");
    expect(time(false) - time(true)).toBeCloseTo(database.standby.manual - 0.2, 6);
  });

  it("names the cheapest change that would meet the objective, with what it would reach", () => {
    const [change, ...others] = recovers({}).changes;
    expect(others).toEqual([]);
    expect(change?.effort).toBe("configuration");
    expect(change?.change).toMatch(/^routing.ttl of gateway: \d+ s instead of 1 min$/);
    expect(change?.reaches).toBeLessThan(60);
  });

  it("asks for nothing where the objective is met", () => {
    const fine = recovers({ journey: { objectives: [objectiveOf({ rto: seconds(80) })] } });
    expect(fine.changes).toEqual([]);
    expect(fine.time.withinObjective).toBe(1);
  });

  it("waits for a person where the plan asks one, and says how not to", () => {
    const asked = recovers({ plan: { automation: { failover: "ask", proofValidFor: seconds(1) } } });
    expect(asked.time.phases.decide).toBe(3_600);
    expect(asked.changes.some(({ effort }) => effort === "automation")).toBe(true);
  });

  it("waits for a person where there is no plan", () => {
    const { time, changes } = recovers({ plan: null });
    expect(time.longest).toMatchObject({ phase: "decide", what: "a person decides" });
    expect(time.longest.because).toMatch(/^no plan covers it; /);
    expect(changes.map(({ change }) => change)).toContain(
      "a RecoveryPlan that covers this, with automation.failover: when-armed",
    );
  });

  it("takes the silence of what is frozen for longer than the refusal of what is gone", () => {
    const frozen = recovers({ failures: [{ kind: "region", region: "east", how: "frozen" }] });
    expect(frozen.time.pieces[0]?.because).toBe("no answer for 20 s, looked at every 5 s");
    expect(frozen.time.mean).toBeCloseTo(55.7, 9);
  });
});

describe("what a scenario does to a journey", () => {
  it("is nothing where only a standby is lost", () => {
    const pinned = { ...gateway, placements: [placementIn("east")] };
    expect(outcomeOf({ components: [pinned], failures: [lost("central")] })).toEqual({ kind: "untouched" });
  });

  it("is only a new way for clients where other places serve already", () => {
    const { time } = recovers({ components: [{ ...gateway, needs: [] }] });
    expect(time.phases).toMatchObject({ decide: 0, fence: 0, promote: 0 });
    expect(time.phases.route).toBeGreaterThan(0);
  });

  it("cannot be mended while no place is left, and says where one would be", () => {
    const only = { ...database, placements: [placementIn("east")] };
    expect(outcomeOf({ components: [only] })).toMatchObject({
      kind: "impossible",
      because: ["bad-day leaves too few places in which database could serve"],
      changes: [{ change: expect.stringMatching(/^place database where bad-day does not reach/) as string }],
    });
  });

  it("can be lived through with a fallback that has a place left", () => {
    const entry = { ...gateway, needs: [needOf("model", { fallbacks: ["other-model"] })] };
    const model = componentOf("model", { placements: [placementIn("east")] });
    const other = componentOf("other-model", { placements: [placementIn("west")] });
    const [found] = recoveries(modelWith({ components: [entry, model, other] }), defaults);
    expect(found?.outcome.kind).toBe("recovers");
    expect(found?.standIns).toEqual([{ of: "model", by: "other-model" }]);
    const [unhurt] = recoveries(
      modelWith({ components: [entry, model, other], failures: [lost("central")] }),
      defaults,
    );
    expect(unhurt?.standIns).toEqual([]);
  });

  describe("lived through by a fallback alone", () => {
    const callerWith = (need: Parameters<typeof needOf>[1]) => {
      const entry = {
        ...gateway,
        placements: [placementIn("west")],
        needs: [needOf("model", { fallbacks: ["other-model"], ...need })],
      };
      const model = componentOf("model", { placements: [placementIn("east")] });
      const other = componentOf("other-model", { placements: [placementIn("west")] });
      return (how: Failure["how"]) =>
        outcomeOf({
          components: [entry, model, other],
          failures: [{ kind: "region", region: "east", how }],
        });
    };
    const retries = { attempts: 3, backoff: "none", budget: null } as const;

    it("goes on where callers are refused", () => {
      expect(callerWith({ timeout: seconds(8) })("lost")).toEqual({ kind: "untouched" });
    });

    it("takes as long as callers try where nothing answers, and loses nothing", () => {
      const found = callerWith({ timeout: seconds(8), retries })("frozen");
      expect(found).toMatchObject({
        kind: "recovers",
        time: {
          ...{ mean: 24, p95: 24, withinObjective: 1 },
          phases: { detect: 24, decide: 0, fence: 0, promote: 0, route: 0, verify: 0 },
          pieces: [
            {
              what: "gateway turns from model to other-model",
              because: "it waits 8 s for an answer, 3 times",
              kind: "declared",
            },
          ],
        },
        loss: { p95: 0 },
        ...{ coverage: 1, coverageFactors: [], changes: [] },
      });
    });

    it("says which timeout would do where callers try for too long", () => {
      const found = callerWith({ timeout: seconds(30), retries })("partitioned");
      expect(found).toMatchObject({
        time: { p95: 90, withinObjective: 0 },
        changes: [{ change: "timeout of gateway for model: 20 s instead of 30 s", reaches: 60 }],
      });
    });

    it("waits for each fallback that is gone as well", () => {
      const fallbacks = ["database-of-models", "other-model"];
      const gone = componentOf("database-of-models", { placements: [placementIn("east")] });
      const found = outcomeOf({
        components: [
          {
            ...{ ...gateway, placements: [placementIn("west")] },
            needs: [needOf("model", { fallbacks, timeout: seconds(5) })],
          },
          componentOf("model", { placements: [placementIn("east")] }),
          gone,
          componentOf("other-model", { placements: [placementIn("west")] }),
        ],
        failures: [{ kind: "region", region: "east", how: "frozen" }],
      });
      expect(found).toMatchObject({ time: { p95: 10 } });
    });

    it("assumes what proxies wait where no timeout is declared", () => {
      expect(callerWith({ timeout: null })("slow")).toMatchObject({
        time: {
          p95: 60,
          pieces: [
            {
              kind: "estimated",
              because: expect.stringMatching(/^it waits 1 min for an answer; assumed: /) as string,
            },
          ],
        },
      });
    });

    it("waits for a person where answers are wrong", () => {
      expect(callerWith({ timeout: seconds(8) })("wrong")).toMatchObject({
        time: { p95: gateway.standby.manual },
      });
    });
  });

  it("strikes the users of one cell, who count as all", () => {
    const cellular = componentOf("database", {
      ...{ type: "database", pattern: "hot-standby" },
      placements: [placementIn("east", { cell: "one" }), placementIn("east", { cell: "two" })],
    });
    expect(
      outcomeOf({ components: [cellular], failures: [{ kind: "cell", cell: "one", how: "lost" }] }).kind,
    ).toBe("impossible");
  });
});

describe("users of a cell that is lost", () => {
  const cells = ["one", "two"].map((cell, at) => placementIn(at === 0 ? "east" : "west", { cell }));
  const cellular = componentOf("database", { type: "database", placements: cells });
  const failures: readonly [Failure] = [{ kind: "cell", cell: "one", how: "lost" }];

  it("are handed to a cell in a region that the plan promotes into", () => {
    const { time } = recovers({ components: [cellular], failures });
    expect(time.pieces.map(({ what }) => what)).toContain("database is told to serve");
  });

  it("wait where no plan does", () => {
    expect(outcomeOf({ components: [cellular], failures, plan: null }).kind).toBe("impossible");
  });
});

describe("what must be there before a place serves", () => {
  const cold = (part: Partial<Component>): Component =>
    componentOf("database", { type: "inference", placements: places, ...part });

  it("loads weights at the pace of their place, beside what the plan does not wait for", () => {
    const weights = {
      ...{ size: bytes(140e9), locality: "remote" as const },
      bandwidth: { value: bytesPerSecond(2e9), source: { kind: "declared" as const } },
    };
    const { time } = recovers({ components: [cold({ pattern: "hot-standby", weights })] });
    const loading = time.pieces.find(({ what }) => what.startsWith("weights"));
    expect(loading?.time).toEqual({ kind: "fixed", time: 70 });
    expect(loading?.because).toBe("140 GB at 2 GB/s");
  });

  it("loads nothing that is in memory", () => {
    const weights = { size: bytes(140e9), locality: "resident" as const, bandwidth: fastLoading };
    const { time } = recovers({ components: [cold({ pattern: "hot-standby", weights })] });
    expect(time.pieces.some(({ what }) => what.startsWith("weights"))).toBe(false);
  });

  it("starts machines for a pilot light, and tells what machines that run would save", () => {
    const { time, changes } = recovers({ components: [cold({ pattern: "pilot-light" })] });
    expect(time.phases.promote).toBeGreaterThan(600);
    expect(changes.at(-1)?.effort).toBe("machines");
  });

  it("restores data from a backup", () => {
    const data = { stored: bytes(200e9), changedPerDay: bytes(0) };
    const { time } = recovers({ components: [cold({ pattern: "backup-and-restore", data })] });
    expect(time.pieces.find(({ what }) => what === "data of database are restored")?.time).toEqual({
      kind: "fixed",
      time: 1_000,
    });
  });

  it("is likely only as far as machines are", () => {
    const quota = places.map((place) => ({
      ...place,
      capacity: "quota" as const,
      capacityLikelihood: { value: ratio(0.9), source: { kind: "declared" as const } },
    }));
    const component = cold({ pattern: "pilot-light", placements: quota });
    expect(recovers({ components: [component] }).coverage).toBe(0.9);
    const short: Failure = { kind: "region", region: "west", how: "short-of-capacity" };
    const next = recovers({ components: [component], failures: [lost("east"), short] });
    expect(next.time.pieces.map(({ what }) => what)).toContain("machines of database are started in central");
    const none: Failure = { kind: "region", region: "central", how: "short-of-capacity" };
    expect(outcomeOf({ components: [component], failures: [lost("east"), short, none] }).kind).toBe(
      "impossible",
    );
    const running = cold({ pattern: "hot-standby", placements: quota });
    expect(recovers({ components: [running], failures: [lost("east"), short] }).coverage).toBe(1);
  });
});

describe("what is lost", () => {
  const kept = (part: Partial<Component>): Component => ({ ...database, ...part });
  const p95 = (component: Component, failures?: readonly [Failure, ...Failure[]]): number | null =>
    recovers({ components: [component], ...(failures === undefined ? {} : { failures }) }).loss.p95;

  it("is nothing of what another place confirmed", () => {
    expect(p95(database)).toBe(0);
  });

  it("is not known where the only place that may have confirmed is lost as well", () => {
    const { loss, changes } = recovers({ failures: [lost("east"), lost("west")] });
    expect(loss.p95).toBeNull();
    expect(changes.map(({ change }) => change)).toContain("confirmations of database: 2");
    const two = kept({ replication: { kind: "synchronous", confirmations: 2 } });
    expect(p95(two, [lost("east"), lost("west")])).toBe(0);
  });

  it("is the lag of asynchronous replication", () => {
    expect(p95(kept({ replication: { kind: "asynchronous", lag: seconds(5) } }))).toBe(5);
  });

  it("is up to a whole interval of copies, and the time one takes to be elsewhere (case G4)", () => {
    const copies = kept({ replication: { kind: "snapshot", every: seconds(300), transfer: seconds(20) } });
    const { loss } = recovers({ components: [copies] });
    expect(loss.p95).toBeCloseTo(305, 9);
    expect(loss.mean).toBeCloseTo(170, 9);
  });

  it("is everything of what one place keeps", () => {
    expect(p95(kept({ replication: { kind: "none" } }))).toBeNull();
  });

  it("is what a job has computed since its checkpoint", () => {
    const job = {
      ...{ nodes: 8, checkpointEvery: seconds(1_740), checkpointWrite: seconds(60) },
      ...{ restart: seconds(120), measuredMtbf: null },
    };
    expect(p95(kept({ replication: { kind: "none" }, job }))).toBeCloseTo(0.95 * 1_800, 9);
  });
});

it("never gets quicker when a TTL grows, and never slower when machines run already", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), (ttl, more) => {
      const by = (time: number): number =>
        recovers({ components: [{ ...gateway, routing: { kind: "dns", ttl: seconds(time) } }] }).time.p95;
      expect(by(ttl)).toBeLessThanOrEqual(by(ttl + more));
      const at = (pattern: Component["pattern"]): number =>
        recovers({ components: [{ ...database, pattern }] }).time.p95;
      expect(at("hot-standby")).toBeLessThanOrEqual(at("pilot-light"));
    }),
    { numRuns: 30 },
  );
});

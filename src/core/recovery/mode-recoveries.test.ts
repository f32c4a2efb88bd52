import { describe, expect, it } from "vitest";
import { type Edit, editedExample } from "../../../test/foreseen-example.ts";
import { seconds } from "../units/units.ts";
import type { ModeRecovery } from "./mode-recoveries.ts";
import { type Recovery, recoveries } from "./recovery.ts";

const defaults = { probeEvery: seconds(0.1), refusals: 3, silentAfter: seconds(1) };

function recoveryIn(scenario: string, ...edits: readonly Edit[]): Recovery {
  const found = recoveries(editedExample("degraded-modes", edits), defaults).find(
    (each) => each.scenario === scenario,
  );
  if (found === undefined) throw new Error(`nothing is predicted for ${scenario}`);
  return found;
}

function modeIn({ modes }: Recovery, name: string): ModeRecovery {
  const found = modes.find(({ mode }) => mode === name);
  if (found === undefined) throw new Error(`${name} is no mode`);
  return found;
}

/** What it waits for, phase by phase. */
function pieces({ outcome }: Pick<ModeRecovery, "outcome">): readonly string[] {
  if (outcome.kind !== "recovers") throw new Error(`it is ${outcome.kind}`);
  return outcome.time.pieces.map(({ phase, what }) => `${phase}: ${what}`);
}

const seen = "detect: the failure of gateway is seen";
const led = "route: clients are sent to where gateway serves";
const answered = "verify: a real request shows that it serves";

const besideTheMachines: Edit = [
  "    - phase: verify\n      journey: chat\n      mode: smaller-model\n",
  "    - { phase: wait, name: tea, time: 1 s }\n    - { phase: wait, name: coffee, begins: beside, time: 1 h }\n    - phase: verify\n      journey: chat\n      mode: smaller-model\n      begins: beside\n",
];

const promoted: Edit = [
  "  steps:\n    - phase: run\n",
  "  steps:\n    - { phase: promote, component: large-model, candidates: [west], within: 5 min }\n    - phase: run\n",
];
const later: Edit = [
  "    - { phase: promote, component: large-model, candidates: [west], within: 5 min }\n    - { phase: route, component: gateway, within: 10 s }\n",
  "",
];

describe("a degraded mode that the plan verifies", () => {
  it("waits for what the plan does until then, and not for what it does beside", () => {
    const recovery = recoveryIn("east-lost");
    const mode = modeIn(recovery, "smaller-model");
    expect(mode.isVerified).toBe(true);
    expect(pieces(mode)).toEqual([
      ...[seen, "decide: a person decides", "route: run ask-the-small-model", led],
      "verify: verify chat in smaller-model",
    ]);
    expect(pieces(recovery)).toContain("route: terraform large-machines");
  });

  it("does not wait for what is done beside its verifying, before it or after", () => {
    const mode = modeIn(recoveryIn("east-lost", besideTheMachines), "smaller-model");
    expect(pieces(mode)).toEqual([
      ...[seen, "decide: a person decides", "route: run ask-the-small-model", led],
      "verify: verify chat in smaller-model",
    ]);
  });

  it("does not wait for what is gone, though the plan acts on it", () => {
    const covered: Edit = ["scenarios: [east-lost]", "scenarios: [east-lost, large-model-gone]"];
    const mode = modeIn(recoveryIn("large-model-gone", covered, later, promoted), "smaller-model");
    expect(mode.isVerified).toBe(true);
    expect(mode.outcome.kind).toBe("recovers");
  });

  it("waits for what is promoted before it, though it does not need that", () => {
    const mode = modeIn(recoveryIn("east-lost", later, promoted), "smaller-model");
    expect(pieces(mode)).toContain("promote: large-model is told to serve");
  });
});

describe("a degraded mode that no plan verifies", () => {
  it("comes about by itself once the failure is seen and clients are led to what serves", () => {
    const mode = modeIn(recoveryIn("east-lost"), "cached");
    expect(mode.isVerified).toBe(false);
    expect(pieces(mode)).toEqual([seen, led, answered]);
  });

  it("leads clients away from what they reached first where something else is reached in its place", () => {
    const gone = recoveryIn("large-model-gone");
    const found = "detect: the failure of large-model is seen";
    expect(pieces(modeIn(gone, "cached"))).toEqual([found, answered]);
    const cacheGone = recoveryIn("large-model-gone", [
      "failures: [{ component: large-model, how: lost }]",
      "failures: [{ component: large-model, how: lost }, { component: small-model, how: lost }, { component: answer-cache, how: lost }]",
    ]);
    expect(pieces(modeIn(cacheGone, "static"))).toEqual([
      found,
      "route: clients of gateway are led to status-page",
      answered,
    ]);
  });

  it("waits for a person where the failure passes every probe", () => {
    const wrong: Edit = ["{ component: large-model, how: lost }", "{ component: large-model, how: wrong }"];
    const { outcome } = modeIn(recoveryIn("large-model-gone", wrong), "cached");
    expect(outcome).toMatchObject({ kind: "recovers" });
    expect(outcome.kind === "recovers" && outcome.time.p95).toBeGreaterThan(20 * 60);
  });

  it("has nothing to wait for where the whole goes on", () => {
    const away: Edit = [
      "failures: [{ region: east, how: lost }]",
      "failures: [{ region: central, how: lost }]",
    ];
    const alone: Edit = ["    - { region: central, replicas: 2, required: 1 }\n  routing", "  routing"];
    const replicated: Edit = [
      "    - { region: central, replicas: 2, required: 1 }\n  replication: { mode: synchronous, confirmations: 1 }\n",
      "",
    ];
    const { outcome, modes } = recoveryIn("east-lost", away, alone, replicated);
    expect(outcome.kind).toBe("untouched");
    expect(modes.map((each) => each.outcome.kind)).toEqual(["untouched", "untouched", "untouched"]);
    expect(modes.map(({ sooner }) => sooner)).toEqual(Array(3).fill({ mode: null }));
  });

  it("is no worse than one that gives more: users have that as soon as it is there", () => {
    const { modes } = recoveryIn("large-model-gone");
    const [smaller, cached, still] = modes;
    expect([smaller?.sooner, cached?.sooner, still?.sooner]).toEqual([null, null, { mode: "cached" }]);
    const time = (of: ModeRecovery | undefined): number =>
      of?.outcome.kind === "recovers" ? of.outcome.time.p95 : Number.NaN;
    expect(time(still)).toBe(time(cached));
    expect(time(cached)).toBeLessThan(2);
    const late: Edit = ["rto: { region: 30 s, dependency: 30 s }", "rto: { region: 30 s, dependency: 1 s }"];
    const { outcome } = modeIn(recoveryIn("large-model-gone", late), "static");
    expect(outcome.kind === "recovers" && outcome.time.withinObjective).toBe(0);
    expect(outcome.kind === "recovers" && outcome.changes.map(({ change }) => change)).toEqual([
      expect.stringContaining("gateway"),
    ]);
  });
});

describe("a journey that does not come back whole", () => {
  it("still serves in the modes that do without what is gone", () => {
    const { outcome, modes } = recoveryIn("large-model-gone");
    expect(outcome.kind).toBe("impossible");
    expect(modes.map((each) => each.outcome.kind)).toEqual(["recovers", "recovers", "recovers"]);
  });

  it("serves in no mode whose stand-in is gone, too", () => {
    const both: Edit = [
      "failures: [{ component: large-model, how: lost }]",
      "failures: [{ component: large-model, how: lost }, { component: small-model, how: lost }]",
    ];
    const { outcome } = modeIn(recoveryIn("large-model-gone", both), "smaller-model");
    expect(outcome).toMatchObject({
      kind: "impossible",
      because: ["large-model-gone leaves too few places in which small-model could serve"],
    });
  });
});

import { describe, expect, it } from "vitest";
import { type Edit, editedExample } from "../../../test/foreseen-example.ts";
import { seconds } from "../units/units.ts";
import type { Piece } from "./phase.ts";
import { recoveries } from "./recovery.ts";
import { switchoverTimes } from "./switchover.ts";

const detection = { probeEvery: seconds(0.1), refusals: 3, silentAfter: seconds(1) };

/** What the promotion of everything in west is made of. */
function promoted(...edits: readonly Edit[]): readonly Piece[] {
  const [recovery] = recoveries(editedExample("cold-region", edits), detection);
  if (recovery?.outcome.kind !== "recovers") throw new Error("chat comes back");
  return recovery.outcome.time.chains.promote.flat();
}

function whats(...edits: readonly Edit[]): readonly string[] {
  return promoted(...edits).map(({ what }) => what);
}

const isStarted = "machines of llm are started in west";
const isLoaded = "weights of llm are loaded from the network";
const scale: Edit = ["phase: scale\n      component: llm", "phase: scale\n      component: gateway"];
const toTwo: Edit = ["      to: 6\n", "      to: 2\n"];
const warm: Edit = [
  "phase: warm\n      component: llm\n      region: west\n      within: 5 min\n      takes: 3 min",
  "phase: warm\n      component: gateway\n      region: west\n      within: 5 min\n      takes: 3 min",
];
const warmOnce: Edit = [
  "phase: warm\n      component: llm\n      region: west\n      within: 2 min",
  "phase: warm\n      component: gateway\n      region: west\n      within: 2 min",
];

describe("a place that steps of a plan start and make ready", () => {
  it("is counted as these steps, and by itself not again", () => {
    expect(whats()).toEqual([
      "scale llm in west",
      "warm llm in west",
      "warm llm in west",
      "index is told to serve",
      "llm is told to serve",
    ]);
  });

  it("is counted by itself where steps start another component, or none", () => {
    const other = whats(scale, toTwo);
    expect(other).toContain(isStarted);
    expect(other).not.toContain(isLoaded);
    const neither = whats(scale, toTwo, warm, warmOnce);
    expect(neither).toContain(isStarted);
    expect(neither).toContain(isLoaded);
  });

  it("takes what its steps say, which other switch-overs of it take too", () => {
    const longer: Edit = ['takes: "6 min, p95 12 min"', "takes: 14 min"];
    const [piece] = promoted(longer);
    expect(piece).toMatchObject({ phase: "promote", component: "llm", time: { kind: "fixed", time: 840 } });
    const time = (...edits: readonly Edit[]): number =>
      switchoverTimes(editedExample("cold-region", edits), detection)("llm");
    const six: Edit = ['takes: "6 min, p95 12 min"', "takes: 6 min"];
    expect(time(longer) - time(six)).toBeCloseTo(8 * 60, 6);
  });

  it("counts, of steps that are each for another region, those of the slowest region alone", () => {
    const west: Edit = [
      "phase: warm\n      component: llm\n      region: west\n      within: 5 min",
      "phase: warm\n      component: llm\n      region: west\n      serving: west\n      within: 5 min",
    ];
    const central: Edit = [
      "phase: warm\n      component: llm\n      region: west\n      within: 2 min",
      "phase: warm\n      component: llm\n      region: west\n      serving: central\n      within: 2 min",
    ];
    expect(whats().filter((what) => what.startsWith("warm"))).toHaveLength(2);
    expect(whats(west, central).filter((what) => what.startsWith("warm"))).toHaveLength(1);
  });
});

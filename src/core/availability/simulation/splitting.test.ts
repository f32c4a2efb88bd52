import { describe, expect, it } from "vitest";
import {
  alternating,
  bothFailed,
  holds,
  isTrue,
  randomGraph,
  subjectOf,
  surely,
} from "../../../../test/simulated-subjects.ts";
import { ratio, seconds } from "../../units/units.ts";
import type { Gate } from "../fault-graph.ts";
import type { Repair } from "../../model/reliability.ts";
import type { Law } from "../law.ts";
import { noConditions } from "./conditions.ts";
import { Distances } from "./distance.ts";
import { estimatesOf, type OutputEstimates } from "./estimate.ts";
import { type Effort, whole } from "./part.ts";
import { simulate } from "./simulation.ts";
import { systemOf } from "./simulated-system.ts";
import { runSplit, splitOutput } from "./splitting.ts";
import type { Subject } from "./subject.ts";
import { wiringOf } from "./wiring.ts";

const all: Gate = { name: "all", kind: "and", inputs: [0, 1, 2] };

function three(law: Law): Subject {
  return subjectOf([law, law, law], [all]);
}

function split(subject: Subject, effort: Effort): OutputEstimates {
  const system = systemOf(subject);
  const output = system.ok ? system.value.outputs[0] : undefined;
  if (!system.ok || output === undefined) throw new Error("refused");
  const ready = splitOutput(system.value, output, effort);
  if (ready === null) throw new Error("not to be split");
  const outputs = [runSplit(ready, effort, whole).part];
  const shards = { count: 1, done: [0] };
  const part = { kind: "simulation-part", subjectDigest: "", effort, shards, events: 0, outputs } as const;
  const [told] = estimatesOf(part, surely);
  if (told === undefined) throw new Error("no output");
  return told;
}

describe("splitting", () => {
  const repairs: readonly Repair[] = [
    { kind: "exponential" },
    { kind: "fixed" },
    { kind: "log-normal", sigma: 1 },
  ];

  it.each(repairs)("finds three failed at once, a millionth of the time, with repairs: %o", (repair) => {
    const told = split(three(alternating(99, 1, repair)), { seed: 1, replications: 40, years: 0.5 });
    expect(holds(told.unavailability, 1e-6)).toBe(true);
    // Each of three begins it while the others are failed.
    expect(holds(told.outagesPerYear, (8760 * 3 * 1e-4) / 100)).toBe(true);
    expect(told.unavailability.high).toBeLessThan(2e-6);
  });

  it("counts maintenance as a level too", () => {
    const month = seconds(30 * 86_400);
    const lasts = seconds(36 * 3600);
    const maintenance = [{ event: 0, every: month, lasts, first: seconds(0) }];
    const subject = { ...three(alternating(99, 1)), conditions: { ...noConditions, maintenance } };
    const told = split(subject, { seed: 2, replications: 20, years: 360 / 365 });
    expect(holds(told.unavailability, (0.05 + 0.95 * 0.01) * 1e-4)).toBe(true);
  });

  it("counts a failure that takes two levels at once for what it is", () => {
    const pair = alternating(90, 10);
    const subject = {
      ...subjectOf([pair, pair, alternating(990, 10)], [all]),
      conditions: { ...noConditions, cascades: [{ from: 0, to: [1], probability: ratio(0.3) }] },
    };
    const told = split(subject, { seed: 5, replications: 100, years: 2 });
    const share = bothFailed(0.3) * 0.01;
    expect(holds(told.unavailability, share)).toBe(true);
    // It ends when one of the three is repaired.
    expect(holds(told.outagesPerYear, share * (3 / 10) * 8760)).toBe(true);
    expect(told.outagesPerYear.high).toBeLessThan(share * (3 / 10) * 8760 * 1.2);
  });

  it("climbs through spares of replicas", () => {
    const law: Law = {
      kind: "replicas",
      units: 4,
      required: 2,
      active: 4,
      spareFailureShare: ratio(1),
      crews: 4,
      mtbf: seconds(99 * 3600),
      mttr: seconds(3600),
      repair: { kind: "fixed" },
    };
    const subject = subjectOf([law], [{ name: "top", kind: "or", inputs: [0] }]);
    const told = split(subject, { seed: 3, replications: 40, years: 1 });
    expect(holds(told.unavailability, 4 * 1e-6 * 0.99 + 1e-8)).toBe(true);
  });

  it("is taken for what is rare and depends on one another, and merging makes no difference", () => {
    const cascades = [{ from: 0, to: [], probability: ratio(0) }];
    const subject = { ...three(alternating(999, 1)), conditions: { ...noConditions, cascades } };
    const effort = { seed: 4, replications: 6, years: 2 };
    const part = simulate(subject, effort, whole);
    const [told] = part.ok ? estimatesOf(part.value, surely) : [];
    expect(told?.method).toBe("splitting");
    expect(holds(told?.unavailability ?? null, 1e-9)).toBe(true);
  });
});

describe("the distance from failure", () => {
  it.each(Array.from({ length: 40 }, (_, at) => at + 1))(
    "is 0 exactly when it is failed, graph %i",
    (seed) => {
      const { laws, gates } = randomGraph(seed);
      const subject = subjectOf(laws, gates);
      const distances = new Distances(gates, wiringOf(subject.graph).order, laws.length);
      const node = laws.length + gates.length - 1;
      for (let state = 0; state < 2 ** laws.length; state += 1) {
        const failed = laws.map((_, event) => (state >> event) % 2 === 1);
        const values = [...failed];
        for (const gate of gates) values.push(isTrue(gate, values));
        const distance = (literal: number): number =>
          distances.of(literal, (event) => Number(failed[event] !== true));
        expect(distance(node) === 0).toBe(values.at(-1));
        expect(distance(~node) === 0).toBe(values.at(-1) === false);
      }
    },
  );

  it("is the number of failures that are missing on the nearest way", () => {
    const gates: readonly Gate[] = [
      { name: "two", kind: "at-least", least: 2, inputs: [0, 1, 2] },
      { name: "top", kind: "and", inputs: [4, 3] },
    ];
    const laws = [1, 2, 3, 4].map(() => alternating(10, 1));
    const distances = new Distances(gates, wiringOf(subjectOf(laws, gates).graph).order, 4);
    expect(distances.of(5, () => 1)).toBe(3);
    expect(distances.of(5, (event) => (event === 2 ? 0 : 1))).toBe(2);
    expect(distances.of(5, (event) => (event === 3 ? 4 : 0))).toBe(4);
  });
});

import fc from "fast-check";
import type { BasicEvent, FaultGraph, Gate } from "../src/core/availability/fault-graph.ts";
import type { Law } from "../src/core/availability/law.ts";
import type { Repair } from "../src/core/model/reliability.ts";
import { noConditions } from "../src/core/availability/simulation/conditions.ts";
import {
  type Estimate,
  estimatesOf,
  type OutputEstimates,
} from "../src/core/availability/simulation/estimate.ts";
import { type Effort, type SimulationPart, whole } from "../src/core/availability/simulation/part.ts";
import { replicate } from "../src/core/availability/simulation/replications.ts";
import { systemOf } from "../src/core/availability/simulation/simulated-system.ts";
import { simulate } from "../src/core/availability/simulation/simulation.ts";
import type { Subject } from "../src/core/availability/simulation/subject.ts";
import { ratio, seconds } from "../src/core/units/units.ts";
import { gateHolds } from "./fault-graphs.ts";

export const hour = 3600;
export const exponential: Repair = { kind: "exponential" };
export const surely = ratio(0.99);

export function alternating(mtbfHours: number, mttrHours: number, repair = exponential): Law {
  return { kind: "alternating", mtbf: seconds(mtbfHours * hour), mttr: seconds(mttrHours * hour), repair };
}

export function named(laws: readonly Law[]): readonly BasicEvent[] {
  return laws.map((law, at) => ({ name: `event-${at}`, law }));
}

/** The last gate is what is asked about. */
export function subjectOf(laws: readonly Law[], gates: readonly Gate[]): Subject {
  const graph: FaultGraph = { events: named(laws), gates };
  const output = { name: "top", node: laws.length + gates.length - 1, rto: null };
  return { graph, outputs: [output], conditions: noConditions };
}

export function run(subject: Subject, effort: Effort): SimulationPart {
  const part = simulate(subject, effort, whole);
  if (!part.ok) throw new Error(part.problems[0].what);
  return part.value;
}

/** The same by replications, whatever method would suit it. */
export function runPlain(subject: Subject, effort: Effort): SimulationPart {
  const system = systemOf(subject);
  if (!system.ok) throw new Error(system.problems[0].what);
  const shards = { count: 1, done: [0] };
  return {
    ...{ kind: "simulation-part", subjectDigest: "", effort, shards },
    ...replicate(system.value, effort, whole),
  };
}

export function top(part: SimulationPart): OutputEstimates {
  const [first] = estimatesOf(part, surely);
  if (first === undefined) throw new Error("no output");
  return first;
}

export function holds(estimate: Estimate | null, value: number): boolean {
  if (estimate === null) return false;
  return estimate.kind === "at-most"
    ? value <= estimate.high
    : estimate.low <= value && value <= estimate.high;
}

/** Share of time that the last gate is true, by all states of all events; 1 and 0 without what rounding leaves. */
export function enumerated(laws: readonly Law[], gates: readonly Gate[]): number {
  let sum = 0;
  for (let state = 0; state < 2 ** laws.length; state += 1) {
    const values = laws.map((_, event) => (state >> event) % 2 === 1);
    for (const gate of gates) values.push(isTrue(gate, values));
    if (values.at(-1) !== true) continue;
    sum += laws.reduce((share, law, event) => share * shareOf(law, (state >> event) % 2 === 1), 1);
  }
  return Math.abs(sum - Math.round(sum)) < 1e-12 ? Math.round(sum) : sum;
}

function shareOf(law: Law, isFailed: boolean): number {
  if (law.kind !== "alternating") throw new Error("only alternating events");
  return (isFailed ? law.mttr : law.mtbf) / (law.mtbf + law.mttr);
}

export function isTrue(gate: Gate, values: readonly boolean[]): boolean {
  const count = gate.inputs.filter((literal) =>
    literal < 0 ? values[~literal] === false : values[literal] === true,
  ).length;
  return gateHolds(gate, count);
}

/** 2 to 5 events with repairs of every kind, 1 to 5 gates, each over any nodes before it and their negations. */
export function randomGraph(seed: number): { laws: readonly Law[]; gates: readonly Gate[] } {
  const repairs: readonly Repair[] = [exponential, { kind: "fixed" }, { kind: "log-normal", sigma: 1 }];
  const law = fc
    .tuple(fc.integer({ min: 5, max: 50 }), fc.integer({ min: 1, max: 20 }), fc.constantFrom(...repairs))
    .map(([mtbf, mttr, repair]) => alternating(mtbf, mttr, repair));
  const graph = fc.array(law, { minLength: 2, maxLength: 5 }).chain((laws) =>
    fc
      .array(
        fc.tuple(
          fc.constantFrom("and", "or", "xor", "at-least"),
          fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
          fc.nat(3),
        ),
        { minLength: 1, maxLength: 5 },
      )
      .map((drafts) => ({
        laws,
        gates: drafts.map(([kind, picks, least], at) => gateOf({ kind, picks, least, at, laws })),
      })),
  );
  const [sample] = fc.sample(graph, { numRuns: 1, seed });
  if (sample === undefined) throw new Error("nothing drawn");
  return sample;
}

interface Draft {
  readonly kind: "and" | "or" | "xor" | "at-least";
  readonly picks: readonly number[];
  readonly least: number;
  readonly at: number;
  readonly laws: readonly Law[];
}

function gateOf({ kind, picks, least, at, laws }: Draft): Gate {
  const inputs = picks.map((pick) => {
    const node = (pick >> 1) % (laws.length + at);
    return pick % 2 === 0 ? node : ~node;
  });
  const name = `gate-${at}`;
  return kind === "at-least"
    ? { name, kind, least: Math.min(least, inputs.length), inputs }
    : { name, kind, inputs };
}

/** Share of time that two units (90 h, 10 h) are both failed, of which the first takes the second along: the chain of both up, first failed, second failed, both failed, by steps until it stays. */
export function bothFailed(probability: number): number {
  const [fails, repairs] = [1 / 90, 1 / 10];
  const p = probability;
  let state = [1, 0, 0, 0];
  const step = 0.5;
  for (let at = 0; at < 20_000; at += 1) {
    const [up = 0, first = 0, second = 0, down = 0] = state;
    state = [
      up + step * (repairs * (first + second) - 2 * fails * up),
      first + step * (fails * (1 - p) * up + repairs * down - (repairs + fails) * first),
      second + step * (fails * up + repairs * down - (repairs + fails) * second),
      down + step * (fails * p * up + fails * (first + second) - 2 * repairs * down),
    ];
  }
  return state[3] ?? 0;
}

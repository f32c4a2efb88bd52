import { unreachable } from "../../problem/problem.ts";
import type { BasicEvent, FaultGraph } from "../fault-graph.ts";
import type { OperatingConditions } from "./conditions.ts";
import { type CycleSample, FailureCycles } from "./failure-cycle.ts";
import type { Chance } from "./failure-draw.ts";
import { GateValues } from "./gate-values.ts";
import { Moments } from "./moments.ts";
import { type Effort, type OutputPart, replicationsOf, type Shard, variablesOf } from "./part.ts";
import { purposes, RandomStream } from "./random-stream.ts";
import { repairOf } from "./simulated-system.ts";
import { meanOfAll, repairSpan } from "./span.ts";
import type { Output, Subject } from "./subject.ts";
import type { UnitEvent } from "./unit-events.ts";
import { seconds } from "../../units/units.ts";
import { nodeOf, wiringOf } from "./wiring.ts";

/** Cycles of one replication: so many that their mean is spread about evenly. Lengths of cycles vary little; fewer of them tell. */
const [biasedCycles, plainCycles] = [1000, 250] as const;
/** Units that are failed at once on average; with more, the state in which all work is met too seldom. */
const failedMax = 1;

/** What a run by failure biasing needs of one output. */
export interface BiasedOutput {
  readonly output: Output;
  readonly cycles: FailureCycles;
}

/** @returns `null` when the output cannot be simulated so: its events depend on one another or on the calendar, or fail too often */
export function biasedOutput(subject: Subject, output: Output): BiasedOutput | null {
  const { graph, conditions } = subject;
  const wiring = wiringOf(graph);
  const below = nodesBelow(graph, wiring.order, output);
  const isBelow = (event: number): boolean => below[event] === 1;
  const { maintenance, cascades, sparePools, onCall } = conditions;
  const dependent = [
    ...maintenance.map(({ event }) => event),
    ...cascades.flatMap(({ from, to }) => [from, ...to]),
    ...sparePools.flatMap(({ members }) => members),
  ];
  const staffed =
    onCall !== null && graph.events.some(({ law }, at) => isBelow(at) && law.kind === "standby");
  if (staffed || dependent.some(isBelow)) return null;
  const events = graph.events.flatMap((each, at) => (isBelow(at) ? unitEvents(each, at, conditions) : []));
  const failed = events.reduce(
    (sum, { rateOf, units, repair }) => sum + rateOf(units) * meanOfAll(repair),
    0,
  );
  const gates = new GateValues(wiring, [output.node]);
  for (const [event, { law }] of graph.events.entries())
    if (law.kind === "constant" && law.unavailability === 1) gates.flip(event);
  gates.settle();
  if (events.length === 0 || failed > failedMax || gates.isTrue(output.node)) return null;
  return { output, cycles: new FailureCycles(events, gates, output.node) };
}

/** Failed time comes from biased cycles, time from cycles as they are: each is estimated by the chance that suits it. */
export function runBiased({ output, cycles }: BiasedOutput, effort: Effort, shard: Shard): OutputPart {
  const moments = new Moments(variablesOf("failure-biasing"));
  for (const number of replicationsOf(effort, shard)) {
    const random = new RandomStream(effort.seed, purposes.biasing, number);
    const plain = meanCycle(cycles, "as-it-is", random);
    const biased = meanCycle(cycles, "balanced", random);
    const wait = 1 / cycles.rate;
    moments.add([
      wait + plain.length,
      biased.failedSeconds,
      biased.outages,
      biased.failures,
      wait + plain.untilFirst,
    ]);
  }
  const { name, rto } = output;
  return { name, method: "failure-biasing", rtoSeconds: rto, moments: moments.toData(), lengths: null };
}

/** Whether as many cycles as a replication has come upon a failure: if not, biasing does not lead there. */
export function reachesFailure({ cycles }: BiasedOutput, seed: number): boolean {
  return meanCycle(cycles, "balanced", new RandomStream(seed, purposes.pilot, 1)).failures > 0;
}

function meanCycle(cycles: FailureCycles, chance: Chance, random: RandomStream): CycleSample {
  const count = chance === "balanced" ? biasedCycles : plainCycles;
  let [length, untilFirst, failedSeconds, outages, failures] = [0, 0, 0, 0, 0];
  for (let at = 0; at < count; at += 1) {
    const each = cycles.next(chance, random);
    length += each.length / count;
    untilFirst += each.untilFirst / count;
    failedSeconds += each.failedSeconds / count;
    outages += each.outages / count;
    failures += each.failures / count;
  }
  return { length, untilFirst, failedSeconds, outages, failures };
}

/** By node: 1 when the output depends on it. */
function nodesBelow({ gates, events }: FaultGraph, order: Int32Array, { node }: Output): Uint8Array {
  const isBelow = new Uint8Array(events.length + gates.length);
  isBelow[nodeOf(node)] = 1;
  for (const gate of order.toReversed()) {
    if (isBelow[events.length + gate] === 0) continue;
    for (const literal of gates[gate]?.inputs ?? []) isBelow[nodeOf(literal)] = 1;
  }
  return isBelow;
}

function unitEvents(
  { law }: BasicEvent,
  event: number,
  conditions: OperatingConditions,
): readonly UnitEvent[] {
  switch (law.kind) {
    case "constant":
      return [];
    case "alternating": {
      const repair = repairOf(law, event, conditions);
      if (meanOfAll(repair) === 0) return [];
      const rateOf = (working: number): number => working / law.mtbf;
      return [{ event, units: 1, required: 1, crews: 1, repair, rateOf, switching: null }];
    }
    case "replicas": {
      const { units, required, crews, active, spareFailureShare, mtbf, mttr } = law;
      if (mttr === 0) return [];
      const rateOf = (working: number): number =>
        (Math.min(working, active) + spareFailureShare * Math.max(0, working - active)) / mtbf;
      const repair = [repairSpan(law.repair, law.mttr)];
      return [{ event, units, required, crews, repair, rateOf, switching: null }];
    }
    case "standby":
      return [standbyUnits(law, event)];
    default:
      return unreachable(law);
  }
}

function standbyUnits(law: Extract<BasicEvent["law"], { kind: "standby" }>, event: number): UnitEvent {
  const { units, crews, mtbf, mttr, standbyFailureShare, coverage } = law;
  return {
    event,
    units,
    required: 1,
    crews,
    repair: [{ kind: "exponential", mean: seconds(Math.max(mttr, 1e-9)) }],
    rateOf: (working) => (working === 0 ? 0 : (1 + (working - 1) * standbyFailureShare) / mtbf),
    switching: {
      servingRate: 1 / mtbf,
      coverage,
      covered: { kind: "fixed", seconds: law.switchover },
      uncovered: { kind: "exponential", mean: law.manual },
    },
  };
}

import { type Parsed, unreachable } from "../../problem/problem.ts";
import type { BasicEvent, Gate } from "../fault-graph.ts";
import type { OperatingConditions } from "./conditions.ts";
import { Alternating } from "./machines/alternating.ts";
import type { Machine } from "./machines/machine.ts";
import { Maintained } from "./machines/maintained.ts";
import { Never } from "./machines/never.ts";
import { Pooled } from "./machines/pooled.ts";
import { Replicas } from "./machines/replicas.ts";
import { Standby } from "./machines/standby.ts";
import { withMaintenance } from "./maintenance.ts";
import { refusalsOf } from "./refusals.ts";
import { meanOfAll, repairSpan, type Span } from "./span.ts";
import type { Output, Subject } from "./subject.ts";
import { type Wiring, wiringOf } from "./wiring.ts";

/** A subject made ready to run. */
export interface SimulatedSystem {
  readonly wiring: Wiring;
  readonly gates: readonly Gate[];
  readonly outputs: readonly Output[];
  /** By event. */
  readonly machines: readonly Machine[];
  /** By event: mean working time of one that alternates, alone, with repairs that have no memory, and of that repair; 0: another. */
  readonly plainMtbf: Float64Array;
  readonly plainMttr: Float64Array;
  /** By event: whom its failure may take along. */
  readonly cascades: ReadonlyMap<number, readonly Taken[]>;
  /** Seconds until the state that it is begun in is forgotten; 0: it is begun as it is met at any moment. */
  readonly warmUp: number;
}

export interface Taken {
  readonly event: number;
  readonly probability: number;
}

/** @returns every event that cannot be simulated. @throws InvariantBroken when the subject contradicts itself */
export function systemOf(subject: Subject): Parsed<SimulatedSystem> {
  const [problem, ...more] = refusalsOf(subject);
  if (problem !== undefined) return { ok: false, problems: [problem, ...more] };
  const { conditions } = subject;
  const { events } = subject.graph;
  const { graph, outputs } = withMaintenance(subject);
  const cascades = cascadesOf(conditions);
  const plain = events.map((each, event) => plainTimes(each, event, conditions));
  const machines = [
    ...events.map((each, event) => machineOf(each, event, conditions)),
    ...conditions.maintenance.map((window) => new Maintained(window)),
  ];
  const times = (which: 0 | 1): Float64Array =>
    Float64Array.from(machines, (_, event) => plain[event]?.[which] ?? 0);
  const value = {
    wiring: wiringOf(graph),
    gates: graph.gates,
    outputs,
    machines,
    plainMtbf: times(0),
    plainMttr: times(1),
    cascades,
    warmUp: warmUpOf(events, conditions),
  };
  return { ok: true, value };
}

function machineOf({ law }: BasicEvent, event: number, conditions: OperatingConditions): Machine {
  switch (law.kind) {
    case "constant":
      return new Never(law.unavailability === 1 ? "failed" : "works");
    case "alternating": {
      const repair = repairOf(law, event, conditions);
      const pool = conditions.sparePools.find(({ members }) => members.includes(event));
      const { mtbf } = law;
      return pool === undefined ? new Alternating(mtbf, repair) : new Pooled(pool, { mtbf, repair });
    }
    case "replicas":
      return new Replicas(law);
    case "standby":
      return new Standby(law, conditions.onCall);
    default:
      return unreachable(law);
  }
}

type AlternatingLaw = Extract<BasicEvent["law"], { kind: "alternating" }>;

/** The spans of a repair, one after the other. */
export function repairOf(
  law: AlternatingLaw,
  event: number,
  { recoveries }: OperatingConditions,
): readonly Span[] {
  const recovery = recoveries.find((each) => each.event === event);
  return recovery?.phases ?? [repairSpan(law.repair, law.mttr)];
}

function plainTimes(
  { law }: BasicEvent,
  event: number,
  conditions: OperatingConditions,
): readonly [number, number] {
  const isAlone =
    conditions.cascades.every(({ from }) => from !== event) &&
    conditions.recoveries.every((each) => each.event !== event) &&
    conditions.sparePools.every(({ members }) => !members.includes(event));
  const isPlain = isAlone && law.kind === "alternating" && law.repair.kind === "exponential";
  return isPlain ? [law.mtbf, law.mttr] : [0, 0];
}

function cascadesOf({ cascades }: OperatingConditions): ReadonlyMap<number, readonly Taken[]> {
  const all = new Map<number, readonly Taken[]>();
  for (const { from, to, probability } of cascades)
    all.set(from, [...(all.get(from) ?? []), ...to.map((event) => ({ event, probability }))]);
  return all;
}

/** Means of the longest time that a machine remembers: what is left after as many, e^-30, no run can see. */
const warmUpMeans = 30;

/** Alternating events that depend on nothing are begun as they are met at any moment; everything else has to settle. */
function warmUpOf(events: readonly BasicEvent[], conditions: OperatingConditions): number {
  const isAlone = conditions.cascades.length === 0 && conditions.sparePools.length === 0;
  const longest = events.map(({ law }, event) => {
    switch (law.kind) {
      case "constant":
        return 0;
      case "alternating":
        return isAlone ? 0 : meanOfAll(repairOf(law, event, conditions));
      case "replicas":
        return (law.mttr * law.units) / Math.min(law.crews, law.units);
      case "standby":
        return (law.mttr * law.units) / Math.min(law.crews, law.units) + law.manual + law.switchover;
      default:
        return unreachable(law);
    }
  });
  return warmUpMeans * longest.reduce((most, each) => Math.max(most, each), 0);
}

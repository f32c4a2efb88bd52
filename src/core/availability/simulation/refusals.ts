import { invariant, type Problem } from "../../problem/problem.ts";
import type { BasicEvent } from "../fault-graph.ts";
import type { Law } from "../law.ts";
import type { OperatingConditions } from "./conditions.ts";
import type { Subject } from "./subject.ts";

/** Shorter, and a replication of a year takes longer than anyone waits; much shorter, and instants cannot be told apart. */
const cycleSecondsMin = 1e-3;

/** Events that cannot be simulated. @throws InvariantBroken when a law or the conditions contradict themselves */
export function refusalsOf({ graph, conditions }: Subject): readonly Problem[] {
  for (const { name, law } of graph.events) checkLaw(name, law);
  checkConditions(graph.events, conditions);
  return graph.events.flatMap(problemsWith);
}

function problemsWith({ name, law }: BasicEvent): readonly Problem[] {
  if (law.kind === "constant") {
    const isFixed = law.unavailability === 0 || law.unavailability === 1;
    return isFixed ? [] : [constantLaw(name, law.unavailability)];
  }
  const cycle = law.mtbf + law.mttr;
  return cycle >= cycleSecondsMin ? [] : [tooQuick(name, cycle)];
}

function constantLaw(name: string, unavailability: number): Problem {
  return {
    code: "simulation/constant-law",
    what: `"${name}" is failed for a share of ${unavailability} of the time, and nothing says how often it fails`,
    where: null,
    why: "the same share may be one long outage or many short ones, and those meet other failures differently",
    mend: "give its mean time between failures and its mean time to repair; a share of 0 or 1 can stay",
  };
}

function tooQuick(name: string, cycle: number): Problem {
  return {
    code: "simulation/too-quick",
    what: `"${name}" fails and is repaired within ${cycle} s on average`,
    where: null,
    why: "a year of it has more events than can be simulated",
    mend: `give times that come to ${cycleSecondsMin} s or more: they may stand in the wrong unit`,
  };
}

function checkLaw(name: string, law: Law): void {
  if (law.kind === "constant") return;
  invariant(law.mtbf > 0, `the mean working time of "${name}" is above 0 s`);
  if (law.kind === "alternating") return;
  const { units, crews } = law;
  invariant(
    Number.isInteger(units) && units > 0,
    `"${name}" has a whole number of units above 0, not ${units}`,
  );
  invariant(
    Number.isInteger(crews) && crews > 0,
    `"${name}" has a whole number of crews above 0, not ${crews}`,
  );
  if (law.kind === "standby") return;
  const { required, active } = law;
  invariant(
    required >= 1 && required <= active && active <= units,
    `of the ${units} units of "${name}" ${active} are in use and ${required} required`,
  );
}

function checkConditions(events: readonly BasicEvent[], conditions: OperatingConditions): void {
  const { recoveries, maintenance, cascades, sparePools } = conditions;
  const members = sparePools.flatMap((each) => each.members);
  const alternating = [...recoveries.map((each) => each.event), ...cascades.flatMap((each) => each.to)];
  for (const event of [...alternating, ...members]) {
    const kind = events[event]?.law.kind ?? "missing";
    invariant(kind === "alternating", `conditions name event ${event}, which is ${kind}, not alternating`);
  }
  for (const event of [...cascades.map((each) => each.from), ...maintenance.map((each) => each.event)])
    invariant(events[event] !== undefined, `conditions name event ${event}, which is not there`);
  invariant(new Set(members).size === members.length, "an event is a member of one spare pool at most");
  for (const { every, lasts } of maintenance)
    invariant(lasts > 0 && lasts < every, "a maintenance window is over before the next begins");
}

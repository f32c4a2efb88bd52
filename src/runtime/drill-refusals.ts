import type { RegionId } from "../core/failover/member.ts";
import type { Scenario } from "../core/model/model.ts";
import type { Problem } from "../core/problem/problem.ts";
import type { LabStatus } from "./lab.ts";

/** Why a drill is not begun: each is found before anything is broken. */
export function notReady({ state }: LabStatus): Problem {
  return {
    code: "drill/lab-not-ready",
    what: `the lab is ${state}, not ready`,
    where: null,
    why: "A drill on a platform that is not whole shows nothing about losing one region of it.",
    mend: "look at it with `holdfast lab status`, bring regions back with `holdfast lab restore REGION`, and run the drill again",
  };
}

export function noObjective(journey: string): Problem {
  return {
    code: "drill/no-objective",
    what: `journey "${journey}" has no objective for losing a region`,
    where: null,
    why: "A drill is judged by how long the outage may be and how much data may be lost.",
    mend: `give it one: under spec.objectives of "${journey}", an entry with scope: region, rto and rpo`,
  };
}

export function tooManyFailures({ name, failures }: Scenario): Problem {
  return {
    code: "drill/more-than-one-region",
    what: `scenario "${name}" strikes ${failures.map(({ region }) => region).join(" and ")} at once`,
    where: null,
    why: "A drill strikes one region: with two of three gone there is no majority left that could change anything.",
    mend: "name a scenario that strikes one region",
  };
}

export function notActive(region: RegionId, active: RegionId): Problem {
  return {
    code: "drill/region-not-active",
    what: `the scenario strikes ${region}, but ${active} serves now`,
    where: null,
    why: "Losing a region that does not serve interrupts nobody, so the drill would prove nothing.",
    mend: `start a fresh lab, in which ${region} serves, or declare a scenario that strikes ${active}`,
  };
}

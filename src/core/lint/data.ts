import type { Component } from "../model/component.ts";
import { type Found, type Spot, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import { leastOf, regionsOf, type Survey } from "./survey.ts";
import { asked, timeOf } from "./wording.ts";

interface Loss {
  /** What is lost with the place that serves, at worst. */
  readonly seconds: number;
  /** Why, to follow the component's name. */
  readonly because: string;
  readonly at: Spot;
}

/** Components with places in several regions that lose more with one than a journey accepts. */
function lossAboveRpo(survey: Survey, lossOf: (component: Component) => Loss | null): readonly Found[] {
  return [...survey.model.components.values()].flatMap((component): readonly Found[] => {
    const loss = lossOf(component);
    const demand = loss === null ? null : survey.strictest(component, "rpo");
    if (loss === null || demand === null || regionsOf(component).length < 2) return [];
    if (loss.seconds <= demand.objective.rpo) return [];
    const what = `Component "${component.name}": ${loss.because}, above ${asked(demand, "rpo")}`;
    return [{ what, at: loss.at }];
  });
}

function lagOf(component: Component): Loss | null {
  const { replication } = component;
  if (replication.kind !== "asynchronous") return null;
  const { lag } = replication;
  const because = `the last ${timeOf(lag)} of its writes are in one place alone`;
  return { seconds: lag, because, at: spot("Component", component, "replication", "lag") };
}

function snapshotOf(component: Component): Loss | null {
  const { replication } = component;
  if (replication.kind !== "snapshot") return null;
  const { every, transfer } = replication;
  const because = `a copy every ${timeOf(every)} that takes ${timeOf(transfer)} to arrive leaves up to both in one place alone`;
  return { seconds: every + transfer, because, at: spot("Component", component, "replication", "every") };
}

function checkpointAboveRpo(survey: Survey): readonly Found[] {
  return [...survey.model.components.values()].flatMap((component): readonly Found[] => {
    const { job } = component;
    const demand = job === null ? null : leastOf(survey.demands(component), "rpo");
    if (job === null || demand === null) return [];
    const { checkpointEvery, checkpointWrite } = job;
    if (checkpointEvery + checkpointWrite <= demand.objective.rpo) return [];
    const what = `Component "${component.name}": a checkpoint every ${timeOf(checkpointEvery)} that takes ${timeOf(checkpointWrite)} to write loses up to both, above ${asked(demand, "rpo")}`;
    return [{ what, at: spot("Component", component, "job", "checkpointEvery") }];
  });
}

function notReplicated(survey: Survey): readonly Found[] {
  return [...survey.model.components.values()]
    .filter((component) => {
      const keepsData = component.data !== null || component.type === "database";
      const isAsked = survey.strictest(component, "rpo") !== null;
      return keepsData && component.replication.kind === "none" && isAsked;
    })
    .map((component) => ({
      what: `Component "${component.name}" keeps data, and does not say how it reaches another place`,
      at: spot("Component", component),
    }));
}

function everyStandbyConfirms({ model }: Survey): readonly Found[] {
  return [...model.components.values()].flatMap((component): readonly Found[] => {
    const { replication, placements } = component;
    const others = placements.length - 1;
    if (replication.kind !== "synchronous" || replication.confirmations < others) return [];
    const all = others === 1 ? "its one standby" : `all ${others} standbys`;
    const what = `Component "${component.name}": a write waits for ${all}, so that any one that is away stops every write`;
    return [{ what, at: spot("Component", component, "replication", "confirmations") }];
  });
}

function synchronousForNothing(survey: Survey): readonly Found[] {
  return [...survey.model.components.values()].flatMap((component): readonly Found[] => {
    const demand = survey.strictest(component, "rpo");
    const isFar = component.replication.kind === "synchronous" && regionsOf(component).length > 1;
    if (!isFar || demand === null || demand.objective.rpo === 0) return [];
    const what = `Component "${component.name}": every write waits for another region, and the strictest ask is ${asked(demand, "rpo")}`;
    return [{ what, at: spot("Component", component, "replication") }];
  });
}

const postgres = { title: "PostgreSQL 18 documentation, synchronous replication", date: "2025" };

export const dataRules: readonly Rule[] = [
  {
    id: "HF030",
    code: "data/lag-above-rpo",
    title: "replication lags behind by more than the RPO",
    severity: "error",
    why: "what has not reached another place when a place is lost is lost with it",
    mend: "replicate synchronously, lower the lag, or let the owner accept a longer rpo",
    source: arithmetic,
    find: (survey) => lossAboveRpo(survey, lagOf),
  },
  {
    id: "HF031",
    code: "data/snapshot-above-rpo",
    title: "copies are made less often than the RPO allows",
    severity: "error",
    why: "all since the last copy that arrived is lost with the place: the interval and the transfer",
    mend: "copy more often, or replicate continuously",
    source: { title: "AWS, Disaster Recovery of Workloads on AWS", date: "2021-02" },
    find: (survey) => lossAboveRpo(survey, snapshotOf),
  },
  {
    id: "HF032",
    code: "data/checkpoint-above-rpo",
    title: "checkpoints are written less often than the RPO allows",
    severity: "error",
    why: "a job begins again at its last finished checkpoint, and what it computed since is lost",
    mend: "write checkpoints more often, or let the owner accept a longer rpo",
    source: { title: "Daly, A higher order estimate of the optimum checkpoint interval", date: "2006" },
    find: checkpointAboveRpo,
  },
  {
    id: "HF033",
    code: "data/not-replicated",
    title: "data that reaches no other place",
    severity: "warning",
    why: "what is in one place alone is lost with it, and an RPO says how much may be",
    mend: "add replication: { mode: synchronous, … }, { mode: asynchronous, … } or { mode: snapshot, … }",
    source: { title: "NIST SP 800-34 Rev. 1, section 3.4.1: backup and recovery", date: "2010-05" },
    find: notReplicated,
  },
  {
    id: "HF034",
    code: "data/every-standby-confirms",
    title: "every standby must confirm every write",
    severity: "warning",
    why: "with as many confirmations as standbys, the platform is less available with them than without: each of them can stop it",
    mend: "add a place, so that any one of two confirms, or lower confirmations",
    source: postgres,
    find: everyStandbyConfirms,
  },
  {
    id: "HF035",
    code: "data/synchronous-for-nothing",
    title: "writes wait for another region though some loss is accepted",
    severity: "note",
    why: "a synchronous write takes a round trip between regions, which only an RPO of 0 asks for",
    mend: "replicate asynchronously with a lag below the rpo, or write down that nothing may be lost: rpo: 0 s",
    source: postgres,
    find: synchronousForNothing,
  },
];

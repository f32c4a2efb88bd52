import { readFileSync } from "node:fs";
import { readWorkspace } from "../../src/core/manifest/manifest.ts";
import type { Model } from "../../src/core/model/model.ts";
import { cellsTaken } from "../../src/core/model/survival.ts";
import { obstaclesOf } from "../../src/core/plan/obstacles.ts";
import { type StagedStep, stagesOf } from "../../src/core/plan/stages.ts";
import { atWork } from "../../src/core/plan/struck.ts";
import { instantMs, milliseconds } from "../../src/core/units/units.ts";
import { wallStartMs } from "../audit.ts";
import { shippedCatalogue } from "../shipped-catalogue.ts";
import { changeMsMax, type SimulatedPlan, type SimulatedStep } from "./simulated-plan.ts";

const path = "examples/drained-cells/workspace.yaml";

/** The scenarios of the example, by name. */
export const cellScenarios: readonly string[] = ["east-1-lost", "west-2-lost", "east-lost"];

/** How the example is changed. */
interface Changed {
  readonly scenario: string;
  /** Cells that may be out at once. */
  readonly drainedMax: number;
  /** Another cell that is drained with east-1; `null`: none. */
  readonly also: string | null;
}

/** Each is made once: it takes longer than a schedule. */
const known = new Map<string, SimulatedPlan>();

/**
 * The plan of the example with cells, as the product makes steps of it on the day of a scenario. @param words such as `east-lost max-2`, and
 * `also-west-1` where one more cell is drained with east-1
 */
export function cellsPlanOf(words: readonly string[]): SimulatedPlan {
  const text = words.join(" ");
  const plan = known.get(text) ?? made(changedBy(words));
  known.set(text, plan);
  return plan;
}

function changedBy([scenario = "", ...words]: readonly string[]): Changed {
  const after = (start: string): string | null =>
    words.find((word) => word.startsWith(start))?.slice(start.length) ?? null;
  return { scenario, drainedMax: Number(after("max-") ?? 2), also: after("also-") };
}

function made(changed: Changed): SimulatedPlan {
  const model = modelOf(changed);
  const day = atWork(model, "hand-over", changed.scenario);
  const stages = stagesOf(day);
  const stops = obstaclesOf(day, [], instantMs(wallStartMs)).find(({ effect }) => effect === "stops");
  const drainedBy = stages.flat().map((step) => [step.name, drainedIn(step)] as const);
  return {
    stages: stages.map((stage) => stage.map(simulated)),
    stops: stops?.what ?? null,
    cells: {
      taken: [...cellsTaken(model, day.scenario)],
      drainedBy: new Map(drainedBy),
      drainedMax: changed.drainedMax,
    },
  };
}

function modelOf({ drainedMax, also }: Changed): Model {
  const more = (state: string): string => (also === null ? "" : `, { name: ${also}, state: ${state} }`);
  const text = readFileSync(path, "utf8")
    .replace("cellsDrainedMax: 2", `cellsDrainedMax: ${drainedMax}`)
    .replace("drains: [east-1]", `drains: [east-1${also === null ? "" : `, ${also}`}]`)
    .replace("[{ name: east-1, state: drain }]", `[{ name: east-1, state: drain }${more("drain")}]`)
    .replace("[{ name: east-1, state: ready }]", `[{ name: east-1, state: ready }${more("ready")}]`);
  const read = readWorkspace([{ path, text }], shippedCatalogue());
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value.model;
}

/** What of the proxy's servers, each of which is a cell, takes no more requests once a step is done. */
function drainedIn({ deed }: StagedStep): readonly string[] {
  if (deed.kind !== "haproxy") return [];
  return Object.entries(deed.wish.servers).flatMap(([name, { state }]) => (state === "drain" ? [name] : []));
}

/** Steps of the example ask the failover engine, or change something; its times are those of a schedule. */
function simulated(step: StagedStep): SimulatedStep {
  const isOfEngine = step.deed.kind === "fail-over";
  return {
    ...{ name: step.name, onFailure: step.onFailure, attemptsMax: step.attemptsMax, canUndo: step.canUndo },
    ...{ asks: null, shows: step.shows, lasts: milliseconds(0) },
    doing: isOfEngine ? "fails-over" : "changes",
    within: isOfEngine ? null : changeMsMax,
  };
}

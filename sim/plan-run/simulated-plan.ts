import type { RunStep } from "../../src/core/plan/run.ts";
import { milliseconds, type Milliseconds } from "../../src/core/units/units.ts";

/** Who runs the plan, and may not approve what it asks of others. */
export const runner = "ann";

/** A step of a plan in the simulated world. */
export interface SimulatedStep extends RunStep {
  /** It changes a thing outside, asks the failover engine or people, or lets time pass. */
  readonly doing: "changes" | "fails-over" | "asks" | "waits";
  /** For how long people are asked, or time is let pass; 0: neither. */
  readonly lasts: Milliseconds;
}

export interface SimulatedPlan {
  readonly stages: readonly (readonly SimulatedStep[])[];
  /** Why it may not be begun at all; `null`: it may. */
  readonly stops: string | null;
  /** Of a platform in cells; `null`: it has none. */
  readonly cells: DrainedCells | null;
}

export interface DrainedCells {
  /** Those that the scenario takes. */
  readonly taken: readonly string[];
  /** Those that each step drains, by its name. */
  readonly drainedBy: ReadonlyMap<string, readonly string[]>;
  readonly drainedMax: number;
}

/** Longest that one attempt to change a thing may take. */
export const changeMsMax = milliseconds(600);

/** Steps before, beside and after what the failover engine does; at the end nobody may confirm it, and it is taken back. */
export const usualPlan = [
  "announce:go-on:tries-2 scale:undo:tries-2",
  "approve:asks-2-1500",
  "fail-over:engine:tries-2 warm:undo:tries-2",
  "settle:waits-300",
  "dns:undo:tries-2 proxy:undo:tries-2",
  "publish:undo:tries-2:no-way-back",
  "confirm:undo:asks-1-1200",
].join(" | ");

/**
 * A plan in the words of a story: stages between bars, each of steps with how they are carried out. Left out of a step's words it changes
 * a thing outside, once, has a way back, and stops the run when it fails.
 *
 * | word | |
 * | --- | --- |
 * | `undo`, `go-on`, `stops` | what becomes of the run when the last attempt has failed |
 * | `tries-2` | attempts at most |
 * | `no-way-back` | it cannot be undone |
 * | `engine` | the failover engine is asked for another region |
 * | `asks-2-1500` | two people are asked for 1,500 ms |
 * | `waits-300` | 300 ms are let pass |
 *
 * A plan of a platform in cells is one line of its own: `cells east-lost max-2 also-west-1` (`cells-plan.ts`).
 *
 * @throws Error a word that no step has
 */
export function stepsPlanOf(text: string): SimulatedPlan {
  return { stages: wordsOf(text).map((stage) => stage.map(stepOf)), stops: null, cells: null };
}

/** The steps of each stage in their words. */
export function wordsOf(text: string): readonly (readonly string[])[] {
  return text.split("|").map((stage) => stage.trim().split(" "));
}

/** The same in one line. */
export function planText(stages: readonly (readonly string[])[]): string {
  return stages.map((steps) => steps.join(" ")).join(" | ");
}

function stepOf(text: string): SimulatedStep {
  const [name = "", ...said] = text.split(":");
  const plain: SimulatedStep = {
    ...{ name, within: changeMsMax, attemptsMax: 1, onFailure: "stop", canUndo: true, asks: null },
    ...{ shows: [], doing: "changes", lasts: milliseconds(0) },
  };
  return said.reduce(withWord, plain);
}

type Said = Partial<SimulatedStep>;

/** What a word says of a step, by the part before its figures. */
const words: ReadonlyMap<string, (first: number, second: number) => Said> = new Map<
  string,
  (first: number, second: number) => Said
>([
  ["undo", () => ({ onFailure: "undo" })],
  ["go-on", () => ({ onFailure: "go-on" })],
  ["stops", () => ({ onFailure: "stop" })],
  ["no-way-back", () => ({ canUndo: false })],
  ["engine", () => ({ doing: "fails-over", within: null })],
  ["tries", (most) => ({ attemptsMax: most })],
  ["waits", (ms) => ({ doing: "waits", within: null, lasts: milliseconds(ms) })],
  ["asks", (people, ms) => asking(people, milliseconds(ms))],
]);

function asking(people: number, within: Milliseconds): Said {
  return { doing: "asks", within: null, lasts: within, asks: { people, within, approvers: [] } };
}

function withWord(step: SimulatedStep, word: string): SimulatedStep {
  const [verb = "", ...figures] = word.split(/-(?=\d)/);
  const [first = 0, second = 0] = figures.map(Number);
  const said = words.get(verb);
  if (said === undefined) throw new Error(`no step of a plan is said to be "${word}"`);
  return { ...step, ...said(first, second) };
}

/** The steps that change something outside, by their names. */
export function outsideSteps(plan: SimulatedPlan): readonly string[] {
  return plan.stages.flat().flatMap(({ name, doing }) => (doing === "changes" ? [name] : []));
}

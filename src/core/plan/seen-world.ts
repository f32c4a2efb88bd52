import { unreachable } from "../problem/problem.ts";
import type { Look, Settings } from "./actuator.ts";
import type { StagedStep } from "./stages.ts";

/** How that stands which a plan changes outside, as somebody has seen it: plain data, kept with the plan that people agree to. */
export interface SeenWorld {
  readonly serving: SeenServing;
  /** Of each step that changes something outside, in their order. */
  readonly steps: readonly SeenStep[];
}

export type SeenServing =
  /** No platform was named that could be asked. */
  | { readonly kind: "not-asked" }
  /** The region that serves; `null`: nobody does. */
  | { readonly kind: "seen"; readonly region: string | null }
  | Unseen;

interface SeenStep {
  /** Its name. */
  readonly step: string;
  readonly outside: SeenOutside;
}

export type SeenOutside =
  | { readonly kind: "seen"; readonly now: Settings; readonly wanted: Settings }
  | Unseen;

/** It could not be looked at. */
interface Unseen {
  readonly kind: "unseen";
  readonly because: string;
}

/** What is kept of a look: all that the step is to change, as far as it does not come and go by itself. */
export function seenIn(look: Look): SeenOutside {
  if (look.kind === "unseen") return unseen(look.problem.what);
  const { now, wanted, steady = now } = look;
  const changed = Object.entries(steady).filter(([what]) => Object.hasOwn(wanted, what));
  return { kind: "seen", now: Object.fromEntries(changed), wanted };
}

export function unseen(because: string): Unseen {
  return { kind: "unseen", because: because.trim().replaceAll(/\s+/g, " ") };
}

export const seenTitle = "how it is now (measured)";

type Stages = readonly (readonly StagedStep[])[];

/** What was seen in words, each line complete in itself. @param stages of the plan that it was looked at for */
export function seenLines(seen: SeenWorld, stages: Stages): readonly string[] {
  const lines = toldOf(seen, stages).flatMap((told) => told.lines.map((line) => `${line}${told.mark}`));
  return lines.length === 0 ? ["its steps change nothing outside"] : lines;
}

/** Lines that were so when somebody looked and are not now, and those that are so instead; both empty: nothing is otherwise. */
interface SeenDifference {
  readonly gone: readonly string[];
  readonly added: readonly string[];
}

/** What could not be looked at, whyever, and still cannot, is as it was. @param stages of the plan that both were looked at for */
export function seenDifference(before: SeenWorld, now: SeenWorld, stages: Stages): SeenDifference {
  const [was, is] = [toldOf(before, stages), toldOf(now, stages)];
  return {
    gone: was.flatMap((told) => linesBeyond(told, is)),
    added: is.flatMap((told) => linesBeyond(told, was)),
  };
}

/** What was seen of one thing. */
interface Told {
  /** The step; `null`: it is which region serves. */
  readonly of: string | null;
  readonly isUnseen: boolean;
  readonly lines: readonly string[];
  /** Told behind each line, and no part of what was seen. */
  readonly mark: string;
}

function toldOf({ serving, steps }: SeenWorld, stages: Stages): readonly Told[] {
  const marks = marksOf(stages, serving);
  const told = steps.map(({ step, outside }) => ({
    ...{ of: step, isUnseen: outside.kind === "unseen", mark: marks.get(step) ?? "" },
    lines: outsideLines(step, outside),
  }));
  const served = { of: null, isUnseen: serving.kind === "unseen", mark: "", lines: servingLines(serving) };
  return [served, ...told];
}

function linesBeyond(told: Told, others: readonly Told[]): readonly string[] {
  const other = others.find(({ of }) => of === told.of);
  if (other?.isUnseen === true && told.isUnseen) return [];
  const known = other?.lines ?? [];
  return told.lines.filter((line) => !known.includes(line)).map((line) => `${line}${told.mark}`);
}

function servingLines(serving: SeenServing): readonly string[] {
  switch (serving.kind) {
    case "not-asked":
      return [];
    case "seen":
      return [serving.region === null ? "nobody serves" : `${serving.region} serves`];
    case "unseen":
      return [unseenLine("which region serves", serving)];
    default:
      return unreachable(serving);
  }
}

function outsideLines(step: string, outside: SeenOutside): readonly string[] {
  if (outside.kind === "unseen") return [unseenLine(step, outside)];
  const now = new Map(Object.entries(outside.now));
  const wanted = Object.entries(outside.wanted);
  // A folder of Terraform in which there is nothing to do tells nothing.
  if (wanted.length === 0) return [`= ${step}: is so already`];
  return wanted.map(([what, value]) => {
    const is = now.get(what);
    return is === value ? `= ${what}: is so already, ${value}` : `~ ${what}: ${is ?? "nothing"} → ${value}`;
  });
}

function unseenLine(what: string, { because }: Unseen): string {
  return `? ${what}: cannot be looked at: ${because}`;
}

/** By step that is for one region alone: whether it would be called for, as far as anybody can know. */
function marksOf(stages: Stages, serving: SeenServing): ReadonlyMap<string, string> {
  const marks = new Map<string, string>();
  // Who may serve by then; `null`: anybody may.
  let may: readonly string[] | null =
    serving.kind === "seen" && serving.region !== null ? [serving.region] : null;
  for (const stage of stages) {
    const handed = stage.flatMap(({ deed }) => (deed.kind === "fail-over" ? [deed.towards] : []));
    const meanwhile = handed.length === 0 ? may : null;
    for (const { name, serving: region } of stage)
      if (region !== null) marks.set(name, markOf(region, meanwhile));
    for (const towards of handed) may = afterwards(may, towards);
  }
  return marks;
}

/** Whoever serves already goes on where it may, and whoever of the others holds the most takes over where not. */
function afterwards(may: readonly string[] | null, towards: readonly string[]): readonly string[] {
  const stays = may?.filter((each) => towards.includes(each)) ?? [];
  return stays.length > 0 ? stays : towards;
}

function markOf(region: string, may: readonly string[] | null): string {
  const isCalledFor = may === null || may.includes(region);
  return isCalledFor ? ` (where ${region} serves)` : ` (not called for: ${region} will not serve)`;
}

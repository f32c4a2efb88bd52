import type { OutsideDeed } from "../model/outside-step.ts";
import { type Step, titleOf } from "../model/recovery-plan.ts";
import { the } from "../model/model.ts";
import { milliseconds } from "../units/units.ts";
import type { Asking, RunStep, Shown } from "./run.ts";
import { candidatesNow, type PlanAtWork } from "./struck.ts";

/** A step as whoever runs the plan carries it out: plain data, kept with the plan that somebody agrees to. */
export interface StagedStep extends RunStep {
  readonly deed: StagedDeed;
  /** What brings it back; `null`: nobody can. */
  readonly undo: StagedDeed | null;
  /** Carried out only where this region serves by then; `null`: in any case. */
  readonly serving: string | null;
}

export type StagedDeed = OutsideDeed | EngineDeed;

/** The failover engine is asked. */
export type EngineDeed =
  /** One of these regions is to serve; whoever holds the most of those that serves already is taken. */
  | { readonly kind: "fail-over"; readonly towards: readonly string[] }
  /** The region that served before is to serve again. */
  | { readonly kind: "fail-back" }
  /** That somebody serves is seen by it already. */
  | { readonly kind: "served" };

/** What a plan does on the day of a scenario, one stage after another, the steps of a stage beside one another. */
export function stagesOf(day: PlanAtWork): readonly (readonly StagedStep[])[] {
  const stages: StagedStep[][] = [];
  const { steps } = day.plan;
  for (const [at, step] of steps.entries()) {
    if (step.outside === null) {
      // What the failover engine does is one step, which the first of them stands for.
      if (at === 0 || steps[at - 1]?.outside !== null) stages.push([engineStep(day, at)]);
      continue;
    }
    const staged = outsideStep(step, step.outside, at);
    if (step.outside.isBeside) stages.at(-1)?.push(staged);
    else stages.push([staged]);
  }
  return stages;
}

/** Whose time counts from when they began, whoever goes on with them; they change nothing that is to be undone. */
const timedKinds: readonly OutsideDeed["kind"][] = ["approve", "wait", "verify", "warm"];

function outsideStep(step: Step, outside: NonNullable<Step["outside"]>, at: number): StagedStep {
  const { deed, undo, serving, retries, onFailure, within } = outside;
  const name = `${at + 1} ${titleOf(step)}`;
  const isTimedByItself = timedKinds.includes(deed.kind);
  return {
    ...{ name, deed, undo, serving, onFailure },
    within: isTimedByItself ? null : milliseconds(within * 1_000),
    attemptsMax: retries + 1,
    canUndo: undo !== null || isTimedByItself,
    shows: shownBy(step),
    asks: deed.kind === "approve" ? asking(deed) : null,
  };
}

function asking({ people, approvers, within }: Extract<OutsideDeed, { kind: "approve" }>): Asking {
  return { people, approvers, within: milliseconds(within * 1_000) };
}

function shownBy(step: Step): readonly Shown[] {
  return step.phase === "verify" ? [{ journey: step.journey, mode: step.mode }] : [];
}

function engineStep(day: PlanAtWork, from: number): StagedStep {
  const end = day.plan.steps.findIndex((step, at) => at > from && step.outside !== null);
  const steps = day.plan.steps.slice(from, end < 0 ? undefined : end);
  const promoted = steps.flatMap((step) => (step.phase === "promote" ? [step] : []));
  const numbers = steps.length === 1 ? `${from + 1}` : `${from + 1}-${from + steps.length}`;
  const shows = steps.flatMap(shownBy);
  const named = (what: string): string => `${numbers} ${[...(steps[0]?.part ?? []), what].join("/")}`;
  const common = { within: null, onFailure: "stop", serving: null, asks: null, shows } as const;
  if (promoted.length === 0) {
    const name = named(steps.map(({ phase }) => phase).join(", "));
    return { ...common, name, deed: { kind: "served" }, undo: null, attemptsMax: 1, canUndo: true };
  }
  const names = promoted.map(({ component }) => component).join(", ");
  const deed: EngineDeed = { kind: "fail-over", towards: towards(day, promoted) };
  return {
    ...common,
    name: named(`fail over ${names}`),
    deed,
    undo: { kind: "fail-back" },
    // Somebody else's order may be open just then.
    attemptsMax: 2,
    canUndo: true,
  };
}

/** Where everything that is promoted may be: by the candidates of the first, which decide among equals. */
function towards(
  day: PlanAtWork,
  promoted: readonly { readonly component: string; readonly candidates: readonly string[] }[],
): readonly string[] {
  const regions = promoted.map(({ component, candidates }) =>
    candidatesNow(day, the(day.model.components, component), candidates).map(({ region }) => region),
  );
  const [first = [], ...others] = regions;
  return [...new Set(first)].filter((region) => others.every((each) => each.includes(region)));
}

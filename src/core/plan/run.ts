import { unreachable } from "../problem/problem.ts";
import { type InstantMs, instantMs, type Milliseconds } from "../units/units.ts";
import type { Approver } from "../model/approver.ts";
import type { Epoch } from "./actuator.ts";
import type { Signed } from "./signed-approval.ts";

/** What of a plan's step its run goes by; what the step does is none of its business. */
export interface RunStep {
  /** As people call it: `2 promote database`. Of one plan no two are called alike. */
  readonly name: string;
  /** Longest that one attempt may take; `null`: as long as it takes. */
  readonly within: Milliseconds | null;
  /** At least 1. */
  readonly attemptsMax: number;
  /** What becomes of the run when the last attempt has failed. */
  readonly onFailure: "stop" | "undo" | "go-on";
  /** Whether there is a way back. */
  readonly canUndo: boolean;
  /** What it asks of people before it is done; `null`: nothing. */
  readonly asks: Asking | null;
  /** What is back once it is done; empty: it verifies nothing. */
  readonly shows: readonly Shown[];
}

/** A journey, whole (`mode: null`) or in a degraded mode: what verifying shows. */
export interface Shown {
  readonly journey: string;
  readonly mode: string | null;
}

/** How soon it is declared to be back: its RTO, as it stood when the run was begun. */
export interface RunObjective extends Shown {
  readonly rto: Milliseconds;
  /** What gives more than this, whole or in a mode: whoever has that has this too. */
  readonly fuller: readonly Shown["mode"][];
}

/** So many people, none of them the one who runs the plan, say yes within so long. */
export interface Asking {
  readonly people: number;
  /** Who alone may, with a signature; empty: anybody, by a name that nothing proves. */
  readonly approvers: readonly Approver[];
  readonly within: Milliseconds;
}

/** One after another; the steps of a stage beside one another. */
export type Stages = readonly (readonly RunStep[])[];

/** How a step stands. What is `under-way` was begun, and may have been done: whoever goes on does it again, under the same epoch. */
export type StepStanding =
  /** `wasBegun`: it had failed, and may be done in part. Left out: it was never begun. */
  | { readonly kind: "waiting"; readonly wasBegun?: true }
  | {
      readonly kind: "under-way";
      readonly attempt: number;
      /** When it was begun, by the wall clock of whoever did: what people say to it is said after that. */
      readonly since: InstantMs;
      /** For how long it has been, by the own clocks of those who carried it out, as they showed it last; left out: none has yet. */
      readonly waited?: Milliseconds;
    }
  | { readonly kind: "done"; readonly at: InstantMs }
  /** It was not called for: nothing was done, and nothing is to be undone. */
  | { readonly kind: "skipped"; readonly because: string }
  | ({ readonly kind: "failed" } & Setback)
  | { readonly kind: "undoing"; readonly since: InstantMs }
  | { readonly kind: "undone" }
  /** It was done, or may have been, and is not undone: there is no way back, or that failed too. */
  | ({ readonly kind: "left" } & Setback);

/** Why something could not be done. */
export interface Setback {
  readonly because: string;
  /** What somebody can do about it. Left out: nothing that would be known here. */
  readonly mend?: string;
}

/**
 * A plan that is being carried out, as it stands in the coordination store. It is written down before anything is done that it says is
 * under way, so whoever finds it can go on or go back, under its epoch.
 */
export interface PlanRun {
  readonly id: string;
  /** The hash of the saved plan: a plan that was edited meanwhile is another one. */
  readonly plan: string;
  readonly by: string;
  /** What proves who began it; `null`: nothing does. */
  readonly runner: Signed | null;
  /** Who carries it out: whoever takes it over writes its own name, and the one before finds that it may write no more. */
  readonly carrier: string;
  /** Whoever else has carried it out since, by name: nothing proves it, and what they approve of it is not counted. */
  readonly alsoBy: readonly string[];
  /** Rises again and again while somebody carries it out, so that others see that somebody does. */
  readonly beat: number;
  /** The revision of the store at which the run was written down first. */
  readonly epoch: Epoch;
  readonly begunAt: InstantMs;
  /** Who served when it began: where the failover engine goes back to. */
  readonly from: string;
  /** Whether who serves is shut down in order, or taken for lost on the word of whoever runs the plan. */
  readonly form: RunForm;
  /** What would have kept it from being begun, and why somebody has begun it all the same. */
  readonly despite: readonly Despite[];
  /** What its steps ask of people, by their names. */
  readonly asks: Readonly<Record<string, Asking>>;
  readonly approvals: readonly Approval[];
  /** What its steps show to be back, by their names. */
  readonly shows: Readonly<Record<string, readonly Shown[]>>;
  /** By what its times are judged. Left out: it was begun before any was written down. */
  readonly objectives?: readonly RunObjective[];
  readonly course: "forward" | "back";
  /** Why it does not go on; `null`: it does, or has come to its end. */
  readonly stoppedBecause: string | null;
  /** By the names of steps. */
  readonly steps: Readonly<Record<string, StepStanding>>;
  /** What came of it; `null`: it is not over, and no other may begin. */
  readonly end: RunEnd | null;
}

export interface Despite {
  /** The blocked window, or the gate. */
  readonly interlock: string;
  readonly because: string;
}

export const runForms = ["graceful", "ungraceful"] as const;
export type RunForm = (typeof runForms)[number];

/** That somebody has said yes to a step of this very run, under its epoch, while it asked for that. */
export interface Approval {
  readonly step: string;
  readonly by: string;
  readonly at: InstantMs;
  /** `null`: nothing proves it. */
  readonly proof: ApprovalProof | null;
  /** That they have taken it back; `null`: it stands. */
  readonly withdrawn: Withdrawal | null;
}

/** That whoever has said yes has taken it back, while the step still asked. */
export interface Withdrawal {
  readonly at: InstantMs;
  /** A signature over the approval and this; `null`: nothing proves it. */
  readonly proof: Signed | null;
}

/** A signature over the approval, and over what was asked. */
export interface ApprovalProof extends Signed {
  /** When the step had begun to ask, and until when it could be approved. */
  readonly askedAt: InstantMs;
  readonly until: InstantMs;
}

export type NewRun = Pick<
  PlanRun,
  | "id"
  | "plan"
  | "by"
  | "runner"
  | "carrier"
  | "epoch"
  | "begunAt"
  | "from"
  | "form"
  | "despite"
  | "objectives"
>;

export function runOf(stages: Stages, of: NewRun): PlanRun {
  const waiting: StepStanding = { kind: "waiting" };
  const steps = Object.fromEntries(stages.flat().map(({ name }) => [name, waiting]));
  const showing = stages
    .flat()
    .flatMap(({ name, shows }) => (shows.length === 0 ? [] : [[name, shows] as const]));
  return {
    ...of,
    alsoBy: [],
    beat: 0,
    asks: asksOf(stages),
    approvals: [],
    shows: Object.fromEntries(showing),
    course: "forward",
    stoppedBecause: null,
    steps,
    end: null,
  };
}

export type RunDeed =
  | { readonly kind: "do"; readonly step: string; readonly attempt: number }
  | { readonly kind: "undo"; readonly step: string };

/** What is to be done now. `next` is written down before the deeds are begun; where both are empty, something is waited for. */
export interface RunDecision {
  readonly next: PlanRun | null;
  readonly deeds: readonly RunDeed[];
}

/** What the steps of a plan ask of people, by their names. */
export function asksOf(stages: Stages): Readonly<Record<string, Asking>> {
  return Object.fromEntries(
    stages.flat().flatMap(({ name, asks }) => (asks === null ? [] : [[name, asks] as const])),
  );
}

const nothing: RunDecision = { next: null, deeds: [] };

/** Done, undone as far as there is a way back, or stopped for a person. */
export type RunEnd = "done" | "undone" | "stopped";

export function endOf(stages: Stages, run: PlanRun): RunEnd | null {
  if (run.stoppedBecause !== null) return isBusy(run) ? null : "stopped";
  const isOver = stages.flat().every((step) => isPast(step, standingOf(run, step.name), run.course));
  if (!isOver) return null;
  return run.course === "forward" ? "done" : "undone";
}

/** What to begin next, by what is written down. */
export function decideRun(stages: Stages, run: PlanRun, now: InstantMs): RunDecision {
  if (run.stoppedBecause !== null) return nothing;
  const order = run.course === "forward" ? stages : stages.toReversed();
  const stage = order.find((steps) =>
    steps.some((step) => !isPast(step, standingOf(run, step.name), run.course)),
  );
  if (stage === undefined) return nothing;
  return run.course === "forward" ? beginIn(stage, run, now) : undoIn(stage, run, now);
}

function beginIn(stage: readonly RunStep[], run: PlanRun, now: InstantMs): RunDecision {
  const failed = stage.find(
    (step) => step.onFailure !== "go-on" && standingOf(run, step.name).kind === "failed",
  );
  if (failed !== undefined) return isBusy(run) ? nothing : afterFailure(run, failed);
  const begun = stage.filter(({ name }) => standingOf(run, name).kind === "waiting");
  if (begun.length === 0) return nothing;
  const standings = Object.fromEntries(
    begun.map(({ name }) => [name, begunAs(run, name, { attempt: 1, now })]),
  );
  return {
    next: { ...run, steps: { ...run.steps, ...standings } },
    deeds: begun.map(({ name }) => ({ kind: "do", step: name, attempt: 1 })),
  };
}

/** After all that was said to it before: where a wall clock was set back meanwhile, a yes to an earlier asking would count for this one. */
function begunAs(
  run: PlanRun,
  step: string,
  { attempt, now }: { readonly attempt: number; readonly now: InstantMs },
): StepStanding {
  const said = run.approvals.filter((each) => each.step === step && Number.isSafeInteger(each.at));
  const since = instantMs(Math.max(now, ...said.map(({ at }) => at + 1)));
  return { kind: "under-way", attempt, since };
}

/** Nothing of the stage is under way any more. */
function afterFailure(run: PlanRun, { name, onFailure }: RunStep): RunDecision {
  const standing = standingOf(run, name);
  const because = `${name} failed${standing.kind === "failed" ? `: ${standing.because}` : ""}`;
  const next: PlanRun =
    onFailure === "undo" ? { ...run, course: "back" } : { ...run, stoppedBecause: because };
  return { next, deeds: [] };
}

/** Why a step is left that nobody can undo: it was said before anything happened. */
export const noWayBack = "there is no way back";

function undoIn(stage: readonly RunStep[], run: PlanRun, now: InstantMs): RunDecision {
  const changes = stage.flatMap((step): readonly (readonly [string, StepStanding])[] => {
    const standing = standingOf(run, step.name);
    if (!isToBeUndone(standing)) return [];
    if (step.canUndo) return [[step.name, { kind: "undoing", since: now }]];
    return [[step.name, { kind: "left", because: noWayBack }]];
  });
  if (changes.length === 0) return nothing;
  const undone = changes.filter(([, { kind }]) => kind === "undoing");
  return {
    next: { ...run, steps: { ...run.steps, ...Object.fromEntries(changes) } },
    deeds: undone.map(([step]) => ({ kind: "undo", step })),
  };
}

/** What failed may have been done in part, so it is undone too, and also where it was to be begun again. */
function isToBeUndone(standing: StepStanding): boolean {
  const { kind } = standing;
  return kind === "done" || kind === "failed" || (kind === "waiting" && standing.wasBegun === true);
}

export type DeedResult =
  | { readonly kind: "done" }
  | { readonly kind: "skipped"; readonly because: string }
  | ({ readonly kind: "failed" } & Setback)
  /** A newer run has changed the same thing: this one has nothing more to say. */
  | { readonly kind: "outdated"; readonly epoch: Epoch };

const newerMend =
  "see what the newer run has changed; where this is still wanted, begin a run anew, for it has a newer epoch";

/** Whether a newer run has changed what a step of this one was to change: going on with this one, forth or back, is refused there. */
export function isOutdated({ steps }: Pick<PlanRun, "steps">): boolean {
  return Object.values(steps).some((standing) => standing.kind === "failed" && standing.mend === newerMend);
}

/** A deed has ended; what is begun again at once is among the deeds. An answer that is not waited for changes nothing. */
export function afterDeed(
  stages: Stages,
  run: PlanRun,
  { deed, result, now }: { readonly deed: RunDeed; readonly result: DeedResult; readonly now: InstantMs },
): RunDecision {
  const standing = standingOf(run, deed.step);
  const isAwaited =
    deed.kind === "do"
      ? standing.kind === "under-way" && standing.attempt === deed.attempt
      : standing.kind === "undoing";
  if (!isAwaited) return nothing;
  if (result.kind === "outdated") {
    const because = `${deed.step} was changed by a newer run, under epoch ${result.epoch}`;
    return {
      next: {
        ...stood(run, deed.step, { kind: "failed", because, mend: newerMend }),
        stoppedBecause: because,
      },
      deeds: [],
    };
  }
  if (deed.kind === "undo") {
    const after: StepStanding = result.kind === "failed" ? { ...result, kind: "left" } : { kind: "undone" };
    return { next: stood(run, deed.step, after), deeds: [] };
  }
  if (result.kind === "done") return { next: stood(run, deed.step, { kind: "done", at: now }), deeds: [] };
  if (result.kind === "skipped") return { next: stood(run, deed.step, result), deeds: [] };
  return afterVain(stages, run, { step: deed.step, attempt: deed.attempt, result, now });
}

interface Vain {
  readonly step: string;
  readonly attempt: number;
  readonly result: Extract<DeedResult, { readonly kind: "failed" }>;
  readonly now: InstantMs;
}

function afterVain(stages: Stages, run: PlanRun, { step: name, attempt, result, now }: Vain): RunDecision {
  const step = stages.flat().find((each) => each.name === name);
  const mayTryAgain = run.stoppedBecause === null && step !== undefined && attempt < step.attemptsMax;
  if (!mayTryAgain) return { next: stood(run, name, result), deeds: [] };
  const again = begunAs(run, name, { attempt: attempt + 1, now });
  return { next: stood(run, name, again), deeds: [{ kind: "do", step: name, attempt: attempt + 1 }] };
}

/** Deeds that were under way when whoever carried them out was lost: they are begun again, which does no harm under one epoch. */
export function deedsToRepeat(run: PlanRun): readonly RunDeed[] {
  return Object.entries(run.steps).flatMap(([step, standing]): readonly RunDeed[] => {
    if (standing.kind === "under-way") return [{ kind: "do", step, attempt: standing.attempt }];
    return standing.kind === "undoing" ? [{ kind: "undo", step }] : [];
  });
}

/** Whether nothing more will come of a step on this course. */
function isPast({ onFailure }: RunStep, standing: StepStanding, course: PlanRun["course"]): boolean {
  switch (standing.kind) {
    case "waiting":
      return course === "back" && !isToBeUndone(standing);
    case "done":
      return course === "forward";
    case "failed":
      return course === "forward" && onFailure === "go-on";
    case "under-way":
    case "undoing":
      return false;
    case "skipped":
    case "undone":
    case "left":
      return true;
    default:
      return unreachable(standing);
  }
}

export function isBusy(run: PlanRun): boolean {
  return Object.values(run.steps).some(({ kind }) => kind === "under-way" || kind === "undoing");
}

/** How a step stands; whatever the run does not know waits. */
export function standingOf(run: Pick<PlanRun, "steps">, step: string): StepStanding {
  return run.steps[step] ?? { kind: "waiting" };
}

function stood(run: PlanRun, step: string, standing: StepStanding): PlanRun {
  return { ...run, steps: { ...run.steps, [step]: standing } };
}

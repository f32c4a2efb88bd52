import { type PlanRun, standingOf, type StepStanding } from "../../src/core/plan/run.ts";
import type { World } from "../world.ts";
import type { SimulatedStep } from "./simulated-plan.ts";

/** Why a step that asks people has failed when its time is over. */
export const notInTime = "not enough people in time";

/**
 * Watches what lets time pass, 12: by a clock that nobody sets it ends no sooner than its time, and whoever carries it out waits no longer
 * than what those before had left. What passes while nobody carries it out comes on top.
 */
export class WaitingAudit {
  readonly #world: World;
  /** When each attempt was written down as begun. */
  readonly #begun = new Map<string, number>();

  constructor(world: World) {
    this.#world = world;
  }

  /** How a step of a run that lets time pass came to stand otherwise. */
  stepped(run: PlanRun, step: SimulatedStep, { was, is }: Change): void {
    if (step.lasts === 0) return;
    const isAgain = is.kind === "under-way" && was.kind === "under-way" && is.attempt !== was.attempt;
    if (was.kind === "under-way" && (isAgain || isOverByTime(step, is))) this.#ended(run, step, is);
    if (is.kind === "under-way" && (isAgain || was.kind !== "under-way"))
      this.#begun.set(keyOf(run, step), this.#world.agenda.now);
  }

  #ended(run: PlanRun, step: SimulatedStep, is: StepStanding): void {
    const begunAt = this.#begun.get(keyOf(run, step)) ?? this.#world.agenda.now;
    const passed = this.#world.agenda.now - begunAt;
    this.#world.saw("time let pass", is.kind === "done" ? "over, and done" : "over, and in vain");
    if (passed < step.lasts / (1 + this.#drift) - 1)
      this.#broken(`${step.name} ended by its time after ${Math.round(passed)} ms of ${step.lasts} ms`);
  }

  /** Somebody begins to count. @returns to be told of each judgement whether its time is over */
  counts(run: PlanRun, step: SimulatedStep): (isOver: boolean) => void {
    const standing = standingOf(run, step.name);
    const before = standing.kind === "under-way" ? (standing.waited ?? 0) : 0;
    const from = this.#world.agenda.now;
    if (before > 0) this.#world.saw("time let pass", "counted on by somebody else");
    return (isOver) => {
      const passed = before + this.#world.agenda.now - from;
      if (!isOver && passed > step.lasts / (1 - this.#drift) + 1)
        this.#broken(`${step.name} goes on waiting after ${Math.round(passed)} ms of ${step.lasts} ms`);
    };
  }

  get #drift(): number {
    return this.#world.settings.timing.clockDriftMax;
  }

  #broken(what: string): void {
    this.#world.audit.violated(12, what);
  }
}

interface Change {
  readonly was: StepStanding;
  readonly is: StepStanding;
}

function keyOf({ id }: PlanRun, { name }: SimulatedStep): string {
  return `${id} ${name}`;
}

function isOverByTime({ doing }: SimulatedStep, is: StepStanding): boolean {
  if (doing === "waits") return is.kind === "done";
  return is.kind === "failed" && is.because === notInTime;
}

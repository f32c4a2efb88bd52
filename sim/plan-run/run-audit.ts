import type { OrderKind } from "../../src/core/failover/order.ts";
import { type PlanRun, type RunDeed, standingOf, type StepStanding } from "../../src/core/plan/run.ts";
import type { World } from "../world.ts";
import type { Coming } from "./outside.ts";
import { CellsAudit } from "./cells-audit.ts";
import { outsideSteps, type SimulatedPlan, type SimulatedStep } from "./simulated-plan.ts";
import { WaitingAudit } from "./waiting-audit.ts";

/** Why somebody changes a run in the store. */
export type WrittenBy =
  | { readonly kind: "carrier"; readonly name: string }
  | { readonly kind: "take-over" }
  | { readonly kind: "person" };

const next: Readonly<Record<StepStanding["kind"], readonly StepStanding["kind"][]>> = {
  // What had failed is begun again, or undone where it was not.
  waiting: ["under-way", "undoing", "left"],
  "under-way": ["under-way", "done", "skipped", "failed"],
  done: ["undoing", "left"],
  // A person lets a stopped run go on with what has failed.
  failed: ["undoing", "left", "waiting"],
  undoing: ["undone", "left"],
  skipped: [],
  undone: [],
  left: [],
};

function standsAs(standing: StepStanding): string {
  return standing.kind === "waiting" && standing.wasBegun !== true ? "never begun" : standing.kind;
}

/**
 * Watches the runs of plans: 8 for approvals, which bind one run, its epoch and its time; 9 for what is carried out, which is written
 * down before, done under one epoch and once, undone in reverse, and
 * ungraceful on somebody's word alone; 12 for what lets time pass (`waiting-audit.ts`), 13 for
 * what holds a run back (`interlocks.ts`), 14 for cells (`cells-audit.ts`).
 */
export class RunAudit {
  readonly #world: World;
  /** What was ever written down as begun: epoch, deed and step. */
  readonly #begun = new Set<string>();
  /** Who has said yes since each step began to ask, by run and step. */
  readonly #yes = new Map<string, Set<string>>();
  readonly #plan: SimulatedPlan;
  readonly waiting: WaitingAudit;
  readonly cells: CellsAudit;

  constructor(world: World, plan: SimulatedPlan) {
    this.#world = world;
    this.#plan = plan;
    this.waiting = new WaitingAudit(world);
    this.cells = new CellsAudit(world, plan);
  }

  written(before: PlanRun | null, after: PlanRun, by: WrittenBy): void {
    if (before?.id === after.id)
      for (const { step, by: who } of after.approvals.slice(before.approvals.length))
        this.#yes.get(`${after.id} ${step}`)?.add(who);
    this.#ended(before, after);
    for (const step of this.#plan.stages.flat()) this.#stepWritten(before, after, step);
    if (before?.id === after.id) this.#changed(before, after, by);
    else if (before?.end === null) this.#broken("a run began while another was not over");
  }

  #ended(before: PlanRun | null, { form, end }: PlanRun): void {
    const isNew = end === "done" && before?.end !== "done";
    if (isNew && form === "ungraceful") this.#world.saw("form", "ungraceful, and done");
  }

  #changed(before: PlanRun, after: PlanRun, by: WrittenBy): void {
    if (after.epoch !== before.epoch) this.#broken(`the run's epoch became ${after.epoch}`);
    this.#formed(before, after, by);
    if (after.plan !== before.plan) this.#broken("the run became one of another plan");
    if (before.course === "back" && after.course === "forward") this.#broken("the run turned round twice");
    if (by.kind === "carrier" && before.carrier !== by.name)
      this.#broken(`${by.name} wrote to a run that ${before.carrier} carries out`);
  }

  /** Whoever serves is taken for lost on the word of somebody who takes the run over, and from then on. */
  #formed({ form: before }: PlanRun, { form, steps }: PlanRun, by: WrittenBy): void {
    if (form === before) return;
    if (form === "graceful" || by.kind !== "take-over")
      this.#broken(`the run became ${form} by a ${by.kind}`);
    const isBegun = Object.values(steps).some(({ kind }) => kind === "done");
    this.#world.saw("form", isBegun ? "ungraceful after steps were done" : "ungraceful before any step");
  }

  /** A carrier carries a deed out: by what is written down it is under way, unless somebody else has gone on since. */
  begins(deed: RunDeed, carrier: string): void {
    const run = this.#world.planRuns.present()?.run;
    if (run?.carrier !== carrier) return;
    const { kind } = standingOf(run, deed.step);
    if (kind === "done" && deed.kind === "do") this.#broken(`${deed.step} is done, and begun once more`);
  }

  /** A carrier asks for another region. */
  asksEngine(deed: RunDeed, kind: OrderKind): void {
    const run = this.#world.planRuns.present()?.run;
    if (run === undefined || deed.kind === "undo") return;
    if (kind === "failover" && run.form === "graceful")
      this.#broken(`${run.carrier} takes who serves for lost, and nobody has said so`);
    if (kind === "failover") this.#world.saw("form", "ungraceful, and asked of the engine");
  }

  #stepWritten(before: PlanRun | null, after: PlanRun, step: SimulatedStep): void {
    const { name } = step;
    const was = before?.id === after.id ? standingOf(before, name) : ({ kind: "waiting" } as const);
    const is = standingOf(after, name);
    if (is.kind === "under-way") this.#begun.add(`${after.epoch} do ${name}`);
    if (is.kind === "undoing") this.#begun.add(`${after.epoch} undo ${name}`);
    this.waiting.stepped(after, step, { was, is });
    if (was.kind !== is.kind) this.#stepped(after, { name, was, is });
    const isAsking = is.kind === "under-way" && (was.kind !== "under-way" || was.attempt !== is.attempt);
    if (isAsking) this.#yes.set(`${after.id} ${name}`, new Set());
  }

  #stepped(
    run: PlanRun,
    { name, was, is }: { readonly name: string; readonly was: StepStanding; readonly is: StepStanding },
  ): void {
    this.#world.saw("standing", `${was.kind} → ${is.kind}`);
    if (!next[was.kind].includes(is.kind)) this.#broken(`${name} went from ${was.kind} to ${is.kind}`);
    if (is.kind === "under-way") this.#inTurn(run, name, "forward");
    if (is.kind === "undoing") this.#inTurn(run, name, "back");
    if (is.kind === "done" && was.kind === "under-way") this.#approved(run, name, was.since);
  }

  /** Forward nothing earlier, and backward nothing later, may still have to be done. */
  #inTurn(run: PlanRun, name: string, course: PlanRun["course"]): void {
    const at = this.#plan.stages.findIndex((stage) => stage.some((step) => step.name === name));
    const others = course === "forward" ? this.#plan.stages.slice(0, at) : this.#plan.stages.slice(at + 1);
    const settled =
      course === "forward" ? ["done", "skipped", "failed"] : ["never begun", "skipped", "undone", "left"];
    const open = others.flat().find((step) => !settled.includes(standsAs(standingOf(run, step.name))));
    if (open === undefined) return;
    const word = course === "forward" ? "begun" : "undone";
    this.#broken(`${name} is ${word} while ${open.name} is ${standingOf(run, open.name).kind}`);
  }

  /** What asks for people is done only once so many others have said yes, after it asked and in time, whatever their clocks show. */
  #approved(run: PlanRun, name: string, since: number): void {
    const asks = run.asks[name];
    if (asks === undefined) return;
    const inTime = run.approvals.filter(
      ({ step, at }) => step === name && at >= since && at <= since + asks.within,
    );
    const said = this.#yes.get(`${run.id} ${name}`) ?? new Set();
    const people = new Set(inTime.map(({ by }) => by).filter((by) => by !== run.by && said.has(by)));
    if (people.size < asks.people)
      this.#world.audit.violated(8, `${name} was done with the yes of ${[...people].join(", ") || "nobody"}`);
  }

  /** Something outside obeys. @param highest the highest epoch that it obeyed before */
  applied({ deed, epoch, carrier }: Coming, highest: number): void {
    if (epoch < highest) this.#broken(`${deed.step} obeyed epoch ${epoch} after ${highest}`);
    if (!this.#begun.has(`${epoch} ${deed.kind} ${deed.step}`))
      this.#broken(`${carrier} began to ${deed.kind} ${deed.step} before that was written down`);
    const run = this.#world.planRuns.present()?.run;
    const isLate = run?.carrier !== carrier;
    this.#world.saw("deed of a run", deed.kind);
    if (isLate) this.#world.saw("deed of a run", "by a carrier that was replaced");
  }

  /** The last run is over: what stands outside is what it says. */
  settled(run: PlanRun): void {
    for (const name of outsideSteps(this.#plan)) {
      const { kind } = standingOf(run, name);
      const stands = this.#world.planRuns.outside.changed.has(name);
      if (kind === "done" && !stands) this.#broken(`${name} is done in the run and not so`);
      if (kind === "undone" && stands) this.#broken(`${name} is undone in the run and stands`);
      const wasBegun = this.#begun.has(`${run.epoch} do ${name}`);
      if (run.end === "undone" && kind === "waiting" && wasBegun)
        this.#broken(`${name} was begun in a run that was undone, and is not`);
    }
  }

  #broken(what: string): void {
    this.#world.audit.violated(9, what);
  }
}

import { instantMs } from "../units/units.ts";
import {
  afterDeed,
  decideRun,
  deedsToRepeat,
  endOf,
  type PlanRun,
  type RunDecision,
  type RunDeed,
  runOf,
  type Stages,
  standingOf,
} from "./run.ts";
import { orderedRun } from "./run-order.ts";

/** What came of carrying a plan out on paper, over and over. Simulated. */
export interface Rehearsal {
  readonly courses: number;
  /** What a run must never do, and did; empty: nothing. */
  readonly broken: readonly string[];
}

/** How one course goes wrong. */
interface Mishap {
  /** The step all of whose attempts fail; `null`: none. */
  readonly failing: string | null;
  /** Whoever carries the run out is lost right after this change was written down; `null`: never. */
  readonly lostAfter: number | null;
  readonly then: "go-on" | "go-back";
}

/** So many steps are rehearsed with every pair of mishaps; more of them with one mishap at a time. */
const pairedStepsMax = 24;

/**
 * Carries the stages of a plan out with every step failing in turn, and with whoever carries them out lost after every change, and
 * gone on with or back: the very decisions that a run goes by, without anything real.
 */
export function rehearse(stages: Stages): Rehearsal {
  const steps = stages.flat().map(({ name }) => name);
  const broken = new Set<string>();
  let courses = 0;
  const tried = (mishap: Mishap): number => {
    const course = new Course(stages, mishap);
    for (const what of course.carriedOut()) broken.add(what);
    courses += 1;
    return course.changes;
  };
  for (const failing of [null, ...steps]) {
    const changes = tried({ failing, lostAfter: null, then: "go-on" });
    const lossesMax = failing !== null && steps.length > pairedStepsMax ? 0 : changes;
    for (let lostAfter = 1; lostAfter <= lossesMax; lostAfter += 1) {
      tried({ failing, lostAfter, then: "go-on" });
      tried({ failing, lostAfter, then: "go-back" });
    }
  }
  return { courses, broken: [...broken] };
}

class Course {
  readonly #stages: Stages;
  readonly #mishap: Mishap;
  readonly #broken: string[] = [];
  /** What stands changed outside, by the names of steps. */
  readonly #changed = new Set<string>();
  #run: PlanRun;
  #underWay: readonly RunDeed[] = [];
  changes = 0;

  constructor(stages: Stages, mishap: Mishap) {
    this.#stages = stages;
    this.#mishap = mishap;
    const of = {
      id: "rehearsal",
      plan: "",
      by: "one",
      runner: null,
      carrier: "one",
      epoch: 1,
      from: "",
      despite: [],
    };
    this.#run = runOf(stages, { ...of, begunAt: noon, form: "graceful" });
  }

  /** What it did that a run must never do. */
  carriedOut(): readonly string[] {
    const changesMax =
      20 + 4 * this.#stages.flat().reduce((sum, { attemptsMax }) => sum + 2 + attemptsMax, 0);
    while (this.#run.end === null && this.changes < changesMax) {
      const [deed, ...others] = this.#underWay;
      if (deed === undefined) {
        if (!this.#take(decideRun(this.#stages, this.#run, noon)) && !this.#close()) break;
        continue;
      }
      this.#underWay = others;
      this.#take(afterDeed(this.#stages, this.#run, { deed, result: this.#done(deed), now: noon }));
    }
    this.#judge();
    return this.#broken;
  }

  #close(): boolean {
    const end = endOf(this.#stages, this.#run);
    if (end === null) return false;
    return this.#take({ next: { ...this.#run, end }, deeds: [] });
  }

  /** Writes a change down and begins what it says, unless whoever carries it out is lost just then. @returns whether anything changed */
  #take({ next, deeds }: RunDecision): boolean {
    if (next === null) return false;
    this.#run = next;
    this.changes += 1;
    for (const deed of deeds) this.#mayBegin(deed);
    if (this.changes === this.#mishap.lostAfter) this.#loseCarrier(deeds);
    else this.#underWay = [...this.#underWay, ...deeds];
    return true;
  }

  /** What was begun may have been done by then; whoever follows finds what is written down, and nothing else. */
  #loseCarrier(begun: readonly RunDeed[]): void {
    for (const deed of [...this.#underWay, ...begun]) this.#done(deed);
    if (this.#mishap.then === "go-back" && this.#run.end === null && this.#run.course === "forward") {
      this.#run = orderedRun(this.#run, { order: "stop", by: "two" }) ?? this.#run;
    }
    this.#underWay = deedsToRepeat(this.#run);
  }

  #done(deed: RunDeed): { readonly kind: "done" } | { readonly kind: "failed"; readonly because: string } {
    if (deed.kind === "undo") {
      this.#changed.delete(deed.step);
      return { kind: "done" };
    }
    // What fails may have been done in part.
    this.#changed.add(deed.step);
    return deed.step === this.#mishap.failing ? { kind: "failed", because: "rehearsed" } : { kind: "done" };
  }

  #mayBegin({ kind, step }: RunDeed): void {
    const at = this.#stages.findIndex((stage) => stage.some(({ name }) => name === step));
    if (kind === "undo") this.#mayUndo(step, at);
    else this.#mayDo(step, at);
  }

  #mayDo(step: string, at: number): void {
    const earlier = this.#stages.slice(0, at).flat();
    const early = earlier.find(({ name }) => !overKinds.includes(standingOf(this.#run, name).kind));
    if (early !== undefined) this.#broken.push(`${step} is begun before ${early.name} is over`);
    if (this.#run.course === "back") this.#broken.push(`${step} is begun on the way back`);
  }

  #mayUndo(step: string, at: number): void {
    const later = this.#stages.slice(at + 1).flat();
    const left = later.find(({ name, canUndo }) => canUndo && this.#changed.has(name));
    if (left !== undefined) this.#broken.push(`${step} is undone before ${left.name}`);
  }

  #judge(): void {
    const { end } = this.#run;
    const { failing } = this.#mishap;
    if (end === "stopped" && this.#mishap.then === "go-back" && this.#goesBack()) return;
    if (end === null)
      this.#broken.push(`it comes to no end${failing === null ? "" : ` when ${failing} fails`}`);
    if (end === "undone") {
      const left = this.#stages.flat().filter(({ name, canUndo }) => canUndo && this.#changed.has(name));
      for (const { name } of left) this.#broken.push(`${name} stays changed where all is undone`);
    }
    if (end === "done") {
      const missing = this.#stages.flat().filter(({ name }) => !this.#changed.has(name));
      for (const { name } of missing) this.#broken.push(`${name} is not done where all is done`);
    }
  }

  /** Goes on with one that was stopped to be taken back, once. */
  #goesBack(): boolean {
    const back = orderedRun({ ...this.#run, end: null }, { order: "go-back", by: "two" });
    if (back === null) return false;
    this.#run = { ...back, end: null };
    this.#underWay = [];
    this.carriedOut();
    return true;
  }
}

/** How a step stands of which nothing more comes on the way forward. */
const overKinds: readonly string[] = ["done", "skipped", "failed"];
/** No decision of a run goes by how late it is. */
const noon = instantMs(0);

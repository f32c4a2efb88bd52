import { setTimeout as pause } from "node:timers/promises";
import type { RegionId } from "../core/failover/member.ts";
import type { OutsideDeed } from "../core/model/outside-step.ts";
import type { Applied } from "../core/plan/actuator.ts";
import { believedRun, missingApprovals } from "../core/plan/approval.ts";
import type { DeedResult, PlanRun, RunDeed } from "../core/plan/run.ts";
import type { ReadKey } from "../core/plan/signed-approval.ts";
import type { EngineDeed, StagedDeed, StagedStep } from "../core/plan/stages.ts";
import { type Parsed, type Problem, unreachable } from "../core/problem/problem.ts";
import { countedText } from "../core/units/shown.ts";
import { type Milliseconds, milliseconds, type Seconds } from "../core/units/units.ts";
import { notSo, type Tried } from "../core/plan/verifier.ts";
import { countOf, waitedBy } from "../core/plan/waited.ts";
import type { CarryOutDeed } from "./carry-run.ts";
import { readSystemClock } from "./clocks.ts";
import { lookUpRun, type RunStore } from "./run-store.ts";
import { type Actuators, changesOutside, type OutsideChange, outsideChange } from "./outside-change.ts";
import { placedVerify, tryOnce, type Verifiers } from "./verifiers.ts";
import { WarmUp } from "./warm-up.ts";

/** The failover engine of the platform that a plan is run on. */
export interface Engine {
  /** Who serves by now; `null`: nobody does. */
  serving(): Promise<Parsed<RegionId | null>>;
  /** Lets another region serve, and ends when it does. @param to `null`: whoever holds the most */
  handOver(wish: {
    readonly form: PlanRun["form"];
    readonly to: RegionId | null;
    readonly by: string;
  }): Promise<Parsed<RegionId>>;
}

export interface StepParts {
  readonly actuators: Actuators;
  readonly verifiers: Verifiers;
  readonly engine: Engine;
  readonly store: RunStore;
  /** By which approvals are verified. */
  readonly readKey: ReadKey;
  /** Of the workspace, from which paths in a plan are meant. */
  readonly folder: string;
  /** Told what was found before a step changes something. */
  readonly onLook: (
    step: string,
    now: Readonly<Record<string, string>>,
    wanted: Readonly<Record<string, string>>,
  ) => void;
}

/** Carries out the deeds of these steps with real things. */
export function carryOutSteps(stages: readonly (readonly StagedStep[])[], parts: StepParts): CarryOutDeed {
  const steps = new Map(stages.flat().map((step) => [step.name, step]));
  return async (deed, run, signal) => {
    const step = steps.get(deed.step);
    if (step === undefined) return failed(`the plan has no step ${deed.step}`);
    const what = deed.kind === "do" ? step.deed : step.undo;
    // Nothing was changed by what asks or waits.
    if (what === null) return { kind: "done" };
    const doer = new Doer(parts, { step, deed, run, signal });
    const skipped = deed.kind === "do" ? await doer.notCalledFor() : null;
    return skipped ?? doer.carryOut(what);
  };
}

interface Task {
  readonly step: StagedStep;
  readonly deed: RunDeed;
  readonly run: PlanRun;
  readonly signal: AbortSignal;
}

const lookEveryMs = 250;

class Doer {
  readonly #parts: StepParts;
  readonly #task: Task;

  constructor(parts: StepParts, task: Task) {
    this.#parts = parts;
    this.#task = task;
  }

  /** `null`: the step is to be carried out, as far as who serves goes. */
  async notCalledFor(): Promise<DeedResult | null> {
    const { serving } = this.#task.step;
    if (serving === null) return null;
    const now = await this.#parts.engine.serving();
    if (!now.ok) return failedBy(now.problems[0]);
    if (now.value === null) return failed("nobody serves yet");
    return now.value === serving
      ? null
      : { kind: "skipped", because: `${now.value} serves, and not ${serving}` };
  }

  carryOut(what: StagedDeed): Promise<DeedResult> {
    if (changesOutside(what)) return this.#change(outsideChange(what, this.#parts));
    switch (what.kind) {
      case "fail-over":
      case "fail-back":
      case "served":
        return this.#engine(what);
      case "approve":
        return this.#untilTime(this.#approval(what));
      case "wait":
        return this.#untilTime({
          ms: milliseconds(what.time * 1_000),
          atEnd: () => ({ kind: "done" }),
          look: () => Promise.resolve(null),
        });
      case "verify":
        return this.#untilTime(this.#verification(what));
      case "warm":
        return this.#untilTime(this.#warming(what));
      default:
        return unreachable(what);
    }
  }

  /** Looks, tells what was found, and changes it. What cannot be asked is changed all the same. */
  async #change(change: OutsideChange): Promise<DeedResult> {
    const { step, run, signal } = this.#task;
    const look = change.look === null ? null : await change.look(signal);
    if (look?.kind === "unseen") return failedBy(look.problem);
    if (look !== null) this.#parts.onLook(step.name, look.now, look.wanted);
    return resultOf(await change.apply(run.epoch, signal));
  }

  async #engine(what: EngineDeed): Promise<DeedResult> {
    const { run } = this.#task;
    const now = await this.#parts.engine.serving();
    if (!now.ok) return failedBy(now.problems[0]);
    if (what.kind === "served") return now.value === null ? failed("nobody serves") : { kind: "done" };
    const towards = what.kind === "fail-back" ? [run.from] : what.towards;
    if (now.value !== null && towards.includes(now.value)) return { kind: "done" };
    return this.#handOver(towards, what.kind === "fail-back" ? "graceful" : run.form);
  }

  async #handOver(towards: readonly RegionId[], form: PlanRun["form"]): Promise<DeedResult> {
    const [only = null, ...others] = towards;
    if (only === null) return failed("the plan leaves nobody who could serve");
    const to = others.length === 0 ? only : null;
    const served = await this.#parts.engine.handOver({ form, to, by: this.#task.run.by });
    if (!served.ok) return failedBy(served.problems[0]);
    return towards.includes(served.value)
      ? { kind: "done" }
      : failed(`${served.value} serves, which is none of ${towards.join(", ")}`);
  }

  #approval({ within }: Extract<OutsideDeed, { kind: "approve" }>): Timed {
    const { step, run } = this.#task;
    const asks = step.asks === null ? {} : { [step.name]: step.asks };
    return {
      ms: milliseconds(1_000 * within),
      atEnd: () => failed("not enough people have said yes in time"),
      // Of what stands in the store by now approvals alone are taken, and of these what is proven, where that is asked for.
      look: ({ approvals }) => {
        const believed = believedRun({ ...run, approvals }, asks, this.#parts.readKey);
        return Promise.resolve(missingApprovals(believed, step.name) === 0 ? { kind: "done" } : null);
      },
    };
  }

  #verification({ wish, within }: Extract<OutsideDeed, { kind: "verify" }>): Timed {
    const { verifiers, folder } = this.#parts;
    const placed = placedVerify(wish, folder);
    return this.#tried(within, async () => tryOnce(verifiers, placed, this.#task.signal));
  }

  #warming({ wish, within }: Extract<OutsideDeed, { kind: "warm" }>): Timed {
    const { verifiers } = this.#parts;
    const warmUp = new WarmUp(wish, {
      verifiers,
      runOnce: async (program, signal) => {
        const change = outsideChange({ kind: "run", wish: program }, this.#parts);
        const applied = await change.apply(this.#task.run.epoch, signal);
        if (applied.kind === "done") return { kind: "so" };
        return applied.kind === "failed"
          ? notSo(applied.problem.what)
          : { kind: "cannot", because: `its program knows the newer epoch ${applied.epoch}` };
      },
    });
    return this.#tried(within, async () => warmUp.try(this.#task.signal));
  }

  /** Tried again until it is so. */
  #tried(within: Seconds, tryNow: () => Promise<Tried>): Timed {
    let last = "it was not tried in time";
    let tries = 0;
    return {
      ms: milliseconds(1_000 * within),
      atEnd: () => failed(`${last} (tried ${countedText(tries, "time")})`),
      look: async () => {
        const tried = await tryNow();
        if (tried.kind === "so") return { kind: "done" };
        if (tried.kind === "cannot") return { ...tried, kind: "failed" };
        last = tried.because;
        tries += 1;
        return null;
      },
    };
  }

  /** Lets time pass, counted on from what others have let pass who carried it out before; a person who stops the run ends it early. */
  async #untilTime({ ms, atEnd, look }: Timed): Promise<DeedResult> {
    const { step, run, signal } = this.#task;
    const count = countOf(run, step.name, readSystemClock().now);
    for (;;) {
      if (signal.aborted) return failed("it was called off");
      const seen = await lookUpRun(this.#parts.store, signal);
      const present = seen === null || seen === "unreachable" ? run : seen.run;
      if (present.carrier !== run.carrier) return failed("somebody else goes on with the run");
      const seenThen = await look(present);
      if (seenThen !== null) return seenThen;
      if (present.stoppedBecause !== null) return failed(present.stoppedBecause);
      const left = ms - waitedBy(count, readSystemClock().now);
      if (left <= 0) return atEnd();
      await pause(Math.min(lookEveryMs, left));
    }
  }
}

interface Timed {
  readonly ms: Milliseconds;
  readonly atEnd: () => DeedResult;
  /** What has come of it by now; `null`: it is not over. */
  readonly look: (run: PlanRun) => Promise<DeedResult | null>;
}

function failed(because: string): DeedResult {
  return { kind: "failed", because };
}

function failedBy({ what, mend }: Problem): DeedResult {
  return { kind: "failed", because: what, mend };
}

function resultOf(applied: Applied): DeedResult {
  switch (applied.kind) {
    case "done":
      return { kind: "done" };
    case "outdated":
      return applied;
    case "failed":
      return failedBy(applied.problem);
    default:
      return unreachable(applied);
  }
}

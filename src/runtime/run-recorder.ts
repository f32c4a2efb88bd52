import { setTimeout as pause } from "node:timers/promises";
import type { JsonObject } from "../core/evidence/evidence.ts";
import type { EvidenceLog } from "../core/evidence/ports.ts";
import { backIn, unshownIn } from "../core/plan/back.ts";
import { judgedIn } from "../core/plan/objectives.ts";
import { type Approval, type Asking, type PlanRun, standingOf, type Withdrawal } from "../core/plan/run.ts";
import { planSubject } from "../core/plan/proofs.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";

const [retryMs, triesMax] = [500, 8];

/** The plan whose run is recorded. */
export interface RecordedPlan {
  readonly name: string;
  readonly scenario: string;
  /** Of the plan as its manifests foretold it, as `sha256:` and hexadecimal: what it proves goes by this. */
  readonly hash: string;
}

/** Keeps evidence of a run: what it is, and each change of it. A recovery does not wait for it, nor fail with it. */
export class RunRecorder {
  readonly #open: () => Promise<Parsed<EvidenceLog>>;
  /** `null`: it cannot be had. */
  readonly #log: Promise<EvidenceLog | null>;
  readonly #plan: RecordedPlan;
  /** Told of the first entry that could not be kept. */
  readonly #onUnkept: (problem: Problem) => void;
  #isUnkept = false;
  #isClosing = false;
  #before: PlanRun | null = null;

  /** @param open asked again for a while: whoever carried the run out before may still hold the log */
  constructor(
    open: () => Promise<Parsed<EvidenceLog>>,
    plan: RecordedPlan,
    onUnkept: (problem: Problem) => void,
  ) {
    this.#open = open;
    this.#plan = plan;
    this.#onUnkept = onUnkept;
    this.#log = this.#opened();
  }

  note(run: PlanRun): void {
    const body = this.#before === null ? factsOf(run, this.#plan) : changeOf(this.#before, run);
    const kind =
      this.#before === null ? "plan-run-carried" : run.end === null ? "plan-run-changed" : "plan-run-ended";
    this.#before = run;
    const subjects = [planSubject(this.#plan.name, this.#plan.hash)];
    void this.#append(kind, body, subjects);
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const log = await this.#log;
    await log?.close();
  }

  async #opened(): Promise<EvidenceLog | null> {
    for (let tries = 1; ; tries += 1) {
      const log = await this.#open();
      if (log.ok) return log.value;
      if (tries === triesMax || this.#isClosing) {
        this.#tell(log.problems[0]);
        return null;
      }
      await pause(retryMs);
    }
  }

  #tell(problem: Problem): void {
    if (!this.#isUnkept) this.#onUnkept(problem);
    this.#isUnkept = true;
  }

  async #append(
    kind: string,
    body: JsonObject,
    subjects: readonly { readonly name: string; readonly sha256: string }[],
  ): Promise<void> {
    const log = await this.#log;
    const appended = await log?.append({ kind, body, subjects });
    if (appended?.kind === "failed") this.#tell(appended.problem);
  }
}

/** All of a run, as somebody begins to carry it out, or goes on. */
function factsOf(run: PlanRun, { name, scenario }: RecordedPlan): JsonObject {
  const { id, plan, by, alsoBy, runner, epoch, begunAt, from, form, despite, asks } = run;
  return {
    run: id,
    plan: name,
    // What people have said yes to, which is more than what was foretold where somebody had looked.
    agreed: plan,
    scenario,
    by,
    alsoBy: [...alsoBy],
    runner: runner === null ? null : { ...runner },
    epoch,
    from,
    form,
    begunAt,
    despite: despite.map((each) => ({ ...each })),
    asks: Object.fromEntries(Object.entries(asks).map(([step, asked]) => [step, askedFacts(asked)])),
    ...standingFacts(run),
    steps: stepFacts(run),
  };
}

/** Who may approve stands here too, so that an approval can be verified by whoever has the evidence alone. */
function askedFacts({ people, approvers, within }: Asking): JsonObject {
  return { people, withinMs: within, approvers: approvers.map((each) => ({ ...each })) };
}

function changeOf(before: PlanRun, run: PlanRun): JsonObject {
  const changed = Object.keys(run.steps).filter((step) => standingOf(before, step) !== standingOf(run, step));
  const steps = Object.fromEntries(Object.entries(stepFacts(run)).filter(([step]) => changed.includes(step)));
  return {
    run: run.id,
    epoch: run.epoch,
    ...standingFacts(run),
    steps,
    ...(run.end === null ? {} : shownFacts(run)),
  };
}

function shownFacts(run: PlanRun): JsonObject {
  return {
    back: backIn(run).map(({ journey, mode, after }) => ({
      journey,
      mode,
      afterMs: after,
      kind: "measured",
    })),
    notShown: unshownIn(run).map(({ journey, mode }) => ({ journey, mode })),
    objectives: judgedIn(run).map(({ rto, after, missedBy, by, ...judged }) => ({
      ...judged,
      // Not from the loss, which was earlier, and nobody has measured here.
      ...{ rtoMs: rto, countedFrom: "begunAt", afterMs: after, missedByMs: missedBy },
      by: by === null ? null : { ...by },
    })),
  };
}

function standingFacts({ course, stoppedBecause, end, approvals }: PlanRun): JsonObject {
  return { course, stoppedBecause, end, approvals: approvals.map(approvalFacts) };
}

function approvalFacts({ proof, withdrawn, ...said }: Approval): JsonObject {
  return {
    ...said,
    proof: proof === null ? null : { ...proof },
    withdrawn: withdrawn === null ? null : withdrawalFacts(withdrawn),
  };
}

function withdrawalFacts({ at, proof }: Withdrawal): JsonObject {
  return { at, proof: proof === null ? null : { ...proof } };
}

function stepFacts(run: PlanRun): Readonly<Record<string, JsonObject>> {
  return Object.fromEntries(Object.entries(run.steps).map(([step, standing]) => [step, { ...standing }]));
}

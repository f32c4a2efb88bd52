import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { absent, type Coordinator, type Revision } from "../core/failover/coordinator.ts";
import type { Epoch } from "../core/plan/actuator.ts";
import { firstRunText, readRun, runKey, runText, type SeenRun } from "../core/plan/run-record.ts";
import {
  afterDeed,
  decideRun,
  type DeedResult,
  deedsToRepeat,
  endOf,
  type PlanRun,
  type RunDecision,
  type RunDeed,
  runOf,
  type RunOrder,
  orderedRun,
  type Stages,
} from "../core/plan/run.ts";
import { within } from "../waiting/deadline.ts";
import { readSystemClock } from "./clocks.ts";

const askMsMax = 2_000;
const retryMs = 100;

/** Does and undoes what steps say. Told to give up, it ends what it has begun and answers that it failed; it is asked again after a crash. */
export type CarryOutDeed = (deed: RunDeed, epoch: Epoch, signal: AbortSignal) => Promise<DeedResult>;

export interface RunParts {
  readonly coordinator: Coordinator;
  readonly carryOut: CarryOutDeed;
  /** Told of each change, once it is written down. */
  readonly onChange: (run: PlanRun) => void;
}

export type RunOutcome =
  | { readonly kind: "over"; readonly run: PlanRun }
  /** Somebody else has taken it over, or another run has begun. */
  | { readonly kind: "taken-over"; readonly by: PlanRun | null }
  /** The caller has given up; the run stands as it was written down last. */
  | { readonly kind: "broken-off" };

export type BegunRun =
  | { readonly kind: "begun"; readonly seen: SeenRun }
  /** One that is not over, which is to be gone on with or called off first. */
  | { readonly kind: "another"; readonly run: PlanRun }
  | { readonly kind: "unreachable" };

/** Writes a run down; nothing of it is begun before that. @param of the hash of the plan, and who asks */
export async function beginRun(
  coordinator: Coordinator,
  stages: Stages,
  of: { readonly plan: string; readonly by: string; readonly signal: AbortSignal },
): Promise<BegunRun> {
  const { plan, by, signal } = of;
  const present = await look(coordinator, signal);
  if (present === "unreachable") return { kind: "unreachable" };
  if (present !== null && present.run.end === null) return { kind: "another", run: present.run };
  const run = runOf(stages, { id: randomUUID(), plan, by, carrier: randomUUID(), epoch: 0 });
  const expected = present?.revision ?? absent;
  const written = await write(coordinator, { text: firstRunText(run), expected, signal });
  if (written.kind === "unreachable") return { kind: "unreachable" };
  if (written.kind === "refused")
    return written.current === null ? { kind: "unreachable" } : { kind: "another", run: written.current.run };
  return { kind: "begun", seen: { run: { ...run, epoch: written.revision }, revision: written.revision } };
}

/** Takes over a run that is not over: whoever carried it out may write no more. `null`: there is none, or somebody was quicker. */
export async function takeOverRun(
  coordinator: Coordinator,
  signal: AbortSignal,
): Promise<SeenRun | "unreachable" | null> {
  const present = await look(coordinator, signal);
  if (present === "unreachable" || present === null || present.run.end !== null)
    return present === "unreachable" ? present : null;
  const run = { ...present.run, carrier: randomUUID() };
  const written = await write(coordinator, { text: runText(run), expected: present.revision, signal });
  if (written.kind === "unreachable") return "unreachable";
  return written.kind === "refused" ? null : { run, revision: written.revision };
}

/** Asks whoever carries a run out to stop, to go on, or to go back. `null`: it changes nothing. */
export async function orderRun(
  coordinator: Coordinator,
  stages: Stages,
  asked: { readonly order: RunOrder; readonly by: string; readonly signal: AbortSignal },
): Promise<PlanRun | "unreachable" | null> {
  const { order, by, signal } = asked;
  while (!signal.aborted) {
    const present = await look(coordinator, signal);
    if (present === "unreachable" || present === null) return present;
    const next = orderedRun(stages, present.run, order, by);
    if (next === null) return null;
    const text = runText({ ...next, end: null });
    const written = await write(coordinator, { text, expected: present.revision, signal });
    if (written.kind === "unreachable") return "unreachable";
    // Otherwise a step has ended meanwhile: what is asked is asked of the run as it stands now.
    if (written.kind === "written") return next;
  }
  return null;
}

/** Carries a run out to its end. Whatever is begun is written down before; what nobody can write down is not begun. */
export async function carryRun(
  parts: RunParts,
  { stages, seen }: { readonly stages: Stages; readonly seen: SeenRun },
  signal: AbortSignal,
): Promise<RunOutcome> {
  return new Carrier(parts, stages, seen, signal).toItsEnd();
}

interface Ended {
  readonly deed: RunDeed;
  readonly result: DeedResult;
}

class Carrier {
  readonly #parts: RunParts;
  readonly #stages: Stages;
  readonly #signal: AbortSignal;
  /** Aborted when nothing of it is wanted any more. */
  readonly #over = new AbortController();
  readonly #underWay = new Map<string, Promise<Ended>>();
  #seen: SeenRun;

  // eslint-disable-next-line max-params -- the three that it goes by, and when it gives up
  constructor(parts: RunParts, stages: Stages, seen: SeenRun, signal: AbortSignal) {
    this.#parts = parts;
    this.#stages = stages;
    this.#seen = seen;
    this.#signal = signal;
  }

  async toItsEnd(): Promise<RunOutcome> {
    this.#begin(deedsToRepeat(this.#seen.run));
    for (;;) {
      const outcome = await this.#change((run) => this.#next(run));
      if (outcome !== null) return this.#afterAll(outcome);
      if (this.#seen.run.end !== null) return this.#afterAll({ kind: "over", run: this.#seen.run });
      if (this.#underWay.size === 0) continue;
      const ended = await Promise.race(this.#underWay.values());
      this.#underWay.delete(ended.deed.step);
      const heard = await this.#change((run) =>
        afterDeed(this.#stages, run, { ...ended, now: readSystemClock().wall }),
      );
      if (heard !== null) return this.#afterAll(heard);
    }
  }

  /** What is to be begun; and that it is over, once nothing is. */
  #next(run: PlanRun): RunDecision {
    const decision = decideRun(this.#stages, run, readSystemClock().wall);
    const end = decision.next === null ? endOf(this.#stages, run) : null;
    return end === null || run.end !== null ? decision : { next: { ...run, end }, deeds: [] };
  }

  #begin(deeds: readonly RunDeed[]): void {
    for (const deed of deeds) this.#underWay.set(deed.step, this.#carryOut(deed));
  }

  async #carryOut(deed: RunDeed): Promise<Ended> {
    const { epoch } = this.#seen.run;
    const ms = this.#stages.flat().find(({ name }) => name === deed.step)?.within ?? null;
    const act = async (signal: AbortSignal): Promise<DeedResult> => this.#parts.carryOut(deed, epoch, signal);
    try {
      const signals = [this.#signal, this.#over.signal];
      const result = await (ms === null ? act(AbortSignal.any(signals)) : within({ signals, ms }, act));
      return { deed, result };
    } catch (cause) {
      const because = cause instanceof Error ? cause.message : String(cause);
      return { deed, result: { kind: "failed", because } };
    }
  }

  /** Writes down what follows from the run as it stands now, and begins what that says. `null`: it is so. */
  async #change(decide: (run: PlanRun) => RunDecision): Promise<RunOutcome | null> {
    for (;;) {
      const { next, deeds } = decide(this.#seen.run);
      if (next === null) return null;
      const outcome = await this.#writeDown(next);
      if (outcome === "again") continue;
      if (outcome === null) this.#begin(deeds);
      return outcome;
    }
  }

  async #writeDown(next: PlanRun): Promise<RunOutcome | "again" | null> {
    const { coordinator, onChange } = this.#parts;
    const text = runText(next);
    while (!this.#signal.aborted) {
      const written = await write(coordinator, { text, expected: this.#seen.revision, signal: this.#signal });
      if (written.kind === "written") {
        this.#seen = { run: next, revision: written.revision };
        onChange(next);
        return null;
      }
      if (written.kind === "refused") {
        const { current } = written;
        if (current?.run.carrier !== next.carrier) return { kind: "taken-over", by: current?.run ?? null };
        // Our own write, whose answer was lost, or an order of somebody.
        const isOurs = runText(current.run) === text;
        this.#seen = current;
        if (!isOurs) return "again";
        onChange(next);
        return null;
      }
      await pause(retryMs);
    }
    return { kind: "broken-off" };
  }

  /** Whoever may write no more leaves nothing under way. */
  async #afterAll(outcome: RunOutcome): Promise<RunOutcome> {
    this.#over.abort(new Error("the run is not ours any more"));
    await Promise.all(this.#underWay.values());
    return outcome;
  }
}

async function look(coordinator: Coordinator, signal: AbortSignal): Promise<SeenRun | "unreachable" | null> {
  const answer = await within({ signals: [signal], ms: askMsMax }, (until) => coordinator.get(runKey, until));
  if (answer.kind === "unreachable") return "unreachable";
  return answer.value === null ? null : readRun(answer.value.value, answer.value.revision);
}

type Written =
  | { readonly kind: "written"; readonly revision: Revision }
  | { readonly kind: "refused"; readonly current: SeenRun | null }
  | { readonly kind: "unreachable" };

async function write(
  coordinator: Coordinator,
  {
    text,
    expected,
    signal,
  }: { readonly text: string; readonly expected: Revision; readonly signal: AbortSignal },
): Promise<Written> {
  const guarded = { key: runKey, value: text, expected, lease: null };
  const answer = await within({ signals: [signal], ms: askMsMax }, (until) =>
    coordinator.compareAndSet(guarded, until),
  );
  if (answer.kind === "unreachable") return { kind: "unreachable" };
  if (answer.value.kind === "written") return answer.value;
  const { current } = answer.value;
  return { kind: "refused", current: current === null ? null : readRun(current.value, current.revision) };
}

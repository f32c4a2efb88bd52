import { setTimeout as pause } from "node:timers/promises";
import { believedRun, missingApprovals, unprovenSteps } from "../core/plan/approval.ts";
import type { ReadKey } from "../core/plan/signed-approval.ts";
import { runText, type SeenRun } from "./run-record.ts";
import {
  afterDeed,
  asksOf,
  decideRun,
  type DeedResult,
  deedsToRepeat,
  endOf,
  type PlanRun,
  type RunDecision,
  type RunDeed,
  type Stages,
  type StepStanding,
} from "../core/plan/run.ts";
import { beatenRun, type Count, countOf } from "../core/plan/waited.ts";
import { elapsed, milliseconds, type MonotonicMs } from "../core/units/units.ts";
import { within } from "../waiting/deadline.ts";
import { readSystemClock } from "./clocks.ts";
import { beatMs } from "./run-beat.ts";
import { lookUpRun, type RunStore, writeRun } from "./run-store.ts";

const retryMs = 100;
/** How often whoever carries out a long step looks whether the run is still its own. */
const watchMs = 500;

/**
 * An answer of the store that took longer may have been waited for by a process that stood still, and somebody else may carry the run out by
 * now. It is asked anew before anything is begun. Whoever stands still after that acts late all the same: that is what epochs are for.
 */
export const freshMsMax = milliseconds(1_000);

/** Does and undoes what steps say. Told to give up, it ends what it has begun and answers that it failed; it is asked again after a crash. */
export type CarryOutDeed = (deed: RunDeed, run: PlanRun, signal: AbortSignal) => Promise<DeedResult>;

export interface RunParts {
  readonly store: RunStore;
  /** By which approvals are verified. */
  readonly readKey: ReadKey;
  readonly carryOut: CarryOutDeed;
  /** Told of each change, once it is written down. */
  readonly onChange: (run: PlanRun) => void;
  /** Told when the store does not answer: nothing is begun until it does. */
  readonly onSilence: () => void;
}

export type RunOutcome =
  | { readonly kind: "over"; readonly run: PlanRun }
  /** Somebody else has taken it over, or another run has begun. */
  | { readonly kind: "taken-over"; readonly by: PlanRun | null }
  /** The caller has given up; the run stands as it was written down last. */
  | { readonly kind: "broken-off" };

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
  /** How long each step that was begun has been waited for. */
  readonly #counts = new Map<string, Count>();
  #seen: SeenRun;

  // eslint-disable-next-line max-params -- the three that it goes by, and when it gives up
  constructor(parts: RunParts, stages: Stages, seen: SeenRun, signal: AbortSignal) {
    this.#parts = parts;
    this.#stages = stages;
    this.#seen = seen;
    this.#signal = signal;
  }

  async toItsEnd(): Promise<RunOutcome> {
    if (this.#withdrawn(this.#seen.run).next !== null) {
      const unwritten = await this.#change((run) => this.#withdrawn(run));
      if (unwritten !== null) return this.#afterAll(unwritten);
    }
    this.#begin(deedsToRepeat(this.#seen.run));
    for (;;) {
      const outcome = await this.#change((run) => this.#next(run));
      if (outcome !== null) return this.#afterAll(outcome);
      if (this.#seen.run.end !== null) return this.#afterAll({ kind: "over", run: this.#seen.run });
      if (this.#underWay.size === 0) continue;
      const ended = await this.#firstEnded();
      this.#underWay.delete(ended.deed.step);
      if (ended.deed.step in this.#seen.run.asks) await this.#lookAgain();
      const heard = await this.#change((run) => this.#heard(run, ended));
      if (heard !== null) return this.#afterAll(heard);
    }
  }

  /** What people have said since is decided by too. */
  async #lookAgain(): Promise<void> {
    const present = await lookUpRun(this.#parts.store, this.#signal);
    if (present === null || present === "unreachable") return;
    if (present.run.carrier === this.#seen.run.carrier) this.#saw(present);
  }

  /** What somebody has taken back just now is asked for still: what ended was seen before. */
  #heard(run: PlanRun, { deed, result }: Ended): RunDecision {
    const now = readSystemClock().wall;
    const believed = believedRun(run, asksOf(this.#stages), this.#parts.readKey);
    const isPassed = deed.kind === "do" && result.kind === "done";
    if (!isPassed || missingApprovals(believed, deed.step) === 0)
      return afterDeed(this.#stages, run, { deed, result, now });
    if (run.stoppedBecause === null) return { next: null, deeds: [deed] };
    const stopped: DeedResult = { kind: "failed", because: run.stoppedBecause };
    return afterDeed(this.#stages, run, { deed, result: stopped, now });
  }

  /** The first deed that ends. All are called off once somebody else carries the run out: two must not do the same side by side for long. */
  async #firstEnded(): Promise<Ended> {
    let beatAt = readSystemClock().now;
    for (;;) {
      const first = await Promise.race([...this.#underWay.values(), pause(watchMs, null, { ref: false })]);
      if (first !== null) return first;
      const present = await lookUpRun(this.#parts.store, this.#signal);
      if (present === null || present === "unreachable") continue;
      if (present.run.carrier !== this.#seen.run.carrier) {
        this.#over.abort(new Error("somebody else goes on with the run"));
        continue;
      }
      const { now } = readSystemClock();
      if (elapsed(beatAt, now) < beatMs) continue;
      beatAt = now;
      await this.#beat(present);
    }
  }

  /** What somebody has asked of the run meanwhile is gone by at the next change. */
  async #beat({ run, revision }: SeenRun): Promise<void> {
    const beaten = beatenRun(run, this.#counts, readSystemClock().now);
    const write = { text: runText(beaten), expected: revision, signal: this.#signal };
    const written = await writeRun(this.#parts.store, write);
    if (written.kind === "written") this.#saw({ run: beaten, revision: written.revision });
  }

  /** What people have said is told at once: what is withdrawn before its step is done was said all the same. */
  #saw(seen: SeenRun): void {
    const isNew = JSON.stringify(seen.run.approvals) !== JSON.stringify(this.#seen.run.approvals);
    this.#seen = seen;
    if (isNew) this.#parts.onChange(seen.run);
  }

  /** What is to be begun; and that it is over, once nothing is. */
  #next(run: PlanRun): RunDecision {
    const withdrawn = this.#withdrawn(run);
    if (withdrawn.next !== null) return withdrawn;
    const decision = decideRun(this.#stages, run, readSystemClock().wall);
    const end = decision.next === null ? endOf(this.#stages, run) : null;
    return end === null || run.end !== null ? decision : { next: { ...run, end }, deeds: [] };
  }

  /** That a step is done is believed where those who may approve it have signed that. */
  #withdrawn(run: PlanRun): RunDecision {
    const unproven = unprovenSteps(run, asksOf(this.#stages), this.#parts.readKey);
    const isBelieved = unproven.length === 0 || run.course === "back";
    return isBelieved ? { next: null, deeds: [] } : notApproved(run, unproven);
  }

  #begin(deeds: readonly RunDeed[]): void {
    for (const deed of deeds) {
      this.#counts.set(deed.step, countOf(this.#seen.run, deed.step, readSystemClock().now));
      this.#underWay.set(deed.step, this.#carryOut(deed));
    }
  }

  async #carryOut(deed: RunDeed): Promise<Ended> {
    const { run } = this.#seen;
    const ms = this.#stages.flat().find(({ name }) => name === deed.step)?.within ?? null;
    const act = async (signal: AbortSignal): Promise<DeedResult> => this.#parts.carryOut(deed, run, signal);
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
      if (next === null) {
        this.#begin(deeds);
        return null;
      }
      const outcome = await this.#writeDown(next);
      if (outcome === "again") continue;
      if (outcome === null) this.#begin(deeds);
      return outcome;
    }
  }

  async #writeDown(next: PlanRun): Promise<RunOutcome | "again" | null> {
    const { store, onChange, onSilence } = this.#parts;
    const text = runText(next);
    let isSilent = false;
    while (!this.#signal.aborted) {
      const askedAt = readSystemClock().now;
      const written = await writeRun(store, { text, expected: this.#seen.revision, signal: this.#signal });
      if (written.kind === "written") {
        this.#seen = { run: next, revision: written.revision };
        onChange(next);
        return isFresh(askedAt) ? null : this.#stillOurs();
      }
      if (written.kind === "refused") return this.#wasRefused(next, written.current);
      if (!isSilent) onSilence();
      isSilent = true;
      await pause(retryMs);
    }
    return { kind: "broken-off" };
  }

  /** By our own write, whose answer was lost; or by an order of somebody; or somebody else carries the run out. */
  #wasRefused(next: PlanRun, current: SeenRun | null): RunOutcome | "again" | null {
    if (current?.run.carrier !== next.carrier) return { kind: "taken-over", by: current?.run ?? null };
    this.#seen = current;
    if (runText(current.run) !== runText(next)) return "again";
    this.#parts.onChange(next);
    return null;
  }

  /** Asked until the store answers at once. `null`: nobody else carries the run out. */
  async #stillOurs(): Promise<RunOutcome | null> {
    while (!this.#signal.aborted) {
      const askedAt = readSystemClock().now;
      const present = await lookUpRun(this.#parts.store, this.#signal);
      const isKnown = present !== null && present !== "unreachable";
      if (isKnown && present.run.carrier !== this.#seen.run.carrier)
        return { kind: "taken-over", by: present.run };
      if (isKnown && isFresh(askedAt)) return null;
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

function isFresh(askedAt: MonotonicMs): boolean {
  return elapsed(askedAt, readSystemClock().now) <= freshMsMax;
}

/**
 * What somebody has written into the store is no approval: the step has failed, and so has all that would follow from it. What comes
 * of that its plan says.
 */
function notApproved(run: PlanRun, steps: readonly string[]): RunDecision {
  const because = "the store says that it is done, and those who may approve it have not signed that";
  const failed = Object.entries(run.steps).map(([step, standing]): readonly [string, StepStanding] => {
    if (steps.includes(step)) return [step, { kind: "failed", because }];
    if (standing.kind !== "under-way") return [step, standing];
    return [step, { kind: "failed", because: `it was begun without the approval of ${steps.join(", ")}` }];
  });
  return { next: { ...run, steps: Object.fromEntries(failed) }, deeds: [] };
}

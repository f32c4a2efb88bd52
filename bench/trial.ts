import { setTimeout as pause } from "node:timers/promises";
import { lostAmong, spanOf } from "../src/core/drill/loss.ts";
import { type Outage, outageOf } from "../src/core/drill/outage.ts";
import { acknowledgementsOf, type WriteAttempt } from "../src/core/drill/writes.ts";
import type { Parsed } from "../src/core/problem/problem.ts";
import { elapsed, inSeconds, type MonotonicMs, type Seconds } from "../src/core/units/units.ts";
import { readSystemClock } from "../src/runtime/clocks.ts";
import { longestPauseOf } from "./pauses.ts";
import { firstAcknowledged, idsIn, type SequentialWriter, startWriter } from "./sequential-writer.ts";
import type { Subject, TrialFault } from "./subject.ts";

export interface TrialToMake {
  readonly fault: TrialFault;
  /** The member that serves. */
  readonly member: string;
  /** Begins the ids of this trial's writes, and of no other's. */
  readonly name: string;
}

/** What came of one thing that was done to the member that serves. */
export interface Trial {
  readonly injectedAt: MonotonicMs;
  /** Who serves once everything stands again. */
  readonly successor: string;
  readonly outage: Outage;
  readonly acknowledged: number;
  /** Ids that a client was told are written and that the successor does not hold after convergence. */
  readonly lostIds: readonly string[];
  /**
   * From the first acknowledgement that was lost to the fault, or to the last one lost if that came later, whichever way it came in; 0
   * when none was.
   */
  readonly dataLoss: Seconds;
  /** Acknowledged by the member that served, after its successor had acknowledged a new write. */
  readonly acknowledgedByOld: number;
  /** The longest time between two acknowledgements after service had returned, until everything stood again. */
  readonly returnPause: Seconds;
  /** From the thaw, the mending or the start of what had been killed, until every part stood again. */
  readonly wholeAfter: Seconds;
}

const calmMs = 2_000;
const serviceMsMax = 60_000;
const lookEveryMs = 5;
/** How long the writer is watched after service returned, and how long after that a frozen member is thawed. */
const watchedMs = 3_000;

/**
 * Does it while clients write, undoes it, and compares what they were told with what the successor holds once all is whole. A frozen
 * member is thawed 3 s after its successor's first acknowledgement. But for a kill, a second client keeps writing straight to the member.
 */
export async function tried(
  subject: Subject,
  trial: TrialToMake,
  signal: AbortSignal,
): Promise<Parsed<Trial>> {
  const { fault, member, name } = trial;
  const writer = startWriter(subject.frontUrl, `${name}-edge-`);
  const old = fault === "kill" ? null : startWriter(subject.storeUrlOf(member), `${name}-old-`);
  const clients = old === null ? [writer] : [writer, old];
  try {
    const healed = await harmAndHeal({ subject, writer }, trial, signal);
    if (!healed.ok) return healed;
    await stopAll(clients);
    const { injectedAt, endedAt, wholeAfter, successor } = healed.value;
    const kept = await idsIn(subject.storeUrlOf(successor), `${name}-`);
    const attempts = clients.flatMap((client) => client.attempts);
    const outage = outageOf({ injectedAt, endedAt, writes: until(endedAt, writer.attempts) });
    const isReplaced = successor !== member;
    const lost = lostAmong(attempts, kept);
    return {
      ok: true,
      value: {
        ...{ injectedAt, successor, outage, wholeAfter },
        acknowledged: acknowledgementsOf(attempts).length,
        lostIds: lost.map(({ id }) => id),
        dataLoss: spanOf(inOrder(lost), injectedAt),
        acknowledgedByOld: isReplaced ? acknowledgedAfter(outage, old?.attempts ?? []) : 0,
        returnPause: longestPauseOf(acknowledgementsOf(writer.attempts).filter((at) => at >= endedAt)),
      },
    };
  } finally {
    await stopAll(clients);
  }
}

function inOrder(attempts: readonly WriteAttempt[]): readonly WriteAttempt[] {
  return attempts.toSorted((one, other) => one.outcome.at - other.outcome.at);
}

async function stopAll(clients: readonly SequentialWriter[]): Promise<void> {
  await Promise.all(clients.map((client) => client.stop()));
}

interface Tried {
  readonly subject: Subject;
  readonly writer: SequentialWriter;
}

interface Harmed {
  readonly injectedAt: MonotonicMs;
  /** When a frozen member was thawed; `null` when it is yet to be mended. */
  readonly givenBackAt: MonotonicMs | null;
  /** Follows an acknowledgement, unless there was none after the fault: no pause is cut short by the end of the watch. */
  readonly endedAt: MonotonicMs;
}

interface Healed extends Harmed {
  readonly successor: string;
  readonly wholeAfter: Seconds;
}

async function harmAndHeal(about: Tried, trial: TrialToMake, signal: AbortSignal): Promise<Parsed<Healed>> {
  const harmed = await harm(about, trial, signal);
  if (!harmed.ok) return harmed;
  const healed = await about.subject.heal(trial.member);
  if (!healed.ok) return healed;
  const whole = await about.subject.untilWhole(signal);
  if (!whole.ok) return whole;
  const { active, askedAt, at } = whole.value;
  const wholeAfter = inSeconds(elapsed(harmed.value.givenBackAt ?? askedAt, at));
  return { ok: true, value: { ...harmed.value, successor: active, wholeAfter } };
}

async function harm(
  { subject, writer }: Tried,
  { fault, member }: TrialToMake,
  signal: AbortSignal,
): Promise<Parsed<Harmed>> {
  await pause(calmMs, undefined, { signal });
  const injectedAt = readSystemClock().now;
  const done = fault === "switchover" ? await subject.switchOver() : await subject.strike(fault, member);
  if (!done.ok) return done;
  if (fault === "store-cut") await pause(subject.storeLossSettles * 1_000, undefined, { signal });
  const returnedAt = await untilAcknowledged(writer, readSystemClock().now, signal);
  await pause(watchedMs, undefined, { signal });
  const givenBackAt = fault === "freeze" ? readSystemClock().now : null;
  if (givenBackAt !== null) {
    const thawed = await subject.thaw(member);
    if (!thawed.ok) return thawed;
    await pause(watchedMs, undefined, { signal });
  }
  if (returnedAt !== null) await untilAcknowledged(writer, readSystemClock().now, signal);
  return { ok: true, value: { injectedAt, givenBackAt, endedAt: readSystemClock().now } };
}

async function untilAcknowledged(
  { attempts }: SequentialWriter,
  since: MonotonicMs,
  signal: AbortSignal,
): Promise<MonotonicMs | null> {
  let at = firstAcknowledged(attempts, since);
  while (at === null && readSystemClock().now - since < serviceMsMax) {
    await pause(lookEveryMs, undefined, { signal });
    at = firstAcknowledged(attempts, since);
  }
  return at;
}

function until(instant: MonotonicMs, attempts: readonly WriteAttempt[]): readonly WriteAttempt[] {
  return attempts.filter(({ outcome }) => outcome.at <= instant);
}

/** A member may acknowledge until its successor does, which is when the outage ends; after that there would be two. */
export function acknowledgedAfter(outage: Outage, attempts: readonly WriteAttempt[]): number {
  if (outage.kind !== "interrupted" && outage.kind !== "unnoticed") return 0;
  return attempts.filter(({ outcome }) => outcome.kind === "acknowledged" && outcome.at > outage.to).length;
}

import { setTimeout as pause } from "node:timers/promises";
import { acknowledgementsOf, type WriteAttempt } from "../src/core/drill/writes.ts";
import { lostAmong } from "../src/core/drill/loss.ts";
import { type Outage, outageOf } from "../src/core/drill/outage.ts";
import { type Phase, phasesOf } from "../src/core/drill/phases.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import { invariant, type Parsed } from "../src/core/problem/problem.ts";
import { elapsed, inSeconds, type MonotonicMs, type Seconds } from "../src/core/units/units.ts";
import { readSystemClock } from "../src/runtime/clocks.ts";
import type { BenchLab } from "./bench-lab.ts";
import { toldSince } from "./controllers-evidence.ts";
import { leadFrom } from "./leadership.ts";
import { longestPauseOf } from "./pauses.ts";
import { firstAcknowledged, idsIn, type SequentialWriter, startWriter } from "./sequential-writer.ts";

export type LossFault = "kill" | "freeze";

/** Where the leading controller stands when the region is lost: in that very region, or left to chance. */
export type LeaderPlace = "in-lost-region" | "anywhere";

export interface LossToMeasure {
  readonly fault: LossFault;
  readonly leader: LeaderPlace;
  /** Begins the ids of this loss's writes, and of no other's. */
  readonly name: string;
}

/** One loss of the active region, and what came of it. */
export interface RegionLoss {
  readonly fault: LossFault;
  readonly region: RegionId;
  readonly leader: LeaderPlace;
  readonly outage: Outage;
  readonly phases: readonly Phase[];
  readonly acknowledged: number;
  /** Ids that a client was told are written and that the surviving primary does not hold after convergence. */
  readonly lostIds: readonly string[];
  /** Acknowledged by the frozen and thawed primary after its successor had acknowledged a new write. */
  readonly acknowledgedByOld: number;
  readonly failovers: number;
  /** The log of the controller that completed the failover; `null` when none did. */
  readonly completedBy: string | null;
  /** The longest time between two acknowledgements while the region came back as a follower. */
  readonly returnPause: Seconds;
  /** From the thaw, or the start of what had been killed, until every part of the lab stood again. */
  readonly wholeAfter: Seconds;
}

const calmMs = 2_000;
const serviceMsMax = 60_000;
const lookEveryMs = 5;
/** How long the writer is watched after service returned, and how long after that a frozen region is thawed. */
const watchedMs = 3_000;

/**
 * Takes the active region away while clients write, gives it back, and compares what they were told with what the surviving
 * primary holds once the lab is whole. A frozen region is thawed 3 s after its successor's first acknowledgement, with a second
 * client that keeps writing straight to it.
 */
export async function loseRegion(
  lab: BenchLab,
  { fault, leader, name }: LossToMeasure,
  signal: AbortSignal,
): Promise<Parsed<RegionLoss>> {
  const chosen = await activeRegion(lab, leader, signal);
  if (!chosen.ok) return chosen;
  const region = chosen.value;
  const writer = startWriter(lab.details.postgresUrl, `${name}-edge-`);
  const old = fault === "freeze" ? startWriter(addressOf(lab, region), `${name}-old-`) : null;
  const clients = old === null ? [writer] : [writer, old];
  try {
    const healed = await harmAndHeal(lab, { fault, region, writer }, signal);
    if (!healed.ok) return healed;
    await stopAll(clients);
    const { injectedAt, returnedAt, endedAt, wholeAfter, successor } = healed.value;
    const kept = await idsIn(addressOf(lab, successor), `${name}-`);
    const attempts = clients.flatMap((client) => client.attempts);
    const { failovers, completedBy, milestones } = await toldSince(lab.details.evidence, injectedAt, signal);
    return {
      ok: true,
      value: {
        fault,
        region,
        leader,
        outage: outageOf({ injectedAt, endedAt, writes: until(endedAt, writer.attempts) }),
        phases: phasesOf(injectedAt, milestones),
        acknowledged: acknowledgementsOf(attempts).length,
        lostIds: lostAmong(attempts, kept).map(({ id }) => id),
        acknowledgedByOld: acknowledgedAfter(returnedAt, old?.attempts ?? []),
        failovers,
        completedBy,
        returnPause: longestPauseOf(acknowledgementsOf(writer.attempts).filter((at) => at >= endedAt)),
        wholeAfter,
      },
    };
  } finally {
    await stopAll(clients);
  }
}

/** The region that serves, once all is well and the leader stands where it was wished. */
async function activeRegion(
  lab: BenchLab,
  leader: LeaderPlace,
  signal: AbortSignal,
): Promise<Parsed<RegionId>> {
  const whole = await lab.untilWhole(signal);
  if (!whole.ok) return whole;
  const { active } = whole.value.status;
  const led = leader === "in-lost-region" ? await leadFrom(lab, active, signal) : whole;
  return led.ok ? { ok: true, value: active } : led;
}

function addressOf(lab: BenchLab, region: RegionId): string {
  const url = lab.details.postgresUrls[region];
  invariant(url !== undefined, `the lab tells no address of ${region}'s store`);
  return url;
}

async function stopAll(clients: readonly SequentialWriter[]): Promise<void> {
  await Promise.all(clients.map((client) => client.stop()));
}

interface Harmed {
  readonly injectedAt: MonotonicMs;
  /** The first acknowledgement of a write that was sent after the fault; `null` when there was none. */
  readonly returnedAt: MonotonicMs | null;
  /** When a frozen region was thawed; `null` when what was killed is yet to be started. */
  readonly givenBackAt: MonotonicMs | null;
  /** Follows an acknowledgement, unless there was none after the fault: no pause is cut short by the end of the watch. */
  readonly endedAt: MonotonicMs;
}

interface Healed extends Harmed {
  /** Who serves once the lab is whole again. */
  readonly successor: RegionId;
  readonly wholeAfter: Seconds;
}

interface Harm {
  readonly fault: LossFault;
  readonly region: RegionId;
  readonly writer: SequentialWriter;
}

async function harmAndHeal(lab: BenchLab, about: Harm, signal: AbortSignal): Promise<Parsed<Healed>> {
  const harmed = await harm(lab, about, signal);
  if (!harmed.ok) return harmed;
  const restored = await lab.restore(about.region);
  if (!restored.ok) return restored;
  const whole = await lab.untilWhole(signal);
  if (!whole.ok) return whole;
  const { status, askedAt, at } = whole.value;
  const wholeAfter = inSeconds(elapsed(harmed.value.givenBackAt ?? askedAt, at));
  return { ok: true, value: { ...harmed.value, successor: status.active, wholeAfter } };
}

async function harm(
  lab: BenchLab,
  { fault, region, writer }: Harm,
  signal: AbortSignal,
): Promise<Parsed<Harmed>> {
  await pause(calmMs, undefined, { signal });
  const injectedAt = readSystemClock().now;
  const injected = await lab.inject(fault, region);
  if (!injected.ok) return injected;
  const returnedAt = await untilAcknowledged(writer, readSystemClock().now, signal);
  await pause(watchedMs, undefined, { signal });
  const givenBackAt = fault === "freeze" ? readSystemClock().now : null;
  if (givenBackAt !== null) {
    const thawed = await lab.inject("thaw", region);
    if (!thawed.ok) return thawed;
    await pause(watchedMs, undefined, { signal });
  }
  if (returnedAt !== null) await untilAcknowledged(writer, readSystemClock().now, signal);
  return { ok: true, value: { injectedAt, returnedAt, givenBackAt, endedAt: readSystemClock().now } };
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

/** An old primary may acknowledge until its successor does; after that there would be two. */
function acknowledgedAfter(instant: MonotonicMs | null, attempts: readonly WriteAttempt[]): number {
  if (instant === null) return 0;
  return attempts.filter(({ outcome }) => outcome.kind === "acknowledged" && outcome.at > instant).length;
}

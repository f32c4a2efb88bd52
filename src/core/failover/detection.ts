import { elapsed, type MonotonicMs } from "../units/units.ts";
import type { MemberStatus, RegionId } from "./member.ts";
import type { MemberReport, Observation } from "./message.ts";
import type { SeenReign } from "./reign.ts";
import { type FailoverSettings, type FailoverTiming, majorityOf } from "./settings.ts";
import type { Verdict } from "./vantage.ts";

/** A message with the instant of its arrival on the receiver's own clock. */
export interface Received<Told> {
  readonly told: Told;
  readonly at: MonotonicMs;
}

/** What the edge makes of the region that it sends clients to. */
export type EdgeView = "answering" | "refusing" | "silent" | "idle";

/** All that a controller knows of the world besides the reign. */
export interface Surroundings {
  readonly observations: ReadonlyMap<RegionId, Received<Observation>>;
  readonly reports: ReadonlyMap<RegionId, Received<MemberReport>>;
  readonly edge: Received<EdgeView> | null;
  /** When the edge was first asked of what has not been answered since; `null`: nothing is awaited. */
  readonly edgeAskedAt: MonotonicMs | null;
}

export interface Vote {
  readonly from: RegionId;
  readonly verdict: Verdict;
  /** How long the voter has held this verdict, when its message arrived. */
  readonly ageMs: number;
}

/** Why a region is taken for lost: who says so, which standbys lost its stream, and what the edge sees. */
export interface LossEvidence {
  readonly lost: RegionId;
  readonly votes: readonly Vote[];
  readonly streamsLost: readonly RegionId[];
  readonly edge: EdgeView | "unheard";
}

export type Judgement =
  | { readonly kind: "lost"; readonly evidence: LossEvidence }
  | { readonly kind: "not-lost"; readonly because: string };

/** What the edge was heard to make of it, or that it has been asked in vain for long enough; `null`: an answer may be on its way. */
function edgeAsHeard(
  { edge, edgeAskedAt }: Surroundings,
  { timing, now }: { readonly timing: FailoverTiming; readonly now: MonotonicMs },
): EdgeView | "unheard" | null {
  if (isFresh(edge, { timing, now })) return edge.told;
  return edgeAskedAt !== null && elapsed(edgeAskedAt, now) >= timing.silentAfterMs ? "unheard" : null;
}

/**
 * Whether the active region is lost. Three kinds of witness must agree: a majority of *all* controllers finds it refusing or
 * silent; at least one standby has lost its stream and none still hears it; and no client is being answered through the edge.
 */
export function judgeLoss(
  seen: SeenReign,
  around: Surroundings,
  { settings, now }: { readonly settings: FailoverSettings; readonly now: MonotonicMs },
): Judgement {
  const { timing } = settings;
  const lost = seen.reign.active;
  const against = freshVotesAgainst(seen, around, { timing, now });
  const needed = majorityOf(settings.regions.length);
  if (against.length < needed) {
    return notLost(
      `${against.length} of ${settings.regions.length} vantage points miss it, ${needed} are needed`,
    );
  }

  const streams = settings.regions
    .filter((region) => region !== lost)
    .map((region) => ({ region, state: streamState(around.reports.get(region), lost, { timing, now }) }));
  const hearing = streams.find((stream) => stream.state === "hears");
  if (hearing !== undefined) return notLost(`the standby in ${hearing.region} still hears it`);
  const streamsLost = streams.filter((stream) => stream.state === "lost").map((stream) => stream.region);
  if (streamsLost.length === 0) return notLost("no standby says that its stream is lost");

  const edge = edgeAsHeard(around, { timing, now });
  if (edge === null) return notLost("the edge has not had the time to answer");
  if (edge === "answering") return notLost("clients are being answered through the edge");
  return { kind: "lost", evidence: { lost, votes: against, streamsLost, edge } };
}

/** Whether evidence says that its region is lost, as `judgeLoss` has it. */
export function isLoss(
  { votes, streamsLost, edge }: LossEvidence,
  { regions }: Pick<FailoverSettings, "regions">,
): boolean {
  const against = votes.filter(({ verdict }) => isAgainst(verdict));
  return against.length >= majorityOf(regions.length) && streamsLost.length > 0 && edge !== "answering";
}

function notLost(because: string): Judgement {
  return { kind: "not-lost", because };
}

interface Instant {
  readonly timing: FailoverTiming;
  readonly now: MonotonicMs;
}

export function isFresh<Told>(
  received: Received<Told> | null | undefined,
  { timing, now }: Instant,
): received is Received<Told> {
  return received !== null && received !== undefined && elapsed(received.at, now) <= timing.freshMs;
}

function isAgainst(verdict: Verdict): boolean {
  return verdict === "refusing" || verdict === "silent";
}

function freshVotesAgainst(seen: SeenReign, around: Surroundings, instant: Instant): readonly Vote[] {
  const votes: Vote[] = [];
  for (const [from, received] of around.observations) {
    const { about, epoch, verdict, age } = received.told;
    const isMeant = about === seen.reign.active && epoch === seen.reign.epoch;
    if (!isMeant || !isAgainst(verdict) || !isFresh(received, instant)) continue;
    votes.push({ from, verdict, ageMs: Math.round(age) });
  }
  return votes;
}

type StreamState = "hears" | "lost" | "unknown";

function streamState(
  received: Received<MemberReport> | undefined,
  upstream: RegionId,
  instant: Instant,
): StreamState {
  if (!isFresh(received, instant)) return "unknown";
  const { status } = received.told;
  if (status.kind !== "standby" || status.upstream !== upstream) return "unknown";
  return isStreamLost(status, instant.timing) ? "lost" : "hears";
}

type StandbyStatus = Extract<MemberStatus, { kind: "standby" }>;

/** Whether a standby hears nothing from whom it follows any more. */
export function isStreamLost({ receiver }: StandbyStatus, { streamSilentAfterMs }: FailoverTiming): boolean {
  return receiver.kind === "stopped" || receiver.silentFor >= streamSilentAfterMs;
}

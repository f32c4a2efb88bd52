import { reached } from "./milestones.ts";
import { unreachable } from "../problem/problem.ts";
import { elapsed, later, type MonotonicMs, milliseconds } from "../units/units.ts";
import type { ClockReading } from "./clock-reading.ts";
import {
  changed,
  type ControllerEffect,
  type ControllerEvent,
  type ControllerState,
  type ControllerStep,
  type DeedOutcome,
  type Progress,
} from "./controller-state.ts";
import { cooledAtAfter } from "./cool-down.ts";
import type { RegionId } from "./member.ts";
import { withDeedTold } from "./deeds-seen.ts";
import { isFresh, type Received, type Surroundings } from "./detection.ts";
import { decideAsFollower, decideAsLeader } from "./failover.ts";
import { withLeader, withoutLeadership } from "./leadership.ts";
import { lookAround } from "./look-around.ts";
import type { MemberReport, Message, Observation } from "./message.ts";
import { isNews } from "./news.ts";
import type { SeenOrder } from "./order.ts";
import type { SeenReign } from "./reign.ts";
import type { FailoverSettings } from "./settings.ts";
import { noTrail } from "./trail.ts";
import { trailAfterLook, trailAfterProbe, trailAfterReport, trailUnder } from "./trail-heard.ts";
import { judged, probeEnded, watchFrom, wokenUp } from "./vantage.ts";

export function newController(
  self: RegionId,
  settings: FailoverSettings,
  { clock, incarnation }: { readonly clock: ClockReading; readonly incarnation: number },
): ControllerState {
  return {
    self,
    settings,
    incarnation,
    sequence: 0,
    clock,
    seen: null,
    order: null,
    leadership: { kind: "unknown" },
    progress: freshProgress(clock.now),
    cooledAt: null,
    vantage: null,
    toldAt: clock.now,
    around: nothingAround,
    edgeEpoch: null,
    trail: noTrail,
    streamedAt: new Map(),
    awaited: null,
    ticket: 0,
    milestones: [],
    deeds: [],
    blockedBy: [],
    recordsFailed: 0,
  };
}

/** Decides; does nothing. The runner carries out `effects` and feeds their outcomes back as events. */
export function stepController(
  before: ControllerState,
  event: ControllerEvent,
  clock: ClockReading,
): ControllerStep {
  const slept = elapsed(before.clock.now, clock.now) > before.settings.timing.freshMs;
  const rested = slept ? afterSleep(before, clock.now) : before;
  const state = absorb(changed(rested, { clock }), event);
  switch (event.kind) {
    case "tick":
      return inTurn(state, tickTurns);
    case "probe-ended":
      return inTurn(state, probeTurns);
    case "message":
    case "edge-seen":
    case "reign-seen":
    case "order-seen":
    case "leader-seen":
    case "claim-ended":
    case "renewed":
    case "leadership-lost":
    case "deed-ended":
      return decide(state);
    default:
      return unreachable(event);
  }
}

const nothingAround: Surroundings = {
  observations: new Map(),
  reports: new Map(),
  edge: null,
  edgeAskedAt: null,
};

function freshProgress(since: MonotonicMs): Progress {
  return { since, isHeld: false, isRouted: false, isVerified: false, notBefore: since };
}

/** A controller that did not run knows nothing of what happened meanwhile, and its lease may be another's. */
function afterSleep(state: ControllerState, now: MonotonicMs): ControllerState {
  return changed(state, {
    vantage: state.vantage === null ? null : wokenUp(state.vantage, now),
    around: nothingAround,
    trail: noTrail,
    streamedAt: new Map(),
  });
}

// --- what an event changes ---

function absorb(state: ControllerState, event: ControllerEvent): ControllerState {
  switch (event.kind) {
    case "tick":
      return state;
    case "reign-seen":
      return withReign(state, event.seen);
    case "order-seen":
      return withOrder(state, event.seen);
    case "leader-seen":
      return withLeader(state, event.holder, event.revision);
    case "message":
      return withMessage(state, event.message);
    case "edge-seen":
      return withEdge(state, event);
    case "probe-ended":
      return withProbe(state, event);
    case "claim-ended":
      return withClaim(state, event);
    case "renewed":
      return state.leadership.kind === "mine"
        ? changed(state, { leadership: { kind: "mine", renewedAt: event.sentAt } })
        : state;
    case "leadership-lost":
      return state.leadership.kind === "mine" ? withoutLeadership(state) : state;
    case "deed-ended":
      return event.ticket === state.awaited ? withDeed(changed(state, { awaited: null }), event.deed) : state;
    default:
      return unreachable(event);
  }
}

function withReign(state: ControllerState, seen: SeenReign): ControllerState {
  if (state.seen !== null && seen.revision <= state.seen.revision) return state;
  const { now } = state.clock;
  const isSameWatch =
    state.vantage !== null &&
    state.vantage.about === seen.reign.active &&
    state.vantage.epoch === seen.reign.epoch;
  const isNews = seen.reign.phase !== "steady" && seen.reign.epoch !== state.seen?.reign.epoch;
  return changed(state, {
    seen,
    deeds: isNews ? withDeedsTold(state, seen) : state.deeds,
    progress: freshProgress(now),
    cooledAt: cooledAtAfter(state, seen.reign),
    trail: trailUnder(state, seen.reign),
    blockedBy: [],
    vantage: isSameWatch ? state.vantage : watchFrom(seen.reign.active, seen.reign.epoch, now),
  });
}

function withOrder(state: ControllerState, seen: SeenOrder): ControllerState {
  const isNewer = state.order === null || seen.revision > state.order.revision;
  return isNewer ? changed(state, { order: seen }) : state;
}

function withClaim(
  state: ControllerState,
  event: Extract<ControllerEvent, { kind: "claim-ended" }>,
): ControllerState {
  if (event.ticket !== state.awaited) return state;
  const { now } = state.clock;
  const { leasedAt } = event;
  if (leasedAt === null) return withRetryLater(changed(state, { awaited: null }));
  return changed(state, {
    awaited: null,
    leadership: { kind: "mine", renewedAt: leasedAt },
    progress: freshProgress(now),
    streamedAt: new Map(),
  });
}

function withMessage(state: ControllerState, message: Message): ControllerState {
  const at = state.clock.now;
  switch (message.kind) {
    case "reign-news":
      return withReign(state, message.seen);
    case "observation":
      return isNews(state.around.observations.get(message.from), message, state)
        ? withObservation(state, { told: message, at })
        : state;
    case "member-report":
      return isNews(state.around.reports.get(message.from), message, state)
        ? withReport(state, { told: message, at })
        : state;
    default:
      return unreachable(message);
  }
}

function withObservation(state: ControllerState, received: Received<Observation>): ControllerState {
  const observations = new Map(state.around.observations).set(received.told.from, received);
  return changed(state, { around: { ...state.around, observations } });
}

function withReport(state: ControllerState, received: Received<MemberReport>): ControllerState {
  const reports = new Map(state.around.reports).set(received.told.from, received);
  const { status } = received.told;
  const around = { ...state.around, reports };
  const trail = trailAfterReport(state, received);
  const { reign } = state.seen ?? {};
  const deeds =
    reign === undefined || reign.phase === "steady"
      ? state.deeds
      : withDeedTold(state.deeds, received, reign);
  if (status.kind !== "primary" || status.standbys.length === 0)
    return changed(state, { around, trail, deeds });
  const streamedAt = new Map(state.streamedAt);
  for (const standby of status.standbys) {
    if (standby.isStreaming) streamedAt.set(standby.region, received.at);
  }
  return changed(state, { around, trail, deeds, streamedAt });
}

/** An agent may have obeyed a new intent, and said so, before this controller heard of it. */
function withDeedsTold(
  { seen: before, deeds, around }: ControllerState,
  { reign }: SeenReign,
): ControllerState["deeds"] {
  const earlier = before?.reign.phase === "steady" ? [] : deeds;
  return [...around.reports.values()].reduce((known, report) => withDeedTold(known, report, reign), earlier);
}

function withEdge(
  state: ControllerState,
  { view, epoch }: Extract<ControllerEvent, { kind: "edge-seen" }>,
): ControllerState {
  const edge = { told: view, at: state.clock.now };
  const trail = trailAfterLook(state, view);
  return changed(state, { edgeEpoch: epoch, trail, around: { ...state.around, edge, edgeAskedAt: null } });
}

function withProbe(
  state: ControllerState,
  event: Extract<ControllerEvent, { kind: "probe-ended" }>,
): ControllerState {
  const { vantage, clock, settings } = state;
  if (vantage?.about !== event.about || vantage.epoch !== event.epoch) return state;
  return changed(state, {
    trail: trailAfterProbe(state, event.outcome),
    vantage: judged(probeEnded(vantage, event.outcome, clock.now), clock.now, settings.timing),
  });
}

const retryAfterMs = milliseconds(200);

function withDeed(state: ControllerState, deed: DeedOutcome): ControllerState {
  const { progress } = state;
  switch (deed.kind) {
    case "committed": {
      const committed = changed(state, { recordsFailed: 0 });
      const isDecided = deed.seen.reign.phase === "fencing" || deed.seen.reign.phase === "closing";
      return withReign(isDecided ? reached(committed, "decide") : committed, deed.seen);
    }
    case "answered":
      return state;
    case "routed":
      return reached(changed(state, { edgeEpoch: null, progress: { ...progress, isRouted: true } }), "route");
    case "verified":
      return reached(changed(state, { progress: { ...progress, isVerified: true } }), "verify");
    case "not-committed":
      return withRetryLater(deed.because === "record-failed" ? withoutRecord(state) : state);
    case "failed":
      return withRetryLater(state);
    default:
      return unreachable(deed);
  }
}

function withoutRecord(state: ControllerState): ControllerState {
  return changed(state, {
    recordsFailed: state.recordsFailed + 1,
    blockedBy: ["the decision could not be written down"],
  });
}

function withRetryLater(state: ControllerState): ControllerState {
  return changed(state, { progress: { ...state.progress, notBefore: later(state.clock.now, retryAfterMs) } });
}

// --- what follows from it ---

type Turn = (state: ControllerState) => ControllerStep;

const probeTurns: readonly Turn[] = [tellVerdict, decide];
const tickTurns: readonly Turn[] = [keepLeading, lookAround, ...probeTurns];

function inTurn(state: ControllerState, turns: readonly Turn[]): ControllerStep {
  let current = state;
  const effects: ControllerEffect[] = [];
  for (const turn of turns) {
    const next = turn(current);
    current = next.state;
    for (const effect of next.effects) effects.push(effect);
  }
  return { state: current, effects };
}

function keepLeading(state: ControllerState): ControllerStep {
  const { leadership, clock, settings } = state;
  if (leadership.kind !== "mine") return { state, effects: [] };
  const age = elapsed(leadership.renewedAt, clock.now);
  if (age >= settings.timing.leaderLeaseMs) {
    return { state: withoutLeadership(state), effects: [] };
  }
  if (isUnfit(state)) return resign(state);
  const isDue = age >= settings.timing.leaderLeaseMs / 3;
  return { state, effects: isDue ? [{ kind: "renew-leadership" }] : [] };
}

const recordsFailedMax = 3;

/** A leader that cannot write down what it decides, or does not reach the edge that it must route, keeps a better one from leading. */
function isUnfit({ recordsFailed, seen, progress, around, clock, settings }: ControllerState): boolean {
  if (recordsFailed >= recordsFailedMax) return true;
  const { timing } = settings;
  const isOverdue = elapsed(progress.since, clock.now) >= timing.fenceLimitMs;
  return seen?.reign.phase === "promoting" && isOverdue && !isFresh(around.edge, { timing, now: clock.now });
}

/** Others may lead for as long as a lease lasts; then, if nobody does, this one tries again. */
function resign(state: ControllerState): ControllerStep {
  const { clock, settings, progress } = state;
  const notBefore = later(clock.now, settings.timing.leaderLeaseMs);
  return {
    state: changed(withoutLeadership(state), { recordsFailed: 0, progress: { ...progress, notBefore } }),
    effects: [{ kind: "resign-leadership" }],
  };
}

/** Tells the other controllers at once when the verdict has changed, and now and then when it has not. */
function tellVerdict(state: ControllerState): ControllerStep {
  const { vantage, clock, settings, self } = state;
  if (vantage === null) return { state, effects: [] };
  const hasChanged = state.around.observations.get(self)?.told.verdict !== vantage.verdict;
  if (!hasChanged && elapsed(state.toldAt, clock.now) < settings.timing.heartbeatMs) {
    return { state, effects: [] };
  }
  const observation: Observation = {
    kind: "observation",
    from: self,
    about: vantage.about,
    epoch: vantage.epoch,
    verdict: vantage.verdict,
    age: elapsed(vantage.verdictSince, clock.now),
    sequence: state.sequence + 1,
    incarnation: state.incarnation,
  };
  const told = withObservation(changed(state, { sequence: state.sequence + 1, toldAt: clock.now }), {
    told: observation,
    at: clock.now,
  });
  return { state: told, effects: [{ kind: "tell-controllers", message: observation }] };
}

function decide(state: ControllerState): ControllerStep {
  if (state.awaited !== null) return { state, effects: [] };
  return state.leadership.kind === "mine" ? decideAsLeader(state) : decideAsFollower(state);
}

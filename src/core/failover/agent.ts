import { unreachable } from "../problem/problem.ts";
import { elapsed, later, milliseconds, type MonotonicMs } from "../units/units.ts";
import {
  type AgentEffect,
  type AgentEvent,
  type AgentMemory,
  type AgentState,
  type AgentStep,
  changed,
  type Ongoing,
} from "./agent-state.ts";
import { report } from "./agent-report.ts";
import type { ClockReading } from "./clock-reading.ts";
import { absent } from "./coordinator.ts";
import type { AgentDeed } from "./deed.ts";
import { deedFor, type Goal, goalOf } from "./goal.ts";
import type { MemberStatus, RegionId, SyncSet } from "./member.ts";
import type { Epoch, SeenReign } from "./reign.ts";
import type { FailoverSettings } from "./settings.ts";

export function newAgent(
  self: RegionId,
  settings: FailoverSettings,
  start: { readonly clock: ClockReading; readonly incarnation: number; readonly memory: AgentMemory },
): AgentState {
  const { now } = start.clock;
  return {
    self,
    settings,
    incarnation: start.incarnation,
    sequence: 0,
    clock: start.clock,
    memory: start.memory,
    remembering: null,
    seen: null,
    status: null,
    statusAt: now,
    confirmed: null,
    held: null,
    servesUntil: null,
    askedSince: now,
    readAt: now,
    streamlessSince: null,
    streamingLooks: 0,
    ongoing: null,
    lastDeed: null,
    notBefore: now,
    startsFailed: 0,
    ticket: 0,
    told: null,
  };
}

/**
 * Decides; does nothing. An agent brings its member into the state that the newest reign asks for, and stops it when the
 * right to serve has run out. After a pause it looks at its deadline before it does anything else.
 */
export function stepAgent(before: AgentState, event: AgentEvent, clock: ClockReading): AgentStep {
  const { timing } = before.settings;
  const slept = elapsed(before.clock.now, clock.now) > timing.freshMs;
  // What was seen of the member before a pause says nothing about it now, so it cannot excuse a deadline that has passed.
  const awake = changed(before, slept ? { status: null, clock } : { clock });
  const reconciled = reconcile(absorb(awake, event));
  const looked = look(reconciled.state, event);
  const reported = report(looked.state);
  return { state: reported.state, effects: [...reconciled.effects, ...looked.effects, ...reported.effects] };
}

/** Looks at the member at every tick and after every deed, and reads the reign now and then, or at once when it is news. */
function look(state: AgentState, event: AgentEvent): AgentStep {
  if (event.kind === "deed-ended") return { state, effects: [{ kind: "look-at-member" }] };
  const { now } = state.clock;
  const isDue = event.kind === "tick" && elapsed(state.readAt, now) >= state.settings.timing.heartbeatMs;
  const isAsking = event.kind === "reign-seen" && state.servesUntil === null;
  const effects: AgentEffect[] = event.kind === "tick" ? [{ kind: "look-at-member" }] : [];
  if (!isDue && !isAsking) return { state, effects };
  return { state: changed(state, { readAt: now }), effects: [...effects, { kind: "read-reign" }] };
}

// --- what an event changes ---

function absorb(state: AgentState, event: AgentEvent): AgentState {
  switch (event.kind) {
    case "tick":
      return state;
    case "reign-seen":
      return withReign(state, event.seen);
    case "reign-read":
      return withReading(state, event);
    case "status-seen":
      return withStatus(state, event.status);
    case "remembered":
      return changed(state, { memory: event.memory, remembering: null });
    case "deed-ended":
      return withDeedEnded(state, event);
    default:
      return unreachable(event);
  }
}

function withReign(state: AgentState, seen: SeenReign): AgentState {
  const newest = Math.max(state.seen?.revision ?? absent, state.memory.seen);
  if (seen.revision < newest || seen.revision === state.seen?.revision) return state;
  const known = changed(state, { seen, startsFailed: 0 });
  return keepsRight(state, seen) ? known : changed(known, { servesUntil: null, askedSince: state.clock.now });
}

/** Whether the right to serve, as it was given, outlasts the news of `reign`. */
function keepsRight({ seen, self }: AgentState, { reign }: SeenReign): boolean {
  if (reign.active !== self) return false;
  // Whoever is to be shut down in order gets no new right; the one that it had bounds how long that may take.
  return reign.phase === "closing" || (reign.epoch === seen?.reign.epoch && reign.phase !== "fencing");
}

function withReading(
  state: AgentState,
  { seen, sentAt }: Extract<AgentEvent, { kind: "reign-read" }>,
): AgentState {
  const known = withReign(state, seen);
  const isNewest = known.seen?.revision === seen.revision;
  if (!isNewest || seen.reign.active !== known.self || seen.reign.phase === "fencing") return known;
  const until = later(sentAt, known.settings.timing.servingLeaseMs);
  return changed(known, { servesUntil: Math.max(until, known.servesUntil ?? until) as MonotonicMs });
}

function withStatus(state: AgentState, status: MemberStatus): AgentState {
  return changed(state, {
    status,
    statusAt: state.clock.now,
    ...(status.kind === "primary" ? {} : { confirmed: null, held: null }),
    ...streamAsSeen(state, status),
  });
}

/**
 * A standby that the log no longer reaches back to is given a stream by its primary and loses it at once, as often as it asks: a look may
 * find it with one. So many in a row do not.
 */
const streamingLooksMin = 10;

function streamAsSeen(
  { streamlessSince, streamingLooks, clock }: AgentState,
  status: MemberStatus,
): Pick<AgentState, "streamlessSince" | "streamingLooks"> {
  if (status.kind !== "standby") return { streamlessSince: null, streamingLooks: 0 };
  if (status.receiver.kind === "stopped")
    return { streamlessSince: streamlessSince ?? clock.now, streamingLooks: 0 };
  const looks = streamingLooks + 1;
  return { streamlessSince: looks < streamingLooksMin ? streamlessSince : null, streamingLooks: looks };
}

function withDeedEnded(
  state: AgentState,
  { ticket, isDone }: Extract<AgentEvent, { kind: "deed-ended" }>,
): AgentState {
  const { ongoing, clock, settings } = state;
  if (ongoing?.ticket !== ticket) return state;
  // What was seen before the deed is over, but for a change of the sync set, which leaves the member what it is.
  const status = ongoing.deed.kind === "apply-sync-set" ? state.status : null;
  const { deed, ...begun } = ongoing;
  const lastDeed = { ...begun, deed: deed.kind, until: clock.now, isDone };
  const ended = changed(state, { ongoing: null, lastDeed, status, streamlessSince: null, streamingLooks: 0 });
  if (isDone)
    return changed(ended, {
      startsFailed: 0,
      confirmed: confirmedBy(ongoing.deed, state),
      held: ongoing.deed.kind === "hold-commits" ? ongoing.deed.syncSet : null,
    });
  return changed(ended, {
    notBefore: later(clock.now, settings.timing.tickMs),
    startsFailed: state.startsFailed + (ongoing.deed.kind === "start" ? 1 : 0),
    // It may be in force in part.
    ...(ongoing.deed.kind === "hold-commits" ? { confirmed: null } : {}),
  });
}

const startsFailedMax = 10;
const restAfterStartsMs = milliseconds(2_000);

/**
 * Whether it is time for a deed, which after one that failed is a moment later. A member that does not start again and again is
 * broken: to try without a pause takes the machine from those that serve.
 */
function isDue(deed: AgentDeed, { startsFailed, notBefore, clock }: AgentState): boolean {
  const rests = deed.kind === "start" && startsFailed >= startsFailedMax;
  return clock.now >= (rests ? later(notBefore, restAfterStartsMs) : notBefore);
}

function confirmedBy(deed: AgentDeed, state: AgentState): SyncSet | null {
  switch (deed.kind) {
    case "promote":
    case "apply-sync-set":
      return deed.syncSet;
    case "hold-commits":
      return null;
    case "start":
    case "stop":
    case "shut-down":
    case "stop-receiving":
    case "follow":
    case "reseed":
      return deed.kind === "start" && deed.as.kind === "primary" ? null : state.confirmed;
    default:
      return unreachable(deed);
  }
}

// --- what follows from it ---

/**
 * Whether the member may be the primary now. The right is renewed by reading the reign. When the store cannot be asked, a primary
 * whose commits wait goes on while enough standbys confirm them: had anybody been chosen in its place, they would not.
 */
function mayServe(state: AgentState): boolean {
  const { servesUntil, clock, status, settings, seen } = state;
  if (seen?.reign.active !== state.self || seen.reign.phase === "fencing") return false;
  if (servesUntil === null) return false;
  if (clock.now < servesUntil) return true;
  if (status?.kind !== "primary") return false;
  if (elapsed(state.statusAt, clock.now) > settings.timing.freshMs) return false;
  const confirming = status.standbys.filter((standby) => standby.isStreaming && standby.isSynchronous);
  const awaited = confirmationsAwaited(state);
  return awaited > 0 && confirming.length >= awaited;
}

/** How many standbys every commit waits for now. */
function confirmationsAwaited({ settings, held }: AgentState): number {
  return settings.confirmations > 0 ? settings.confirmations : (held?.confirmations ?? 0);
}

/** What is asked of the member now: to serve only while it may. */
export function currentGoal(state: AgentState): Goal {
  if (state.seen === null) return { kind: "none" };
  const goal = goalOf(state.seen.reign, state.self);
  if (goal.kind === "primary" && !mayServe(state)) return { kind: "yielded" };
  return goal;
}

function reconcile(state: AgentState): AgentStep {
  const { seen, memory, ongoing } = state;
  if (seen === null) return { state, effects: [] };
  const goal = currentGoal(state);
  const deed = deedFor(goal, state);
  if (ongoing !== null) return abortIfOvertaken(state, ongoing, { goal, deed });
  const lineage = lineageUnder(state, goal);
  const wanted: AgentMemory = { seen: seen.revision, lineage };
  const isRemembered = memory.seen === wanted.seen && memory.lineage === wanted.lineage;
  if (!isRemembered && !isRightUnderAnyReign(deed)) return remember(state, wanted);
  if (deed === null || !isDue(deed, state)) return { state, effects: [] };
  const ticket = state.ticket + 1;
  return {
    state: changed(state, {
      ticket,
      ongoing: {
        ticket,
        deed,
        under: seen.revision,
        epoch: seen.reign.epoch,
        since: state.clock.now,
        isAborted: false,
      },
      servesUntil: deed.kind === "stop" ? null : state.servesUntil,
    }),
    effects: [{ kind: "do", ticket, deed }],
  };
}

/** It waits for nothing: with a full disk a primary must still be able to end, and to acknowledge less. */
function isRightUnderAnyReign(deed: AgentDeed | null): boolean {
  return deed?.kind === "stop" || deed?.kind === "hold-commits";
}

function remember(state: AgentState, memory: AgentMemory): AgentStep {
  if (state.remembering !== null) return { state, effects: [] };
  return { state: changed(state, { remembering: memory }), effects: [{ kind: "remember", memory }] };
}

/** The lineage to keep: that of the present epoch once the member is part of it, or none while it is being seeded. */
function lineageUnder(state: AgentState, goal: Goal): Epoch | null {
  const { status, memory, seen } = state;
  if (seen === null || status === null) return memory.lineage;
  const { epoch } = seen.reign;
  if (goal.kind === "primary" && status.kind === "primary") return epoch;
  const isFollowing =
    goal.kind === "standby" && status.kind === "standby" && status.upstream === goal.upstream;
  if (isFollowing) return epoch;
  return status.kind === "down" && status.holds === "nothing" ? null : memory.lineage;
}

/** A stop is never called off; anything else ends with the reign that it was begun under, but for a copy that is still wanted. */
function abortIfOvertaken(
  state: AgentState,
  ongoing: Ongoing,
  { goal, deed }: { readonly goal: Goal; readonly deed: AgentDeed | null },
): AgentStep {
  const isOld = state.seen?.revision !== ongoing.under && !isWantedCopy(state, ongoing, goal);
  const isOvertaken = isOld || deed?.kind === "stop";
  if (ongoing.isAborted || ongoing.deed.kind === "stop" || !isOvertaken) return { state, effects: [] };
  return {
    state: changed(state, { ongoing: { ...ongoing, isAborted: true } }),
    effects: [{ kind: "abort", ticket: ongoing.ticket }],
  };
}

/**
 * Whether a member is being seeded as the newer reign wants it too. A reign changes within its epoch as often as the sync set
 * does: were a copy begun anew each time, members that are seeded side by side would call off each other's.
 */
function isWantedCopy({ seen }: AgentState, { deed, epoch }: Ongoing, goal: Goal): boolean {
  return (
    deed.kind === "reseed" &&
    goal.kind === "standby" &&
    goal.upstream === deed.upstream &&
    seen?.reign.epoch === epoch
  );
}

import type { ClockReading } from "../src/core/failover/clock-reading.ts";
import type { ControllerEffect, ControllerState } from "../src/core/failover/controller-state.ts";
import { stepController } from "../src/core/failover/controller.ts";
import type { Revision } from "../src/core/failover/coordinator.ts";
import type { MemberStatus } from "../src/core/failover/member.ts";
import type { Order } from "../src/core/failover/order.ts";
import { type Reign, reignText } from "../src/core/failover/reign.ts";
import { between, monotonicMs } from "../src/core/units/units.ts";
import { regions } from "./network.ts";
import type { PlantedBug } from "./planted-bugs.ts";

/** What a controller writes to the store: what it decided, unless a bug has it write something else. */
export function plantedText(
  bugs: ReadonlySet<PlantedBug>,
  effect: Extract<ControllerEffect, { kind: "commit" }>,
): string {
  const { record, text } = effect;
  if (record.kind !== "failover-intent") return text;
  if (bugs.has("reused-epoch")) {
    return reignText({ ...record.next, epoch: record.under.epoch as Revision });
  }
  if (bugs.has("promote-before-fence")) {
    const active = regions.find((region) => region !== record.next.active) ?? record.next.active;
    const others = regions.filter((region) => region !== active);
    const confirmations = record.next.guards[0].confirmations;
    return JSON.stringify({
      ...record.next,
      epoch: "this-revision",
      phase: "promoting",
      active,
      guards: [{ members: others, confirmations }],
    });
  }
  return text;
}

/** How a controller decides: as it does, unless a bug loosens what it goes by. */
export function plantedStep(bugs: ReadonlySet<PlantedBug>): typeof stepController {
  if (bugs.has("candidate-without-asking-enough")) {
    return (state, event, clock) => restored(stepController(loosened(state), event, clock), state);
  }
  if (bugs.has("single-vantage")) {
    return (state, event, clock) => stepController(multiplied(state), event, clock);
  }
  if (bugs.has("lossy-failover-without-bound")) {
    return (state, event, clock) => rebound(stepController(unbound(state), event, clock), state);
  }
  const believed = believedTrust.find(([bug]) => bugs.has(bug));
  if (believed !== undefined) {
    const [, trusted] = believed;
    return (state, event, clock) => written(stepController(believing(state, trusted), event, clock), state);
  }
  const planted = plantedStates.find(([bug]) => bugs.has(bug));
  if (planted === undefined) return stepController;
  const [, changing] = planted;
  return (state, event, clock) => stepController(changing(state, clock), event, clock);
}

/** What a controller believes, by the bug that has it believe so. */
const plantedStates: readonly (readonly [
  PlantedBug,
  (state: ControllerState, clock: ClockReading) => ControllerState,
])[] = [
  ["no-cool-down", (state) => ({ ...state, cooledAt: null })],
  ["cool-down-by-wall-clock", cooledByWallClock],
  ["fails-back-by-itself", wishingBack],
  ["ignores-streams", withoutStreams],
];

function cooledByWallClock(state: ControllerState, { now, wall }: ClockReading): ControllerState {
  const settledAt = state.seen?.reign.settledAt ?? null;
  if (settledAt === null) return state;
  const left = state.settings.timing.coolDownMs - between(settledAt, wall);
  return { ...state, cooledAt: monotonicMs(now + left) };
}

/** Nobody has given the order that it finds. */
function wishingBack(state: ControllerState, { wall }: ClockReading): ControllerState {
  const { seen } = state;
  const [first = ""] = regions;
  if (seen?.reign.phase !== "steady" || seen.reign.active === first) return state;
  const order: Order = {
    id: "nobody's",
    kind: "switchover",
    to: first,
    under: seen.reign.epoch,
    during: "steady",
    by: "nobody",
    validUntil: wall,
    refusedBecause: null,
  };
  return { ...state, order: { order, revision: seen.revision } };
}

/** What a controller takes to let it act, whatever the reign says. */
type BelievedTrust = Partial<Pick<Reign, "automation" | "armedUntil">>;
const believedTrust: readonly (readonly [PlantedBug, BelievedTrust])[] = [
  ["acts-unproven", { automation: "armed" }],
  ["acts-by-an-old-proof", { armedUntil: null }],
];

function believing(state: ControllerState, trusted: BelievedTrust): ControllerState {
  const { seen } = state;
  return seen === null ? state : { ...state, seen: { ...seen, reign: { ...seen.reign, ...trusted } } };
}

/** It writes down what truly stood: what it believes lets it act, and changes nothing. */
function written(
  step: ReturnType<typeof stepController>,
  before: ControllerState,
): ReturnType<typeof stepController> {
  const { state } = restored(step, before);
  if (before.seen === null) return { ...step, state };
  const { automation, armedUntil } = before.seen.reign;
  const effects = step.effects.map((effect) => {
    if (effect.kind !== "commit") return effect;
    const next = { ...effect.record.next, automation, armedUntil };
    const text = JSON.stringify({ ...(JSON.parse(effect.text) as Reign), automation, armedUntil });
    return { ...effect, text, record: { ...effect.record, next } };
  });
  return { state, effects };
}

function withoutStreams(state: ControllerState): ControllerState {
  if (state.seen?.reign.phase !== "steady") return state;
  const reports = new Map(
    [...state.around.reports].map(([from, { told, at }]) => {
      const { status } = told;
      const deaf: MemberStatus =
        status.kind === "standby" ? { ...status, receiver: { kind: "stopped" } } : status;
      return [from, { at, told: { ...told, status: deaf } }] as const;
    }),
  );
  return { ...state, around: { ...state.around, reports, edge: null, edgeAskedAt: monotonicMs(0) } };
}

/** Every guard is judged as though one more confirmation had been asked, so n − k fenced standbys do. */
function loosened(state: ControllerState): ControllerState {
  if (state.seen?.reign.phase !== "fencing") return state;
  const [first, ...rest] = state.seen.reign.guards.map((guard) => ({
    ...guard,
    confirmations: Math.min(guard.confirmations + 1, guard.members.length),
  })) as unknown as Reign["guards"];
  return { ...state, seen: { ...state.seen, reign: { ...state.seen.reign, guards: [first, ...rest] } } };
}

/** Nothing is declared of what may be lost. */
function unbound(state: ControllerState): ControllerState {
  return { ...state, settings: { ...state.settings, lossMax: null } };
}

function rebound(
  step: ReturnType<typeof stepController>,
  before: ControllerState,
): ReturnType<typeof stepController> {
  return { ...step, state: { ...step.state, settings: before.settings } };
}

function restored(
  step: ReturnType<typeof stepController>,
  before: ControllerState,
): ReturnType<typeof stepController> {
  return step.state.seen?.revision === before.seen?.revision
    ? { ...step, state: { ...step.state, seen: before.seen } }
    : step;
}

/** One's own observation stands for everybody's. */
function multiplied(state: ControllerState): ControllerState {
  const own = state.around.observations.get(state.self);
  if (own === undefined) return state;
  const observations = new Map(regions.map((region) => [region, own] as const));
  return { ...state, around: { ...state.around, observations } };
}

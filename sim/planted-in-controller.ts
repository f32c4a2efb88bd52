import type { ControllerEffect, ControllerState } from "../src/core/failover/controller-state.ts";
import { stepController } from "../src/core/failover/controller.ts";
import type { Revision } from "../src/core/failover/coordinator.ts";
import { type Reign, reignText } from "../src/core/failover/reign.ts";
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
  return stepController;
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

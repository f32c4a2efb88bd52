import { monotonicMs } from "../src/core/units/units.ts";
import { Node } from "../src/runtime/node.ts";
import { MemberDeeds } from "./member-deeds.ts";
import { regions } from "./network.ts";
import type { World } from "./world.ts";
import type { AgentEffect, AgentEvent, AgentMemory, AgentState } from "../src/core/failover/agent-state.ts";
import { currentGoal, newAgent, stepAgent } from "../src/core/failover/agent.ts";
import type { AgentDeed } from "../src/core/failover/deed.ts";
import type { ClockReading } from "../src/core/failover/clock-reading.ts";
import type { WatchEvent } from "../src/core/failover/coordinator.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { Message } from "../src/core/failover/message.ts";
import { reignKey, type SeenReign } from "../src/core/failover/reign.ts";

export interface AgentNode {
  state(): AgentState;
  receive(message: Message): void;
  storeTold(event: WatchEvent): void;
}

const memoryRetryMs = 200;

/** The real agent on a simulated machine. */
export function startAgent(world: World, region: RegionId, life: number): AgentNode {
  const aborted = new Set<number>();
  const deeds = new MemberDeeds(world, region);
  const node = new Node<AgentState, AgentEvent, AgentEffect, ClockReading>({
    step: world.bugs.has("late-yield") ? stepWithoutYield : stepAgent,
    initial: newAgent(region, world.settings, {
      clock: world.readClock(region),
      incarnation: world.readClock(region).wall,
      memory: world.memoryOf(region),
    }),
    readClock: () => world.readClock(region),
    perform: (effect, deliver) => {
      if (world.lifeOf(region) === life) perform(effect, deliver);
    },
  });

  function perform(effect: AgentEffect, deliver: (event: AgentEvent) => void): void {
    switch (effect.kind) {
      case "look-at-member":
        deliver({ kind: "status-seen", status: statusTold() });
        break;
      case "read-reign": {
        const sentAt = monotonicMs(world.readClock(region).now);
        const watched = world.bugs.has("stale-read") ? world.watches.reignTold(region) : null;
        if (watched !== null) {
          deliver({ kind: "reign-read", seen: world.seenIn(watched), sentAt });
          break;
        }
        world.askStore(
          region,
          () => world.store.get(reignKey),
          (entry) => {
            if (entry === null || world.lifeOf(region) !== life) return;
            if (world.bugs.has("no-epoch-check")) forgetEpochs();
            deliver({ kind: "reign-read", seen: world.seenIn(entry), sentAt });
          },
        );
        break;
      }
      case "remember":
        remember(effect.memory, deliver);
        break;
      case "do":
        world.note(`${region} ${deedText(effect.deed)}`);
        deeds.perform(effect.deed, {
          isAborted: () => aborted.has(effect.ticket) || world.lifeOf(region) !== life,
          end: (isDone) => {
            if (world.lifeOf(region) !== life) return;
            world.saw("deed", `${effect.deed.kind}, ${isDone ? "done" : "failed"}`);
            deliver({ kind: "deed-ended", ticket: effect.ticket, isDone });
          },
        });
        break;
      case "abort":
        aborted.add(effect.ticket);
        break;
      case "tell-controllers":
        for (const to of regions) {
          world.network.send(region, to, () => {
            world.atRegion(to, () => {
              world.controllerOf(to)?.receive(effect.message);
            });
          });
        }
        break;
    }
  }

  function remember(memory: AgentMemory, deliver: (event: AgentEvent) => void): void {
    world.afterAt(region, world.random.between(0.5, 4), () => {
      if (world.afflictions.full.has(region)) {
        world.afterAt(region, memoryRetryMs, () => {
          remember(memory, deliver);
        });
        return;
      }
      world.remember(region, memory);
      deliver({ kind: "remembered", memory });
    });
  }

  function statusTold(): ReturnType<ReturnType<World["memberOf"]>["status"]> {
    const status = world.memberOf(region).status();
    if (world.bugs.has("shut-down-without-standbys") && status.kind === "down")
      return { ...status, closedAt: null };
    if (!world.liars.has(region) || status.kind !== "standby") return status;
    return { ...status, upstream: null, receiver: { kind: "stopped" } };
  }

  function see(seen: SeenReign): void {
    if (world.bugs.has("no-epoch-check")) forgetEpochs();
    node.deliver({ kind: "reign-seen", seen });
  }

  /** Planted: whatever comes is obeyed, newer or older. */
  function forgetEpochs(): void {
    const state = node.state as { seen: SeenReign | null; memory: { seen: number } };
    state.seen = null;
    state.memory = { ...state.memory, seen: 0 };
  }

  const tick = (): void => {
    node.deliver({ kind: "tick" });
    world.saw("goal", currentGoal(node.state).kind);
    world.afterAt(region, world.settings.timing.tickMs, tick);
  };
  world.afterAt(region, world.random.between(0, world.settings.timing.tickMs), tick);

  return {
    state: () => node.state,
    receive: (message) => {
      if (message.kind === "reign-news") see(message.seen);
    },
    storeTold: (event) => {
      if (event.kind === "changed" && event.entry.key === reignKey) {
        see(world.seenIn(event.entry));
      }
    },
  };
}

function deedText(deed: AgentDeed): string {
  switch (deed.kind) {
    case "stop":
      return "stops";
    case "shut-down":
      return "shuts down in order";
    case "stop-receiving":
      return "stops receiving";
    case "promote":
      return "is promoted";
    case "apply-sync-set":
      return `lets any ${deed.syncSet.confirmations} of ${deed.syncSet.members.join(", ")} confirm`;
    case "hold-commits":
      return `lets commits wait for all of ${deed.syncSet.members.join(", ")}`;
    case "follow":
      return `follows ${deed.upstream}`;
    case "reseed":
      return `is seeded anew from ${deed.upstream}`;
    case "start":
      return deed.as.kind === "primary"
        ? "starts as the primary"
        : `starts as a standby of ${deed.as.upstream ?? "nobody"}`;
  }
}

/** Planted: the deadline is never looked at. */
function stepWithoutYield(
  state: AgentState,
  event: AgentEvent,
  clock: ClockReading,
): ReturnType<typeof stepAgent> {
  const servesUntil = state.servesUntil === null ? null : monotonicMs(Number.MAX_SAFE_INTEGER);
  return stepAgent({ ...state, servesUntil }, event, clock);
}

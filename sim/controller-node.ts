import { Node } from "../src/runtime/node.ts";
import { resumeWatch } from "./controller-watch.ts";
import { storeEvent } from "../src/core/failover/store-event.ts";
import { hub } from "./network.ts";
import { regions } from "./network.ts";
import { plantedStep, plantedText } from "./planted-in-controller.ts";
import type { World } from "./world.ts";
import type { ClockReading } from "../src/core/failover/clock-reading.ts";
import type {
  ControllerEffect,
  ControllerEvent,
  ControllerState,
} from "../src/core/failover/controller-state.ts";
import { newController } from "../src/core/failover/controller.ts";
import { type LeaseId, type Revision, type WatchEvent } from "../src/core/failover/coordinator.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import type { Message } from "../src/core/failover/message.ts";
import type { RecordBody } from "../src/core/failover/record.ts";
import { orderKey, orderText } from "../src/core/failover/order.ts";
import { leaderKey, reignKey, type SeenReign } from "../src/core/failover/reign.ts";
import type { ProbeOutcome } from "../src/core/failover/vantage.ts";

export interface ControllerNode {
  state(): ControllerState;
  receive(message: Message): void;
  storeTold(event: WatchEvent): void;
}

type Deliver = (event: ControllerEvent) => void;

/** The real controller on a simulated machine. */
export function startController(world: World, region: RegionId, life: number): ControllerNode {
  let lease: LeaseId | null = null;
  const isAlive = (): boolean => world.lifeOf(region) === life;
  const node = new Node<ControllerState, ControllerEvent, ControllerEffect, ClockReading>({
    step: plantedStep(world.bugs),
    initial: newController(region, world.settings, {
      clock: world.readClock(region),
      incarnation: world.readClock(region).wall,
    }),
    readClock: () => world.readClock(region),
    perform: (effect, deliver) => {
      if (!isAlive()) return;
      perform(effect, (event) => {
        if (isAlive()) deliver(event);
      });
    },
  });

  function perform(effect: ControllerEffect, deliver: Deliver): void {
    switch (effect.kind) {
      case "probe":
        probe(world, { region, effect, deliver });
        break;
      case "tell-controllers":
        if (effect.message.kind === "observation") world.audit.observed(effect.message);
        tell(effect.message, (to) => world.controllerOf(to));
        break;
      case "tell-agents":
        tell(effect.message, (to) => world.agentOf(to));
        break;
      case "look-at-edge":
        atEdge(
          () => [world.edge.view(), world.edge.epoch] as const,
          ([view, epoch]) => {
            deliver({ kind: "edge-seen", view, epoch: epoch as Revision });
          },
        );
        break;
      case "claim-leadership":
        claim(effect, deliver);
        break;
      case "renew-leadership":
        renew(deliver);
        break;
      case "resign-leadership":
        resign();
        break;
      case "commit":
        commit(world, { region, effect, deliver });
        break;
      case "hold-edge":
        atEdge(
          () => world.edge.hold(effect.epoch),
          () => undefined,
        );
        break;
      case "answer-order":
        answerOrder(effect, deliver);
        break;
      case "route-edge":
        atEdge(
          () => world.edge.route(effect.epoch, effect.active),
          (isDone) => {
            deliver({
              kind: "deed-ended",
              ticket: effect.ticket,
              deed: isDone ? { kind: "routed" } : { kind: "failed", because: "the edge knows a newer epoch" },
            });
          },
          () => {
            deliver({
              kind: "deed-ended",
              ticket: effect.ticket,
              deed: { kind: "failed", because: "no answer" },
            });
          },
        );
        break;
      case "verify":
        verify(effect.ticket, deliver);
        break;
    }
  }

  function tell(
    message: Message,
    nodeOf: (to: RegionId) => { receive(message: Message): void } | null,
  ): void {
    for (const to of regions) {
      if (to === region && message.kind === "observation") continue;
      world.network.send(region, to, () => {
        world.atRegion(to, () => {
          nodeOf(to)?.receive(message);
        });
      });
    }
  }

  function atEdge<Answer>(ask: () => Answer, answer: (answer: Answer) => void, give_up?: () => void): void {
    let isOver = false;
    world.network.send(region, hub, () => {
      const value = ask();
      world.network.send(hub, region, () => {
        world.atRegion(region, () => {
          if (!isOver && isAlive()) answer(value);
          isOver = true;
        });
      });
    });
    if (give_up === undefined) return;
    world.afterAt(region, 500, () => {
      if (!isOver) give_up();
      isOver = true;
    });
  }

  function claim(
    { ticket, expected }: Extract<ControllerEffect, { kind: "claim-leadership" }>,
    deliver: Deliver,
  ): void {
    const sentAt = world.readClock(region).now;
    world.writeToStore(
      region,
      () => {
        const granted = world.store.grantLease(world.settings.timing.leaderLeaseMs);
        const outcome = world.store.compareAndSet({
          key: leaderKey,
          value: region,
          expected,
          lease: granted,
        });
        return { granted, outcome };
      },
      (answer) => {
        if (answer?.outcome.kind === "written") {
          lease = answer.granted;
          world.note(`${region} leads`);
          deliver({ kind: "claim-ended", ticket, leasedAt: sentAt });
        } else deliver({ kind: "claim-ended", ticket, leasedAt: null });
      },
    );
  }

  function renew(deliver: Deliver): void {
    const held = lease;
    if (held === null) return;
    const sentAt = world.readClock(region).now;
    world.askStore(
      region,
      () => world.store.keepAlive(held),
      (isKept) => {
        if (isKept === true) deliver({ kind: "renewed", sentAt });
        if (isKept === false) deliver({ kind: "leadership-lost" });
      },
    );
  }

  function answerOrder(
    { ticket, order, expected }: Extract<ControllerEffect, { kind: "answer-order" }>,
    deliver: Deliver,
  ): void {
    world.saw("order", "refused");
    world.note(`${region} refuses to ${order.kind}: ${(order.refusedBecause ?? []).join("; ")}`);
    world.writeToStore(
      region,
      () => world.store.compareAndSet({ key: orderKey, value: orderText(order), expected, lease: null }),
      () => {
        deliver({ kind: "deed-ended", ticket, deed: { kind: "answered" } });
      },
    );
  }

  function resign(): void {
    const held = lease;
    lease = null;
    if (held === null) return;
    world.note(`${region} resigns`);
    world.askStore(
      region,
      () => {
        world.store.revokeLease(held);
      },
      () => undefined,
    );
  }

  function verify(ticket: number, deliver: Deliver): void {
    let isOver = false;
    const id = world.nextWrite();
    const end = (isDone: boolean): void => {
      if (isOver) return;
      isOver = true;
      deliver({
        kind: "deed-ended",
        ticket,
        deed: isDone ? { kind: "verified" } : { kind: "failed", because: "no write passed through the edge" },
      });
    };
    world.network.sendReliably(region, hub, () => {
      world.edge.write(id, {
        isOver: () => isOver,
        acknowledge: () => {
          world.network.sendReliably(hub, region, () => {
            world.atRegion(region, () => {
              end(true);
            });
          });
        },
      });
    });
    world.afterAt(region, 1_000, () => {
      end(false);
    });
  }

  const tick = (): void => {
    node.deliver({ kind: "tick" });
    const { leadership, vantage } = node.state;
    world.trust.audit.looked(node.state);
    world.saw("leadership", leadership.kind);
    if (vantage !== null) world.saw("verdict", vantage.verdict);
    world.afterAt(region, world.settings.timing.tickMs, tick);
  };
  world.afterAt(region, world.random.between(0, world.settings.timing.tickMs), tick);
  const resume = (): void => {
    resumeWatch(world, region, (event) => {
      if (isAlive()) node.deliver(event);
    });
    world.afterAt(region, 500, resume);
  };
  resume();

  return {
    state: () => node.state,
    receive: (message) => {
      node.deliver({ kind: "message", message });
    },
    storeTold: (event) => {
      const told = storeEvent(event, (entry) => world.seenIn(entry));
      if (told !== null) node.deliver(told);
    },
  };
}

interface Asked<Kind extends ControllerEffect["kind"]> {
  readonly region: RegionId;
  readonly effect: Extract<ControllerEffect, { kind: Kind }>;
  readonly deliver: Deliver;
}

/** A small write from this controller's region straight to the one that serves. */
function probe(world: World, { region, effect, deliver }: Asked<"probe">): void {
  const { about, epoch } = effect;
  let isOver = false;
  const end = (outcome: ProbeOutcome): void => {
    if (isOver) return;
    isOver = true;
    deliver({ kind: "probe-ended", about, epoch, outcome: world.afflictions.misled.get(region) ?? outcome });
  };
  const refuse = (): void => {
    world.network.sendReliably(about, region, () => {
      world.atRegion(region, () => {
        end("refused");
      });
    });
  };
  world.network.sendReliably(region, about, () => {
    if (world.afflictions.unprobed.has(about)) return;
    if (world.isDead(about)) {
      if (world.refusesWhenDead(about)) refuse();
      return;
    }
    world.atRegion(about, () => {
      const member = world.memberOf(about);
      if (!member.isPrimary) {
        refuse();
        return;
      }
      member.write(world.nextWrite(), (answer) => {
        if (answer === "read-only") return;
        world.network.sendReliably(about, region, () => {
          world.atRegion(region, () => {
            // A prober that slept beside the member it asks is no outsider.
            if (!isOver && region !== about) world.audit.told(answer);
            end("answered");
          });
        });
      });
    });
  });
  world.afterAt(region, world.settings.timing.silentAfterMs, () => {
    end("silent");
  });
}

/** The record is synced, then the reign is compared and set. */
function commit(world: World, { region, effect, deliver }: Asked<"commit">): void {
  const { ticket, record, expected } = effect;
  const text = plantedText(world.bugs, effect);
  const decidedAt = world.agenda.now;
  const { wall } = world.readClock(region);
  world.afterAt(region, world.random.between(2, 12), () => {
    const isRecorded = !world.afflictions.full.has(region);
    if (!isRecorded && !world.bugs.has("commits-without-a-record")) {
      deliver({ kind: "deed-ended", ticket, deed: { kind: "not-committed", because: "record-failed" } });
      return;
    }
    world.writeToStore<SeenReign | null>(
      region,
      () => {
        const before = world.store.get(reignKey);
        const write = { key: reignKey, value: text, expected, lease: null };
        const outcome = world.bugs.has("unguarded-put")
          ? world.store.overwrite(write)
          : world.store.compareAndSet(write);
        if (outcome.kind === "refused") return null;
        const seen = world.presentReign();
        const seenBefore = before === null ? null : world.seenIn(before);
        world.audit.reignWritten(seen, seenBefore, {
          expected,
          by: region,
          order: record.order,
          isProven: record.evidence !== null,
          decidedAt,
        });
        if (!isRecorded) world.audit.violated(11, `${region} wrote a reign that stands in no record`);
        if (seenBefore !== null) {
          world.audit.recorded(record, seenBefore.reign);
          world.trust.audit.written(seenBefore, seen, { by: region, isOrdered: record.order !== null, wall });
        }
        if (isIntentOf(record)) world.ambushes.decided(record.order !== null);
        world.saw("phase", seen.reign.phase);
        world.saw(
          "decision",
          `${record.kind}, ${seenBefore?.reign.phase ?? "nothing"} → ${seen.reign.phase}`,
        );
        if (record.order !== null) world.saw("order", "taken");
        world.note(
          `${region} ${record.kind} → ${seen.reign.phase} ${seen.reign.active} epoch ${seen.reign.epoch}`,
        );
        return seen;
      },
      (seen: SeenReign | null) => {
        deliver({
          kind: "deed-ended",
          ticket,
          deed: seen === null ? { kind: "not-committed", because: "refused" } : { kind: "committed", seen },
        });
      },
    );
  });
}

/** Whether it begins something, and is not the choice of another region in the midst of it. */
function isIntentOf({ kind, evidence, order }: RecordBody): boolean {
  if (kind === "switchover-intent") return true;
  return kind === "failover-intent" && (evidence !== null || order !== null);
}

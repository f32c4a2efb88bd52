import { beforeEach, describe, expect, it } from "vitest";
import { reignOf } from "../../test/example-reigns.ts";
import { systemClock } from "../adapters/memory/clock.ts";
import { MemoryCoordinator } from "../adapters/memory/memory-coordinator.ts";
import { absent } from "../core/failover/coordinator.ts";
import { orderKey, readOrder } from "../core/failover/order.ts";
import { type Reign, reignKey, reignText } from "../core/failover/reign.ts";
import { giveOrder, type OrderOutcome, type Wish } from "./give-order.ts";

const patience = new AbortController().signal;
const wish: Wish = { kind: "switchover", to: "west", by: "ada" };

describe("what a person asks of the leading controller", () => {
  let store: MemoryCoordinator;

  beforeEach(() => {
    store = new MemoryCoordinator({ clock: systemClock });
  });

  async function reigns(more: Partial<Reign> = {}): Promise<void> {
    await store.compareAndSet(
      { key: reignKey, value: reignText(reignOf(more)), expected: absent, lease: null },
      patience,
    );
  }

  async function stored(): Promise<unknown> {
    const answer = await store.get(orderKey, patience);
    if (answer.kind === "unreachable" || answer.value === null) return null;
    return readOrder(answer.value.value, answer.value.revision).order;
  }

  it.each<[Reign["phase"], Wish["kind"], OrderOutcome["kind"]]>([
    ["closing", "switchover", "busy"],
    ["closing", "failover", "not-taken"],
    ["closing", "abort", "not-taken"],
    ["fencing", "failover", "busy"],
    ["promoting", "abort", "busy"],
  ])("is, while a reign is %s and it is a %s: %s", async (phase, kind, outcome) => {
    await reigns({ phase });
    const soon = AbortSignal.timeout(100);
    expect((await giveOrder(store, { ...wish, kind }, soon)).kind).toBe(outcome);
    const order = await stored();
    if (outcome === "busy") expect(order).toBeNull();
    else expect(order).toMatchObject({ kind, under: 10, during: phase });
  });

  it("is not asked while somebody else waits for an answer", async () => {
    await reigns();
    await giveOrder(store, wish, AbortSignal.timeout(50));
    expect(await giveOrder(store, { ...wish, by: "bob" }, patience)).toEqual({ kind: "another", by: "ada" });
  });

  it("is asked of nobody where there is no reign", async () => {
    expect((await giveOrder(store, wish, patience)).kind).toBe("unreachable");
  });
});

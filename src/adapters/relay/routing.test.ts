import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Epoch } from "../../core/failover/reign.ts";
import { modelOrder, type Order, type Routing, rule } from "./routing.ts";

const epoch = (value: number): Epoch => value as Epoch;
const routed: Routing = { kind: "routed", epoch: epoch(5), active: "east" };
const held: Routing = { kind: "held", epoch: epoch(6), previous: "east" };

describe("routing", () => {
  it.each<[string, [Routing, Order], object]>([
    [
      "takes the first word of anybody",
      [{ kind: "unrouted" }, { kind: "route", epoch: epoch(1), active: "east" }],
      { kind: "applied" },
    ],
    [
      "refuses a route of a lower epoch and names the one seen",
      [routed, { kind: "route", epoch: epoch(4), active: "west" }],
      { kind: "stale", seen: 5 },
    ],
    [
      "refuses a hold of a lower epoch and names the one seen",
      [held, { kind: "hold", epoch: epoch(5) }],
      { kind: "stale", seen: 6 },
    ],
    [
      "changes nothing when a route is repeated",
      [routed, { kind: "route", epoch: epoch(5), active: "east" }],
      { kind: "unchanged", routing: routed },
    ],
    [
      "changes nothing when a hold is repeated",
      [held, { kind: "hold", epoch: epoch(6) }],
      { kind: "unchanged", routing: held },
    ],
    [
      "ignores a hold that comes after the route of its own epoch",
      [routed, { kind: "hold", epoch: epoch(5) }],
      { kind: "unchanged", routing: routed },
    ],
    [
      "refuses a second region under one epoch",
      [routed, { kind: "route", epoch: epoch(5), active: "west" }],
      { kind: "contradicts", seen: 5, active: "east" },
    ],
    [
      "goes on from a hold under the same epoch",
      [held, { kind: "route", epoch: epoch(6), active: "west" }],
      { kind: "applied", routing: { kind: "routed", epoch: 6, active: "west" } },
    ],
    [
      "remembers over two holds which region was left",
      [held, { kind: "hold", epoch: epoch(7) }],
      { kind: "applied", routing: { kind: "held", epoch: 7, previous: "east" } },
    ],
  ])("%s", (_name, [routing, order], expected) => {
    expect(rule(routing, order)).toMatchObject(expected);
  });

  it("never lets the epoch fall, and gives one epoch one region, whatever is asked in whatever order", () => {
    const orders = fc.array(
      fc.record({
        kind: fc.constantFrom("hold", "route"),
        epoch: fc.nat(6).map(epoch),
        active: fc.constantFrom("east", "west"),
      }),
      { minLength: 1, maxLength: 40 },
    );
    fc.assert(
      fc.property(orders, (asked) => {
        let routing: Routing = { kind: "unrouted" };
        const rulers = new Map<Epoch, string>();
        for (const order of asked as Order[]) {
          const ruling = rule(routing, order);
          if (ruling.kind !== "applied") continue;
          if (routing.kind !== "unrouted" && ruling.routing.kind !== "unrouted") {
            expect(ruling.routing.epoch).toBeGreaterThanOrEqual(routing.epoch);
          }
          routing = ruling.routing;
          if (routing.kind !== "routed") continue;
          expect(rulers.get(routing.epoch) ?? routing.active).toBe(routing.active);
          rulers.set(routing.epoch, routing.active);
        }
      }),
    );
  });

  it("tries the region that was left last while SQL is held", () => {
    expect(modelOrder(held, ["east", "west", "central"])).toEqual(["west", "central", "east"]);
    expect(modelOrder(routed, ["west", "east", "central"])).toEqual(["east", "west", "central"]);
    expect(modelOrder({ kind: "unrouted" }, ["east"])).toEqual([]);
  });
});

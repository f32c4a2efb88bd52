import type { ControllerEvent } from "../src/core/failover/controller-state.ts";
import { absent } from "../src/core/failover/coordinator.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import { orderKey, readOrder } from "../src/core/failover/order.ts";
import { leaderKey, reignKey } from "../src/core/failover/reign.ts";
import type { World } from "./world.ts";

/** What a watch that lost its connection tells when it is back: the values of now. */
export function resumeWatch(world: World, region: RegionId, deliver: (event: ControllerEvent) => void): void {
  if (world.watches.isLagging(region)) return;
  world.askStore(
    region,
    () => [world.store.get(reignKey), world.store.get(leaderKey), world.store.get(orderKey)] as const,
    (answer) => {
      if (answer === null) return;
      const [reign, leader, order] = answer;
      if (order !== null) deliver({ kind: "order-seen", seen: readOrder(order.value, order.revision) });
      if (reign !== null) deliver({ kind: "reign-seen", seen: world.seenIn(reign) });
      deliver({ kind: "leader-seen", holder: leader?.value ?? null, revision: leader?.revision ?? absent });
    },
  );
}

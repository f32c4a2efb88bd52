import type { ControllerEvent } from "./controller-state.ts";
import type { StoredEntry, WatchEvent } from "./coordinator.ts";
import { orderKey, readOrder } from "./order.ts";
import { leaderKey, reignKey, type SeenReign } from "./reign.ts";

/** What a change in the store tells a controller; `null`: nothing that it goes by. @param seenIn how a reign is read */
export function storeEvent(
  event: WatchEvent,
  seenIn: (entry: StoredEntry) => SeenReign,
): ControllerEvent | null {
  if (event.kind === "deleted") {
    return event.key === leaderKey ? { kind: "leader-seen", holder: null, revision: event.revision } : null;
  }
  const { key, value, revision } = event.entry;
  switch (key) {
    case leaderKey:
      return { kind: "leader-seen", holder: value, revision };
    case reignKey:
      return { kind: "reign-seen", seen: seenIn(event.entry) };
    case orderKey:
      return { kind: "order-seen", seen: readOrder(value, revision) };
    default:
      return null;
  }
}

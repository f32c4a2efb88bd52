import type { RegionId } from "../../core/failover/member.ts";
import type { Epoch } from "../../core/failover/reign.ts";
import type { HttpCounts } from "./http-door.ts";
import type { Routing, Ruling } from "./routing.ts";
import type { SqlCounts } from "./sql-door.ts";
import type { PathView, ViewBounds } from "./traffic.ts";

export type OrderAnswer = Ruling | { readonly kind: "unknown-region"; readonly known: readonly RegionId[] };

interface EdgeRegionView {
  readonly region: RegionId;
  readonly sql: PathView;
  readonly http: PathView;
}

export interface EdgeSight {
  readonly routing: Routing;
  readonly regions: readonly EdgeRegionView[];
}

export interface EdgeStatus extends EdgeSight {
  readonly sql: SqlCounts;
  readonly http: HttpCounts;
  /** Why the last routing is not on disk; `null` when it is. The edge serves all the same. */
  readonly routingUnsaved: string | null;
}

/** What controllers ask of the edge, in the same process or through its administration port. */
export interface EdgeVerbs {
  /**
   * Sends clients to `active`: SQL sessions to any other region are cut, parked connections go on, streams from other
   * regions finish. Repeated, it changes nothing. Ends when the routing is on disk, or could not be written there, which the
   * status tells: a full disk must not keep clients from a region that serves.
   */
  route(order: { readonly epoch: Epoch; readonly active: RegionId }): Promise<OrderAnswer>;
  /**
   * The fence of the client path: cuts SQL sessions and parks new ones until the next route. Streams of the region that is
   * left are cut, or finish where it is left in good health (`drain`). After the route of its own epoch it changes nothing.
   */
  hold(order: { readonly epoch: Epoch; readonly streams?: "cut" | "drain" }): Promise<OrderAnswer>;
  /** What the regions have shown of themselves to clients: the edge as a vantage point. */
  view(bounds?: ViewBounds): EdgeSight;
  status(): EdgeStatus;
}

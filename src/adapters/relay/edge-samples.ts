import type { RegionId } from "../../core/failover/member.ts";
import { edgeMetrics, reignMetrics } from "../../core/metrics/exported.ts";
import { type Sample, sampleOf, truthOf } from "../../core/metrics/metrics.ts";
import type { EdgeStatus } from "./edge-verbs.ts";

/** How the edge stands, for whoever measures it. */
export function edgeSamples(
  { routing, sql, http, routingUnsaved }: EdgeStatus,
  regions: readonly RegionId[],
): readonly Sample[] {
  const { routed, sessions, parked, streams, retries, isSaved } = edgeMetrics;
  const active = routing.kind === "routed" ? routing.active : null;
  return [
    ...(routing.kind === "unrouted" ? [] : [sampleOf(reignMetrics.epoch, {}, routing.epoch)]),
    ...regions.map((region) => truthOf(routed, { region }, region === active)),
    sampleOf(sessions, {}, sql.sessions),
    sampleOf(parked, {}, sql.parked),
    sampleOf(streams, {}, http.streams),
    sampleOf(retries, {}, http.retried),
    truthOf(isSaved, {}, routingUnsaved === null),
  ];
}

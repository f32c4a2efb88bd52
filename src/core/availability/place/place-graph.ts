import type { Platform, Region } from "../../model/model.ts";
import { zonesMax } from "../conditioning/shared-parts.ts";
import { type GraphBuilder, type Node, negated } from "../graph-builder.ts";
import {
  allForOneCauseLaw,
  isIn,
  isTooFew,
  type PlaceOf,
  placeName,
  replicasIn,
  replicasLaw,
  zonesOf,
} from "./replica-laws.ts";
import { replicasByZones } from "./replicas-by-zones.ts";
import { severalForOneCause } from "./several-causes.ts";
import { fateFails, regionFails, regionOf, replicasOf, scopeOf, servingFates, zoneFails } from "./strikes.ts";

// What makes one place of a component fail: what it stands on, or too few of its replicas.

/** A place that fails when its region, a zone too many, a shared fate or too many replicas do. */
export function placeFails(
  builder: GraphBuilder,
  platform: Platform,
  { component, placement, failureShare }: PlaceOf,
): Node {
  const region = regionOf(platform, placement);
  const name = placeName(component, placement);
  return builder.or(`${name} is down`, [
    regionFails(builder, region),
    ...servingFates(platform, component, region).map((fate) => fateFails(builder, fate)),
    ...replicasFail(builder, region, { component, placement, failureShare }),
  ]);
}

/** Too few of its replicas work, each failing by itself or several for one cause. */
function replicasFail(builder: GraphBuilder, region: Region, of: PlaceOf): readonly Node[] {
  const { commonCause } = of.component;
  if (of.failureShare === 0) return [];
  if (builder.causes === "added-up" && region.zones.length <= zonesMax)
    return replicasByZones(builder, region, of);
  if (commonCause?.kind === "greek-letters" && of.placement.replicas > 1)
    return [severalForOneCause(builder, region, { ...of, letters: commonCause.letters })];
  return [...allForOneCause(builder, of), ...tooFewReplicas(builder, region, of)];
}

/** A cause that takes all replicas of a place at once: the share `beta` of each one's failures. */
function allForOneCause(builder: GraphBuilder, of: PlaceOf): readonly Node[] {
  const { component, placement } = of;
  const law = allForOneCauseLaw(of);
  if (law === null) return [];
  const { errorFactor } = placement.failure;
  return [
    builder.event(`${placeName(component, placement)}: all replicas for one cause`, {
      ...{ law, errorFactor, scope: scopeOf(component), subject: replicasOf(of) },
    }),
  ];
}

/**
 * Too few replicas, in whichever zones are left. For each set of zones that leaves enough replicas to serve there is an event: that
 * too many of those replicas are down. Only the one for the zones that are left just then counts, so that the events may be taken as
 * independent of one another and the whole is exact, whatever the replicas' law.
 */
function tooFewReplicas(builder: GraphBuilder, region: Region, of: PlaceOf): readonly Node[] {
  const { component, placement } = of;
  const zones = zonesOf(placement).map((zone) => ({ ...zone, node: zoneFails(builder, region, zone.name) }));
  const name = placeName(component, placement);
  const dead = (lost: number): boolean => isTooFew(of, replicasIn(zones, lost));
  return Array.from({ length: 2 ** zones.length }, (_, lost) => lost).flatMap((lost): readonly Node[] => {
    const down = zones.filter((_, at) => isIn(lost, at));
    const words = down.map((zone) => zone.name).join(" and ");
    if (dead(lost)) {
      // A set that holds a smaller one which is enough by itself adds nothing.
      const isLeast = down.every((_, at) => !dead(withoutNth(lost, at)));
      return isLeast
        ? [
            builder.and(
              `${name} loses ${words}`,
              down.map((zone) => zone.node),
            ),
          ]
        : [];
    }
    const law = replicasLaw(of, replicasIn(zones, lost));
    if (law === null) return [];
    const few = builder.event(`${name}: too few replicas${words === "" ? "" : ` without ${words}`}`, {
      ...{ law, scope: scopeOf(component), errorFactor: placement.failure.errorFactor },
      subject: replicasOf(of),
    });
    const up = zones.filter((_, at) => !isIn(lost, at)).map((zone) => negated(zone.node));
    const state = `${name}: too few replicas, ${words === "" ? "all zones" : `without ${words}`}`;
    return [builder.and(state, [few, ...down.map((zone) => zone.node), ...up])];
  });
}

/** The set without its nth member, from the lowest. */
function withoutNth(set: number, nth: number): number {
  let seen = 0;
  for (let at = 0; 2 ** at <= set; at += 1) {
    if (!isIn(set, at)) continue;
    if (seen === nth) return set - 2 ** at;
    seen += 1;
  }
  return set;
}

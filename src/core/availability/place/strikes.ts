import type { Component, Placement } from "../../model/component.ts";
import type { Fate, Platform, Region } from "../../model/model.ts";
import type { Reliability } from "../../model/reliability.ts";
import { coversPlace } from "../../model/survival.ts";
import { invariant } from "../../problem/problem.ts";
import type { EventSubject, GraphBuilder, Node } from "../graph-builder.ts";
import type { Law } from "../law.ts";
import type { PlaceOf } from "./replica-laws.ts";

// What strikes places: their regions, zones and fates, each one event for all who read it.

export function regionOf({ regions }: Platform, placement: Placement): Region {
  const region = regions.find(({ name }) => name === placement.region);
  invariant(region !== undefined, `a place stands in a declared region, got ${placement.region}`);
  return region;
}

/** The fates that stop a place of a component from serving while they are down. */
export function servingFates(platform: Platform, component: Component, region: Region): readonly Fate[] {
  return platform.fates.filter((fate) => fate.stops === "serving" && coversPlace(fate, component, region));
}

/** The fates that keep a place from being switched to while they are down. */
export function recoveryFates(
  platform: Platform,
  component: Component,
  placement: Placement,
): readonly Fate[] {
  const region = regionOf(platform, placement);
  return platform.fates.filter((fate) => fate.stops === "recovery" && coversPlace(fate, component, region));
}

export function regionFails(builder: GraphBuilder, region: Region): Node {
  const { name, failure } = region;
  const subject = { kind: "region", region: name } as const;
  return builder.once(region, "itself", () =>
    builder.event(`region ${name}`, { ...alternating(failure), scope: "region", subject }),
  );
}

export function fateFails(builder: GraphBuilder, fate: Fate): Node {
  const { name, failure, covers } = fate;
  const scope = covers.providers.length > 0 ? "provider" : "dependency";
  const subject = { kind: "fate", fate: name } as const;
  return builder.once(fate, "itself", () =>
    builder.event(`fate ${name}`, { ...alternating(failure), scope, subject }),
  );
}

interface Alternating {
  readonly law: Law;
  readonly errorFactor: number;
}

/** Every place of a region asks for its events: one law for one declaration, so that they are known to be alike at a glance. */
const knownLaws = new WeakMap<Reliability, Alternating>();

export function alternating(reliability: Reliability): Alternating {
  const known = knownLaws.get(reliability);
  if (known !== undefined) return known;
  const { mtbf, mttr, repair, errorFactor } = reliability;
  const made: Alternating = { law: { kind: "alternating", mtbf, mttr, repair }, errorFactor };
  knownLaws.set(reliability, made);
  return made;
}

export function zoneFails(builder: GraphBuilder, region: Region, zone: string): Node {
  const subject = { kind: "zone", region: region.name, zone } as const;
  return builder.once(region, zoneName(region, zone), () =>
    builder.event(zoneName(region, zone), {
      ...alternating(region.zoneFailure),
      ...{ scope: "zone", subject },
    }),
  );
}

export function zoneName({ name }: Pick<Region, "name">, zone: string): string {
  return `zone ${name}/${zone}`;
}

/** Somebody else's service is depended on; one's own replicas fail within a zone. */
export function scopeOf({ api }: Component): "dependency" | "zone" {
  return api === null ? "zone" : "dependency";
}

export function replicasOf({ component, placement }: PlaceOf): EventSubject {
  return { kind: "replicas", component: component.name, placement };
}

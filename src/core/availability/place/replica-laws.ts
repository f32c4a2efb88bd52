import type { Component, Placement } from "../../model/component.ts";
import { ratio, seconds } from "../../units/units.ts";
import type { Law } from "../law.ts";
import type { Replicas } from "../replicas.ts";

// The replicas of one place: how many are left without some of its zones, and how those fail.

type Alternating = Extract<Law, { readonly kind: "alternating" }>;

export interface PlaceOf {
  readonly component: Component;
  readonly placement: Placement;
  /** How often its replicas fail, over those of a place that serves. */
  readonly failureShare: number;
}

export function placeName({ name }: Component, { region, cell }: Placement): string {
  return `${name} in ${cell ?? region}`;
}

/** Of a cause that takes all replicas of a place at once: the share `beta` of each one's failures. `null`: there is none. */
export function allForOneCauseLaw(of: PlaceOf): Alternating | null {
  const beta = betaOf(of);
  if (beta === 0) return null;
  const { mtbf, mttr, repair } = of.placement.failure;
  return { kind: "alternating", mtbf: seconds(mtbf / (beta * of.failureShare)), mttr, repair };
}

function betaOf({ component, placement }: PlaceOf): number {
  return component.commonCause?.kind === "beta" && placement.replicas > 1 ? component.commonCause.beta : 0;
}

/** The replicas in zones of a set. */
export function replicasIn(zones: readonly { readonly replicas: number }[], set: number): number {
  return zones.reduce((sum, zone, at) => sum + (isIn(set, at) ? zone.replicas : 0), 0);
}

/**
 * Replicas that are left to one user when so many are lost with their zones. Of a shuffle shard the unluckiest user counts: all
 * that is lost was of the user's own shard.
 */
function unitsLeft({ component, placement }: PlaceOf, lost: number): number {
  const own = component.shuffleShard === null ? placement.replicas : shardSize(component, placement);
  return Math.max(0, own - lost) + placement.spares;
}

function requiredOf({ component, placement }: PlaceOf): number {
  return component.shuffleShard === null ? placement.required : 1;
}

function shardSize({ shuffleShard }: Component, { replicas }: Placement): number {
  return Math.min(replicas, shuffleShard?.size ?? replicas);
}

/** Whether a place that has lost so many replicas with their zones has too few left, whatever becomes of those. */
export function isTooFew(of: PlaceOf, lost: number): boolean {
  return unitsLeft(of, lost) < requiredOf(of);
}

/** Of the replicas that are left of so many lost; `null`: they never fail by themselves. */
export function replicasLaw(of: PlaceOf, lost: number): Replicas | null {
  const { component, placement, failureShare } = of;
  const own = (1 - betaOf(of)) * failureShare;
  if (own === 0) return null;
  const { failure, spares } = placement;
  const units = unitsLeft(of, lost);
  const required = requiredOf(of);
  return {
    kind: "replicas",
    units,
    required,
    active: Math.max(units - spares, required),
    spareFailureShare: ratio(0),
    crews: component.crews ?? units,
    mtbf: seconds(failure.mtbf / own),
    mttr: failure.mttr,
    repair: failure.repair,
  };
}

/** The zones that hold replicas, and how many each: they are dealt out in turn. */
export function zonesOf({
  zones,
  replicas,
}: Placement): readonly { readonly name: string; readonly replicas: number }[] {
  return zones
    .map((name, at) => ({ name, replicas: Math.ceil((replicas - at) / zones.length) }))
    .filter((zone) => zone.replicas > 0);
}

export function isIn(set: number, at: number): boolean {
  return Math.floor(set / 2 ** at) % 2 === 1;
}

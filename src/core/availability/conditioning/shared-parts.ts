import type { PlatformEvent } from "../graph-builder.ts";
import type { EventRun } from "../event-run.ts";
import type { LongRun } from "../law.ts";

/**
 * What many places stand on, and how it may be: fates and regions that always strike together, with the zones of a region. State s
 * below 2^zones: none of them has struck, and the zones of the set s are down. The last state: one of them has struck, and how the
 * zones then are makes no difference, since nothing reads a zone but places of its region.
 */
export interface SharedPart {
  /** Unlike that of any other part; parts are the same when their numbers are. */
  readonly number: number;
  /** Events of which one is enough, in ascending order; none where only zones are read. */
  readonly wholes: readonly number[];
  /** Events of zones, the lowest bit of the set first. */
  readonly zones: readonly number[];
  readonly states: number;
}

/** Parts of the same events are one object. */
export class SharedParts {
  readonly #known = new Map<string, SharedPart>();

  of(wholes: readonly number[], zones: readonly number[]): SharedPart {
    const key = `${wholes.join()};${zones.join()}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const states = 2 ** zones.length + (wholes.length > 0 ? 1 : 0);
    const part = { number: this.#known.size, wholes, zones, states };
    this.#known.set(key, part);
    return part;
  }
}

/** A region with more zones than this has too many states; its zones then are events like others. */
export const zonesMax = 6;

/** Which events of a platform are shared, and which zones go with them. */
export interface SharedEvents {
  /** Of a fate nothing, of a region its zones. */
  readonly wholes: ReadonlyMap<number, readonly number[]>;
  /** Of a zone all zones of its region. */
  readonly zones: ReadonlyMap<number, readonly number[]>;
}

export function sharedEvents(events: readonly PlatformEvent[]): SharedEvents {
  const byRegion = new Map<string, number[]>();
  for (const [index, { subject }] of events.entries()) {
    if (subject.kind === "zone")
      byRegion.set(subject.region, [...(byRegion.get(subject.region) ?? []), index]);
  }
  const told = [...byRegion].filter(([, zones]) => zones.length <= zonesMax);
  const zonesOf = new Map<string, readonly number[]>(told);
  const wholes = new Map<number, readonly number[]>();
  for (const [index, { subject }] of events.entries()) {
    if (subject.kind === "fate") wholes.set(index, []);
    if (subject.kind === "region") wholes.set(index, zonesOf.get(subject.region) ?? []);
  }
  return { wholes, zones: new Map(told.flatMap(([, zones]) => zones.map((zone) => [zone, zones] as const))) };
}

/** How likely each state is, and how that changes per hour as events come to pass: Σ of each event's frequency × ∂/∂q. */
export interface StateChances {
  readonly chances: Float64Array;
  readonly perHour: Float64Array;
}

/** @param runs by event: those of regions, zones and fates, which are their own */
export function stateChances(part: SharedPart, runs: readonly EventRun[]): StateChances {
  const zones = zoneChances(part.zones, runs);
  if (part.wholes.length === 0) return zones;
  const sets = zones.chances.length;
  const chances = new Float64Array(sets + 1);
  const perHour = new Float64Array(sets + 1);
  let [none, nonePerHour, any, anyPerHour] = [1, 0, 0, 0];
  for (const event of part.wholes) {
    const { unavailability, availability, failuresPerHour } = runs[event] as LongRun;
    const rate = failuresPerHour ?? Number.NaN;
    anyPerHour += none * rate + nonePerHour * unavailability;
    any += none * unavailability;
    nonePerHour = nonePerHour * availability - none * rate;
    none *= availability;
  }
  for (let set = 0; set < sets; set += 1) {
    const [chance, change] = [zones.chances[set] as number, zones.perHour[set] as number];
    chances[set] = none * chance;
    perHour[set] = none * change + nonePerHour * chance;
  }
  chances[sets] = any;
  perHour[sets] = anyPerHour;
  return { chances, perHour };
}

/** The same of the sets of some zones while none of the wholes has struck. */
export function zoneChances(zones: readonly number[], runs: readonly EventRun[]): StateChances {
  const chances = new Float64Array(2 ** zones.length);
  const perHour = new Float64Array(2 ** zones.length);
  chances[0] = 1;
  for (const [bit, zone] of zones.entries()) {
    const { unavailability, availability, failuresPerHour } = runs[zone] as LongRun;
    const rate = failuresPerHour ?? Number.NaN;
    for (let set = 2 ** bit - 1; set >= 0; set -= 1) {
      const [before, change] = [chances[set] as number, perHour[set] as number];
      chances[set + 2 ** bit] = before * unavailability;
      perHour[set + 2 ** bit] = change * unavailability + before * rate;
      chances[set] = before * availability;
      perHour[set] = change * availability - before * rate;
    }
  }
  return { chances, perHour };
}

/** By state of a part, whether an event of it has come to pass (1). */
export function failedByState({ wholes, zones, states }: SharedPart, event: number): Float64Array {
  const failed = new Float64Array(states);
  if (wholes.includes(event)) failed[states - 1] = 1;
  const bit = zones.indexOf(event);
  for (let set = 0; bit >= 0 && set < 2 ** zones.length; set += 1) failed[set] = (set >> bit) & 1;
  return failed;
}

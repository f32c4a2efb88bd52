import type { PlatformEvent } from "../graph-builder.ts";
import type { EventRun } from "../event-run.ts";
import type { LongRun } from "../law.ts";

/**
 * What many places stand on, and how it may be: fates and regions that always strike together, with the zones of a region. Its cases:
 * each set of zones that are down while nothing has struck; then, where something can, that it has. How the zones are then makes no
 * difference, since nothing reads a zone but places of its region.
 */
export interface SharedPart {
  /** Unlike that of any other part; parts are the same when their numbers are. */
  readonly number: number;
  /** Events of which one is enough, in ascending order; none where only zones are read. */
  readonly wholes: readonly number[];
  /** Events of zones, the lowest bit of their sets first. */
  readonly zones: readonly number[];
  /** By case: its state. Most components deal their replicas out evenly and are down without any two zones: few states are left. */
  readonly stateOf: Uint8Array;
  /** By state: the first of its cases. */
  readonly cases: readonly number[];
  readonly states: number;
}

/** The case in which something has struck. */
export function struckCase({ zones }: Pick<SharedPart, "zones">): number {
  return 2 ** zones.length;
}

/** Whether they have an event in common. */
export function overlap(a: SharedPart, b: SharedPart): boolean {
  return (
    a.wholes.some((event) => b.wholes.includes(event)) || a.zones.some((event) => b.zones.includes(event))
  );
}

/** Of one part, the case that another is in when nothing else has struck. Where it can only read zones, all are down with what struck. */
export function caseWithin(part: SharedPart, other: SharedPart, ofOther: number): number {
  const hasZones = part.zones.length > 0 && part.zones[0] === other.zones[0];
  if (ofOther < struckCase(other)) return hasZones ? ofOther : 0;
  if (other.wholes.some((event) => part.wholes.includes(event))) return struckCase(part);
  return hasZones ? struckCase(part) - 1 : 0;
}

/** Parts of the same events that tell the same apart are one object. */
export class SharedParts {
  readonly #whole = new Map<string, SharedPart>();
  readonly #lumped = new Map<SharedPart, Map<string, SharedPart>>();
  #count = 0;

  /** Each case is a state of its own. */
  of(wholes: readonly number[], zones: readonly number[]): SharedPart {
    const key = `${wholes.join()};${zones.join()}`;
    const known = this.#whole.get(key);
    if (known !== undefined) return known;
    const count = struckCase({ zones }) + (wholes.length > 0 ? 1 : 0);
    const stateOf = Uint8Array.from({ length: count }, (_, ofCase) => ofCase);
    const part = this.#made({ wholes, zones, stateOf, cases: [...stateOf] });
    this.#whole.set(key, part);
    return part;
  }

  /** Of the same events: cases of one value are one state. */
  lumped({ wholes, zones }: SharedPart, valueOf: (ofCase: number) => number | string): SharedPart {
    const every = this.of(wholes, zones);
    const states = new Map<number | string, number>();
    const cases: number[] = [];
    const stateOf = every.stateOf.map((ofCase) => {
      const value = valueOf(ofCase);
      const state = states.get(value) ?? cases.push(ofCase) - 1;
      states.set(value, state);
      return state;
    });
    if (cases.length === every.states) return every;
    const ofEvery = this.#lumped.get(every) ?? new Map<string, SharedPart>();
    this.#lumped.set(every, ofEvery);
    const key = stateOf.join();
    const part = ofEvery.get(key) ?? this.#made({ wholes, zones, stateOf, cases });
    ofEvery.set(key, part);
    return part;
  }

  #made(part: Pick<SharedPart, "wholes" | "zones" | "stateOf" | "cases">): SharedPart {
    this.#count += 1;
    return { number: this.#count, ...part, states: part.cases.length };
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
  const sets = zoneChances(part.zones, runs);
  if (part.wholes.length === 0) return byState(part, sets);
  let [none, nonePerHour, any, anyPerHour] = [1, 0, 0, 0];
  for (const event of part.wholes) {
    const { unavailability, availability, failuresPerHour } = runs[event] as LongRun;
    const rate = failuresPerHour ?? Number.NaN;
    anyPerHour += none * rate + nonePerHour * unavailability;
    any += none * unavailability;
    nonePerHour = nonePerHour * availability - none * rate;
    none *= availability;
  }
  const changes = sets.perHour.map(
    (change, set) => none * change + nonePerHour * (sets.chances[set] as number),
  );
  return byState(part, {
    chances: Float64Array.of(...sets.chances.map((chance) => none * chance), any),
    perHour: Float64Array.of(...changes, anyPerHour),
  });
}

/** The same while nothing has struck. */
export function zoneStateChances(part: SharedPart, runs: readonly EventRun[]): StateChances {
  return byState(part, zoneChances(part.zones, runs));
}

/** @param byCase those of the sets of zones, or of all cases */
function byState({ stateOf, states }: SharedPart, byCase: StateChances): StateChances {
  const chances = new Float64Array(states);
  const perHour = new Float64Array(states);
  for (const [ofCase, chance] of byCase.chances.entries()) {
    const state = stateOf[ofCase] as number;
    chances[state] = (chances[state] as number) + chance;
    perHour[state] = (perHour[state] as number) + (byCase.perHour[ofCase] as number);
  }
  return { chances, perHour };
}

/** The same of all sets of some zones. */
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

/** Whether an event of a part has come to pass in a case. */
export function hasFailed(part: SharedPart, event: number, ofCase: number): boolean {
  const isStruck = ofCase === struckCase(part);
  const bit = part.zones.indexOf(event);
  return isStruck || (bit !== -1 && ((ofCase >> bit) & 1) === 1);
}

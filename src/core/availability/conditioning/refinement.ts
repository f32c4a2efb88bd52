import { caseWithin, overlap, type SharedPart, type SharedParts } from "./shared-parts.ts";

/** Finds parts that tell as much as several others do, which may share events with one another. */
export class Refinement {
  readonly #parts: SharedParts;
  /** Of each region's event, the first of its zones. */
  readonly #zoneOf: ReadonlyMap<number, number>;

  /** @param zonesOf of each event of a region, its zones */
  constructor(parts: SharedParts, zonesOf: ReadonlyMap<number, readonly number[]>) {
    this.#parts = parts;
    this.#zoneOf = new Map(
      [...zonesOf].flatMap(([region, [zone]]) => (zone === undefined ? [] : [[region, zone] as const])),
    );
  }

  /** Events that stand in the same parts stay together; zones go with their region where that is read wherever they are. */
  of(parts: readonly SharedPart[]): readonly SharedPart[] {
    const zones = zonesIn(parts);
    const refined = groupsIn(parts).map((events) => {
      const own = this.#zonesWith(events, zones);
      if (own !== undefined) zones.delete(own[0] as number);
      return this.#telling(parts, events, own ?? []);
    });
    const rest = [...zones.values()].map((having) => this.#telling(parts, [], having[0]?.zones ?? []));
    return [...refined, ...rest];
  }

  /** What any of the parts tells apart. */
  #telling(parts: readonly SharedPart[], wholes: readonly number[], zones: readonly number[]): SharedPart {
    const every = this.#parts.of(wholes, zones);
    const told = parts.filter((part) => overlap(part, every));
    return this.#parts.lumped(every, (ofCase) =>
      told.map((part) => part.stateOf[caseWithin(part, every, ofCase)]).join(),
    );
  }

  #zonesWith(
    events: readonly number[],
    zones: ReadonlyMap<number, readonly SharedPart[]>,
  ): readonly number[] | undefined {
    for (const region of events) {
      const having = zones.get(this.#zoneOf.get(region) ?? Number.NaN) ?? [];
      const isReadThere = having.every(({ wholes }) => wholes.length === 0 || wholes.includes(region));
      if (having.length > 0 && isReadThere) return having[0]?.zones;
    }
    return undefined;
  }
}

/** Events by the parts that they stand in, each group in ascending order. */
function groupsIn(parts: readonly SharedPart[]): readonly (readonly number[])[] {
  const keys = new Map<number, string>();
  for (const { wholes, number } of parts)
    for (const event of wholes) keys.set(event, `${keys.get(event) ?? ""} ${number}`);
  const groups = new Map<string, number[]>();
  for (const [event, key] of keys) groups.set(key, [...(groups.get(key) ?? []), event]);
  return [...groups.values()].map((events) => events.sort((a, b) => a - b));
}

/** The parts that have the zones of each region, by the first of them. */
function zonesIn(parts: readonly SharedPart[]): Map<number, readonly SharedPart[]> {
  const having = new Map<number, readonly SharedPart[]>();
  for (const part of parts) {
    const [zone] = part.zones;
    if (zone !== undefined) having.set(zone, [...(having.get(zone) ?? []), part]);
  }
  return having;
}

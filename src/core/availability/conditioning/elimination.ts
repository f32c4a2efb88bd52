import type { EventRun } from "../event-run.ts";
import { all, atLeast, averaged, decided, least, over } from "./conditional.ts";
import type { Conditioning } from "./conditioning.ts";
import { type Conditional, plain, type Signed } from "./room.ts";
import { type SharedPart, stateChances, type StateChances, zoneChances } from "./shared-parts.ts";
import type { Space } from "./space.ts";
import type { Step } from "./steps.ts";

/** Whether nothing outside of a step reads a shared event any more; `null`: something may read any of them. */
export type IsLast = ((event: number) => boolean) | null;

/** Works steps out, and averages every part of what is shared as soon as nothing more needs to tell its states. */
export class Elimination {
  readonly #of: Conditioning;
  readonly #runs: readonly EventRun[];
  readonly #statesMax: number;
  readonly #chances = new Map<SharedPart, StateChances>();
  readonly #zoneChances = new Map<SharedPart, StateChances>();
  /** What has been made of values, which are many: of those that are no longer read, nothing is kept. */
  readonly #made = new WeakMap<Conditional, Map<string, Conditional>>();

  constructor(of: Conditioning, runs: readonly EventRun[], statesMax: number) {
    this.#of = of;
    this.#runs = runs;
    this.#statesMax = statesMax;
  }

  /**
   * By a diagram, or by counting.
   *
   * @param inputs as the step reads them, negated where it negates them; that it negates the whole is left to the caller
   * @returns `null` where it would go over too many states, or its diagram is not there
   */
  step(
    step: Exclude<Step, { kind: "all" | "best" }>,
    inputs: readonly Signed[],
    isLast: IsLast,
  ): Signed | null {
    if (step.kind === "unsolved") return null;
    const read = this.#averagedApart(inputs, isLast);
    const { room } = this.#of;
    if (step.kind === "diagram") {
      const space = this.#spaceOf(read, step.diagram.levels.length);
      if (space === null) return null;
      return this.#averagedLast(decided(room, space, { diagram: step.diagram, read }), isLast);
    }
    const space = this.#spaceOf(read, read.length * step.least);
    if (space === null) return null;
    return this.#averagedLast(plain(atLeast(room, space, { least: step.least, inputs: read })), isLast);
  }

  /** The mean over everything. */
  mean(value: Signed): Signed {
    return this.#averagedLast(value, () => true);
  }

  /** All of them. */
  all(inputs: readonly Signed[], isLast: IsLast): Signed | null {
    return isLast === null ? this.#joined(inputs) : this.#allAveraged(inputs, isLast);
  }

  /** Whichever of them is least likely in each state. */
  least(inputs: readonly Signed[], isLast: IsLast): Signed | null {
    const [first, ...others] = inputs;
    if (first !== undefined && others.length === 0) return this.#averagedLast(first, isLast);
    const space = this.#spaceOf(inputs, inputs.length);
    if (space === null) return null;
    return this.#averagedLast(plain(least(this.#of.room, space, inputs)), isLast);
  }

  /** Joins first what must be joined to be rid of a part, the part that needs least first. */
  #allAveraged(inputs: readonly Signed[], isLast: IsLast): Signed | null {
    const alike = this.#joinedAlike(inputs);
    if (alike === null) return null;
    const apart = this.#averagedApart(alike, isLast);
    const { spaces } = this.#of.room;
    const joint = spaces.joined(apart.map(({ of }) => of.space));
    let groups: Signed[] = [];
    for (const { of, isNegated } of apart) {
      const told = spaces.over(
        joint.parts.filter((part) => of.space.parts.some((own) => overlap(own, part))),
      );
      if (told.size > this.#statesMax) return null;
      groups.push({ of: this.#over(told, of), isNegated });
    }
    for (const part of bySpread(joint.parts, groups)) {
      if (this.#leftOf(part, isLast) === part) continue;
      const touched = groups.filter(({ of }) => of.space.parts.includes(part));
      const merged = this.#joined(touched);
      if (merged === null) return null;
      groups = [...groups.filter((each) => !touched.includes(each)), this.#withoutPart(merged, part, isLast)];
    }
    return this.#joined(groups);
  }

  /** Of those over one space, one. */
  #joinedAlike(inputs: readonly Signed[]): readonly Signed[] | null {
    const alike = new Map<Space, Signed[]>();
    for (const each of inputs) {
      const known = alike.get(each.of.space);
      if (known === undefined) alike.set(each.of.space, [each]);
      else known.push(each);
    }
    const joined = [...alike.values()].map((each) => this.#joined(each));
    return joined.includes(null) ? null : (joined as Signed[]);
  }

  #joined(inputs: readonly Signed[]): Signed | null {
    const [first, ...others] = inputs;
    if (first !== undefined && others.length === 0) return first;
    const space = this.#spaceOf(inputs, inputs.length);
    return space === null ? null : plain(all(this.#of.room, space, inputs));
  }

  /** Inputs without what only they read. */
  #averagedApart(inputs: readonly Signed[], isLast: IsLast): readonly Signed[] {
    if (isLast === null) return inputs;
    const readers = new Map<number, number>();
    for (const { of } of inputs) {
      for (const { wholes, zones } of of.space.parts)
        for (const event of [...wholes, ...zones]) readers.set(event, (readers.get(event) ?? 0) + 1);
    }
    return inputs.map((value) =>
      this.#averagedLast(value, (event) => readers.get(event) === 1 && isLast(event)),
    );
  }

  #averagedLast(value: Signed, isLast: IsLast): Signed {
    return value.of.space.parts.reduce((left, part) => this.#withoutPart(left, part, isLast), value);
  }

  /** What must still be told of a part. */
  #leftOf(part: SharedPart, isLast: IsLast): SharedPart | null {
    if (isLast === null) return part;
    const isZonesLast = part.zones.every(isLast);
    if (isZonesLast && part.wholes.every(isLast)) return null;
    return isZonesLast && part.zones.length > 0 && part.wholes.length > 0
      ? this.#of.parts.of(part.wholes, [])
      : part;
  }

  /** A module that many tops read loses the same parts for most of them: that is worked out once. */
  #withoutPart({ of, isNegated }: Signed, part: SharedPart, isLast: IsLast): Signed {
    const kept = this.#leftOf(part, isLast);
    if (kept === part) return { of, isNegated };
    const key = `${part.number} ${kept?.number ?? ""}`;
    return { of: this.#once(of, key, () => this.#averaged(of, part, kept)), isNegated };
  }

  #averaged(value: Conditional, part: SharedPart, kept: SharedPart | null): Conditional {
    const by = kept === null ? this.#chancesOf(part) : this.#chancesOfZones(part);
    return averaged(this.#of.room, value, { part, by, kept });
  }

  #over(space: Space, value: Conditional): Conditional {
    if (space === value.space) return value;
    const key = `over ${space.parts.map(({ number }) => number).join()}`;
    return this.#once(value, key, () => over(this.#of.room, space, value));
  }

  #once(value: Conditional, key: string, make: () => Conditional): Conditional {
    const known = this.#made.get(value) ?? new Map<string, Conditional>();
    this.#made.set(value, known);
    const made = known.get(key) ?? make();
    known.set(key, made);
    return made;
  }

  #chancesOf(part: SharedPart): StateChances {
    const known = this.#chances.get(part) ?? stateChances(part, this.#runs);
    this.#chances.set(part, known);
    return known;
  }

  /** What has struck stays told: that state counts whole. */
  #chancesOfZones(part: SharedPart): StateChances {
    const known = this.#zoneChances.get(part);
    if (known !== undefined) return known;
    const { chances, perHour } = zoneChances(part, this.#runs);
    const made = { chances: Float64Array.of(...chances, 1), perHour: Float64Array.of(...perHour, 0) };
    this.#zoneChances.set(part, made);
    return made;
  }

  /** The space of them together; `null`: it has too many states to go over them so many times. */
  #spaceOf(inputs: readonly Signed[], times: number): Space | null {
    const space = this.#of.room.spaces.joined(inputs.map(({ of }) => of.space));
    return space.size * times <= this.#statesMax ? space : null;
  }
}

function overlap(a: SharedPart, b: SharedPart): boolean {
  return (
    a.wholes.some((event) => b.wholes.includes(event)) || a.zones.some((event) => b.zones.includes(event))
  );
}

/** Parts that few read first. */
function bySpread(parts: readonly SharedPart[], groups: readonly Signed[]): readonly SharedPart[] {
  const readers = new Map(
    parts.map((part) => [part, groups.filter(({ of }) => of.space.parts.includes(part)).length]),
  );
  return [...parts].sort((a, b) => (readers.get(a) ?? 0) - (readers.get(b) ?? 0) || a.number - b.number);
}

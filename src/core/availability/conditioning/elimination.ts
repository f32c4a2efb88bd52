import type { EventRun } from "../event-run.ts";
import type { LongRun } from "../law.ts";
import { all, atLeast, averaged, decided, least, over } from "./conditional.ts";
import type { Conditioning } from "./conditioning.ts";
import { lumped } from "./lumped.ts";
import { type Conditional, plain, type Signed } from "./room.ts";
import {
  overlap,
  type SharedPart,
  stateChances,
  type StateChances,
  zoneStateChances,
} from "./shared-parts.ts";
import type { Space, Spaces } from "./space.ts";
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
    const value =
      isLast === null ? (this.#merged(inputs.map(asRead))?.value ?? null) : this.#allAveraged(inputs, isLast);
    return value === null ? null : { ...value, of: lumped(this.#of, value.of) };
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
    const readers = readersOf(alike.map(({ value }) => value));
    const isOnlyLast = (event: number): boolean => readers.get(event) === 1 && isLast?.(event) === true;
    const apart = alike.map((held) =>
      held.value.of.space.parts.reduce((left, part) => this.#withoutPart(left, part, isOnlyLast), held),
    );
    const { spaces } = this.#of.room;
    const joint = spaces.joined(apart.map(({ value }) => value.of.space));
    let groups: readonly Group[] = apart.map((held) => ({ held, told: toldIn(spaces, joint, held) }));
    for (const part of bySpread(joint.parts, groups)) {
      if (this.#leftOf(part, isLast) === part) continue;
      const touched = groups.filter(({ told }) => told.parts.includes(part));
      const merged = this.#merged(touched);
      if (merged === null) return null;
      const left = this.#withoutPart(merged, part, isLast);
      groups = [
        ...groups.filter((each) => !touched.includes(each)),
        { held: left, told: left.value.of.space },
      ];
    }
    return this.#merged(groups)?.value ?? null;
  }

  /** One, over the space in which all of them are told; `null`: it has too many states to go over them so many times. */
  #merged(groups: readonly Group[]): Held | null {
    const { room } = this.#of;
    const space = room.spaces.joined(groups.map(({ told }) => told));
    if (space.size * groups.length > this.#statesMax) return null;
    const [first, ...others] = groups;
    if (first !== undefined && others.length === 0) return this.#over(space, first.held);
    const made = all(
      room,
      space,
      groups.map(({ held }) => held.value),
    );
    for (const { held } of groups) this.#giveBack(held);
    return { value: plain(made), isOurs: true };
  }

  /** Of those over one space, one. */
  #joinedAlike(inputs: readonly Signed[]): readonly Held[] | null {
    const alike = new Map<Space, Group[]>();
    for (const value of inputs) {
      const known = alike.get(value.of.space);
      if (known === undefined) alike.set(value.of.space, [asRead(value)]);
      else known.push(asRead(value));
    }
    const merged = [...alike.values()].map((each) => this.#merged(each));
    return merged.includes(null) ? null : (merged as Held[]);
  }

  #giveBack({ value, isOurs }: Held): void {
    if (isOurs) this.#of.room.giveBack(value.of);
  }

  /** Inputs without what only they read. */
  #averagedApart(inputs: readonly Signed[], isLast: IsLast): readonly Signed[] {
    if (isLast === null) return inputs;
    const readers = readersOf(inputs);
    return inputs.map((value) =>
      this.#averagedLast(value, (event) => readers.get(event) === 1 && isLast(event)),
    );
  }

  #averagedLast(value: Signed, isLast: IsLast): Signed {
    const { parts } = value.of.space;
    const held: Held = { value, isOurs: false };
    return parts.reduce((left, part) => this.#withoutPart(left, part, isLast), held).value;
  }

  /** What must still be told of a part. Nothing need be told of what never comes. */
  #leftOf(part: SharedPart, isLast: IsLast): SharedPart | null {
    if (isLast === null) return part;
    const isDone = (event: number): boolean => this.#neverComes(event) || isLast(event);
    const isZonesLast = part.zones.every(isDone);
    if (isZonesLast && part.wholes.every(isDone)) return null;
    return isZonesLast && part.zones.length > 0 && part.wholes.length > 0
      ? this.#of.parts.of(part.wholes, [])
      : part;
  }

  #neverComes(event: number): boolean {
    const { unavailability, failuresPerHour } = this.#runs[event] as LongRun;
    return unavailability === 0 && failuresPerHour === 0;
  }

  /** A module that many tops read loses the same parts for most of them: that is worked out once. */
  #withoutPart(held: Held, part: SharedPart, isLast: IsLast): Held {
    const kept = this.#leftOf(part, isLast);
    if (kept === part) return held;
    return this.#changed(held, `${part.number} ${kept?.number ?? ""}`, (value) => {
      const by = kept === null ? this.#chancesOf(part) : this.#chancesOfZones(part);
      return averaged(this.#of.room, value, { part, by, kept });
    });
  }

  #over(space: Space, held: Held): Held {
    if (space === held.value.of.space) return held;
    return this.#changed(held, `over ${space.number}`, (value) => over(this.#of.room, space, value));
  }

  /** What is made of a value that others read as well is known to them too. */
  #changed(held: Held, key: string, make: (value: Conditional) => Conditional): Held {
    const { of, isNegated } = held.value;
    if (!held.isOurs) return { value: { of: this.#once(of, key, () => make(of)), isNegated }, isOurs: false };
    const made = make(of);
    this.#giveBack(held);
    return { value: { of: made, isNegated }, isOurs: true };
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

  /** While nothing of it has struck. */
  #chancesOfZones(part: SharedPart): StateChances {
    const known = this.#zoneChances.get(part);
    if (known !== undefined) return known;
    const made = zoneStateChances(part, this.#runs);
    this.#zoneChances.set(part, made);
    return made;
  }

  /** The space of them together; `null`: it has too many states to go over them so many times. */
  #spaceOf(inputs: readonly Signed[], times: number): Space | null {
    const space = this.#of.room.spaces.joined(inputs.map(({ of }) => of.space));
    return space.size * times <= this.#statesMax ? space : null;
  }
}

/** A value on the way to an answer. */
interface Held {
  readonly value: Signed;
  /** Nobody else reads it: once it is used, its room is used again. */
  readonly isOurs: boolean;
}

/** One that stays over its own space for as long as it can. */
interface Group {
  readonly held: Held;
  /** The same in parts of what all of them together tell apart. */
  readonly told: Space;
}

function asRead(value: Signed): Group {
  return { held: { value, isOurs: false }, told: value.of.space };
}

function toldIn(spaces: Spaces, joint: Space, { value }: Held): Space {
  const { parts } = value.of.space;
  return spaces.over(joint.parts.filter((part) => parts.some((own) => overlap(own, part))));
}

/** Of each shared event, how many of them read it. */
function readersOf(inputs: readonly Signed[]): ReadonlyMap<number, number> {
  const readers = new Map<number, number>();
  for (const { of } of inputs) {
    for (const { wholes, zones } of of.space.parts)
      for (const event of [...wholes, ...zones]) readers.set(event, (readers.get(event) ?? 0) + 1);
  }
  return readers;
}

/** Parts that few read first. */
function bySpread(parts: readonly SharedPart[], groups: readonly Group[]): readonly SharedPart[] {
  const readers = new Map(
    parts.map((part) => [part, groups.filter(({ told }) => told.parts.includes(part)).length]),
  );
  return [...parts].sort((a, b) => (readers.get(a) ?? 0) - (readers.get(b) ?? 0) || a.number - b.number);
}

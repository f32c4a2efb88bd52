import type { FrozenDiagram } from "../diagram/frozen.ts";
import type { SharedPart, StateChances } from "./shared-parts.ts";
import { alwaysFailed, type Conditional, nothing, type Room, type Signed } from "./room.ts";
import type { Space } from "./space.ts";

/** Where the three rows of one that is read begin, those of truth and falsehood as its sign has them. */
function rowsOf({ of, isNegated }: Signed): {
  readonly data: Float64Array;
  readonly trues: number;
  readonly falses: number;
  readonly perHour: number;
  readonly sign: number;
} {
  const { data, at, space } = of;
  const [failed, works] = [at, at + space.size];
  return {
    data,
    trues: isNegated ? works : failed,
    falses: isNegated ? failed : works,
    perHour: works + space.size,
    sign: isNegated ? -1 : 1,
  };
}

/** True where all are, which have nothing to do with one another once the state is known. Sums of products; nothing is subtracted. */
export function all(room: Room, space: Space, inputs: readonly Signed[]): Conditional {
  const made = room.constant(space, alwaysFailed);
  for (const input of inputs) {
    if (input.of.space === space) takeIn(made, input);
    else takeInAt(made, input, room.spaces.indices(space, input.of.space));
  }
  return made;
}

function takeIn({ data, at, space: { size } }: Conditional, input: Signed): void {
  const { data: from, trues, falses, perHour, sign } = rowsOf(input);
  const [works, change] = [at + size, at + 2 * size];
  for (let state = 0; state < size; state += 1) {
    const soFar = data[at + state] as number;
    const isTrue = from[trues + state] as number;
    data[works + state] = (data[works + state] as number) + soFar * (from[falses + state] as number);
    data[change + state] =
      (data[change + state] as number) * isTrue + soFar * sign * (from[perHour + state] as number);
    data[at + state] = soFar * isTrue;
  }
}

function takeInAt({ data, at, space: { size } }: Conditional, input: Signed, indices: Int32Array): void {
  const { data: from, trues, falses, perHour, sign } = rowsOf(input);
  const [works, change] = [at + size, at + 2 * size];
  for (let state = 0; state < size; state += 1) {
    const index = indices[state] as number;
    const soFar = data[at + state] as number;
    const isTrue = from[trues + index] as number;
    data[works + state] = (data[works + state] as number) + soFar * (from[falses + index] as number);
    data[change + state] =
      (data[change + state] as number) * isTrue + soFar * sign * (from[perHour + index] as number);
    data[at + state] = soFar * isTrue;
  }
}

/** True where `least` of them or more are. */
export function atLeast(room: Room, space: Space, { least, inputs }: Counted): Conditional {
  const made = room.constant(space, nothing);
  const { size } = space;
  const read = inputs.map((input) => ({ ...rowsOf(input), at: room.spaces.indices(space, input.of.space) }));
  const exactly = new Float64Array(least);
  const changes = new Float64Array(least);
  for (let state = 0; state < size; state += 1) {
    exactly.fill(0);
    changes.fill(0);
    exactly[0] = 1;
    let [failed, perHour] = [0, 0];
    for (const { data, trues, falses, perHour: from, sign, at } of read) {
      const index = at[state] as number;
      const [yes, no] = [data[trues + index] as number, data[falses + index] as number];
      const change = sign * (data[from + index] as number);
      const last = exactly[least - 1] as number;
      failed += yes * last;
      perHour += change * last + yes * (changes[least - 1] as number);
      for (let count = least - 1; count >= 0; count -= 1) {
        const before = count === 0 ? 0 : (exactly[count - 1] as number);
        const changeBefore = count === 0 ? 0 : (changes[count - 1] as number);
        const own = exactly[count] as number;
        changes[count] = no * (changes[count] as number) + yes * changeBefore + change * (before - own);
        exactly[count] = no * own + yes * before;
      }
    }
    made.data[made.at + state] = failed;
    made.data[made.at + size + state] = exactly.reduce((sum, each) => sum + each, 0);
    made.data[made.at + 2 * size + state] = perHour;
  }
  return made;
}

export interface Counted {
  readonly least: number;
  readonly inputs: readonly Signed[];
}

/** What a decision diagram says of them. @param read by level */
export function decided(
  room: Room,
  space: Space,
  { diagram, read }: { readonly diagram: FrozenDiagram; readonly read: readonly Signed[] },
): Signed {
  const { levels, lows, highs, top } = diagram;
  const variables = read.map((input) => ({
    ...rowsOf(input),
    at: room.spaces.indices(space, input.of.space),
  }));
  const made = room.constant(space, nothing);
  const failed = new Float64Array(levels.length);
  const works = new Float64Array(levels.length);
  const changes = new Float64Array(levels.length);
  failed[0] = 1;
  for (let state = 0; state < space.size; state += 1) {
    for (let node = 1; node < levels.length; node += 1) {
      const { data, trues, falses, perHour, sign, at } = variables[
        levels[node] as number
      ] as (typeof variables)[0];
      const index = at[state] as number;
      const [yes, no] = [data[trues + index] as number, data[falses + index] as number];
      const high = (highs[node] as number) >> 1;
      const low = (lows[node] as number) >> 1;
      const isNegated = ((lows[node] as number) & 1) === 1;
      const lowFailed = (isNegated ? works : failed)[low] as number;
      const lowWorks = (isNegated ? failed : works)[low] as number;
      const highFailed = failed[high] as number;
      const rise = highFailed < 0.5 ? highFailed - lowFailed : lowWorks - (works[high] as number);
      const lowChange = (isNegated ? -1 : 1) * (changes[low] as number);
      changes[node] =
        yes * (changes[high] as number) + no * lowChange + rise * sign * (data[perHour + index] as number);
      failed[node] = yes * highFailed + no * lowFailed;
      works[node] = yes * (works[high] as number) + no * lowWorks;
    }
    made.data[made.at + state] = failed[top >> 1] as number;
    made.data[made.at + space.size + state] = works[top >> 1] as number;
    made.data[made.at + 2 * space.size + state] = changes[top >> 1] as number;
  }
  return { of: made, isNegated: (top & 1) === 1 };
}

/**
 * The mean over the states of one part of the space: all of them, or (`kept`) those of its zones alone.
 *
 * @param by how likely each state is averaged into what is left, and how that changes per hour
 * @param kept what is left of the part: one that has struck, or has not
 */
export function averaged(
  room: Room,
  value: Conditional,
  {
    part,
    by,
    kept,
  }: { readonly part: SharedPart; readonly by: StateChances; readonly kept: SharedPart | null },
): Conditional {
  const { parts, size } = value.space;
  const at = parts.indexOf(part);
  const left = kept === null ? parts.toSpliced(at, 1) : parts.with(at, kept);
  const target = room.spaces.inOrder(left);
  const made = room.constant(target, nothing);
  const changes = new Float64Array(2 * target.size);
  const stride = parts.slice(0, at).reduce((product, { states }) => product * states, 1);
  const keptStates = kept?.states ?? 1;
  for (let block = 0; block < size / stride; block += 1) {
    const own = block % part.states;
    const to =
      (Math.floor(block / part.states) * keptStates + (kept !== null && own === part.states - 1 ? 1 : 0)) *
      stride;
    const chance = by.chances[own] as number;
    const change = by.perHour[own] as number;
    for (let low = 0; low < stride; low += 1) {
      const from = value.at + block * stride + low;
      const into = made.at + to + low;
      const failed = value.data[from] as number;
      const works = value.data[from + size] as number;
      const perHour = value.data[from + 2 * size] as number;
      made.data[into] = (made.data[into] as number) + chance * failed;
      made.data[into + target.size] = (made.data[into + target.size] as number) + chance * works;
      made.data[into + 2 * target.size] = (made.data[into + 2 * target.size] as number) + chance * perHour;
      changes[to + low] = (changes[to + low] as number) + change * failed;
      changes[target.size + to + low] = (changes[target.size + to + low] as number) - change * works;
    }
  }
  addChanges(made, changes);
  return over(room, room.spaces.over(left), made);
}

/** How the chance of having failed changes: from whichever of failing and working is the smaller number. */
function addChanges({ data, at, space: { size } }: Conditional, changes: Float64Array): void {
  for (let state = 0; state < size; state += 1) {
    const isRare = (data[at + state] as number) < 0.5;
    const change = changes[isRare ? state : size + state] as number;
    data[at + 2 * size + state] = (data[at + 2 * size + state] as number) + change;
  }
}

/** The same over a space in which as much can be told, or more. */
export function over(room: Room, space: Space, value: Conditional): Conditional {
  if (space === value.space) return value;
  const at = room.spaces.indices(space, value.space);
  const made = room.over(space);
  for (let row = 0; row < 3; row += 1) {
    const from = value.at + row * value.space.size;
    const into = made.at + row * space.size;
    for (let state = 0; state < space.size; state += 1)
      made.data[into + state] = value.data[from + (at[state] as number)] as number;
  }
  return made;
}

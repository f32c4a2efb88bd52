import type { FrozenDiagram } from "../diagram/frozen.ts";
import { type SharedPart, type StateChances, struckCase } from "./shared-parts.ts";
import { type LevelRows, NodeRows, statesAtOnce } from "./node-rows.ts";
import { type Rows, rowsOf } from "./rows.ts";
import { alwaysFailed, type Conditional, nothing, type Room, type Signed, type Values } from "./room.ts";
import type { Space } from "./space.ts";

/** True where all are, which have nothing to do with one another once the state is known. Sums of products; nothing is subtracted. */
export function all(room: Room, space: Space, inputs: readonly Signed[]): Conditional {
  const made = room.over(space);
  const certain = inputs.filter(({ of }) => of.space.size === 1);
  const others = inputs.filter(({ of }) => of.space.size > 1);
  const sum = certain.map(rowsOf).reduce(joinedValues, alwaysFailed);
  room.fill(made, sum);
  for (const input of others) takeIn(made, input, room.spaces.indices(space, input.of.space));
  return made;
}

/** Two of which both are the same in every state. */
function joinedValues(
  { failed, works, perHour }: Values,
  { data, trues, falses, perHour: at, sign }: Rows,
): Values {
  const isTrue = data[trues] as number;
  return {
    failed: failed * isTrue,
    works: works + failed * (data[falses] as number),
    perHour: perHour * isTrue + failed * sign * (data[at] as number),
  };
}

function takeIn({ data, at, space: { size } }: Conditional, input: Signed, indices: Int32Array): void {
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

/** In each state as the one that is least likely true there; how often that begins is not known. */
export function least(room: Room, space: Space, inputs: readonly Signed[]): Conditional {
  const made = room.constant(space, { ...alwaysFailed, perHour: Number.NaN });
  const { data, at } = made;
  for (const input of inputs) {
    const { data: from, trues, falses } = rowsOf(input);
    const indices = room.spaces.indices(space, input.of.space);
    for (let state = 0; state < space.size; state += 1) {
      const index = indices[state] as number;
      const isTrue = from[trues + index] as number;
      if (isTrue >= (data[at + state] as number)) continue;
      data[at + state] = isTrue;
      data[at + space.size + state] = from[falses + index] as number;
    }
  }
  return made;
}

/** True where `least` of them or more are. */
export function atLeast(room: Room, space: Space, { least, inputs }: Counted): Conditional {
  const made = room.constant(space, nothing);
  const { data, at } = made;
  const { size } = space;
  /** By count and state: how likely just so many are true so far, and how that changes per hour. */
  const exactly = new Float64Array(least * size).fill(1, 0, size);
  const changes = new Float64Array(least * size);
  const last = (least - 1) * size;
  for (const input of inputs) {
    const { data: from, trues, falses, perHour, sign } = rowsOf(input);
    const indices = room.spaces.indices(space, input.of.space);
    for (let state = 0; state < size; state += 1) {
      const index = indices[state] as number;
      const yes = from[trues + index] as number;
      const no = from[falses + index] as number;
      const change = sign * (from[perHour + index] as number);
      const most = exactly[last + state] as number;
      data[at + state] = (data[at + state] as number) + yes * most;
      data[at + 2 * size + state] =
        (data[at + 2 * size + state] as number) + change * most + yes * (changes[last + state] as number);
      for (let here = last + state; here >= 0; here -= size) {
        const before = here < size ? 0 : (exactly[here - size] as number);
        const changeBefore = here < size ? 0 : (changes[here - size] as number);
        const own = exactly[here] as number;
        changes[here] = no * (changes[here] as number) + yes * changeBefore + change * (before - own);
        exactly[here] = no * own + yes * before;
      }
    }
  }
  for (let here = 0; here < exactly.length; here += 1) {
    const works = at + size + (here % size);
    data[works] = (data[works] as number) + (exactly[here] as number);
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
  const made = room.over(space);
  const byLevel = read.map(
    (input): LevelRows => ({ rows: rowsOf(input), at: room.spaces.indices(space, input.of.space) }),
  );
  const { levels } = diagram;
  const nodes = new NodeRows(diagram);
  for (let begin = 0; begin < space.size; begin += statesAtOnce) {
    const span = [begin, Math.min(space.size, begin + statesAtOnce)] as const;
    for (let node = 0; node < levels.length; node += 1) {
      const rows = byLevel[levels[node] as number];
      if (rows !== undefined) nodes.decide(node, rows, span);
    }
    nodes.read(diagram.top >> 1, made, span);
  }
  return { of: made, isNegated: (diagram.top & 1) === 1 };
}

/**
 * The mean over the states of one part of the space: all of them, or (`kept`) those of its zones alone.
 *
 * @param by how likely each state is, where one is `kept` while nothing has struck, and how that changes per hour
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
  const made = room.over(target);
  const stride = parts.slice(0, at).reduce((product, { states }) => product * states, 1);
  const span = stride * part.states;
  const struck = part.stateOf[struckCase(part)] as number;
  const mean = { value, made, by, stride, states: part.states };
  let to = 0;
  for (let from = 0; from < size; from += span) {
    takeMeans(mean, from, to);
    to += stride;
    if (kept === null) continue;
    for (let low = 0; low < stride; low += 1)
      copyState(value, made, [from + struck * stride + low, to + low]);
    to += stride;
  }
  const sorted = room.spaces.over(left);
  if (sorted === target) return made;
  const moved = over(room, sorted, made);
  room.giveBack(made);
  return moved;
}

interface Mean {
  readonly value: Conditional;
  readonly made: Conditional;
  readonly by: StateChances;
  /** States of the whole from one state of the part to the next, and so the number of means to take. */
  readonly stride: number;
  /** Of the part. */
  readonly states: number;
}

function takeMeans({ value, made, by, stride, states }: Mean, from: number, to: number): void {
  const { data } = value;
  const { chances, perHour: changes } = by;
  const { data: into } = made;
  const [size, madeSize] = [value.space.size, made.space.size];
  for (let low = 0; low < stride; low += 1) {
    let [failed, works, perHour, failedChange, worksChange] = [0, 0, 0, 0, 0];
    let here = value.at + from + low;
    for (let state = 0; state < states; state += 1) {
      const chance = chances[state] as number;
      const change = changes[state] as number;
      const hereFailed = data[here] as number;
      const hereWorks = data[here + size] as number;
      failed += chance * hereFailed;
      works += chance * hereWorks;
      perHour += chance * (data[here + 2 * size] as number);
      failedChange += change * hereFailed;
      worksChange += change * hereWorks;
      here += stride;
    }
    const at = made.at + to + low;
    into[at] = failed;
    into[at + madeSize] = works;
    // From whichever of failing and working is the smaller number.
    into[at + 2 * madeSize] = perHour + (failed < 0.5 ? failedChange : -worksChange);
  }
}

function copyState(value: Conditional, made: Conditional, [from, to]: readonly [number, number]): void {
  for (let row = 0; row < 3; row += 1)
    made.data[made.at + row * made.space.size + to] = value.data[
      value.at + row * value.space.size + from
    ] as number;
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

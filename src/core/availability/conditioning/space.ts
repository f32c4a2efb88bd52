import type { Refinement } from "./refinement.ts";
import { caseWithin, type SharedPart } from "./shared-parts.ts";

/** The states of some shared parts taken together: one for each way in which each of them may be. The first part changes fastest. */
export interface Space {
  /** Unlike that of any other space. */
  readonly number: number;
  /** No two of them share an event. */
  readonly parts: readonly SharedPart[];
  readonly size: number;
}

/** Spaces over the same parts in the same order are one object. */
export class Spaces {
  readonly nothing: Space;
  readonly #refinement: Refinement;
  readonly #known = new Map<string, Space>();
  readonly #indices = new Map<Space, Map<Space, Int32Array>>();
  readonly #joined = new Map<string, Space>();

  constructor(refinement: Refinement) {
    this.#refinement = refinement;
    this.nothing = this.over([]);
  }

  over(parts: readonly SharedPart[]): Space {
    return this.inOrder([...parts].sort((a, b) => a.number - b.number));
  }

  /** The same with its parts in this order. */
  inOrder(parts: readonly SharedPart[]): Space {
    const key = parts.map(({ number }) => number).join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const size = parts.reduce((product, { states }) => product * states, 1);
    const space = { number: this.#known.size, parts, size };
    this.#known.set(key, space);
    return space;
  }

  /** The smallest space in which each state of any of these can be told. */
  joined(spaces: readonly Space[]): Space {
    const [first] = spaces;
    if (first === undefined) return this.nothing;
    if (spaces.every((space) => space === first)) return first;
    const different = [...new Set(spaces)];
    const key = different.map(({ number }) => number).join();
    const known = this.#joined.get(key);
    if (known !== undefined) return known;
    const space = this.over(this.#refinement.of([...new Set(different.flatMap(({ parts }) => parts))]));
    this.#joined.set(key, space);
    return space;
  }

  /** Of each state of a space, which state of a coarser one it belongs to. */
  indices(space: Space, coarser: Space): Int32Array {
    const ofSpace = this.#indices.get(space) ?? new Map<Space, Int32Array>();
    this.#indices.set(space, ofSpace);
    const known = ofSpace.get(coarser);
    if (known !== undefined) return known;
    const found = indicesOf(space, coarser);
    ofSpace.set(coarser, found);
    return found;
  }
}

function indicesOf(space: Space, coarser: Space): Int32Array {
  const indices = new Int32Array(space.size);
  if (coarser === space) return indices.map((_, state) => state);
  let stride = 1;
  for (const part of coarser.parts) {
    const states = partStates(space, part);
    for (let state = 0; state < space.size; state += 1)
      indices[state] = (indices[state] as number) + stride * (states[state] as number);
    stride *= part.states;
  }
  return indices;
}

/** Of each state of a space, the state of a part of which it tells. */
function partStates(space: Space, part: SharedPart): Int32Array {
  const cases = new Int32Array(space.size);
  let stride = 1;
  for (const each of space.parts) {
    const told = toldOf(each, part);
    if (told !== null) raiseTo(cases, told, stride);
    stride *= each.states;
  }
  return cases.map((ofCase) => part.stateOf[ofCase] as number);
}

/**
 * What has struck has struck, however the zones are: the later case counts.
 *
 * @param told by state of a part, each of which lasts for `stride` states of the space
 */
function raiseTo(cases: Int32Array, told: readonly number[], stride: number): void {
  let end = 0;
  for (let turn = 0; end < cases.length; turn += 1) {
    const own = told[turn % told.length] as number;
    end += stride;
    for (let state = end - stride; state < end; state += 1)
      if (own > (cases[state] as number)) cases[state] = own;
  }
}

/** Of each state of one part, the case of another of which it tells; `null`: it tells nothing at all. */
function toldOf(of: SharedPart, part: SharedPart): readonly number[] | null {
  const tellsStruck = of.wholes.some((event) => part.wholes.includes(event));
  const tellsZones = of.zones.length > 0 && of.zones[0] === part.zones[0];
  return tellsStruck || tellsZones ? of.cases.map((ofCase) => caseWithin(part, of, ofCase)) : null;
}

import { describe, expect, it } from "vitest";
import { averaged } from "./conditional.ts";
import { lumped } from "./lumped.ts";
import { Refinement } from "./refinement.ts";
import { type Conditional, Room } from "./room.ts";
import { type SharedPart, SharedParts } from "./shared-parts.ts";
import { Spaces } from "./space.ts";

const parts = new SharedParts();
const room = new Room(new Spaces(new Refinement(parts, new Map())));
/** One region (event 0) with two zones (events 1 and 2): no zone down, each by itself, both, and the region lost. */
const region = parts.of([0], [1, 2]);

function valueOver(part: SharedPart, failed: readonly number[], perHour: readonly number[]): Conditional {
  const made = room.over(room.spaces.over([part]));
  for (const [state, chance] of failed.entries())
    room.setAt(made, state, { failed: chance, works: 1 - chance, perHour: perHour[state] ?? 0 });
  return made;
}

function rowsOf({ space, data, at }: Conditional): readonly (readonly number[])[] {
  return [0, 1, 2].map((row) => [...data.subarray(at + row * space.size, at + (row + 1) * space.size)]);
}

describe("a value that comes to the same in several states", () => {
  it("tells no more of them apart than make a difference", () => {
    const made = lumped({ room, parts }, valueOver(region, [0.1, 0.5, 0.5, 1, 1], [3, 2, 2, 0, 0]));
    expect(rowsOf(made)).toEqual([
      [0.1, 0.5, 1],
      [0.9, 0.5, 0],
      [3, 2, 0],
    ]);
    expect([...(made.space.parts[0] as SharedPart).stateOf]).toEqual([0, 1, 1, 2, 2]);
  });

  it("tells those apart that differ by nothing but how often", () => {
    const value = valueOver(region, [0.5, 0.5, 0.5, 0.5, 0.5], [1, 2, 1, 2, 1]);
    expect(rowsOf(lumped({ room, parts }, value))[2]).toEqual([1, 2]);
  });

  it("takes what is not known for the same", () => {
    const value = valueOver(region, [0, 0.2, 0.2, 1, 1], [0, Number.NaN, Number.NaN, 0, 0]);
    expect(rowsOf(lumped({ room, parts }, value))[2]).toEqual([0, Number.NaN, 0]);
  });

  it("stands on nothing when it is the same in all", () => {
    const made = lumped({ room, parts }, valueOver(region, [0.2, 0.2, 0.2, 0.2, 0.2], []));
    expect(made.space).toBe(room.spaces.nothing);
    expect(rowsOf(made)).toEqual([[0.2], [0.8], [0]]);
  });

  it("is left as it is where no two are the same", () => {
    const value = valueOver(region, [0.1, 0.2, 0.3, 0.4, 0.5], []);
    expect(lumped({ room, parts }, value)).toBe(value);
  });

  it("still tells that the region is lost when its zones are averaged", () => {
    const made = lumped({ room, parts }, valueOver(region, [0.1, 0.5, 0.5, 1, 1], []));
    const [part] = made.space.parts as readonly [SharedPart];
    const by = { chances: Float64Array.of(0.81, 0.18, 0.01), perHour: new Float64Array(3) };
    const mean = averaged(room, made, { part, by, kept: parts.of([0], []) });
    expect(rowsOf(mean)[0]?.map((each) => each.toFixed(12))).toEqual([
      (0.081 + 0.09 + 0.01).toFixed(12),
      (1).toFixed(12),
    ]);
  });

  it("tells the struck region apart from the state that stands last", () => {
    // Alike: with no zone down, and with the region lost.
    const made = lumped({ room, parts }, valueOver(region, [0.1, 0.5, 0.5, 1, 0.1], []));
    const [part] = made.space.parts as readonly [SharedPart];
    const by = { chances: Float64Array.of(0.81, 0.18, 0.01), perHour: new Float64Array(3) };
    const mean = averaged(room, made, { part, by, kept: parts.of([0], []) });
    expect(rowsOf(mean)[0]?.[1]).toBe(0.1);
  });
});

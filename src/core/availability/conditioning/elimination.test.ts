import { describe, expect, it } from "vitest";
import { Conditioning } from "./conditioning.ts";
import { Elimination } from "./elimination.ts";
import { type Conditional, plain } from "./room.ts";

const plenty = 2 ** 22;

/** Of two regions with six zones each, so many states that a value has an array of its own, which is used again once given back. */
function valuesOverTwoRegions(count: number): { readonly of: Conditioning; readonly values: Conditional[] } {
  const of = new Conditioning({ events: [], gates: [] }, [], plenty);
  const { parts, room } = of;
  const regions = [0, 10].map((event) =>
    parts.of(
      [event],
      [1, 2, 3, 4, 5, 6].map((zone) => event + zone),
    ),
  );
  const values = Array.from({ length: count }, (_, which) => {
    const value = room.over(room.spaces.over(regions));
    for (let state = 0; state < value.space.size; state += 1) {
      const failed = (state + which + 1) / (value.space.size + count + 1);
      room.setAt(value, state, { failed, works: 1 - failed, perHour: state });
    }
    return value;
  });
  return { of, values };
}

describe("a conjunction", () => {
  it("leaves what it reads as it is, since others read it too", () => {
    const { of, values } = valuesOverTwoRegions(3);
    const before = values.map(({ data }) => data.slice());
    const elimination = new Elimination(of, [], plenty);
    for (const pair of [values.slice(0, 2), values.slice(1)]) elimination.all(pair.map(plain), null);
    expect(values.map(({ data }) => data)).toEqual(before);
  });

  it("is not worked out where it would go over too many states", () => {
    const { of, values } = valuesOverTwoRegions(2);
    expect(new Elimination(of, [], 4_225).all(values.map(plain), null)).toBeNull();
    expect(new Elimination(of, [], 8_450).all(values.map(plain), null)).not.toBeNull();
  });
});

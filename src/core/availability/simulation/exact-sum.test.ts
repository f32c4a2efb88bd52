import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExactSum } from "./exact-sum.ts";

const numbers = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e100, max: 1e100 });

function sumOf(values: readonly number[]): ExactSum {
  const sum = new ExactSum();
  for (const value of values) sum.add(ExactSum.of(value));
  return sum;
}

describe("an exact sum", () => {
  it("gives back the number that it is made of", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(ExactSum.of(value).value()).toBe(value + 0);
      }),
    );
  });

  it("does not depend on the order of what is added", () => {
    fc.assert(
      fc.property(fc.array(numbers), fc.array(numbers), (some, others) => {
        const merged = sumOf(others);
        merged.add(sumOf(some.toReversed()));
        expect(merged.toText()).toBe(sumOf([...some, ...others]).toText());
      }),
    );
  });

  it("keeps what rounding would lose", () => {
    expect(sumOf([1e100, 1, -1e100]).value()).toBe(1);
    expect(ExactSum.product(1 + 2 ** -52, 1 - 2 ** -52).toText()).not.toBe(ExactSum.of(1).toText());
  });

  it("is read back from its text", () => {
    fc.assert(
      fc.property(fc.array(numbers), (values) => {
        const sum = sumOf(values);
        expect(ExactSum.fromText(sum.toText())?.toText()).toBe(sum.toText());
      }),
    );
  });

  it.each(["", "p0", "1", "1p", "xyzp0", "1p0 ", "--1p0"])("is not read from %j", (text) => {
    expect(ExactSum.fromText(text)).toBeNull();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compared,
  decimalText,
  dividedBy,
  exact,
  formulaText,
  minus,
  nearestNumber,
  roundedUp,
  times,
} from "./exact.ts";

describe("an exact number", () => {
  it.each([
    ["0.999", "0.999"],
    ["1e-7", "0.0000001"],
    ["-0.50", "-0.5"],
    ["12", "12"],
    ["1.5e3", "1500"],
    [".5", "0.5"],
    ["0", "0"],
  ])("%s is written %s", (text, written) => {
    expect(decimalText(exact(text))).toBe(written);
  });

  it("keeps what a number of the machine loses", () => {
    expect(decimalText(minus(exact("1"), exact("0.999")))).toBe("0.001");
    expect(decimalText(times(exact("14.4"), exact("0.001")))).toBe("0.0144");
    expect(1 - 0.999).not.toBe(0.001);
  });

  it("is a quotient where its digits have no end", () => {
    const third = dividedBy(exact("0.0028"), exact("3"));
    expect(decimalText(third)).toBeNull();
    expect(formulaText(third)).toBe("(7 / 7500)");
    expect(nearestNumber(third)).toBe(7 / 7500);
  });

  it.each([
    ["69.4", 70],
    ["70", 70],
    ["-0.5", 0],
  ])("%s is rounded up to %i", (text, up) => {
    expect(roundedUp(exact(text))).toBe(up);
  });

  it("is read from any number of the machine and gives it back", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(nearestNumber(exact(value)) - value).toBe(0);
      }),
    );
  });

  it("is ordered as numbers are", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (a, b) => {
        expect(compared(exact(a), exact(b))).toBe(Math.sign(a - b));
      }),
    );
  });
});

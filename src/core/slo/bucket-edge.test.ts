import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exact } from "../units/exact.ts";
import { edgePattern } from "./bucket-edge.ts";

/** As Prometheus reads it: between quotes, and of the whole text. */
function matches(bound: string, edge: string): boolean {
  return new RegExp(`^(?:${edgePattern(exact(bound)).replaceAll("\\\\", "\\")})$`).test(edge);
}

/** As `strconv.FormatFloat(value, 'g', -1, 64)` of Go, which its client writes. */
function inGo(value: number): string {
  const [, digits = "", exponent = ""] = /^(.*)e([+-]\d+)$/.exec(value.toExponential()) ?? [];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return plain(value);
  return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function plain(value: number): string {
  return value.toFixed(12).replace(/\.?0+$/, "");
}

/** As `repr` of Python. */
function inPython(value: number): string {
  const power = Math.floor(Math.log10(value));
  if (power < -4 || power >= 16) return inGo(value);
  return Number.isInteger(value) ? `${value}.0` : plain(value);
}

/** As `Double.toString` of Java. */
function inJava(value: number): string {
  if (value >= 1e-3 && value < 1e7) return Number.isInteger(value) ? `${value}.0` : plain(value);
  const [, digits = "", power = ""] = /^(.*)e\+?(-?\d+)$/.exec(value.toExponential()) ?? [];
  return `${digits.includes(".") ? digits : `${digits}.0`}E${power}`;
}

const bounds = fc
  .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: -9, max: 12 }))
  .map(([digits, power]) => Number(`${digits}e${power}`));

describe("the edge of a bucket", () => {
  it.each([
    ["1000000", "1e+06"],
    ["1000000", "1000000"],
    ["1000000", "1000000.0"],
    ["1000000", "1.0E6"],
    ["2500000", "2.5e+06"],
    ["0.00005", "5e-05"],
    ["0.00005", "0.00005"],
    ["0.00005", "5.0E-5"],
    ["0.1", "0.1"],
    ["1", "1.0"],
    ["100000", "100000"],
  ])("of %s is found as %s", (bound, edge) => {
    expect(matches(bound, edge)).toBe(true);
  });

  it.each([
    ["1000000", "1e+07"],
    ["1000000", "1e-06"],
    ["1000000", "11e+06"],
    ["1000000", "1e+061"],
    ["0.00005", "5e+05"],
    ["0.00005", "0x00005"],
    ["1", "10"],
    ["0.1", "0.10"],
  ])("of %s is not found in %s", (bound, edge) => {
    expect(matches(bound, edge)).toBe(false);
  });

  it("is found however a client writes it, and no other edge is", () => {
    fc.assert(
      fc.property(bounds, bounds, (bound, other) => {
        const text = plain(bound);
        for (const write of [inGo, inPython, inJava]) {
          expect(matches(text, write(bound))).toBe(true);
          expect(matches(text, write(other))).toBe(bound === other);
        }
      }),
    );
  });
});

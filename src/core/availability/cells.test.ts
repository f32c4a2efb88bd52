import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeError } from "../../../test/relative-error.ts";
import { InvariantBroken } from "../problem/problem.ts";
import { ratio } from "../units/units.ts";
import { atLeastUp, type UpAndDown } from "./at-least.ts";
import { type Cell, servedAtLeast, usersServed } from "./cells.ts";
import { blastRadius, overlapsOf, shardsOf } from "./shuffle-shards.ts";

const up = (availability: number, unavailability: number): UpAndDown => ({ availability, unavailability });
const twenty: readonly Cell[] = Array.from({ length: 20 }, () => ({ size: 1, ...up(0.999, 0.001) }));

describe("parts of which at least so many are up", () => {
  const unlike = [up(0.99, 0.01), up(0.995, 0.005), up(0.999, 0.001), up(0.98, 0.02), up(0.97, 0.03)];

  it("3 of 5 unlike ones (A8)", () => {
    expect(relativeError(atLeastUp(unlike, 3).unavailability, 1.277568e-5)).toBeLessThan(1e-13);
  });

  it("from the other side: 3 of 5 are down as often as 3 of 5 are up the other way round", () => {
    const flipped = unlike.map(({ availability, unavailability }) => up(unavailability, availability));
    expect(relativeError(atLeastUp(flipped, 3).availability, 1.277568e-5)).toBeLessThan(1e-13);
    expect(
      relativeError(atLeastUp(flipped, 1).unavailability, 0.99 * 0.995 * 0.999 * 0.98 * 0.97),
    ).toBeLessThan(1e-13);
  });

  it("adds up to 1, and one more required never raises it", () => {
    const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(parts, fc.nat(), (shares, pick) => {
        const all = shares.map((share) => up(share, 1 - share));
        const required = 1 + (pick % (all.length - 1));
        const { availability, unavailability } = atLeastUp(all, required);
        expect(Math.abs(availability + unavailability - 1)).toBeLessThan(1e-13);
        expect(atLeastUp(all, required + 1).availability).toBeLessThanOrEqual(availability + 1e-13);
      }),
    );
  });

  it.each([0, 6, 2.5])("refuses %d of 5", (required) => {
    expect(() => atLeastUp(unlike, required)).toThrow(InvariantBroken);
  });
});

describe("cells", () => {
  it("D1: all twenty at once", () => {
    expect(relativeError(servedAtLeast(twenty, ratio(1)).availability, 0.98018886483)).toBeLessThan(1e-11);
  });

  it("D2: the users served on average", () => {
    expect(relativeError(usersServed(twenty).availability, 0.999)).toBeLessThan(1e-15);
    expect(relativeError(usersServed(twenty).unavailability, 0.001)).toBeLessThan(1e-14);
  });

  it.each([
    ["D3", 0.95, 1.87734473177e-4],
    ["D4", 0.9, 1.12555763756e-6],
  ])("%s: at least %d of the users", (_, share, unavailability) => {
    expect(relativeError(servedAtLeast(twenty, ratio(share)).unavailability, unavailability)).toBeLessThan(
      1e-10,
    );
  });

  it("D5: behind one router", () => {
    expect(relativeError(0.9999 * usersServed(twenty).availability, 0.9989001)).toBeLessThan(1e-14);
    const served = 0.9999 * servedAtLeast(twenty, ratio(0.95)).availability;
    expect(relativeError(served, 0.99971228430027)).toBeLessThan(1e-14);
  });

  it("meet a share that rounding has raised a little: 7 of 100 is 7 %", () => {
    const seven = Array.from({ length: 100 }, (_, at) => ({ size: 1, ...(at < 7 ? up(1, 0) : up(0, 1)) }));
    expect(servedAtLeast(seven, ratio(0.07)).availability).toBe(1);
    expect(servedAtLeast(seven, ratio(0.0701)).availability).toBe(0);
  });

  it("of unequal size: a half is served by the large one or by both small ones", () => {
    const cells = [
      { size: 2, ...up(0.9, 0.1) },
      { size: 1, ...up(0.8, 0.2) },
      { size: 1, ...up(0.7, 0.3) },
    ];
    expect(servedAtLeast(cells, ratio(0.5)).unavailability).toBeCloseTo(0.1 * (1 - 0.56), 15);
    expect(usersServed(cells).availability).toBeCloseTo((2 * 0.9 + 0.8 + 0.7) / 4, 15);
  });

  it("of equal size are parts of which so many are up", () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(shares, fc.nat(), (all, pick) => {
        const parts = all.map((share) => up(share, 1 - share));
        const required = 1 + (pick % parts.length);
        const cells = parts.map((part) => ({ size: 7, ...part }));
        const served = servedAtLeast(cells, ratio(required / parts.length));
        const expected = atLeastUp(parts, required);
        expect(Math.abs(served.unavailability - expected.unavailability)).toBeLessThan(1e-13);
        expect(Math.abs(served.availability - expected.availability)).toBeLessThan(1e-13);
      }),
    );
  });

  it("do not care in which order they stand", () => {
    const cell = fc
      .record({ size: fc.integer({ min: 0, max: 50 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
      .map(({ size, share }) => ({ size, ...(share < 1e-12 ? up(0, 1) : up(share, 1 - share)) }));
    const cells = fc
      .array(cell, { minLength: 1, maxLength: 12 })
      .filter((all) => all.some(({ size }) => size > 0));
    fc.assert(
      fc.property(cells, fc.double({ min: 0, max: 1, noNaN: true }).map(ratio), (all, share) => {
        const one = servedAtLeast(all, share);
        const other = servedAtLeast([...all].reverse(), share);
        expect(relativeError(one.unavailability, other.unavailability)).toBeLessThan(1e-12);
        expect(Math.abs(one.unavailability + one.availability - 1)).toBeLessThan(1e-13);
      }),
    );
  });

  it.each([[[]], [[0]], [[0.5]], [[-1, 3]], [[1_000_001]]])("refuses sizes %j", (sizes) => {
    const cells = sizes.map((size) => ({ size, ...up(0.9, 0.1) }));
    expect(() => usersServed(cells)).toThrow(InvariantBroken);
    expect(() => servedAtLeast(cells, ratio(1))).toThrow(InvariantBroken);
  });
});

describe("shuffle shards", () => {
  it.each([
    {
      name: "D6",
      workers: 8,
      perTenant: 2,
      shards: 28n,
      overlaps: [0.535714285714, 0.428571428571, 0.0357142857143],
    },
    {
      name: "D7",
      workers: 100,
      perTenant: 5,
      shards: 75_287_520n,
      overlaps: [
        0.769589953288, 0.211425811343, 0.0183848531603, 5.93059779363e-4, 6.30914658897e-6, 1.32824138715e-8,
      ],
    },
  ])("$name: $perTenant of $workers", ({ workers, perTenant, shards, overlaps }) => {
    expect(shardsOf({ workers, perTenant })).toBe(shards);
    const found = overlapsOf({ workers, perTenant });
    expect(found).toHaveLength(overlaps.length);
    for (const [shared, share] of found.entries()) {
      expect(relativeError(share, overlaps[shared] as number)).toBeLessThan(1e-11);
    }
  });

  it("of large numbers add up to 1", () => {
    const found = overlapsOf({ workers: 2_000, perTenant: 300 });
    expect(
      relativeError(
        found.reduce((sum, share) => sum + share, 0),
        1,
      ),
    ).toBeLessThan(1e-13);
    expect(found.at(-1)).toBe(0);
    expect(
      relativeError(overlapsOf({ workers: 400, perTenant: 200 }).at(-1) ?? 0, 9.7132172476e-120),
    ).toBeLessThan(1e-10);
  });

  it("hit only those who share more than they can spare", () => {
    const shards = { workers: 8, perTenant: 2 };
    expect(relativeError(blastRadius(shards, 1), 1 / 28)).toBeLessThan(1e-15);
    expect(relativeError(blastRadius(shards, 2), 13 / 28)).toBeLessThan(1e-15);
    expect(blastRadius({ workers: 4, perTenant: 4 }, 1)).toBe(1);
    expect(() => blastRadius(shards, 3)).toThrow(InvariantBroken);
  });

  it.each([
    [0, 8],
    [9, 8],
    [1.5, 8],
  ])("refuses %d of %d", (perTenant, workers) => {
    expect(() => shardsOf({ workers, perTenant })).toThrow(InvariantBroken);
  });
});

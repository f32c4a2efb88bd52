import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Front, isAsGood, type Picks, type Weights } from "./front.ts";
import { type Partial, search, type Space } from "./search.ts";

/** A space whose downtime is that of a chain of components, each as bad as its variant. */
interface Table {
  readonly cost: readonly (readonly number[])[];
  readonly carbon: readonly (readonly number[])[];
  readonly down: readonly (readonly number[])[];
  /** Pairs of variants that the objectives rule out together. */
  readonly forbidden: readonly (readonly [number, number])[];
}

const amount = fc.integer({ min: 0, max: 6 });
const table: fc.Arbitrary<Table> = fc
  .array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 5 })
  .chain((sizes) => {
    const each = (): fc.Arbitrary<number[][]> =>
      fc.tuple(...sizes.map((size) => fc.array(amount, { minLength: size, maxLength: size })));
    const forbidden = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: 2 });
    return fc.record({ cost: each(), carbon: each(), down: each(), forbidden });
  });

function spaceOf({ cost, carbon, down, forbidden }: Table): Space {
  return {
    ...{ cost, carbon },
    downtime: (picks) => {
      const works = down.map((shares, at) => {
        const pick = picks[at] ?? null;
        const share = pick === null ? Math.min(...shares) : (shares[pick] ?? 0);
        return 1 - share / 100;
      });
      return 1 - works.reduce((product, each) => product * each, 1);
    },
    isAllowed: (picks) => !forbidden.some(([first, second]) => picks[0] === first && picks[1] === second),
  };
}

function everyDesign(sizes: readonly number[]): readonly Picks[] {
  return sizes.reduce<readonly Picks[]>(
    (all, size) => all.flatMap((picks) => Array.from({ length: size }, (_, pick) => [...picks, pick])),
    [[]],
  );
}

function byBruteForce(space: Space): readonly Weights[] {
  const front = new Front();
  const of = (values: readonly (readonly number[])[], picks: Partial): number =>
    values.reduce((sum, each, at) => sum + (each[picks[at] ?? 0] ?? 0), 0);
  for (const picks of everyDesign(space.cost.map((each) => each.length))) {
    if (!space.isAllowed(picks)) continue;
    const downtime = Number(space.downtime(picks).toPrecision(10));
    front.offer({ cost: of(space.cost, picks), carbon: of(space.carbon, picks), downtime, picks });
  }
  return front.points;
}

const weights = (points: readonly Weights[]): readonly string[] =>
  points.map(({ cost, carbon, downtime }) => `${cost} ${carbon} ${downtime}`).sort();

describe("the front that branch and bound finds", () => {
  it("is that of weighing every design", () => {
    fc.assert(
      fc.property(table, (each) => {
        const space = spaceOf(each);
        const found = search(space, 1e6);
        expect(found).toMatchObject({ isExact: true, settled: 1 });
        expect(weights(found.front)).toEqual(weights(byBruteForce(space)));
      }),
      { numRuns: 500 },
    );
  });

  it("holds no design that another one beats, however little was looked at", () => {
    fc.assert(
      fc.property(table, fc.nat(20), (each, evaluationsMax) => {
        const space = spaceOf(each);
        const { front, isExact, evaluations, settled } = search(space, evaluationsMax);
        expect(evaluations).toBeLessThanOrEqual(evaluationsMax + 1);
        expect(isExact).toBe(settled === 1);
        for (const point of front) {
          expect(front.filter((other) => isAsGood(other, point))).toEqual([point]);
          expect(space.isAllowed(point.picks)).toBe(true);
        }
      }),
    );
  });

  it("is today's design alone where there is nothing to choose", () => {
    const one = spaceOf({ cost: [[5]], carbon: [[2]], down: [[1]], forbidden: [] });
    expect(search(one, 100)).toMatchObject({ isExact: true, designs: 1, front: [{ cost: 5, picks: [0] }] });
  });

  it("cuts off what cannot be on it: far fewer designs are weighed than there are", () => {
    const alike = Array.from({ length: 12 }, (_, at) => [at + 3, at + 4, at + 5]);
    const space = spaceOf({ cost: alike, carbon: alike, down: alike, forbidden: [] });
    const found = search(space, 1e5);
    expect(found).toMatchObject({ isExact: true, designs: 3 ** 12 });
    expect(found.evaluations).toBeLessThan(100);
  });

  it("says how far it looked when it was stopped", () => {
    const cost = Array.from({ length: 12 }, () => [1, 2, 4]);
    const space = spaceOf({ cost, carbon: cost, down: cost.map(() => [4, 2, 1]), forbidden: [] });
    const found = search(space, 60);
    expect(found.isExact).toBe(false);
    expect(found.settled).toBeLessThan(1);
    expect(found.front.length).toBeGreaterThan(1);
  });
});

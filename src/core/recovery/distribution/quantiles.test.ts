import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeError } from "../../../../test/relative-error.ts";
import { InvariantBroken } from "../../problem/problem.ts";
import { ratio, seconds } from "../../units/units.ts";
import { closedShareWithin } from "./closed-form.ts";
import { type Distribution, longestOf, shortestOf } from "./distribution.ts";
import { latticeQuantile, latticeShareWithin } from "./lattice.ts";
import { normalShareBelow } from "./normal.ts";
import { latticeErrorMax, meanOf, methodOf, quantileOf, shareWithin } from "./quantiles.ts";

const fixed = (time: number): Distribution => ({ kind: "fixed", time: seconds(time) });
const uniform = (from: number, to: number): Distribution => ({
  kind: "uniform",
  from: seconds(from),
  to: seconds(to),
});
const exponential = (mean: number): Distribution => ({ kind: "exponential", mean: seconds(mean) });
const logNormal = (median: number, sigma: number): Distribution => ({
  kind: "log-normal",
  median: seconds(median),
  sigma,
});
const sum = (...of: readonly Distribution[]): Distribution => ({ kind: "sum", of });
const slowest = (...of: readonly Distribution[]): Distribution => ({ kind: "slowest", of });
const mixture = (...ways: readonly (readonly [number, Distribution])[]): Distribution => ({
  kind: "mixture",
  of: ways.map(([chance, time]) => ({ chance: ratio(chance), time })),
});
const retried = (attempt: Distribution, success: number): Distribution => ({
  kind: "retried",
  attempt,
  success: ratio(success),
});

const within = (distribution: Distribution, time: number): number => shareWithin(distribution, seconds(time));
const quantile = (distribution: Distribution, share: number): number =>
  quantileOf(distribution, ratio(share)) ?? Infinity;

/** Probes every 10 s with a timeout of 2 s, of which three must fail. */
const detect = uniform(22, 32);
const twoPhases = sum(exponential(20), exponential(40));

it("is all of the times from the longest one on", () => {
  const spread = [
    uniform(0, 60),
    slowest(uniform(0, 30), uniform(5, 40)),
    mixture([0.3, uniform(1, 2)], [0.7, uniform(3, 70)]),
  ];
  const beside = sum(
    ...spread,
    retried(uniform(1, 3), 1),
    ...Array.from({ length: 6 }, (_, at) => uniform(0, 1 + at / 7)),
  );
  expect(methodOf(beside)).toBe("lattice");
  const longest = longestOf(beside) ?? 0;
  for (const longer of [0, 1e-6, 1, 1e3, 1e6]) expect(within(beside, longest + longer)).toBe(1);
});

describe("the reference times", () => {
  it("G1: to detect", () => {
    expect([shortestOf(detect), meanOf(detect), longestOf(detect)]).toEqual([22, 27, 32]);
  });

  it("G2: two exponential phases", () => {
    expect(relativeError(within(twoPhases, 60), 0.603526748071)).toBeLessThan(2e-12);
    const quantiles = [
      [0.5, 49.117887092],
      [0.9, 118.789560229],
      [0.95, 147.045533883],
      [0.99, 211.832317565],
    ] as const;
    for (const [share, time] of quantiles) {
      expect(relativeError(quantile(twoPhases, share), time)).toBeLessThan(4e-12);
    }
  });

  it("G3: to detect, and then two exponential phases", () => {
    const recovery = sum(detect, twoPhases);
    expect(methodOf(recovery)).toBe("closed-form");
    const shares = [
      [60, 0.315302446743],
      [90, 0.628205787864],
      [120, 0.813584938761],
      [180, 0.956730420882],
      [300, 0.997822978334],
    ] as const;
    for (const [time, share] of shares) {
      expect(Math.abs(within(recovery, time) - share)).toBeLessThan(1e-12);
    }
    const quantiles = [
      [0.5, 76.1788176803],
      [0.95, 174.14694281],
      [0.99, 238.935905795],
    ] as const;
    for (const [share, time] of quantiles) {
      expect(relativeError(quantile(recovery, share), time)).toBeLessThan(1e-11);
    }
  });

  it("G4: what a snapshot every 300 s and a transfer of 20 s lose", () => {
    const loss = sum(fixed(20), uniform(0, 300));
    expect(meanOf(loss)).toBe(170);
    expect(relativeError(quantile(loss, 0.95), 305)).toBeLessThan(1e-14);
    expect(longestOf(loss)).toBe(320);
  });

  it("G5: attempts of 60 s until one succeeds", () => {
    const attempts = retried(fixed(60), 0.9);
    expect(relativeError(meanOf(attempts), 66.6666666667)).toBeLessThan(1e-11);
    expect([59.9, 60, 119.9, 120].map((time) => within(attempts, time).toFixed(12))).toEqual([
      "0.000000000000",
      "0.900000000000",
      "0.900000000000",
      "0.990000000000",
    ]);
    expect(relativeError(quantile(attempts, 0.95), 120)).toBeLessThan(1e-14);
    expect(longestOf(attempts)).toBeNull();
  });
});

describe("a closed form", () => {
  it.each<readonly [string, Distribution, Distribution]>([
    ["attempts of exponential length", retried(exponential(20), 0.5), exponential(40)],
    ["a sum of one", sum(exponential(40)), exponential(40)],
    ["a span of nothing", sum(uniform(5, 5), logNormal(7, 0), exponential(0)), fixed(12)],
    ["an attempt that always succeeds", retried(uniform(1, 2), 1), uniform(1, 2)],
    ["a way that never comes about", mixture([1, fixed(3)], [0, exponential(1)]), fixed(3)],
    [
      "a sum of sums",
      sum(sum(exponential(3), fixed(1)), exponential(5)),
      sum(fixed(1), exponential(5), exponential(3)),
    ],
    [
      "a sum with two ways",
      sum(mixture([0.5, fixed(0)], [0.5, exponential(9)]), exponential(3)),
      mixture([0.5, exponential(3)], [0.5, sum(exponential(9), exponential(3))]),
    ],
  ])("sees through %s", (_, one, other) => {
    expect(methodOf(one)).toBe("closed-form");
    expect(relativeError(meanOf(one), meanOf(other))).toBeLessThan(1e-14);
    for (const time of [0.5, 1, 2, 4, 12, 30]) expect(within(one, time)).toBeCloseTo(within(other, time), 13);
  });

  it("is not taken where its terms cancel", () => {
    expect(methodOf(sum(exponential(20), exponential(20)))).toBe("lattice");
    expect(methodOf(sum(exponential(20), exponential(20.000001)))).toBe("lattice");
    expect(methodOf(sum(...Array.from({ length: 6 }, () => uniform(0, 10))))).toBe("lattice");
    expect(methodOf(sum(logNormal(1, 1), exponential(1)))).toBe("lattice");
    const chances = (count: number): readonly Distribution[] =>
      Array.from({ length: count }, () => mixture([0.5, fixed(0)], [0.5, fixed(1)]));
    expect(methodOf(sum(exponential(1), ...chances(6)))).toBe("closed-form");
    expect(methodOf(sum(exponential(1), ...chances(7)))).toBe("lattice");
  });

  it("of a log-normal time has the shares of the normal distribution, far out too", () => {
    // Computed with 30 digits.
    const shares = [
      [-37.3, 8.20549484492993e-305],
      [-10.02, 6.22514729153984e-24],
      [-5.51, 1.79416849358471e-8],
      [-1, 0.158655253931457],
      [0, 0.5],
      [2.2, 0.986096552486501],
    ] as const;
    for (const [z, share] of shares) expect(relativeError(normalShareBelow(z), share)).toBeLessThan(1e-12);
    expect([normalShareBelow(-50), normalShareBelow(50)]).toEqual([0, 1]);
  });

  it("of the slowest has the product of the shares, and its mean", () => {
    const both = slowest(exponential(20), exponential(40));
    expect(within(both, 30)).toBeCloseTo((1 - Math.exp(-1.5)) * (1 - Math.exp(-0.75)), 14);
    expect(relativeError(meanOf(both), 20 + 40 - 1 / (1 / 20 + 1 / 40))).toBeLessThan(1e-6);
    expect(relativeError(meanOf(slowest(uniform(0, 10), fixed(5))), 6.25)).toBeLessThan(1e-6);
    expect(meanOf(slowest(fixed(3), fixed(5)))).toBe(5);
    expect(
      relativeError(meanOf(sum(fixed(1), slowest(logNormal(60, 1.7), fixed(0)))), 1 + 60 * Math.exp(1.445)),
    ).toBeLessThan(1e-6);
  });
});

/** By brute force: the share of `first` + a log-normal time, over thousands of slices of the latter. */
function bruteShare(
  first: Distribution,
  { median, sigma }: { median: number; sigma: number },
  time: number,
): number {
  const share = closedShareWithin(first) as (time: number) => number;
  const [from, to] = [-9, Math.min(9, Math.log(time / median) / sigma)];
  const slices = 40_000;
  const width = (to - from) / slices;
  let total = 0;
  for (let slice = 0; slice < slices; slice++) {
    const z = from + (slice + 0.5) * width;
    total += Math.exp((-z * z) / 2) * share(time - median * Math.exp(sigma * z));
  }
  return (total * width) / Math.sqrt(2 * Math.PI);
}

describe("a lattice", () => {
  const shares = [0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999];

  it.each<readonly [string, Distribution]>([
    ["two exponential phases", twoPhases],
    ["G3", sum(detect, twoPhases)],
    ["a log-normal time", logNormal(60, 1)],
    ["a log-normal time with a heavy tail", logNormal(60, 1.7)],
    ["a narrow log-normal time", logNormal(60, 0.1)],
    ["five exponential phases and a span", sum(...[1, 2, 4, 8, 16].map(exponential), uniform(0, 5))],
    [
      "a long wait that is rare",
      sum(exponential(1), mixture([0.9, exponential(20)], [0.1, exponential(400)])),
    ],
    [
      "a wait a million times as long as another",
      sum(exponential(0.5), mixture([0.5, exponential(1)], [0.5, exponential(1e6)])),
    ],
    ["one of two fixed waits", sum(mixture([0.7, fixed(10)], [0.3, fixed(37.7)]), logNormal(30, 0.5))],
    ["a long fixed part", sum(fixed(10_000), exponential(1), uniform(0, 5))],
  ])("agrees with the closed form: %s", (_, distribution) => {
    expect(methodOf(distribution)).toBe("closed-form");
    for (const share of shares) {
      const time = quantile(distribution, share);
      expect(Math.abs(latticeShareWithin(distribution, seconds(time)) - share)).toBeLessThan(1e-5);
      const found = latticeQuantile(distribution, ratio(share));
      expect(Math.abs(within(distribution, found) - share)).toBeLessThan(1e-5);
    }
  });

  it.each([
    { first: logNormal(60, 1), second: { median: 50, sigma: 0.5 }, error: 1e-7 },
    { first: logNormal(60, 1.7), second: { median: 5, sigma: 0.2 }, error: 1e-7 },
    { first: exponential(30), second: { median: 60, sigma: 1.5 }, error: 1e-7 },
    { first: uniform(0, 30), second: { median: 20, sigma: 0.5 }, error: 1e-6 },
    { first: logNormal(1_000, 0.3), second: { median: 2, sigma: 2 }, error: 1e-6 },
    // All but a jump of the density at the end of the span.
    { first: uniform(0, 300), second: { median: 1, sigma: 0.5 }, error: latticeErrorMax },
    { first: slowest(exponential(20), exponential(40)), second: { median: 30, sigma: 1 }, error: 1e-5 },
    {
      first: mixture([0.8, fixed(0)], [0.2, exponential(600)]),
      second: { median: 30, sigma: 1 },
      error: 1e-5,
    },
  ])("agrees with brute force: $first.kind and a log-normal time of $second", ({ first, second, error }) => {
    const total = sum(first, logNormal(second.median, second.sigma));
    expect(methodOf(total)).toBe("lattice");
    for (const share of shares) {
      const time = quantile(total, share);
      expect(Math.abs(bruteShare(first, second, time) - share)).toBeLessThan(error);
      expect(Math.abs(within(total, time) - share)).toBeLessThan(1e-6);
    }
  });

  it("adds phases of equal means: Erlang's distribution", () => {
    const four = sum(...Array.from({ length: 4 }, () => exponential(15)));
    for (const time of [5, 20, 60, 120, 200]) {
      const x = time / 15;
      const exact = 1 - Math.exp(-x) * (1 + x + x ** 2 / 2 + x ** 3 / 6);
      expect(Math.abs(within(four, time) - exact)).toBeLessThan(1e-7);
    }
    expect(meanOf(four)).toBe(60);
  });

  it("retries attempts of any length", () => {
    const tries = retried(sum(fixed(10), exponential(5)), 0.7);
    expect(methodOf(tries)).toBe("lattice");
    // One attempt, or two: the second is Erlang's beyond 20 s.
    const first = (time: number): number => 1 - Math.exp(-(time - 10) / 5);
    const second = (x: number): number => 1 - Math.exp(-x) * (1 + x);
    expect(Math.abs(within(tries, 15) - 0.7 * first(15))).toBeLessThan(latticeErrorMax);
    expect(Math.abs(within(tries, 28) - 0.7 * first(28) - 0.21 * second(1.6))).toBeLessThan(latticeErrorMax);
    expect(relativeError(meanOf(tries), 15 / 0.7)).toBeLessThan(1e-14);
    expect(shortestOf(tries)).toBe(10);
  });

  it("is left out where a share jumps between ways, of which one needs it", () => {
    const known = mixture([0.8, fixed(30)], [0.2, sum(logNormal(60, 1), exponential(10))]);
    expect([29.999, 30].map((time) => within(known, time) > 0.8)).toEqual([false, true]);
    expect(quantile(known, 0.5)).toBe(30);
  });

  it("finds the slowest of steps that themselves need one", () => {
    const step = sum(logNormal(20, 0.5), exponential(10));
    const both = slowest(step, step);
    for (const share of [0.1, 0.5, 0.99]) {
      expect(relativeError(quantile(both, share), quantile(step, Math.sqrt(share)))).toBeLessThan(1e-6);
    }
    expect(relativeError(meanOf(slowest(step, fixed(0))), meanOf(step))).toBeLessThan(1e-4);
    const after = sum(both, uniform(0, 20));
    expect(methodOf(after)).toBe("lattice");
    expect(within(after, 1e6)).toBeCloseTo(1, 9);
  });

  it("tells no tail that rounding has eaten", () => {
    const time = sum(logNormal(20, 1), exponential(10));
    expect(quantile(time, 1 - 1e-15)).toBe(quantile(time, 1 - 1e-9));
    expect(quantile(time, 1 - 1e-9)).toBeGreaterThan(quantile(time, 1 - 1e-6));
    expect(quantile(time, 1)).toBe(Infinity);
  });

  it("answers the same whatever was asked before", () => {
    const make = (): Distribution => sum(logNormal(20, 1.2), exponential(10), uniform(0, 7));
    const [one, other] = [make(), make()];
    const forwards = shares.map((share) => quantile(one, share));
    const backwards = [...shares].reverse().map((share) => quantile(other, share));
    expect(forwards).toEqual(backwards.reverse());
  });
});

describe("laws of times", () => {
  const span = fc.double({ min: 0, max: 600, noNaN: true }).map(Math.fround);
  const leaf: fc.Arbitrary<Distribution> = fc.oneof(
    span.map(fixed),
    fc.tuple(span, span).map(([one, other]) => uniform(Math.min(one, other), Math.max(one, other))),
    span.map(exponential),
    fc
      .tuple(span, fc.double({ min: 0, max: 2, noNaN: true }))
      .map(([median, sigma]) => logNormal(median, sigma)),
  );
  const trees = fc.letrec<{ tree: Distribution }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 2 },
      leaf,
      fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((of) => sum(...of)),
      fc.array(tie("tree"), { minLength: 1, maxLength: 3 }).map((of) => slowest(...of)),
      fc
        .tuple(tie("tree"), tie("tree"), fc.double({ min: 0, max: 1, noNaN: true }))
        .map(([one, other, chance]) => mixture([chance, one], [1 - chance, other])),
      fc
        .tuple(tie("tree"), fc.double({ min: 0.2, max: 1, noNaN: true }))
        .map(([time, success]) => retried(time, success)),
    ),
  })).tree;

  it("a share rises with the time, and a quantile is where it is reached", () => {
    fc.assert(
      fc.property(trees, (distribution) => {
        const times = [0.1, 0.5, 0.9, 0.99].map((share) => quantile(distribution, share));
        expect([...times].sort((a, b) => a - b)).toEqual(times);
        const [first, longest] = [times[0] as number, longestOf(distribution) ?? Infinity];
        expect(first).toBeGreaterThanOrEqual(shortestOf(distribution) * (1 - 1e-12));
        expect(times.at(-1)).toBeLessThanOrEqual(longest * (1 + 1 / 40) + 1e-9);
        // A 40th later, so that no jump lies between.
        const later = (time: number): number => time + (time - shortestOf(distribution)) / 40 + 1e-9;
        expect(within(distribution, later(times[2] as number))).toBeGreaterThan(0.9 - latticeErrorMax);
      }),
      { numRuns: 60 },
    );
  });

  it("one more step never makes it sooner, and means add up", () => {
    fc.assert(
      fc.property(leaf, leaf, (one, other) => {
        const both = sum(one, other);
        expect(quantile(both, 0.9)).toBeGreaterThan(quantile(one, 0.9) * (1 - 1e-3) - 1e-9);
        expect(relativeError(meanOf(both), meanOf(one) + meanOf(other))).toBeLessThan(1e-12);
        expect(quantile(slowest(one, other), 0.9)).toBeLessThanOrEqual(
          quantile(both, 0.9) * (1 + 1e-2) + 1e-9,
        );
      }),
      { numRuns: 60 },
    );
  });

  it.each<readonly [string, Distribution]>([
    ["a span that ends before it starts", uniform(2, 1)],
    ["a sigma below 0", logNormal(1, -1)],
    ["no part", sum()],
    ["the slowest of none", slowest()],
    ["chances that do not add up", mixture([0.5, fixed(1)], [0.4, fixed(2)])],
    ["no way", mixture()],
    ["an attempt that never succeeds", retried(fixed(1), 0)],
  ])("refuse %s", (_, distribution) => {
    for (const ask of [meanOf, methodOf]) expect(() => ask(distribution)).toThrow(InvariantBroken);
    expect(() => within(distribution, 1)).toThrow(InvariantBroken);
    expect(() => quantile(distribution, 0.5)).toThrow(InvariantBroken);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { relativeError } from "../../../../test/relative-error.ts";
import { InvariantBroken } from "../../problem/problem.ts";
import { ratio, seconds } from "../../units/units.ts";
import { longRunOf } from "../long-run.ts";
import { type Standby, standbyShares } from "../standby.ts";
import type { Chain, Transition } from "./chain.ts";
import { longRunShares, meanTimeTo } from "./markov.ts";
import { sharesInRow } from "./row.ts";

/** Rates far apart, as whole numbers: they are exact as numbers and as big whole numbers. */
const rates = fc
  .tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 9 }))
  .map(([digits, zeros]) => digits * 10 ** zeros);

/** A ring, so that every state leads to every other, with some transitions across. */
const chains: fc.Arbitrary<Chain> = fc.integer({ min: 2, max: 7 }).chain((states) => {
  const state = fc.integer({ min: 0, max: states - 1 });
  const across = fc.array(fc.record({ from: state, to: state, rate: rates }), { maxLength: 12 });
  const round = fc.array(rates, { minLength: states, maxLength: states });
  return fc.tuple(round, across).map(([ring, more]) => ({
    states,
    transitions: [
      ...ring.map((rate, from) => ({ from, to: (from + 1) % states, rate })),
      ...more.filter(({ from, to }) => from !== to),
    ],
  }));
});

/** Determinant by fraction-free elimination, exact. */
function determinant(rows: readonly (readonly bigint[])[]): bigint {
  const table = rows.map((row) => [...row]);
  let sign = 1n;
  let before = 1n;
  for (let at = 0; at < table.length; at++) {
    const pivot = table.findIndex((row, index) => index >= at && row[at] !== 0n);
    if (pivot < 0) return 0n;
    if (pivot !== at) {
      [table[at], table[pivot]] = [table[pivot] as bigint[], table[at] as bigint[]];
      sign = -sign;
    }
    const top = table[at] as bigint[];
    for (const row of table.slice(at + 1)) {
      const first = row[at] as bigint;
      for (let to = at; to < row.length; to++) {
        row[to] = ((row[to] as bigint) * (top[at] as bigint) - first * (top[to] as bigint)) / before;
      }
    }
    before = top[at] as bigint;
  }
  return sign * before;
}

/** Rates out minus rates in, with the state left out that is solved for. */
function without(chain: Chain, left: readonly number[]): readonly (readonly bigint[])[] {
  const kept = Array.from({ length: chain.states }, (_, state) => state).filter(
    (state) => !left.includes(state),
  );
  const table = kept.map(() => kept.map(() => 0n));
  for (const { from, to, rate } of chain.transitions) {
    const row = table[kept.indexOf(from)];
    if (row === undefined) continue;
    row[kept.indexOf(from)] = (row[kept.indexOf(from)] as bigint) + BigInt(rate);
    if (kept.includes(to)) row[kept.indexOf(to)] = (row[kept.indexOf(to)] as bigint) - BigInt(rate);
  }
  return table;
}

/** Exact long-run weights: by the Markov chain tree theorem the minors of the table of rates. */
function exactWeights(chain: Chain): readonly bigint[] {
  return Array.from({ length: chain.states }, (_, state) => determinant(without(chain, [state])));
}

const quotient = (part: bigint, whole: bigint): number => Number((part * 10n ** 60n) / whole) / 1e60;

describe("a small chain", () => {
  it("has the long run that exact whole numbers give, to every digit", () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const weights = exactWeights(chain);
        const total = weights.reduce((sum, weight) => sum + weight, 0n);
        for (const [state, share] of longRunShares(chain).entries()) {
          expect(relativeError(share, quotient(weights[state] as bigint, total))).toBeLessThan(1e-13);
        }
      }),
    );
  });

  it("takes the mean time to a state that exact whole numbers give", () => {
    fc.assert(
      fc.property(chains, (chain) => {
        const target = chain.states - 1;
        const back: Transition = { from: target, to: 0, rate: 1 };
        const kept = chain.transitions.filter(({ from }) => from !== target);
        const weights = exactWeights({ ...chain, transitions: [...kept, back] });
        const onTheWay = weights.slice(0, -1).reduce((sum, weight) => sum + weight, 0n);
        const exact = quotient(onTheWay, weights.at(-1) as bigint);
        expect(relativeError(meanTimeTo(chain, 0, new Set([target])) ?? 0, exact)).toBeLessThan(1e-12);
      }),
    );
  });

  it("two units with a crew each fail for the first time after 126,500 h on average (A4)", () => {
    const transitions = [
      { from: 0, to: 1, rate: 2e-3 },
      { from: 1, to: 2, rate: 1e-3 },
      { from: 1, to: 0, rate: 0.25 },
    ];
    expect(relativeError(meanTimeTo({ states: 3, transitions }, 0, new Set([2])) ?? 0, 126_500)).toBeLessThan(
      1e-13,
    );
    expect(meanTimeTo({ states: 3, transitions: transitions.slice(2) }, 0, new Set([2]))).toBeNull();
    expect(
      meanTimeTo({ states: 4, transitions: [...transitions, { from: 1, to: 3, rate: 1 }] }, 0, new Set([2])),
    ).toBeNull();
  });

  it.each<readonly [string, Chain]>([
    ["a state that nothing leads to", { states: 2, transitions: [{ from: 0, to: 1, rate: 1 }] }],
    ["a rate of 0", { states: 2, transitions: [{ from: 0, to: 1, rate: 0 }] }],
    ["an endless rate", { states: 2, transitions: [{ from: 0, to: 1, rate: Infinity }] }],
    ["a state out of range", { states: 2, transitions: [{ from: 0, to: 2, rate: 1 }] }],
    ["a transition to itself", { states: 2, transitions: [{ from: 1, to: 1, rate: 1 }] }],
    ["no state", { states: 0, transitions: [] }],
  ])("refuses %s", (_, chain) => {
    expect(() => longRunShares(chain)).toThrow(InvariantBroken);
  });

  it("of one state is always there", () => {
    expect([...longRunShares({ states: 1, transitions: [] })]).toEqual([1]);
  });
});

/** Machines that fail and are repaired by themselves, as one chain over all their combinations: state: a bit for each that is down. */
function machines(failures: readonly number[]): Chain {
  const states = 2 ** failures.length;
  const transitions = Array.from({ length: states }, (_, from) =>
    failures.map((failure, machine) => ({
      from,
      to: from ^ (1 << machine),
      rate: (from & (1 << machine)) === 0 ? failure : 1,
    })),
  ).flat();
  return { states, transitions };
}

describe("a large chain", () => {
  it("of many independent machines has the product of their shares, down to all of them failed", () => {
    const failures = Array.from({ length: 13 }, (_, at) => 10 ** (-1 - (at % 4)));
    const shares = longRunShares(machines(failures));
    for (const [state, share] of shares.entries()) {
      const expected = failures.reduce((product, failure, machine) => {
        return (product * (((state >> machine) & 1) === 1 ? failure : 1)) / (1 + failure);
      }, 1);
      if (!(relativeError(share, expected) < 1e-10)) expect([state, share]).toEqual([state, expected]);
    }
  });

  it.each([
    ["with a drift", 3, 4],
    ["without a drift", 1, 1],
  ])("in a row of 6,000 states %s has the shares of a row", (_, repair, failure) => {
    const states = 6_000;
    const steps = Array.from({ length: states - 1 }, (__, at) => ({ at, up: failure * (1 - at / states) }));
    const transitions = steps.flatMap(({ at, up }) => [
      { from: at, to: at + 1, rate: up },
      { from: at + 1, to: at, rate: repair },
    ]);
    const expected = sharesInRow(steps.map(({ up }) => up / repair));
    for (const [state, share] of longRunShares({ states, transitions }).entries()) {
      const exact = expected[state] as number;
      if (exact > 1e-280 && !(relativeError(share, exact) < 1e-10))
        expect([state, share]).toEqual([state, exact]);
    }
  });
});

/** The chain that the docstring of `standbyShares` tells, state by state. */
function standbyChain(law: Standby): { readonly chain: Chain; readonly serving: ReadonlySet<number> } {
  const { units, mtbf, mttr } = law;
  const serving = (up: number): number => 3 * up;
  const switching = (up: number): number => 3 * up - 2;
  const waiting = (up: number): number => 3 * up - 1;
  const transitions: Transition[] = [];
  const add = (from: number, to: number, rate: number): void => {
    if (rate > 0) transitions.push({ from, to, rate });
  };
  for (let up = 1; up <= units; up++) {
    add(serving(up - 1), serving(up), Math.min(units - up + 1, law.crews) / mttr);
    add(
      serving(up),
      serving(up - 1),
      ((up - 1) * law.standbyFailureShare) / mtbf + (up === 1 ? 1 / mtbf : 0),
    );
    if (up === units) continue;
    add(serving(up + 1), switching(up), law.coverage / mtbf);
    add(serving(up + 1), waiting(up), (1 - law.coverage) / mtbf);
    add(switching(up), serving(up), 1 / law.switchover);
    add(waiting(up), serving(up), 1 / law.manual);
  }
  // The two of `units` are never entered; `serving(units)` closes the row of numbers.
  const named = [...new Set(transitions.flatMap(({ from, to }) => [from, to]))];
  return {
    chain: {
      states: named.length,
      transitions: transitions.map(({ from, to, rate }) => ({
        from: named.indexOf(from),
        to: named.indexOf(to),
        rate,
      })),
    },
    serving: new Set(named.flatMap((state, index) => (state > 0 && state % 3 === 0 ? [index] : []))),
  };
}

describe("the row of a standby", () => {
  it("gives what its whole chain gives by elimination", () => {
    const span = fc.double({ min: 1, max: 1e5, noNaN: true }).map(seconds);
    const share = fc.double({ min: 0.001, max: 0.999, noNaN: true }).map(ratio);
    const laws = fc.record({
      kind: fc.constant("standby" as const),
      units: fc.integer({ min: 1, max: 6 }),
      crews: fc.integer({ min: 1, max: 6 }),
      mtbf: span,
      mttr: span,
      standbyFailureShare: share,
      coverage: share,
      switchover: span,
      manual: span,
    });
    fc.assert(
      fc.property(laws, (law) => {
        const { chain, serving } = standbyChain(law);
        const shares = longRunShares(chain);
        const down = [...shares]
          .filter((_, state) => !serving.has(state))
          .reduce((sum, part) => sum + part, 0);
        expect(relativeError(longRunOf(law).unavailability, down)).toBeLessThan(1e-12);
        const { serving: up, switchingOver, waitingForPerson, allDown } = standbyShares(law);
        expect(relativeError(up + switchingOver + waitingForPerson + allDown, 1)).toBeLessThan(1e-14);
      }),
    );
  });
});

import { type Algebra, type CutSets, foldedTop } from "./cut-sets.ts";

/** How many cut sets there are. Doubles count as far as they count exactly: every part of a family has at most as many sets. */
export function cutSetCount(cutSets: CutSets): bigint {
  const count = foldedTop<number>(cutSets, inNumbers);
  return count < Number.MAX_SAFE_INTEGER ? BigInt(count) : foldedTop<bigint>(cutSets, inBigInts);
}

/** How many there are of each order: index k says how many sets of k events. */
export function cutSetCountsByOrder(cutSets: CutSets): readonly bigint[] {
  return foldedTop<readonly bigint[]>(cutSets, byOrder);
}

const inNumbers: Algebra<number> = {
  none: 0,
  ofEmpty: 1,
  ofEvent: () => 1,
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
};

const inBigInts: Algebra<bigint> = {
  none: 0n,
  ofEmpty: 1n,
  ofEvent: () => 1n,
  sum: (a, b) => a + b,
  product: (a, b) => a * b,
};

const ofOneEvent: readonly bigint[] = [0n, 1n];

/** Polynomials, whose exponent is the order. */
const byOrder: Algebra<readonly bigint[]> = {
  none: [],
  ofEmpty: [1n],
  ofEvent: () => ofOneEvent,
  sum: (a, b) => (a.length < b.length ? added(b, a) : added(a, b)),
  product: (a, b) => (a === ofOneEvent ? [0n, ...b] : multiplied(a, b)),
};

function added(long: readonly bigint[], short: readonly bigint[]): readonly bigint[] {
  return long.map((value, index) => (index < short.length ? value + (short[index] as bigint) : value));
}

function multiplied(a: readonly bigint[], b: readonly bigint[]): readonly bigint[] {
  if (a.length === 0 || b.length === 0) return [];
  const product = Array<bigint>(a.length + b.length - 1).fill(0n);
  for (const [i, x] of a.entries()) {
    if (x === 0n) continue;
    for (const [j, y] of b.entries()) product[i + j] = (product[i + j] as bigint) + x * y;
  }
  return product;
}

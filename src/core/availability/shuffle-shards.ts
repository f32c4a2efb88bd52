import { invariant } from "../problem/problem.ts";

/** Each tenant is served by `perTenant` of `workers`, drawn at random and without regard to the other tenants. */
export interface ShuffleShards {
  readonly workers: number;
  readonly perTenant: number;
}

/** How many different sets of workers a tenant can get. @throws InvariantBroken unless 1 ≤ perTenant ≤ workers, both whole */
export function shardsOf({ workers, perTenant }: ShuffleShards): bigint {
  invariant(
    Number.isInteger(workers) && Number.isInteger(perTenant) && perTenant >= 1 && perTenant <= workers,
    `1 ≤ perTenant ≤ workers, got ${perTenant} of ${workers}`,
  );
  return choose(workers, perTenant);
}

/**
 * How likely another tenant has just j workers in common with one that takes down all of its own, for j from 0 to `perTenant`:
 * C(k, j) C(n − k, k − j) / C(n, k), counted exactly and rounded once.
 *
 * @throws InvariantBroken as `shardsOf`
 */
export function overlapsOf(shards: ShuffleShards): readonly number[] {
  const all = shardsOf(shards);
  return overlapCounts(shards).map((count) => quotient(count, all));
}

/**
 * Blast radius: the share of the other tenants that are left with fewer than `needed` workers when one tenant takes down all of its own.
 *
 * @throws InvariantBroken as `shardsOf`, or unless `needed` is a whole number from 1 to `perTenant`
 */
export function blastRadius(shards: ShuffleShards, needed: number): number {
  invariant(
    Number.isInteger(needed) && needed >= 1 && needed <= shards.perTenant,
    `needed is a whole number from 1 to ${shards.perTenant}, got ${needed}`,
  );
  const hit = overlapCounts(shards).slice(shards.perTenant - needed + 1);
  return quotient(
    hit.reduce((sum, count) => sum + count, 0n),
    shardsOf(shards),
  );
}

function overlapCounts({ workers, perTenant }: ShuffleShards): readonly bigint[] {
  return Array.from(
    { length: perTenant + 1 },
    (_, shared) => choose(perTenant, shared) * choose(workers - perTenant, perTenant - shared),
  );
}

function choose(from: number, count: number): bigint {
  if (count > from) return 0n;
  let ways = 1n;
  for (let step = 1; step <= Math.min(count, from - count); step++) {
    ways = (ways * BigInt(from - step + 1)) / BigInt(step);
  }
  return ways;
}

/** part / whole of whole numbers of any size, with at least 64 bits kept. */
function quotient(part: bigint, whole: bigint): number {
  const bits = (value: bigint): number => value.toString(16).length * 4;
  const shift = Math.max(0, bits(whole) - bits(part) + 68);
  return Number((part << BigInt(shift)) / whole) * 2 ** -shift;
}

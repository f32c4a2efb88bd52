import type { Effort, Shard } from "../core/availability/simulation/part.ts";
import type { Parsed, Problem } from "../core/problem/problem.ts";
import { type Ratio, ratio } from "../core/units/units.ts";

/** How much is simulated, as typed. */
export interface EffortOptions {
  readonly seed: string;
  readonly replications: string;
  readonly years: string;
}

const replicationsMax = 1_000_000;
const shardsMax = 10_000;
const yearsMax = 1_000_000;

/** @returns every option that makes no sense */
export function effortOf({ seed, replications, years }: EffortOptions): Parsed<Effort> {
  const value = { seed: Number(seed), replications: Number(replications), years: Number(years) };
  const isWhole = (text: string): boolean => /^\d{1,15}$/.test(text);
  const { replications: runs } = value;
  return checked(value, [
    isWhole(seed) ? null : bad("--seed", seed, "a whole number of at most 15 digits"),
    isWhole(replications) && runs >= 2 && runs <= replicationsMax
      ? null
      : bad("--replications", replications, `a whole number from 2 to ${replicationsMax}`),
    value.years > 0 && value.years <= yearsMax
      ? null
      : bad("--years", years, `a number above 0, at most ${yearsMax}`),
  ]);
}

export function shardOf(text: string): Parsed<Shard> {
  const [, index, count] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
  const value = { index: Number(index), count: Number(count) };
  const isShard = value.index < value.count && value.count <= shardsMax;
  return checked(value, [
    isShard
      ? null
      : bad("--shard", text, `i/n with i from 0 to n - 1, such as 0/8; n is at most ${shardsMax}`),
  ]);
}

export function countOfShards(text: string): Parsed<number> {
  const isCount = /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= shardsMax;
  return checked(Number(text), [
    isCount ? null : bad("--shards", text, `a whole number from 1 to ${shardsMax}`),
  ]);
}

export function confidenceOf(text: string): Parsed<Ratio> {
  const share = Number(text);
  return share >= 0.5 && share <= 0.9999
    ? { ok: true, value: ratio(share) }
    : checked(ratio(0), [bad("--confidence", text, "a share from 0.5 to 0.9999, such as 0.95")]);
}

/** The value, unless a problem was found with it. */
function checked<Value>(value: Value, found: readonly (Problem | null)[]): Parsed<Value> {
  const [first, ...others] = found.filter((each) => each !== null);
  return first === undefined ? { ok: true, value } : { ok: false, problems: [first, ...others] };
}

function bad(option: string, text: string, wanted: string): Problem {
  return {
    code: "cli/bad-number",
    what: `${option} is "${text}"`,
    where: null,
    why: "It sets how much is simulated, and how sure the answer is.",
    mend: `write ${wanted}`,
  };
}

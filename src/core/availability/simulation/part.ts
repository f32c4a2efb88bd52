import type { Parsed, Problem } from "../../problem/problem.ts";
import { Moments, type MomentsData } from "./moments.ts";
import { OutageLengths, type OutageLengthsData } from "./outage-lengths.ts";

/** How an output was simulated. */
export type Method = "replications" | "failure-biasing" | "splitting";

/** How much is simulated, and from which chance. */
export interface Effort {
  /** Whole, at least 0. */
  readonly seed: number;
  /** Independent runs, at least 2; each with its own stream of chance. */
  readonly replications: number;
  /** Simulated years of each. */
  readonly years: number;
}

/** Fewer outages, and the spread between replications says too little of how sure an answer is. */
export const outagesForSpread = 100;

/** The share of the replications that one machine runs: those whose number leaves `index` when divided by `count`. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  readonly count: number;
}

export const whole: Shard = { index: 0, count: 1 };

/** Variables of the moments, by number. Time and failed time are seconds, weighted where chance was biased. */
export const variables = { time: 0, failed: 1, outages: 2, firstFailures: 3, timeToFirst: 4 } as const;

/** What was seen of one output: sums that add up, no estimates. */
export interface OutputPart {
  readonly name: string;
  readonly method: Method;
  readonly rtoSeconds: number | null;
  /** `replications` and `splitting` have the first three variables, `failure-biasing` all five. */
  readonly moments: MomentsData;
  /** `null`: biased chance does not keep single outages. */
  readonly lengths: OutageLengthsData | null;
}

/** A whole simulation, or what one shard of it came to. */
export interface SimulationPart {
  readonly kind: "simulation-part";
  /** Of what was simulated; parts of different subjects are never added up. */
  readonly subjectDigest: string;
  readonly effort: Effort;
  readonly shards: { readonly count: number; readonly done: readonly number[] };
  /** How many events happened in it. */
  readonly events: number;
  readonly outputs: readonly OutputPart[];
}

export function variablesOf(method: Method): number {
  return method === "failure-biasing" ? 5 : 3;
}

/** The numbers of the replications of a shard. */
export function* replicationsOf({ replications }: Effort, { index, count }: Shard): Generator<number> {
  for (let number = index; number < replications; number += count) yield number;
}

/**
 * Adds up shards of one simulation: bit for bit what one machine would have come to.
 *
 * @returns a problem when they are not of one simulation, when one is there twice or one is missing
 */
export function merged(parts: readonly SimulationPart[]): Parsed<SimulationPart> {
  const [first, ...others] = parts;
  if (first === undefined) return refused(missing([0], 1));
  if (others.some((each) => identityOf(each) !== identityOf(first))) return refused(differ);
  const { count } = first.shards;
  const done = parts.flatMap((part) => part.shards.done).toSorted((one, other) => one - other);
  const twice = done.find((shard, at) => done[at - 1] === shard);
  if (twice !== undefined) return refused(doubled(twice));
  const absent = Array.from({ length: count }, (_, shard) => shard).filter((shard) => !done.includes(shard));
  if (absent.length > 0) return refused(missing(absent, count));
  const outputs = first.outputs.map((output, at) => mergedOutput(output, others, at));
  const events = parts.reduce((sum, part) => sum + part.events, 0);
  return { ok: true, value: { ...first, shards: { count: 1, done: [0] }, events, outputs } };
}

function mergedOutput(first: OutputPart, others: readonly SimulationPart[], at: number): OutputPart {
  const moments = momentsOf(first);
  const lengths = first.lengths === null ? null : new OutageLengths(first.lengths);
  for (const other of others) {
    const output = other.outputs[at] as OutputPart;
    moments.merge(momentsOf(output));
    if (output.lengths !== null) lengths?.merge(new OutageLengths(output.lengths));
  }
  return { ...first, moments: moments.toData(), lengths: lengths?.toData() ?? null };
}

export function momentsOf(output: OutputPart): Moments {
  return Moments.fromData(output.moments, variablesOf(output.method));
}

/** What parts of one simulation have in common. */
function identityOf({ subjectDigest, effort, shards, outputs }: SimulationPart): string {
  const { seed, replications, years } = effort;
  const told = outputs.map(({ name, method, rtoSeconds }) => [name, method, rtoSeconds]);
  return JSON.stringify([subjectDigest, seed, replications, years, shards.count, told]);
}

function refused(problem: Problem): Parsed<never> {
  return { ok: false, problems: [problem] };
}

const differ: Problem = {
  code: "simulation/parts-differ",
  what: "these parts are not of one simulation: what was simulated, the seed, the replications or the shards differ",
  where: null,
  why: "their sum would be an answer to no question",
  mend: "run every shard with the same workspace, the same options and the same version, and merge those",
};

function doubled(shard: number): Problem {
  return {
    code: "simulation/shard-twice",
    what: `shard ${shard} is there twice`,
    where: null,
    why: "the same chance counted twice makes an answer look surer than it is",
    mend: `leave out one of the two files of shard ${shard}`,
  };
}

function missing(absent: readonly number[], count: number): Problem {
  const named = absent.map((shard) => `${shard}/${count}`).join(", ");
  return {
    code: "simulation/shard-missing",
    what: `missing: ${absent.length === 1 ? "shard" : "shards"} ${named}`,
    where: null,
    why: "without it the answer is not the one that was asked for, and which shards are there may not be chance",
    mend: `run what is missing, and merge all ${count} files`,
  };
}

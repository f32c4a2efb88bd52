import { invariant } from "../problem/problem.ts";
import { chanceOf } from "./chance.ts";
import { chancesOf } from "./chances.ts";
import type { SolvedGraph } from "./solve.ts";

/** How sure the chance of an event is: log-normal about its mean, where 95 % lie below `errorFactor` times the median. */
export interface Doubt {
  readonly mean: number;
  /** 1: no doubt. */
  readonly errorFactor: number;
  /** Events with the same number are doubted as one: what is true of one is true of all. `null`: by itself. */
  readonly parameter: number | null;
}

/** What the doubts about events come to at the top. */
export interface Uncertainty {
  readonly mean: number;
  readonly p5: number;
  readonly p50: number;
  readonly p95: number;
}

/** The 95 % point of the standard normal distribution. */
const z95 = 1.6448536269514722;

/**
 * Goes over the diagrams again for each sample; they do not change.
 *
 * @param doubts by event; a sample above 1 counts as 1
 */
export function uncertaintyOf(graph: SolvedGraph, doubts: readonly Doubt[], sampling: Sampling): Uncertainty {
  return mixedUncertaintyOf([{ graph, share: 1 }], doubts, sampling);
}

export interface Sampling {
  readonly samples: number;
  /** Uniform in [0, 1), seeded. */
  readonly random: () => number;
}

/** The same of a mixture: each graph counts with its share. All of them see the same sample. */
export function mixedUncertaintyOf(
  graphs: readonly { readonly graph: SolvedGraph; readonly share: number }[],
  doubts: readonly Doubt[],
  { samples, random }: Sampling,
): Uncertainty {
  invariant(samples > 0, "at least one sample is taken");
  const values = new Float64Array(samples);
  for (let sample = 0; sample < samples; sample += 1) {
    const chances = chancesOf(sampled(doubts, random));
    values[sample] = graphs.reduce(
      (sum, { graph, share }) => sum + share * chanceOf(graph, chances).failed,
      0,
    );
  }
  values.sort();
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / samples,
    p5: quantile(values, 0.05),
    p50: quantile(values, 0.5),
    p95: quantile(values, 0.95),
  };
}

/** Nearest rank. */
function quantile(sorted: Float64Array, share: number): number {
  return sorted[Math.ceil(share * sorted.length) - 1] as number;
}

function sampled(doubts: readonly Doubt[], random: () => number): number[] {
  const shared = new Map<number, number>();
  return doubts.map(({ mean, errorFactor, parameter }) => {
    const known = parameter === null ? undefined : shared.get(parameter);
    const deviate = known ?? standardNormal(random);
    if (parameter !== null) shared.set(parameter, deviate);
    const sigma = Math.log(errorFactor) / z95;
    return Math.min(1, mean * Math.exp(sigma * deviate - (sigma * sigma) / 2));
  });
}

/** Box and Muller 1958. */
function standardNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

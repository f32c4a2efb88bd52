import { invariant, unreachable } from "../../problem/problem.ts";
import { ratio, seconds } from "../../units/units.ts";
import { type Distribution, longestOf, shortestOf, type Way, waysOf } from "./distribution.ts";

const known = new WeakMap<Distribution, Distribution>();

/**
 * The same distribution with less to it: sums of more than one part and at most one of them fixed, ways that can come about, spreads
 * that are wider than nothing. What has been asked before is remembered; this saves time and changes nothing.
 *
 * @throws InvariantBroken for a span whose end is before its start, a sigma below 0, chances that do not add up to 1, an attempt
 * that never succeeds, and nothing to add, choose from or wait for
 */
export function simpleForm(distribution: Distribution): Distribution {
  const remembered = known.get(distribution);
  if (remembered !== undefined) return remembered;
  const simple = withoutSpread(simplified(distribution));
  known.set(distribution, simple);
  known.set(simple, simple);
  return simple;
}

function withoutSpread(distribution: Distribution): Distribution {
  const time = shortestOf(distribution);
  return distribution.kind !== "fixed" && longestOf(distribution) === time
    ? { kind: "fixed", time }
    : distribution;
}

function simplified(distribution: Distribution): Distribution {
  switch (distribution.kind) {
    case "fixed":
    case "exponential":
      return distribution;
    case "uniform":
      return uniform(distribution);
    case "log-normal":
      return logNormal(distribution);
    case "sum":
      return sum(distribution.of);
    case "slowest":
      return slowest(distribution.of);
    case "mixture":
      return mixture(distribution.of);
    case "retried":
      return retried(distribution);
    default:
      return unreachable(distribution);
  }
}

type Of<Kind extends Distribution["kind"]> = Extract<Distribution, { kind: Kind }>;

function uniform(distribution: Of<"uniform">): Distribution {
  const { from, to } = distribution;
  invariant(from <= to, `a span ends after its start, got ${from} s to ${to} s`);
  return distribution;
}

function logNormal(distribution: Of<"log-normal">): Distribution {
  const { sigma } = distribution;
  invariant(sigma >= 0 && sigma < Infinity, `sigma is finite and at least 0, got ${sigma}`);
  return distribution;
}

function sum(of: readonly Distribution[]): Distribution {
  invariant(of.length > 0, "a sum of times has parts");
  const parts = of.map(simpleForm);
  const fixed = parts.reduce((total, part) => total + (part.kind === "fixed" ? part.time : 0), 0);
  const spread = parts.filter(({ kind }) => kind !== "fixed");
  const start: readonly Distribution[] = fixed > 0 ? [{ kind: "fixed", time: seconds(fixed) }] : [];
  const [only, ...others] = [...start, ...spread];
  if (only === undefined) return { kind: "fixed", time: seconds(0) };
  return others.length === 0 ? only : { kind: "sum", of: [only, ...others] };
}

function slowest(of: readonly Distribution[]): Distribution {
  const [first, ...others] = of.map(simpleForm);
  invariant(first !== undefined, "the slowest is one of several times");
  return others.length === 0 ? first : { kind: "slowest", of: [first, ...others] };
}

function mixture(of: readonly Way[]): Distribution {
  const total = of.reduce((sum, { chance }) => sum + chance, 0);
  invariant(Math.abs(total - 1) <= 1e-9, `chances add up to 1, got ${total}`);
  const [first, ...others] = waysOf(of).map(({ chance, time }) => ({ chance, time: simpleForm(time) }));
  invariant(first !== undefined, "some way can come about");
  return others.length === 0 ? first.time : { kind: "mixture", of: [first, ...others] };
}

/** A geometric number of exponential times is exponential. */
function retried({ attempt, success }: Of<"retried">): Distribution {
  invariant(success > 0, "an attempt can succeed");
  const time = simpleForm(attempt);
  if (success === 1) return time;
  if (time.kind === "exponential") return { kind: "exponential", mean: seconds(time.mean / success) };
  return { kind: "retried", attempt: time, success: ratio(success) };
}

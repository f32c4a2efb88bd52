import { invariant } from "../../problem/problem.ts";
import type { Chain } from "./chain.ts";
import { denseStatesMax, eliminatedShares } from "./elimination.ts";
import { settledShares } from "./multilevel.ts";

/**
 * The share of time in each state in the long run. Nothing is subtracted, so that each share, however small, is right to about
 * 1e-13 of itself: up to `denseStatesMax` states by elimination (Grassmann, Taksar and Heyman 1985), beyond by multilevel
 * aggregation, which stops when a round changes no share by more than 1e-13 of itself and tells shares apart down to 1e-290.
 *
 * @throws InvariantBroken unless every state leads to every other, or if the rounds do not settle
 */
export function longRunShares(chain: Chain): Float64Array {
  check(chain);
  const everywhere = reachedFrom(chain, 0, "forwards").size === chain.states;
  const fromEverywhere = reachedFrom(chain, 0, "backwards").size === chain.states;
  invariant(everywhere && fromEverywhere, "every state of a chain with a long run leads to every other");
  return chain.states <= denseStatesMax ? eliminatedShares(chain) : settledShares(chain);
}

/**
 * Mean time from `start` until one of `targets` is reached for the first time: with all targets made one state that leads back to the
 * start at rate 1, it is the long-run share of the other states over that of the target. Nothing is subtracted here either.
 *
 * @returns in the unit of time of the rates; `null` where the targets may never be reached
 * @throws InvariantBroken where `start` is a target or no target is given
 */
export function meanTimeTo(chain: Chain, start: number, targets: ReadonlySet<number>): number | null {
  check(chain);
  invariant(targets.size > 0 && !targets.has(start), "a way leads from a start to other states");
  const stopping = { ...chain, transitions: chain.transitions.filter(({ from }) => !targets.has(from)) };
  const onTheWay = [...reachedFrom(stopping, start, "forwards")].filter((state) => !targets.has(state));
  const target = onTheWay.length;
  const renamed = new Map(onTheWay.map((state, index) => [state, index]));
  const transitions = stopping.transitions.flatMap(({ from, to, rate }) => {
    const index = renamed.get(from);
    return index === undefined ? [] : [{ from: index, to: renamed.get(to) ?? target, rate }];
  });
  const round = { states: target + 1, transitions: [...transitions, { from: target, to: 0, rate: 1 }] };
  if (reachedFrom(round, target, "backwards").size < round.states) return null;
  const shares = longRunShares(round);
  return shares.subarray(0, target).reduce((sum, share) => sum + share, 0) / (shares[target] as number);
}

function check({ states, transitions }: Chain): void {
  invariant(Number.isInteger(states) && states >= 1, `a chain has a whole number of states, got ${states}`);
  for (const { from, to, rate } of transitions) {
    const named = [from, to].every((state) => Number.isInteger(state) && state >= 0 && state < states);
    invariant(named && from !== to, `a transition leads from a state to another, got ${from} to ${to}`);
    invariant(rate > 0 && rate < Infinity, `a rate is finite and above 0, got ${rate}`);
  }
}

/** The states to which `start` leads, or backwards those that lead to it, itself among them, in the order of finding. */
function reachedFrom(chain: Chain, start: number, direction: "forwards" | "backwards"): ReadonlySet<number> {
  const next = new Map<number, number[]>();
  for (const { from, to } of chain.transitions) {
    const [near, far] = direction === "forwards" ? [from, to] : [to, from];
    const known = next.get(near);
    if (known === undefined) next.set(near, [far]);
    else known.push(far);
  }
  const reached = new Set([start]);
  for (const state of reached) for (const far of next.get(state) ?? []) reached.add(far);
  return reached;
}

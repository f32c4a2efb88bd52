import type { AndGraph, Edge } from "./and-graph.ts";

/** A graph and what is asked of it. */
export interface Asked {
  readonly graph: AndGraph;
  readonly tops: readonly Edge[];
  /** By node: a variable (1) that may be read from anywhere, since its state is given. */
  readonly isGiven?: Uint8Array;
}

/**
 * Which nodes are modules (1): variables, and gates whose variables and gates no other part of the graph reads, so that each can be
 * solved apart and then counts as one variable. Linear in the size of the graph: a gate is a module when all that stands below it
 * was first and last met between entering and leaving it (Dutuit and Rauzy 1996, "A linear-time algorithm to find modules of fault
 * trees", IEEE Transactions on Reliability 45).
 */
export function modulesOf(asked: Asked): Uint8Array {
  const { graph, isGiven } = asked;
  const { entered, left, last } = visitTimes(asked);
  const isModule = new Uint8Array(graph.size);
  const firstBelow = new Int32Array(graph.size);
  const lastBelow = new Int32Array(graph.size);
  for (let node = 1; node < graph.size; node += 1) {
    if (entered[node] === 0) continue;
    let first = Number.POSITIVE_INFINITY;
    let final = 0;
    for (const edge of graph.inputsOf(node)) {
      const below = edge >> 1;
      if (isGiven?.[below] === 1) continue;
      first = Math.min(first, entered[below] as number, firstOr(firstBelow, below));
      final = Math.max(final, last[below] as number, lastBelow[below] as number);
    }
    firstBelow[node] = first === Number.POSITIVE_INFINITY ? 0 : first;
    lastBelow[node] = final;
    if (first > (entered[node] as number) && final < (left[node] as number)) isModule[node] = 1;
  }
  return isModule;
}

function firstOr(firstBelow: Int32Array, node: number): number {
  const first = firstBelow[node] as number;
  return first === 0 ? Number.POSITIVE_INFINITY : first;
}

interface VisitTimes {
  readonly entered: Int32Array;
  readonly left: Int32Array;
  readonly last: Int32Array;
}

/** When a walk over every edge enters each node first, leaves it, and meets it for the last time; 0: never. */
function visitTimes({ graph, tops }: Asked): VisitTimes {
  const entered = new Int32Array(graph.size);
  const left = new Int32Array(graph.size);
  const last = new Int32Array(graph.size);
  const nextInput = new Int32Array(graph.size);
  let time = 0;
  for (const top of tops) {
    time += 1;
    last[top >> 1] = time;
    if (entered[top >> 1] !== 0) continue;
    entered[top >> 1] = time;
    visit([top >> 1]);
  }
  return { entered, left, last };

  function visit(open: number[]): void {
    for (let node = open.at(-1); node !== undefined; node = open.at(-1)) {
      time += 1;
      const edge = graph.inputsOf(node)[nextInput[node] as number];
      if (edge === undefined) {
        left[node] = time;
        last[node] = Math.max(last[node] as number, time);
        open.pop();
        continue;
      }
      nextInput[node] = (nextInput[node] as number) + 1;
      const below = edge >> 1;
      last[below] = time;
      if (entered[below] !== 0) continue;
      entered[below] = time;
      open.push(below);
    }
  }
}

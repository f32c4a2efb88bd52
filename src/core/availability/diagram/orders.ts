import type { Region } from "../preprocess/regions.ts";

/** For each variable of a region its level in the diagram: 0 is the topmost. */
export type Order = Int32Array;

/** From top to bottom, depth first, as the gates were written. */
export function depthFirst(region: Region): Order {
  return walked(region, null);
}

/** Depth first, what is small first. */
export function lightFirst(region: Region): Order {
  const weights = weightsOf(region);
  return walked(region, (a, b) => (weights[a] as number) - (weights[b] as number));
}

/** Depth first, what is large first. */
export function heavyFirst(region: Region): Order {
  const weights = weightsOf(region);
  return walked(region, (a, b) => (weights[b] as number) - (weights[a] as number));
}

/** Depth first, gates before variables, and of either what most gates read first. */
export function sharedFirst(region: Region): Order {
  const count = region.variables.length;
  const readers = new Int32Array(count + region.gates.length + 1);
  for (const { inputs } of region.gates) {
    for (const edge of inputs) readers[edge >> 1] = (readers[edge >> 1] as number) + 1;
  }
  const rank = (node: number): number => (node > count ? 0x10000000 : 0) + (readers[node] as number);
  return walked(region, (a, b) => rank(b) - rank(a));
}

/** From top to bottom, layer by layer. */
export function breadthFirst(region: Region): Order {
  const count = region.variables.length;
  const levels = new Int32Array(count).fill(-1);
  const seen = new Set([count + region.gates.length]);
  let next = 0;
  for (const node of seen) {
    if (node > count) for (const below of inputsOf(region, node)) seen.add(below);
    else levels[node - 1] = next++;
  }
  return levels;
}

/** What so many gates read is shared widely: a region, a provider. */
const widelyRead = 5;

/**
 * What many gates read first, the most read topmost, and below it depth first: once the state of what is shared is known, most of what
 * is left has nothing more to do with one another. The order for platforms, where a region takes something of everything.
 */
export function widelySharedFirst(region: Region): Order {
  const count = region.variables.length;
  const readers = new Int32Array(count);
  for (const { inputs } of region.gates) {
    for (const edge of inputs) {
      const at = (edge >> 1) - 1;
      if (at < count) readers[at] = (readers[at] as number) + 1;
    }
  }
  const depth = depthFirst(region);
  const rank = (at: number): number => ((readers[at] as number) >= widelyRead ? (readers[at] as number) : 0);
  const ordered = Array.from(depth.keys()).sort(
    (a, b) => rank(b) - rank(a) || (depth[a] as number) - (depth[b] as number),
  );
  const levels = new Int32Array(count);
  for (const [level, variable] of ordered.entries()) levels[variable] = level;
  return levels;
}

function inputsOf(region: Region, node: number): number[] {
  const gate = region.gates[node - region.variables.length - 1];
  return gate === undefined ? [] : gate.inputs.map((edge) => edge >> 1);
}

/** How many variables stand below each node, counted once for each path to them. */
function weightsOf({ variables, gates }: Region): Float64Array {
  const weights = new Float64Array(variables.length + gates.length + 1).fill(1);
  for (const [index, { inputs }] of gates.entries()) {
    let sum = 0;
    for (const edge of inputs) sum += weights[edge >> 1] as number;
    weights[variables.length + 1 + index] = sum;
  }
  return weights;
}

function walked(region: Region, compare: ((a: number, b: number) => number) | null): Order {
  const count = region.variables.length;
  const levels = new Int32Array(count).fill(-1);
  const isSeen = new Uint8Array(count + region.gates.length + 1);
  const open = [count + region.gates.length];
  let next = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (isSeen[node] === 1) continue;
    isSeen[node] = 1;
    if (node <= count) {
      levels[node - 1] = next++;
      continue;
    }
    const inputs = inputsOf(region, node);
    if (compare !== null) inputs.sort(compare);
    for (let index = inputs.length - 1; index >= 0; index -= 1) open.push(inputs[index] as number);
  }
  return levels;
}

import type { Formula } from "./read-graph.ts";

const plain = 1;
const negated = 2;

/** Whether the top reads every variable through an even number of negations, and through no `xor`. */
export function isCoherent({ graph, top }: Formula): boolean {
  const signs = new Uint8Array(graph.size);
  signs[top >> 1] = (top & 1) === 0 ? plain : negated;
  for (let node = top >> 1; node > 0; node -= 1) {
    const sign = signs[node] as number;
    if (sign === 0) continue;
    const kind = graph.kindOf(node);
    if (kind === "xor" || (kind === "variable" && sign !== plain)) return false;
    for (const edge of graph.inputsOf(node)) {
      const below = (edge & 1) === 0 ? sign : swapped(sign);
      signs[edge >> 1] = (signs[edge >> 1] as number) | below;
    }
  }
  return true;
}

function swapped(sign: number): number {
  return (sign & plain) * negated + (sign & negated) / negated;
}

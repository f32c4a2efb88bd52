import type { Conditional } from "./room.ts";
import type { Step, Steps } from "./steps.ts";

/** Of each shared event, the first step above all that read it: steps form a tree. */
export function homesIn(
  { modules }: Steps,
  valueOf: (leaf: number) => Conditional,
): ReadonlyMap<number, number> {
  const parents = parentsOf(modules);
  const homes = new Map<number, number>();
  for (const [step, { variables }] of modules.entries()) {
    const leaves = variables.flatMap(({ kind, index }) => (kind === "event" ? index : []));
    const read = leaves.flatMap((leaf) => valueOf(leaf).space.parts);
    for (const event of read.flatMap(({ wholes, zones }) => [...wholes, ...zones]))
      homes.set(event, above(parents, homes.get(event) ?? step, step));
  }
  return homes;
}

function parentsOf(modules: readonly Step[]): Int32Array {
  const parents = new Int32Array(modules.length);
  for (const [step, { variables }] of modules.entries())
    for (const { kind, index } of variables) if (kind === "module") parents[index] = step;
  return parents;
}

/** The first step that stands above both, or is one of them. */
function above(parents: Int32Array, one: number, other: number): number {
  let [a, b] = [one, other];
  while (a !== b) {
    if (a < b) a = parents[a] as number;
    else b = parents[b] as number;
  }
  return a;
}

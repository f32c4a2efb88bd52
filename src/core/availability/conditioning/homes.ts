import type { Conditional } from "./room.ts";
import type { Space } from "./space.ts";
import type { Step, Steps } from "./steps.ts";

/** Of each shared event, the first step above all that read it: steps form a tree. */
export function homesIn(
  { modules }: Steps,
  valueOf: (leaf: number) => Conditional,
): ReadonlyMap<number, number> {
  const parents = parentsOf(modules);
  const homes = new Map<number, number>();
  const note = (events: readonly number[], step: number): void => {
    for (const event of events) homes.set(event, above(parents, homes.get(event) ?? step, step));
  };
  for (const [step, { variables }] of modules.entries()) {
    for (const space of spacesOf(variables, valueOf)) {
      for (const { wholes, zones } of space.parts) {
        note(wholes, step);
        note(zones, step);
      }
    }
  }
  return homes;
}

/** Most of what a step reads stands on the same. */
function spacesOf(variables: Step["variables"], valueOf: (leaf: number) => Conditional): ReadonlySet<Space> {
  const spaces = new Set<Space>();
  for (const { kind, index } of variables) if (kind === "event") spaces.add(valueOf(index).space);
  return spaces;
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

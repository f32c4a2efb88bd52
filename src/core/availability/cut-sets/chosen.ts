import { Families, type Family, none, ofEmpty } from "./families.ts";
import type { MinimalFamily } from "./minimal.ts";

/** Every choice of `size` of `count` variables. @returns `null` when that takes more than `stepsMax` nodes */
export function chosenFamily(count: number, size: number, stepsMax: number): MinimalFamily | null {
  const nodes = size * (count - size + 1);
  if (nodes > stepsMax) return null;
  const families = new Families(stepsMax, nodes + 2);
  /** Of the variables from `level` on, all choices of so many. */
  const choices: Family[] = [ofEmpty, ...Array.from({ length: size }, () => none)];
  for (let level = count - 1; level >= 0; level -= 1) {
    const needed = Math.max(1, size - level);
    for (let chosen = Math.min(size, count - level); chosen >= needed; chosen -= 1) {
      choices[chosen] = families.node(level, choices[chosen] as Family, choices[chosen - 1] as Family);
    }
  }
  return { families, top: choices[size] as Family };
}

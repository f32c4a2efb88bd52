import type { FrozenDiagram } from "../diagram/frozen.ts";
import { Families, type Family, none, ofEmpty } from "./families.ts";

/** Minimal cut sets of one module, over the levels of its diagram. */
export interface MinimalFamily {
  readonly families: Families;
  readonly top: Family;
}

/**
 * The smallest sets of variables that make a function true, either by themselves or by a part of them while the rest is unfailed: a
 * function that negates has the cut sets of the smallest function without negations above it (its monotone hull). Follows Rauzy
 * 1993 ("New algorithms for fault trees analysis", Reliability Engineering and System Safety 40): where x has not failed, the sets of
 * `low`; with x, those of `high` that contain none of these. That holds for the hull as well, for hull(low or high) is
 * hull(low) or hull(high).
 *
 * @returns `null` when it would take more work than `stepsMax`
 */
export function minimalFamily(diagram: FrozenDiagram, stepsMax: number): MinimalFamily | null {
  const { levels, lows, highs, top } = diagram;
  const families = new Families(stepsMax, 2 * levels.length);
  const isNeeded = neededEdges(diagram);
  const made = new Int32Array(2 * levels.length);
  made[0] = ofEmpty;
  made[1] = none;
  for (let edge = 2; edge < made.length; edge += 1) {
    if (isNeeded[edge] === 0) continue;
    const node = edge >> 1;
    const low = made[(lows[node] as number) ^ (edge & 1)] as number;
    const high = made[(highs[node] as number) ^ (edge & 1)] as number;
    made[edge] = families.node(levels[node] as number, low, families.without(high, low));
    if (families.isExhausted) return null;
  }
  return { families, top: made[top] as number };
}

/** Which nodes are read as they are, and which negated. */
function neededEdges({ levels, lows, highs, top }: FrozenDiagram): Uint8Array {
  const isNeeded = new Uint8Array(2 * levels.length);
  isNeeded[top] = 1;
  for (let edge = top | 1; edge > 1; edge -= 1) {
    if (isNeeded[edge] === 0) continue;
    isNeeded[(lows[edge >> 1] as number) ^ (edge & 1)] = 1;
    isNeeded[(highs[edge >> 1] as number) ^ (edge & 1)] = 1;
  }
  return isNeeded;
}

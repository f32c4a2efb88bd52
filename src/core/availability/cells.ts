import { invariant } from "../problem/problem.ts";
import type { Ratio } from "../units/units.ts";
import type { UpAndDown } from "./at-least.ts";

/** A cell serves its own users, and is up or down independently of the other cells. */
export interface Cell extends UpAndDown {
  /** How many users it has, in any whole unit: thousands of them, or 1 where all cells are alike. */
  readonly size: number;
}

/** Sizes are counted one by one: larger ones are to be given in a coarser unit. */
const cellSizesMax = 1_000_000;

/** A share that is asked for is met within this part of it: 0.07 × 100 comes to a little more than 7. */
const roundingMax = 1e-12;

/**
 * Share of users served, on average over time.
 *
 * @throws InvariantBroken unless sizes are whole, at least 0, and add up to 1 to `cellSizesMax`
 */
export function usersServed(cells: readonly Cell[]): UpAndDown {
  const total = totalSize(cells);
  const mean = (side: keyof UpAndDown): number =>
    cells.reduce((sum, cell) => sum + (cell.size / total) * cell[side], 0);
  return { unavailability: mean("unavailability"), availability: mean("availability") };
}

/**
 * How often at least `share` of the users are served: the distribution of the number of users cut off, as far as it is bearable;
 * whatever goes beyond is added up. Positive terms only. Takes cells × bearable size steps.
 *
 * @throws InvariantBroken as `usersServed`
 */
export function servedAtLeast(cells: readonly Cell[], share: Ratio): UpAndDown {
  const total = totalSize(cells);
  const bearable = total - Math.ceil(share * total * (1 - roundingMax));
  const cutOff = new Float64Array(bearable + 1);
  cutOff[0] = 1;
  let beyond = 0;
  for (const { size, unavailability, availability } of cells) {
    for (let users = bearable; users >= 0; users--) {
      const before = cutOff[users] as number;
      const more = users + size;
      if (more > bearable) beyond += before * unavailability;
      else if (size > 0) cutOff[more] = (cutOff[more] as number) + before * unavailability;
      if (size > 0) cutOff[users] = before * availability;
    }
  }
  return { unavailability: beyond, availability: cutOff.reduceRight((sum, part) => sum + part, 0) };
}

function totalSize(cells: readonly Cell[]): number {
  for (const { size } of cells) {
    invariant(Number.isInteger(size) && size >= 0, `the size of a cell is a whole number, got ${size}`);
  }
  const total = cells.reduce((sum, { size }) => sum + size, 0);
  invariant(
    total >= 1 && total <= cellSizesMax,
    `sizes of cells add up to 1 to ${cellSizesMax}, got ${total}`,
  );
  return total;
}

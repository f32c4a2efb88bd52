import type { Component, Pattern, Placement } from "./component.ts";

/** What the machines of one place do on a day when nothing fails. */
export interface Standing {
  readonly placement: Placement;
  /** They answer requests; they run and wait; they are switched off until something fails. */
  readonly role: "serving" | "standby" | "off";
  /** Machines that run, spares not counted. */
  readonly running: number;
  /** Machines that are switched off: spares, and all those of a place that is off. */
  readonly off: number;
  /** Of those that run: what the least that would serve consists of. */
  readonly needed: number;
}

/**
 * What stands where, in order of the placements. **The least that would serve** on a day when nothing fails: in each cell, the
 * required replicas of as many places as are required, in the order in which the places are declared. Everything beyond it is
 * there for redundancy. A place without a cell serves the users of every cell.
 */
export function standingsOf(component: Component): readonly Standing[] {
  const needed = neededPlaces(component);
  return component.placements.map((placement) => {
    const { replicas, required, spares } = placement;
    const isNeeded = needed.has(placement);
    const role = isNeeded ? "serving" : roleOfOthers[component.pattern];
    const running = role === "off" ? 0 : replicas;
    const off = role === "off" ? replicas + spares : spares;
    return { placement, role, running, off, needed: isNeeded ? Math.min(required, replicas) : 0 };
  });
}

/** What the places beyond the needed ones do. */
const roleOfOthers: Readonly<Record<Pattern, Standing["role"]>> = {
  "active-active": "serving",
  "hot-standby": "standby",
  "warm-standby": "standby",
  "pilot-light": "off",
  "backup-and-restore": "off",
};

function neededPlaces({ placements, placesRequired }: Component): ReadonlySet<Placement> {
  const cells = new Set(placements.flatMap(({ cell }) => (cell === null ? [] : [cell])));
  if (cells.size === 0) return new Set(placements.slice(0, placesRequired));
  return new Set(
    [...cells].flatMap((cell) =>
      placements.filter((each) => each.cell === cell || each.cell === null).slice(0, placesRequired),
    ),
  );
}

import type { DeedResult, RunDeed } from "../../src/core/plan/run.ts";
import type { World } from "../world.ts";

/** A deed as it comes to the thing that it changes. */
export interface Coming {
  readonly deed: RunDeed;
  readonly epoch: number;
  readonly carrier: string;
}

/** The things that a plan's steps change, one for each step. Each keeps the highest epoch that it obeyed, and refuses a lower one. */
export class OutsideThings {
  readonly #world: World;
  readonly #epochs = new Map<string, number>();
  readonly broken = new Set<string>();
  /** The steps whose change stands. */
  readonly changed = new Set<string>();

  constructor(world: World) {
    this.#world = world;
  }

  apply(coming: Coming): DeedResult {
    const { deed, epoch } = coming;
    const highest = this.#epochs.get(deed.step) ?? 0;
    if (epoch < highest) return { kind: "outdated", epoch: highest };
    if (this.broken.has(deed.step)) return { kind: "failed", because: `${deed.step} is broken` };
    this.#epochs.set(deed.step, Math.max(epoch, highest));
    this.#world.planRuns.audit.applied(coming, highest);
    if (deed.kind === "do") this.changed.add(deed.step);
    else this.changed.delete(deed.step);
    this.#world.planRuns.audit.cells.changed(this.changed);
    return { kind: "done" };
  }
}

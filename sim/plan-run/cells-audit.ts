import type { World } from "../world.ts";
import type { SimulatedPlan } from "./simulated-plan.ts";

/** Watches the cells that serve nobody, because the scenario takes them or a step has drained them: at no time more than may be, 14. */
export class CellsAudit {
  readonly #world: World;
  readonly #cells: SimulatedPlan["cells"];

  constructor(world: World, { cells }: SimulatedPlan) {
    this.#world = world;
    this.#cells = cells;
  }

  /** Something outside was changed. @param changed the steps whose change stands */
  changed(changed: ReadonlySet<string>): void {
    if (this.#cells === null) return;
    const { taken, drainedBy, drainedMax } = this.#cells;
    const drained = [...changed].flatMap((step) => drainedBy.get(step) ?? []);
    const out = new Set([...taken, ...drained]);
    if (drained.length > 0) this.#world.saw("cells", "drained");
    if (out.size === drainedMax) this.#world.saw("cells", "as many as may be");
    if (out.size > drainedMax)
      this.#world.audit.violated(14, `${[...out].join(", ")} serve nobody, and ${drainedMax} may`);
  }
}

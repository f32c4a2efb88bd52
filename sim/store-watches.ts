import type { StoredEntry, WatchEvent } from "../src/core/failover/coordinator.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import { reignKey } from "../src/core/failover/reign.ts";
import { regions, storePlace } from "./network.ts";
import type { World } from "./world.ts";

/** What a watch that lags is told when it goes on: each change, or what is there now, for the changes have been compacted away. */
export type Resumption = "late" | "compacted";

interface Lag {
  readonly resumption: Resumption;
  readonly held: (() => void)[];
}

/**
 * The watch of each region on the store. What is lost on the way is told again a little later, as a resumed watch does: see
 * `controller-node.ts`. One that lags tells nothing until it is resumed.
 */
export class StoreWatches {
  readonly #world: World;
  readonly #lags = new Map<RegionId, Lag>();
  /** The reign that each region's watch has told last. */
  readonly #told = new Map<RegionId, StoredEntry>();

  constructor(world: World) {
    this.#world = world;
    world.store.watch("", (event) => {
      for (const region of regions) this.#hear(region, event);
    });
  }

  isLagging(region: RegionId): boolean {
    return this.#lags.has(region);
  }

  /** The reign as this region's watch knows it, which may have ended long ago. */
  reignTold(region: RegionId): StoredEntry | null {
    return this.#told.get(region) ?? null;
  }

  lag(region: RegionId, resumption: Resumption): void {
    this.#lags.set(region, { resumption, held: [] });
  }

  resume(region: RegionId): void {
    const lag = this.#lags.get(region);
    this.#lags.delete(region);
    if (lag?.resumption === "late") for (const tell of lag.held) tell();
  }

  resumeAll(): void {
    for (const region of regions) this.resume(region);
  }

  #hear(region: RegionId, event: WatchEvent): void {
    const tell = (): void => {
      this.#world.network.send(storePlace, region, () => {
        this.#world.atRegion(region, () => {
          if (event.kind === "changed" && event.entry.key === reignKey) this.#told.set(region, event.entry);
          this.#world.agentOf(region)?.storeTold(event);
          this.#world.controllerOf(region)?.storeTold(event);
        });
      });
    };
    const lag = this.#lags.get(region);
    if (lag === undefined) tell();
    else lag.held.push(tell);
  }
}

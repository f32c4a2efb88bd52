import type { RegionId } from "../../src/core/failover/member.ts";
import type { DeedResult, RunDeed } from "../../src/core/plan/run.ts";
import { elapsed } from "../../src/core/units/units.ts";
import type { World } from "../world.ts";

const lookEveryMs = 200;
const looksPerAsking = 5;
const patienceMs = 3_000;

interface Asked {
  readonly deed: RunDeed;
  /** Who served when the run began. */
  readonly from: RegionId;
  readonly isOver: () => boolean;
  readonly end: (result: DeedResult) => void;
}

/** Asks the failover engine for another region, or for the one that served before, and waits until it serves. */
export function carryOutEngine(world: World, region: RegionId, { deed, from, isOver, end }: Asked): void {
  const begunAt = world.readClock(region).now;
  let looks = 0;
  const isBack = deed.kind === "undo";
  const isWanted = (serving: RegionId | null): boolean => serving !== null && (serving === from) === isBack;
  /** An order is for one reign: it is given anew for as long as nobody has taken it. */
  const ask = (): void => {
    if (looks % looksPerAsking === 0) world.order("switchover", isBack ? from : null);
  };
  const look = (): void => {
    world.askStore(
      region,
      () => world.presentReign().reign,
      (reign) => {
        if (isOver()) return;
        const serving = reign?.phase === "steady" ? reign.active : null;
        if (isWanted(serving)) end({ kind: "done" });
        else if (elapsed(begunAt, world.readClock(region).now) >= patienceMs)
          end({ kind: "failed", because: "it did not come to serve" });
        else {
          if (serving !== null) ask();
          looks += 1;
          world.afterAt(region, lookEveryMs, look);
        }
      },
    );
  };
  look();
}

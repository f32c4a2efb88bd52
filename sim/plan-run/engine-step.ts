import type { RegionId } from "../../src/core/failover/member.ts";
import { isTakenUnder } from "../../src/core/failover/order.ts";
import type { DeedResult, PlanRun, RunDeed } from "../../src/core/plan/run.ts";
import { elapsed } from "../../src/core/units/units.ts";
import type { World } from "../world.ts";

const lookEveryMs = 200;
const looksPerAsking = 5;
const patienceMs = 3_000;

interface Asked {
  readonly deed: RunDeed;
  readonly run: PlanRun;
  readonly isOver: () => boolean;
  readonly end: (result: DeedResult) => void;
}

/** Asks the failover engine for another region, or for the one that served before, and waits until it serves. */
export function carryOutEngine(world: World, region: RegionId, { deed, run, isOver, end }: Asked): void {
  const begunAt = world.readClock(region).now;
  let looks = 0;
  const isBack = deed.kind === "undo";
  const { from } = run;
  const isLost = !isBack && (run.form === "ungraceful" || world.bugs.has("taken-for-lost-unasked"));
  const kind = isLost ? "failover" : "switchover";
  const isWanted = (serving: RegionId | null): boolean => serving !== null && (serving === from) === isBack;
  /** An order is for one reign: it is given anew for as long as nobody has taken it. */
  const ask = (): void => {
    if (looks % looksPerAsking !== 0) return;
    world.planRuns.audit.asksEngine(deed, kind);
    world.order(kind, isBack ? from : null);
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
          // Taken for lost, whoever is being shut down in order is waited for no longer.
          if (reign !== null && isTakenUnder(reign, kind)) ask();
          looks += 1;
          world.afterAt(region, lookEveryMs, look);
        }
      },
    );
  };
  look();
}

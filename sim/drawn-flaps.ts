import type { Fault } from "./act.ts";
import { hub, regions, storePlace } from "./network.ts";
import type { Random } from "./random.ts";

const endMs = 7_000;

/** What a link is cut for: far below what detection notices, about as long, and far above. */
const spans: readonly (readonly [number, number])[] = [
  [10, 100],
  [300, 900],
  [1_000, 2_500],
];

/** One to three sets of links that come and go for most of the schedule: those of the region that serves, then those of any. */
export function drawnFlaps(random: Random): readonly Fault[] {
  return Array.from({ length: 1 + random.below(3) }, (_, index) => {
    const at = Math.round(random.between(400, 2_000));
    const [cutMs, openMs] = [random.pick(spans), random.pick(spans)].map(([low, high]) =>
      Math.round(random.between(low, high)),
    );
    const until = Math.round(random.between(5_000, endMs));
    return { at, until, act: `flap ${drawnWays(random, index)} ${cutMs} ${openMs}` };
  });
}

/** All links of a region, those to its clients, those to the store, or those between two regions; in one direction or both. */
function drawnWays(random: Random, index: number): string {
  const region = index === 0 ? "active" : random.pick(regions);
  const others = random.pick([
    "others",
    "others",
    hub,
    storePlace,
    `${hub},${storePlace}`,
    regions.join(","),
  ]);
  const direction = random.below(4);
  if (direction === 0) return `${region} > ${others}`;
  return direction === 1 ? `${others} > ${region}` : `${region} <> ${others}`;
}

import {
  type Cut,
  type CutDirection,
  type CutPartner,
  cutPartners,
  type NetworkHarm,
} from "../../src/runtime/network-harm.ts";

// What is done to the network of one region, as a list without repetition.

/** `null`: it was so already. */
export function withHarm(harms: readonly NetworkHarm[], added: NetworkHarm): readonly NetworkHarm[] | null {
  if (isCovered(harms, added)) return null;
  return mergedCuts([...harms, added]);
}

function isCovered(harms: readonly NetworkHarm[], { direction, from }: Cut): boolean {
  return waysOf(direction).every((way) => harms.some((harm) => isCutBy(harm, way, from)));
}

function isCutBy(cut: Cut, way: OneWay, from: CutPartner): boolean {
  return waysOf(cut.direction).includes(way) && (cut.from === from || cut.from === "everybody");
}

/** At most one for each partner. */
function mergedCuts(cuts: readonly Cut[]): readonly Cut[] {
  return cutPartners.flatMap((from): readonly Cut[] => {
    const own = cuts.filter((cut) => cut.from === from);
    const ways = new Set(own.flatMap(({ direction }) => waysOf(direction)));
    const [only] = ways;
    return only === undefined ? [] : [{ kind: "cut", direction: ways.size > 1 ? "both" : only, from }];
  });
}

type OneWay = Exclude<CutDirection, "both">;

function waysOf(direction: CutDirection): readonly OneWay[] {
  return direction === "both" ? ["in", "out"] : [direction];
}

/** Whether nobody reaches the region and it reaches nobody. */
export function isWhole({ direction, from }: Cut): boolean {
  return direction === "both" && from === "everybody";
}

import { unreachable } from "../../src/core/problem/problem.ts";
import {
  type Cut,
  type CutDirection,
  type CutPartner,
  cutPartners,
  type Delay,
  type NetworkHarm,
} from "../../src/runtime/network-harm.ts";

// What is done to the network of one region, as a list without repetition.

/** `null`: it was so already. */
export function withHarm(harms: readonly NetworkHarm[], added: NetworkHarm): readonly NetworkHarm[] | null {
  const cuts = cutsIn(harms);
  switch (added.kind) {
    case "cut":
      return isCovered(cuts, added) ? null : [...mergedCuts([...cuts, added]), ...harms.filter(isNoCut)];
    case "flap":
    case "loss":
    case "delay":
      if (harms.some((harm) => isSame(harm, added))) return null;
      return [...harms.filter((harm) => !isReplacedBy(harm, added)), added];
    default:
      return unreachable(added);
  }
}

export function cutsIn(harms: readonly NetworkHarm[]): readonly Cut[] {
  return harms.filter((harm) => harm.kind === "cut");
}

export function delaysIn(harms: readonly NetworkHarm[]): readonly Delay[] {
  return harms.filter((harm) => harm.kind === "delay");
}

/** One of a kind is in force; of delays, one for each way and partner as they were given. */
function isReplacedBy(harm: NetworkHarm, added: NetworkHarm): boolean {
  if (harm.kind !== "delay" || added.kind !== "delay") return harm.kind === added.kind;
  return harm.direction === added.direction && harm.from === added.from;
}

function isNoCut({ kind }: NetworkHarm): boolean {
  return kind !== "cut";
}

function isSame(one: NetworkHarm, other: NetworkHarm): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function isCovered(cuts: readonly Cut[], { direction, from }: Cut): boolean {
  return waysOf(direction).every((way) => cuts.some((cut) => isCutBy(cut, way, from)));
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
export function isWhole(harm: NetworkHarm): boolean {
  return harm.kind === "cut" && harm.direction === "both" && harm.from === "everybody";
}

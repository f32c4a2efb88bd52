import { milliseconds } from "../src/core/units/units.ts";
import type { RegionId } from "../src/core/failover/member.ts";
import { defaultTiming, type FailoverSettings, failoverSettings } from "../src/core/failover/settings.ts";

/** The lab's regions; the first serves on a good day. */
export const labRegions = ["east", "west", "central"] as const;

/**
 * The product's defaults with a cool-down short enough to lose one region after another: a lab is there to be broken, while a
 * platform that fails over twice in ten minutes wants a person.
 */
export const labSettings: FailoverSettings = failoverSettings({
  regions: labRegions,
  confirmations: 1,
  lossyFailover: "ask",
  timing: { ...defaultTiming, coolDownMs: milliseconds(3_000) },
});

/** Greedy decoding gives the same words in every region and every run; other words are no recovery. */
export const goldenCompletion = {
  prompt: "Why did the chat gateway fail?",
  maxTokens: 8,
  begins: "It lost its leader",
} as const;

/** Places outside all regions, in the lab's network: where clients and the edge are, and where the store is. */
export const edgePlace = "edge";
export const storePlace = "store";

export function othersOf(region: RegionId): readonly RegionId[] {
  return labRegions.filter((other) => other !== region);
}

import type { RegionId } from "../src/core/failover/member.ts";

/** The lab's regions; the first serves on a good day. */
export const labRegions = ["east", "west", "central"] as const;

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

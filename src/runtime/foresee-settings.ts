import { createHash } from "node:crypto";
import type { WholeCatalogue } from "../core/catalogue/whole-catalogue.ts";
import { defaultTiming } from "../core/failover/settings.ts";
import type { ForeseeSettings } from "../core/plan/foreseen.ts";
import type { DetectionDefaults } from "../core/recovery/pieces.ts";
import { inSeconds } from "../core/units/units.ts";
import { readSystemClock } from "./clocks.ts";

/** How failures are detected where plans say nothing: as the failover engine does it. */
export const detectionDefaults: DetectionDefaults = {
  probeEvery: inSeconds(defaultTiming.tickMs),
  refusals: defaultTiming.refusalsMin,
  silentAfter: inSeconds(defaultTiming.silentAfterMs),
};

/** What plans are foretold by: the tables of a workspace, and detection as the failover engine has it where a plan says nothing. */
export function foreseeSettings({ catalogue }: { readonly catalogue: WholeCatalogue }): ForeseeSettings {
  return {
    tables: catalogue,
    detection: detectionDefaults,
    now: readSystemClock().wall,
    digest: textDigest,
  };
}

export function textDigest(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}

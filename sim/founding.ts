import { type SyncSet } from "../src/core/failover/member.ts";
import type { NextReign } from "../src/core/failover/next-reign.ts";

/** The first reign: east serves. What asks for proof is held until there is some. */
export function firstReign(syncSet: SyncSet, isProofAsked: boolean): NextReign {
  return {
    phase: "steady",
    active: "east",
    guards: [syncSet],
    branch: null,
    floor: null,
    wanted: null,
    mayLack: null,
    settledAt: null,
    automation: isProofAsked ? "held" : "armed",
    armedUntil: null,
  };
}

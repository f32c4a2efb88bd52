import type { Head } from "./evidence.ts";
import type { Fault } from "./fault.ts";
import { anchorFault, headOfVerified, type VerifiedLog } from "./verify.ts";

/** Heads of the logs of a folder as they were when they held last, by the names of the logs. */
export type SeenHeads = ReadonlyMap<string, Head>;

/**
 * What was seen of a folder and is there no longer. A log of which the newest entries were cut off together with a return to an older
 * checkpoint holds by itself, and so does a folder without it: only who has seen them knows.
 */
export function lostSince(seen: SeenHeads, logs: readonly VerifiedLog[]): readonly Fault[] {
  return [...seen.values()].flatMap((head): readonly Fault[] => {
    const found = logs.find(({ log }) => log === head.log);
    const fault = anchorFault(found, head);
    return fault === null ? [] : [{ at: "seen-before", head, fault }];
  });
}

/** What is to be found again next time: of logs that do not hold, what was seen of them last. */
export function seenAfter(seen: SeenHeads, logs: readonly VerifiedLog[]): SeenHeads {
  const lost = new Set(lostSince(seen, logs).flatMap((fault) => ("head" in fault ? [fault.head.log] : [])));
  const holding = logs.filter(({ log, fault }) => fault === null && !lost.has(log));
  return new Map([...seen, ...holding.map((log) => [log.log, headOfVerified(log)] as const)]);
}

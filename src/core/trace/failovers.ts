import type { Entry } from "../evidence/evidence.ts";
import { instantMs } from "../units/units.ts";
import { isIntent } from "./beginning.ts";
import { numberIn, objectIn, textIn } from "./facts.ts";
import type { FailoverName } from "./ids.ts";

/** All that the controllers wrote down of one failover. */
export interface FailoverRecord {
  /** `null`: it was written when platforms had no ids, so that nobody else can work out what it is called. */
  readonly name: FailoverName | null;
  /** In order of time. */
  readonly entries: readonly [Entry, ...Entry[]];
}

const beforeService = [
  "failover-intent",
  "switchover-intent",
  "switchover-closed",
  "failover-fenced",
  "failover-reinstated",
];

/**
 * The failovers of a platform, by its controllers' entries. Those before service is proven carry when the last one had ended, which no
 * two failovers share; the last entry carries when this one has, and belongs where the choice was made under the same epoch.
 *
 * @param entries of every log of one evidence folder, in any order
 */
export function failoversIn(entries: readonly Entry[]): readonly FailoverRecord[] {
  const records = new Map<
    string,
    { readonly name: FailoverName | null; readonly entries: [Entry, ...Entry[]] }
  >();
  for (const entry of entries.toSorted(byTime)) {
    if (beforeService.includes(entry.kind)) {
      const name = nameIn(entry);
      const key = `${name?.platformId ?? ""} ${String(settledBefore(entry))}`;
      const record = records.get(key);
      if (record === undefined) records.set(key, { name, entries: [entry] });
      else record.entries.push(entry);
    } else if (entry.kind === "failover-complete") {
      const meant = [...records.values()].findLast((record) => record.entries.some(isChoiceOf(entry)));
      meant?.entries.push(entry);
    }
  }
  return [...records.values()];
}

function byTime(a: Entry, b: Entry): number {
  return a.at - b.at || a.monotonic - b.monotonic;
}

/** The epoch of the reign that an entry was written under. */
export function epochUnder({ body }: Entry): number | null {
  return numberIn(objectIn(body, "under"), "epoch");
}

function isChoiceOf(complete: Entry): (entry: Entry) => boolean {
  const epoch = epochUnder(complete);
  return (entry) => !isIntent(entry) && epoch !== null && epochUnder(entry) === epoch;
}

function nameIn(entry: Entry): FailoverName | null {
  const platformId = textIn(entry.body, "platformId");
  const settledAt = settledBefore(entry);
  return platformId === null
    ? null
    : { platformId, settledAt: settledAt === null ? null : instantMs(settledAt) };
}

function settledBefore({ body }: Entry): number | null {
  const settledAt = numberIn(objectIn(body, "next"), "settledAt");
  return settledAt !== null && Number.isInteger(settledAt) ? settledAt : null;
}

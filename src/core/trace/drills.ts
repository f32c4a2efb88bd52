import type { Entry } from "../evidence/evidence.ts";

/** All that was written down of one drill by whoever carried it out. */
export interface DrillRecord {
  readonly started: Entry;
  /** The last of it; `drill-finished` or `drill-broken-off` where it came to an end. */
  readonly last: Entry;
  /** In order, `started` and `last` among them. */
  readonly entries: readonly Entry[];
}

const drillLog = "drill";

/** @param entries of every log of one evidence folder */
export function drillsIn(entries: readonly Entry[]): readonly DrillRecord[] {
  const own = entries.filter(({ log }) => log === drillLog).toSorted((a, b) => a.sequence - b.sequence);
  const starts = own.flatMap(({ kind }, index) => (kind === "drill-started" ? [index] : []));
  return starts.flatMap((start, index) => {
    const told = own.slice(start, starts[index + 1]);
    const [started, last] = [told.at(0), told.at(-1)];
    return started === undefined || last === undefined ? [] : [{ started, last, entries: told }];
  });
}

/** What a drill wrote of that kind; the last where it did so more than once. */
export function entryOfKind({ entries }: DrillRecord, kind: string): Entry | null {
  return entries.findLast((entry) => entry.kind === kind) ?? null;
}

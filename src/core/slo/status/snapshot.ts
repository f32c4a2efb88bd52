import type { Sample, SampledSeries } from "../ports.ts";
import type { Labels } from "../prometheus.ts";
import type { Reading } from "./readings.ts";

/** What was recorded of SLOs at an instant, to be looked up by whose it is. */
export class Snapshot {
  readonly #bySlo: ReadonlyMap<string, readonly Sample[]>;

  constructor(samples: readonly Sample[]) {
    this.#bySlo = grouped(samples);
  }

  /** The samples of a reading, those of groups that it is kept apart by among them. */
  of(reading: Reading): readonly Sample[] {
    return (this.#bySlo.get(ownerKey(reading.labels)) ?? []).filter(({ labels }) => isOf(labels, reading));
  }

  /** Those of the parts of a composite. */
  ofParts({ labels: own }: Reading): readonly Sample[] {
    return (this.#bySlo.get(ownerKey(own)) ?? []).filter(({ labels }) => labels["component"] !== undefined);
  }
}

/** The series of a reading and of one of its groups, among those that a query over time answered. */
export function seriesFor(
  all: ReadonlyMap<string, readonly SampledSeries[]>,
  reading: Reading,
  group: Labels,
): SampledSeries | undefined {
  return all
    .get(ownerKey(reading.labels))
    ?.find(({ labels }) => isOf(labels, reading) && groupKey(groupOf(labels, reading)) === groupKey(group));
}

export function grouped<Item extends { readonly labels: Labels }>(
  items: readonly Item[],
): ReadonlyMap<string, readonly Item[]> {
  const byOwner = new Map<string, Item[]>();
  for (const item of items) {
    const key = ownerKey(item.labels);
    const own = byOwner.get(key);
    if (own === undefined) byOwner.set(key, [item]);
    else own.push(item);
  }
  return byOwner;
}

function ownerKey(labels: Labels): string {
  return `${labels["slo"] ?? ""}\n${labels["service"] ?? ""}`;
}

/** What a reading's series do not have, such as `component`, another's have. */
function isOf(labels: Labels, { labels: own }: Reading): boolean {
  return (
    labels["component"] === own["component"] &&
    Object.entries(own).every(([key, value]) => labels[key] === value)
  );
}

export function groupOf(labels: Labels, { groupBy }: Reading): Labels {
  return Object.fromEntries(groupBy.map((label) => [label, labels[label] ?? ""]));
}

export function groupKey(group: Labels): string {
  return JSON.stringify(group);
}

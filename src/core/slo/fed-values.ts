import type { Feed, FedSeries } from "./feed.ts";
import { selectorText } from "./prometheus.ts";

/** So many minutes of traffic, and the share of it that is bad; or a fresh start of what counts. */
export interface Stretch {
  readonly minutes: number;
  readonly badShare: number;
  readonly traffic: "steady" | "idle";
  readonly isAfterReset: boolean;
}

/** A series with what it shows minute by minute, as promtool has it. */
export interface FedValues {
  readonly selector: string;
  readonly values: string;
}

/** In a minute, where events are counted; in a second, where gauges say how many there are. */
const eventsPerStep = 1_000_000;

/** A share that can be fed: so many whole events of all there are. */
export function fedShare(share: number): number {
  return Math.round(share * eventsPerStep) / eventsPerStep;
}

/** What the series of a feed show through these stretches, the first of which begins with minute 0. */
export function fedValues(feed: Feed, stretches: readonly Stretch[]): readonly FedValues[] {
  switch (feed.kind) {
    case "counters":
      return feed.series.map((each) => valuesOf(each, countedUp(each.counts, stretches)));
    case "gauges":
      return feed.series.map((each) =>
        valuesOf(
          each,
          shownBy(stretches, (now) => perStep(each.counts, now)),
        ),
      );
    case "ratio":
      return [
        valuesOf(
          feed,
          shownBy(stretches, (now) => ratioIn(feed.of, now)),
        ),
      ];
    case "value":
      return [
        valuesOf(
          feed,
          shownBy(stretches, (now) => valueIn(feed, now)),
        ),
      ];
  }
}

function valuesOf({ metric, labels }: Pick<FedSeries, "metric" | "labels">, values: string): FedValues {
  return { selector: `${metric}${selectorText(labels)}`, values };
}

/** What a counter shows, in promtool's short form: where it begins, what is added each minute, and how often. */
function countedUp(counts: FedSeries["counts"], stretches: readonly Stretch[]): string {
  let shown = 0;
  return stretches
    .map((stretch, at) => {
      const step = perStep(counts, stretch);
      const first = at === 0 || stretch.isAfterReset ? 0 : shown + step;
      const last = at === 0 ? stretch.minutes : stretch.minutes - 1;
      shown = first + last * step;
      return `${first}+${step}x${last}`;
    })
    .join(" ");
}

/** The same value at each minute of a stretch; `null`: none. */
function shownBy(
  stretches: readonly Stretch[],
  valueIn: (stretch: Stretch) => string | number | null,
): string {
  return stretches
    .map((stretch, at) => {
      const value = valueIn(stretch);
      const samples = at === 0 ? stretch.minutes + 1 : stretch.minutes;
      return value === null ? `_x${samples}` : `${value}+0x${samples - 1}`;
    })
    .join(" ");
}

function perStep(counts: FedSeries["counts"], { badShare, traffic }: Stretch): number {
  if (traffic === "idle") return 0;
  const bad = Math.round(badShare * eventsPerStep);
  if (counts === "bad") return bad;
  return counts === "all" ? eventsPerStep : eventsPerStep - bad;
}

/** Where nothing happens, nobody takes a ratio. */
function ratioIn(of: "good" | "bad", { badShare, traffic }: Stretch): number | null {
  if (traffic === "idle") return null;
  return of === "bad" ? fedShare(badShare) : fedShare(1 - badShare);
}

function valueIn(
  { good, bad }: Feed & { readonly kind: "value" },
  { badShare, traffic }: Stretch,
): string | null {
  if (traffic === "idle") return null;
  return badShare > 0 ? bad : good;
}

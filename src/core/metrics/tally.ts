import type { Counter, Histogram, Labels, Sample } from "./metrics.ts";

/** What has happened since a process started, counted. Counting takes no time worth telling, and cannot fail. */
export class Tally {
  readonly #counted = new Kept<Counter, { times: number }>(() => ({ times: 0 }));
  readonly #observed = new Kept<Histogram, { readonly counts: number[]; sum: number }>(({ bounds }) => ({
    counts: Array.from({ length: bounds.length + 1 }, () => 0),
    sum: 0,
  }));

  /** From now on a series is there, though nothing has happened: of a series that begins at 1 no rise is ever seen. */
  begin<Label extends string>(
    metric: Counter<Label>,
    each: readonly Readonly<Record<Label, string>>[],
  ): void {
    for (const labels of each) this.#counted.of(metric, labels);
  }

  count<Label extends string>(metric: Counter<Label>, labels: Readonly<Record<Label, string>>): void {
    this.#counted.of(metric, labels).times += 1;
  }

  observe<Label extends string>(
    metric: Histogram<Label>,
    labels: Readonly<Record<Label, string>>,
    value: number,
  ): void {
    const seen = this.#observed.of(metric, labels);
    const found = metric.bounds.findIndex((bound) => value <= bound);
    const at = found === -1 ? metric.bounds.length : found;
    seen.counts[at] = (seen.counts[at] ?? 0) + 1;
    seen.sum += value;
  }

  samples(): readonly Sample[] {
    return [
      ...this.#counted.all(({ metric, labels, value }) => ({
        kind: "number",
        metric,
        labels,
        value: value.times,
      })),
      ...this.#observed.all(({ metric, labels, value: { counts, sum } }) => ({
        kind: "distribution",
        metric,
        labels,
        value: { counts: [...counts], sum },
      })),
    ];
  }
}

interface Series<Metric, Value> {
  readonly metric: Metric;
  readonly labels: Labels;
  readonly value: Value;
}

/** Something for each series, made when it is first asked for. */
class Kept<Metric extends Counter | Histogram, Value> {
  readonly #made: (metric: Metric) => Value;
  readonly #series = new Map<string, Series<Metric, Value>>();

  constructor(made: (metric: Metric) => Value) {
    this.#made = made;
  }

  of(metric: Metric, labels: Labels): Value {
    const key = [metric.name, ...metric.labels.map((label) => labels[label])].join("\0");
    const known = this.#series.get(key) ?? { metric, labels, value: this.#made(metric) };
    this.#series.set(key, known);
    return known.value;
  }

  all(sampleOf: (series: Series<Metric, Value>) => Sample): readonly Sample[] {
    return [...this.#series.values()].map(sampleOf);
  }
}

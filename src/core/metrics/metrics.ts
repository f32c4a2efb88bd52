/** Values by label. */
export type Labels = Readonly<Record<string, string>>;

interface Described<Label extends string> {
  readonly name: string;
  /** One sentence for whoever finds it in a list. */
  readonly help: string;
  readonly labels: readonly Label[];
}

/** Only rises, and begins at 0 with each life of the process. */
export interface Counter<Label extends string = string> extends Described<Label> {
  readonly kind: "counter";
}

export interface Gauge<Label extends string = string> extends Described<Label> {
  readonly kind: "gauge";
}

export interface Histogram<Label extends string = string> extends Described<Label> {
  readonly kind: "histogram";
  /** Upper bounds, rising; the last bucket has none. */
  readonly bounds: readonly number[];
}

/** Something that a process tells of itself. */
export type Metric = Counter | Gauge | Histogram;

/** What a histogram has seen. */
export interface Distribution {
  /** Of each bucket, the values in it and in no smaller one; the last is that without a bound. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** One series of a metric, as it is now. */
export type Sample =
  | {
      readonly kind: "number";
      readonly metric: Counter | Gauge;
      readonly labels: Labels;
      readonly value: number;
    }
  | {
      readonly kind: "distribution";
      readonly metric: Histogram;
      readonly labels: Labels;
      readonly value: Distribution;
    };

export function sampleOf<Label extends string>(
  metric: Counter<Label> | Gauge<Label>,
  labels: Readonly<Record<Label, string>>,
  value: number,
): Sample {
  return { kind: "number", metric, labels, value };
}

/** 1 where it is so, 0 where it is not. */
export function truthOf<Label extends string>(
  metric: Gauge<Label>,
  labels: Readonly<Record<Label, string>>,
  isSo: boolean,
): Sample {
  return sampleOf(metric, labels, isSo ? 1 : 0);
}

/** Of several states that exclude one another, a series each: 1 for the one that is, 0 for the others. */
export function stateSamples<Label extends string, State extends string>(
  metric: Gauge<Label>,
  states: readonly State[],
  {
    is,
    labelled,
  }: { readonly is: State; readonly labelled: (state: State) => Readonly<Record<Label, string>> },
): readonly Sample[] {
  return states.map((state) => truthOf(metric, labelled(state), state === is));
}

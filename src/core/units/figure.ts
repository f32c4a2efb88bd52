/** How a number came to be; people read it beside the number. */
export type FigureKind = "declared" | "estimated" | "simulated" | "measured";

/** A number that may be doubted, with the reason for it and the figures that it came from. */
export interface Figure<Value> {
  /** What it is called where it is shown: `outage`. */
  readonly name: string;
  readonly value: Value;
  readonly kind: FigureKind;
  /** One sentence. */
  readonly because: string;
  readonly from: readonly Figure<unknown>[];
}

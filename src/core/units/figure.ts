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

/** From what was seen to what was reckoned: a figure is as good as the least of those that it came from. */
const kindsFromBest: readonly FigureKind[] = ["measured", "declared", "simulated", "estimated"];

/** The kind of a figure that came from these; nothing at all is as it was declared. */
export function leastKind(kinds: readonly FigureKind[]): FigureKind {
  if (kinds.length === 0) return "declared";
  return kindsFromBest[Math.max(...kinds.map((kind) => kindsFromBest.indexOf(kind)))] ?? "estimated";
}

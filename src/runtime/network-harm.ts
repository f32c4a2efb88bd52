/** Which way nothing passes: `in`, nothing reaches the region; `out`, nothing leaves it. */
export const cutDirections = ["in", "out", "both"] as const;
export type CutDirection = (typeof cutDirections)[number];

/**
 * From whom a region is cut off: the store that it coordinates by; where clients come from, which is the edge; or the other regions, but
 * for what they coordinate by.
 */
export const cutPartners = ["everybody", "coordination", "clients", "peers"] as const;
export type CutPartner = (typeof cutPartners)[number];

export interface Cut {
  readonly kind: "cut";
  readonly direction: CutDirection;
  readonly from: CutPartner;
}

/** A region that is whole cut off and reached again by turns. */
export interface Flap {
  readonly kind: "flap";
  /** From one cut to the next; it is cut off for half of it. */
  readonly periodSeconds: number;
}

/** A region of whose packets some are lost, into it and out of it. */
export interface Loss {
  readonly kind: "loss";
  /** Of the packets of each way, above 0 and below 1. */
  readonly lossRatio: number;
}

/** A region of whose bytes each comes late, which is no bound on how many come. */
export interface Delay {
  readonly kind: "delay";
  /** Of each way that it names. */
  readonly delaySeconds: number;
  readonly direction: CutDirection;
  readonly from: CutPartner;
}

/** What can be done to the network of a region. All of it is undone by `heal`. */
export type NetworkHarm = Cut | Flap | Loss | Delay;

export const flapPeriodDefault = 4;
/** In seconds. Shorter than the first, nothing would be cut for long enough to be noticed. */
export const flapPeriodBounds = { min: 0.2, max: 3_600 } as const;

/** In seconds. What is later than the last is as good as cut off. */
export const delayBounds = { min: 0.001, max: 10 } as const;

/** A region that nobody reaches, and that reaches nobody. */
export const wholeCut: Cut = { kind: "cut", direction: "both", from: "everybody" };

/** Whether clients are cut off from a region, in a direction at least: without the other one they get no answer. */
export function isKeptFromClients(harms: readonly NetworkHarm[]): boolean {
  return harms.some((harm) => harm.kind === "cut" && (harm.from === "everybody" || harm.from === "clients"));
}

export function isFlapPeriod(value: unknown): value is number {
  return typeof value === "number" && value >= flapPeriodBounds.min && value <= flapPeriodBounds.max;
}

export function isDelay(value: unknown): value is number {
  return typeof value === "number" && value >= delayBounds.min && value <= delayBounds.max;
}

export function isLossRatio(value: unknown): value is number {
  return typeof value === "number" && value > 0 && value < 1;
}

/** What `JSON.stringify` made of one; `null`: it is none. */
export function harmIn(value: unknown): NetworkHarm | null {
  if (typeof value !== "object" || value === null) return null;
  const given = value as Readonly<
    Partial<Record<"kind" | "periodSeconds" | "lossRatio" | "delaySeconds" | "direction" | "from", unknown>>
  >;
  const { kind, periodSeconds, lossRatio, delaySeconds } = given;
  if (kind === "flap") return isFlapPeriod(periodSeconds) ? { kind, periodSeconds } : null;
  if (kind === "loss") return isLossRatio(lossRatio) ? { kind, lossRatio } : null;
  return wiresIn(given, kind, delaySeconds);
}

/** Harm that is of some wires alone. */
function wiresIn(
  given: Readonly<Partial<Record<"direction" | "from", unknown>>>,
  kind: unknown,
  delaySeconds: unknown,
): NetworkHarm | null {
  const direction = cutDirections.find((each) => each === given.direction);
  const from = cutPartners.find((each) => each === given.from);
  if (direction === undefined || from === undefined) return null;
  if (kind === "delay") return isDelay(delaySeconds) ? { kind, delaySeconds, direction, from } : null;
  return kind === "cut" ? { kind, direction, from } : null;
}

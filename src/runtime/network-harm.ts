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

/** What can be done to the network of a region. All of it is undone by `heal`. */
export type NetworkHarm = Cut;

/** A region that nobody reaches, and that reaches nobody. */
export const wholeCut: Cut = { kind: "cut", direction: "both", from: "everybody" };

/** Whether clients are cut off from a region, in a direction at least: without the other one they get no answer. */
export function isKeptFromClients(harms: readonly NetworkHarm[]): boolean {
  return harms.some(({ from }) => from === "everybody" || from === "clients");
}

/** What `JSON.stringify` made of one; `null`: it is none. */
export function harmIn(value: unknown): NetworkHarm | null {
  if (typeof value !== "object" || value === null) return null;
  const given = value as Readonly<Record<string, unknown>>;
  const direction = cutDirections.find((each) => each === given["direction"]);
  const from = cutPartners.find((each) => each === given["from"]);
  if (given["kind"] !== "cut" || direction === undefined || from === undefined) return null;
  return { kind: "cut", direction, from };
}

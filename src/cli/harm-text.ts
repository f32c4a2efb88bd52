import type { Cut, CutPartner } from "../runtime/network-harm.ts";

const partners: Readonly<Record<CutPartner, string>> = {
  everybody: "everybody",
  coordination: "the coordination store",
  clients: "clients",
  peers: "the other regions",
};

/** What is done to the network of a region, as a sentence for people. */
export function cutText({ direction, from }: Cut, region: string): string {
  const partner = partners[from];
  switch (direction) {
    case "both":
      return `${region} is cut off from ${partner}`;
    case "in":
      return from === "everybody" ? `nothing reaches ${region}` : `nothing from ${partner} reaches ${region}`;
    case "out":
      return from === "everybody" ? `nothing leaves ${region}` : `nothing from ${region} reaches ${partner}`;
  }
}

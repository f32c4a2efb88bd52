import { durationText } from "../core/units/text.ts";
import { seconds } from "../core/units/units.ts";
import type { Cut, CutPartner, Delay, NetworkHarm } from "../runtime/network-harm.ts";

const partners: Readonly<Record<CutPartner, string>> = {
  everybody: "everybody",
  coordination: "the coordination store",
  clients: "clients",
  peers: "the other regions",
};

/** What is done to the network of a region, as a sentence for people. */
export function harmText(harm: NetworkHarm, region: string): string {
  switch (harm.kind) {
    case "cut":
      return cutText(harm, region);
    case "flap":
      return `${region} is cut off and reached again by turns, every ${harm.periodSeconds} s`;
    case "loss":
      return `${harm.lossRatio * 100} % of the packets into ${region} and out of it are lost`;
    case "delay":
      return delayText(harm, region);
  }
}

function cutText({ direction, from }: Cut, region: string): string {
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

function delayText({ delaySeconds, direction, from }: Delay, region: string): string {
  const late = `${durationText.print(seconds(delaySeconds))} late`;
  const partner = partners[from];
  switch (direction) {
    case "both":
      return `what passes between ${region} and ${partner} is ${late}, each way`;
    case "in":
      return `what comes from ${partner} to ${region} is ${late}`;
    case "out":
      return `what goes from ${region} to ${partner} is ${late}`;
  }
}

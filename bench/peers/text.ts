import { secondsText } from "../failover-text.ts";
import type { TrialFault } from "../subject.ts";
import { tableText } from "../table.ts";
import type { PeerResult } from "./result.ts";

const titles: Readonly<Record<TrialFault, string>> = {
  kill: "killed",
  freeze: "frozen, thawed later",
  partition: "cut off from everybody",
  "store-cut": "cut off from the coordination store",
  switchover: "asked to hand over",
};

/** What `npm run bench -- failover --peers` found, for people; Markdown that goes into the documents as it is. */
export function peersText(results: readonly PeerResult[]): string {
  const table = tableText(
    [
      "the member that serves",
      "system",
      "n measured of m made",
      "median",
      "worst",
      "target",
      "another serves",
      "acknowledged",
      "lost",
      "by the old one",
      "verdict",
    ],
    results
      .toSorted((one, other) => order(one.fault) - order(other.fault))
      .map((result) => [
        titles[result.fault],
        result.system,
        `${result.outage?.n ?? 0} of ${madeCount(result)}`,
        secondsText(result.outage?.median ?? null),
        worstText(result),
        targetText(result),
        String(result.replaced),
        String(result.acknowledged),
        lossText(result),
        String(result.acknowledgedByOld),
        result.verdict ?? "–",
      ]),
  );
  const remarks = results.flatMap(remarksOn);
  return remarks.length === 0 ? table : `${table}\n\n${remarks.join("\n")}`;
}

function madeCount({ outage, notMeasured }: PeerResult): number {
  return (outage?.n ?? 0) + notMeasured.length;
}

/** What became of the trials that were not measured: each reason once, of how many, and how it stood each time. */
function remarksOn(result: PeerResult): readonly string[] {
  const { system, fault, notMeasured } = result;
  const told = notMeasured.map((what) => {
    const [why = what, ...seen] = what.split(": ");
    return { why, seen: seen.join(": ") };
  });
  return [...new Set(told.map(({ why }) => why))].map((why) => {
    const same = told.filter((each) => each.why === why);
    const seen = same.flatMap((each) => (each.seen === "" ? [] : [each.seen])).join(" / ");
    const line = `- ${system}, ${titles[fault]}: not measured: ${why}: ${same.length} of ${madeCount(result)}`;
    return seen === "" ? line : `${line} (${seen})`;
  });
}

function order(fault: TrialFault): number {
  return Object.keys(titles).indexOf(fault);
}

/** One that never ended within the time that was watched is longer than that. */
function worstText({ outage, unreturned }: PeerResult): string {
  if (outage === null) return "–";
  return unreturned > 0 ? `> ${secondsText(outage.worst)}` : secondsText(outage.worst);
}

function lossText({ lost, dataLossWorst }: PeerResult): string {
  return lost === 0 ? "0" : `${lost} (${secondsText(dataLossWorst)} at worst)`;
}

function targetText({ target }: PeerResult): string {
  if (target === null) return "–";
  switch (target.kind) {
    case "replaced":
      return `≤ ${target.median} s`;
    case "stays":
      return "serves on";
    case "unbounded":
      return "loses ≤ 1 s";
  }
}

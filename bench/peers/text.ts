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
      "n",
      "median",
      "worst",
      "target",
      "another serves",
      "acknowledged",
      "lost",
      "by the old one",
      "not measured",
      "verdict",
    ],
    results
      .toSorted((one, other) => order(one.fault) - order(other.fault))
      .map((result) => [
        titles[result.fault],
        result.system,
        String(result.outage?.n ?? 0),
        secondsText(result.outage?.median ?? null),
        worstText(result),
        targetText(result),
        String(result.replaced),
        String(result.acknowledged),
        lossText(result),
        String(result.acknowledgedByOld),
        String(result.notMeasured.length),
        result.verdict ?? "–",
      ]),
  );
  const remarks = results.flatMap(({ system, fault, notMeasured }) =>
    notMeasured.map((why) => `- ${system}, ${titles[fault]}: one was not measured: ${why}`),
  );
  return remarks.length === 0 ? table : `${table}\n\n${remarks.join("\n")}`;
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

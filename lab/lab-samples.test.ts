import { describe, expect, it } from "vitest";
import { metricsText } from "../src/core/metrics/exposition.ts";
import { Tally } from "../src/core/metrics/tally.ts";
import { instantMs, seconds } from "../src/core/units/units.ts";
import { labSamples, probeCounts } from "./lab-samples.ts";

function linesOf(samples: Parameters<typeof metricsText>[0]): readonly string[] {
  return metricsText(samples)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#") && !line.includes("_bucket"));
}

describe("what the lab's daemon tells", () => {
  it("is of each part whether it runs, and of each fault whether it is in force", () => {
    const region = { name: "east", running: ["postgres", "agent"], faults: ["frozen"] } as const;
    expect(linesOf(labSamples([region]))).toEqual([
      'holdfast_part_up{region="east",part="postgres"} 1',
      'holdfast_part_up{region="east",part="inference"} 0',
      'holdfast_part_up{region="east",part="agent"} 1',
      'holdfast_part_up{region="east",part="controller"} 0',
      'holdfast_lab_fault{region="east",fault="killed"} 0',
      'holdfast_lab_fault{region="east",fault="frozen"} 1',
      'holdfast_lab_fault{region="east",fault="partitioned"} 0',
      'holdfast_lab_fault{region="east",fault="partly-partitioned"} 0',
      'holdfast_lab_fault{region="east",fault="flapping"} 0',
      'holdfast_lab_fault{region="east",fault="lossy"} 0',
      'holdfast_lab_fault{region="east",fault="slow"} 0',
    ]);
  });

  it("is of attempts at journeys how many failed, from none on, and how long the others took", () => {
    const tally = new Tally();
    const tell = probeCounts(tally, ["chat"]);
    const series = (name: string): string => `holdfast_journey_${name}{journey="chat"}`;
    expect(linesOf(tally.samples())).toEqual([
      `${series("attempts_total")} 0`,
      `${series("failures_total")} 0`,
    ]);
    const result = { atMs: instantMs(1), journey: "chat" };
    tell({ ...result, outcome: "good", seconds: seconds(0.25) });
    tell({ ...result, outcome: "bad", seconds: seconds(2) });
    expect(linesOf(tally.samples())).toEqual([
      `${series("attempts_total")} 2`,
      `${series("failures_total")} 1`,
      `${series("seconds_sum")} 0.25`,
      `${series("seconds_count")} 1`,
    ]);
  });
});

import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { pdfOf } from "../../src/adapters/pdf/pdf.ts";
import { drawSvg } from "../../src/adapters/svg/svg.ts";
import { drillResultOf } from "../../src/core/drill/drill.ts";
import { summaryOf } from "../../src/core/drill/summary.ts";
import { drillReportOf } from "../../src/core/report/drill-report.ts";
import {
  type ExampleDrill,
  freezeDrill,
  killDrill,
  lateDrill,
  lostDrill,
  unauditedDrill,
} from "../example-drills.ts";

const poppler = spawnSync("pdftotext", ["-v"]).error === undefined;

async function printed({ observations, objectives, context }: ExampleDrill): Promise<Uint8Array> {
  const pdf = await pdfOf(drillReportOf(drillResultOf(observations, objectives), context), drawSvg);
  if (!pdf.ok) throw new Error(pdf.problems[0].what);
  return pdf.value;
}

function read(tool: string, options: readonly string[], pdf: Uint8Array): string {
  const run = spawnSync(tool, [...options], { input: pdf, encoding: "utf8" });
  expect(run.status).toBe(0);
  return run.stdout.replace(/[\s\u00A0]+/g, " ");
}

describe("report.pdf", () => {
  it("is a PDF, the same bytes for the same drill", async () => {
    const [once, again] = [await printed(killDrill), await printed(killDrill)];
    expect(Buffer.from(once.subarray(0, 5)).toString()).toBe("%PDF-");
    expect(Buffer.compare(once, again)).toBe(0);
  });
});

describe.skipIf(!poppler)("report.pdf, read by poppler (skipped where pdftotext is missing)", () => {
  it.each(Object.entries({ killDrill, freezeDrill, lateDrill, lostDrill, unauditedDrill }))(
    "tells the same numbers as summary.json: %s",
    async (_name, drill) => {
      const summary = summaryOf(
        drillResultOf(drill.observations, drill.objectives),
        drill.context.evidence.head,
      );
      const text = read("pdftotext", ["-layout", "-", "-"], await printed(drill));
      if (summary.outageSeconds !== null) expect(text).toContain(` ${summary.outageSeconds.toFixed(3)} s `);
      for (const [phase, time] of Object.entries(summary.phasesSeconds)) {
        expect(text).toContain(`${phase} ${time === null ? "did not end" : `${time.toFixed(3)} s`} `);
      }
      const counted = (count: number): string => count.toLocaleString("en-US");
      expect(text).toContain(`Writes acknowledged ${counted(summary.writesAcknowledged)} `);
      expect(text).toContain(
        `Acknowledged and lost ${summary.writesLost === null ? "not known" : counted(summary.writesLost)} `,
      );
      expect(text).toContain(`Completions started ${counted(summary.completionsStarted)} `);
      expect(text).toContain(`Completions failed ${counted(summary.completionsFailed)} `);
      expect(text).toContain(summary.objectivesMet ? "Yes." : "No.");
      expect(text).toContain(summary.evidenceHead);
    },
  );

  it("is of A4 pages that are numbered, titled, dated and tagged for screen readers", async () => {
    const pdf = await printed(killDrill);
    const info = read("pdfinfo", ["-"], pdf);
    expect(info).toContain("(A4)");
    expect(info).toContain("Tagged: yes");
    expect(info).toContain("Title: Would we survive losing region east?");
    const pages = Number(/Pages: (\d+)/.exec(info)?.[1]);
    const text = read("pdftotext", ["-", "-"], pdf);
    expect(text).toContain(`page ${pages} of ${pages}`);
    expect(text).toContain("21 September 2026, 14:14:20 UTC");
  });

  it("carries its typefaces, those that come with the compiler alone", async () => {
    const fonts = read("pdffonts", ["-"], await printed(lateDrill));
    const families = new Set(fonts.match(/(?<=\+)[A-Za-z]+/g));
    expect([...families].sort()).toEqual(["DejaVuSansMono", "LibertinusSerif"]);
  });
});

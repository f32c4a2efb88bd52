import { describe, expect, it } from "vitest";
import {
  freezeDrill,
  killDrill,
  lateDrill,
  lostDrill,
  unauditedDrill,
} from "../../../test/example-drills.ts";
import { drillResultOf } from "../../core/drill/drill.ts";
import { summaryOf } from "../../core/drill/summary.ts";
import { drillReportOf } from "../../core/report/drill-report.ts";
import type { DrawChart } from "../../core/report/ports.ts";
import { drawSvg } from "../svg/svg.ts";
import { htmlOf } from "./html.ts";
import { dark, light } from "../../core/report/colours.ts";

const examples = { killDrill, freezeDrill, lateDrill, lostDrill, unauditedDrill };
const each = Object.entries(examples).map(([name, drill]) => {
  const result = drillResultOf(drill.observations, drill.objectives);
  const html = htmlOf(drillReportOf(result, drill.context), drawSvg);
  return { name, html, summary: summaryOf(result, drill.context.evidence.head) };
});

/** What a person reads, with spaces that hold a line together read as spaces. */
function textOf(html: string): string {
  return html
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/&quot;/g, '"')
    .replace(/[\s\u00A0]+/g, " ");
}

describe.each(each)("report.html of $name", ({ html, summary }) => {
  it("refers to nothing outside itself and runs nothing", () => {
    expect(html).not.toMatch(/(?:https?:)?\/\/|@import|url\(|<script|<link(?! rel="icon" href="data:,")/);
    expect(html).toContain("default-src 'none'");
  });

  it("tells the same numbers as summary.json", () => {
    const text = textOf(html);
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
  });

  it("gives every picture its meaning in words and a table of its numbers", () => {
    const pictures = html.match(/<svg /g) ?? [];
    expect(pictures).toHaveLength(4);
    expect(html.match(/<svg [^>]*role="img" aria-label="[^"]+"/g)).toHaveLength(4);
    expect(html.match(/<figure>.*?<\/figure>\n(?:<details>.*?)?<div class="table">/gs)).toHaveLength(2);
  });

  it("has one main heading, and no level of headings is skipped", () => {
    const levels = [...html.matchAll(/<h(\d)/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    expect(levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)).toBe(true);
  });
});

describe("report.html", () => {
  it("escapes text that reads like markup", () => {
    const { observations, objectives, context } = killDrill;
    const question = `Would we survive <b>"east" & west</b>?`;
    const report = drillReportOf(drillResultOf(observations, objectives), { ...context, question });
    const blank: DrawChart = () => "<svg></svg>";
    expect(htmlOf(report, blank)).toContain(
      "<h1>Would we survive &lt;b&gt;&quot;east&quot; &amp; west&lt;/b&gt;?</h1>",
    );
  });

  it.each([
    ["light", light],
    ["dark", dark],
  ] as const)("reaches a contrast of 4.5 to 1 for text in the %s", (_scheme, colours) => {
    for (const ground of [colours.ground, colours.raised]) {
      for (const paint of [colours.ink, colours.muted, colours.good, colours.bad]) {
        expect(contrast(paint, ground)).toBeGreaterThanOrEqual(4.5);
      }
    }
    // Bars need 3 to 1 against what they stand on.
    expect(contrast(colours.good, colours.ground)).toBeGreaterThanOrEqual(3);
    expect(contrast(colours.goodSoft, colours.ground)).toBeGreaterThanOrEqual(3);
    expect(contrast(colours.bad, colours.badSoft)).toBeGreaterThanOrEqual(4.5);
  });
});

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((index) => {
    const channel = Number.parseInt(hex.slice(index, index + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

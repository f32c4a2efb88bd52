import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PhaseChart, WriteChart } from "../../core/report/document.ts";
import type { ChartStyle } from "../../core/report/ports.ts";
import { milliseconds, seconds } from "../../core/units/units.ts";
import { ticks } from "./scale.ts";
import { drawSvg } from "./svg.ts";

const palette = {
  ink: "#1",
  muted: "#2",
  rule: "#3",
  raised: "#4",
  good: "#5",
  goodSoft: "#6",
  bad: "#7",
  badSoft: "#8",
};
const style = (widthPx: number): ChartStyle => ({ widthPx, fontFamily: "serif", palette });

const phases: PhaseChart = {
  kind: "phases",
  meaning: 'Phases & the "objective"',
  objective: seconds(10),
  total: "3.000 s in all",
  phases: [
    { name: "detect", from: seconds(0), duration: seconds(1) },
    { name: "decide", from: seconds(1), duration: seconds(2) },
  ],
};

const writes: WriteChart = {
  kind: "writes",
  meaning: "Writes",
  width: milliseconds(100),
  buckets: [
    { startMs: -100, acknowledged: 10, failed: 0 },
    { startMs: 0, acknowledged: 0, failed: 5 },
    { startMs: 100, acknowledged: 10, failed: 0 },
  ],
  outage: { fromMs: 0, toMs: 100, label: "outage 0.100 s" },
  marks: [
    { atMs: 0, label: "fault" },
    { atMs: 9_999, label: "never shown" },
  ],
};

/** The numbers of an attribute of the rectangles with a paint, in the order in which they are drawn. */
function rectangles(svg: string, fill: string, attribute: string): readonly number[] {
  return [...svg.matchAll(/<rect [^>]*>/g)]
    .map(([tag]) => tag)
    .filter((tag) => tag.includes(`fill="${fill}"`))
    .map((tag) => Number(new RegExp(` ${attribute}="([^"]*)"`).exec(tag)?.[1]));
}

describe("the chart of the phases", () => {
  it("draws each phase to the objective's scale, and again widened to its own", () => {
    const svg = drawSvg(phases, style(1_001));
    expect(rectangles(svg, palette.good, "width")).toEqual(
      [100, (1_001 - 64 - 66) / 3].map((w) => Math.round(w * 10) / 10),
    );
    expect(rectangles(svg, palette.goodSoft, "x")[0]).toBe(100);
  });

  it("marks the objective at its place when the recovery took longer", () => {
    const svg = drawSvg({ ...phases, objective: seconds(1.5) }, style(1_001));
    expect(rectangles(svg, palette.bad, "x")).toEqual([499]);
  });

  it("draws the objective alone when no phase ended", () => {
    expect(drawSvg({ ...phases, total: null, phases: [] }, style(350))).toContain("objective 10 s");
  });

  it("escapes what is written into it", () => {
    expect(drawSvg(phases, style(350))).toContain('aria-label="Phases &amp; the &quot;objective&quot;"');
  });
});

describe("the chart of the writes", () => {
  it("draws bars as high as their counts on one scale, up for acknowledged and down for failed", () => {
    const svg = drawSvg(writes, style(720));
    const up = rectangles(svg, palette.good, "height");
    const down = rectangles(svg, palette.bad, "height");
    expect(up).toHaveLength(2);
    expect(up[0]).toBe(up[1]);
    expect(Math.abs((up[0] ?? 0) / 2 - (down[0] ?? 0))).toBeLessThan(2);
  });

  it("shades exactly the outage", () => {
    const svg = drawSvg(writes, style(720));
    const third = (720 - 34) / 3;
    expect(rectangles(svg, palette.badSoft, "x")).toEqual([Math.round((34 + third) * 10) / 10]);
    expect(rectangles(svg, palette.badSoft, "width")).toEqual([Math.round(third * 10) / 10]);
  });

  it("leaves out moments beyond its edges", () => {
    expect(drawSvg(writes, style(720))).not.toContain("never shown");
  });

  it("keeps every label inside its frame and apart from its neighbours, however close the moments", () => {
    const moment = fc.integer({ min: -100, max: 199 });
    fc.assert(
      fc.property(fc.array(moment, { maxLength: 5 }), fc.constantFrom(350, 600, 720), (moments, width) => {
        const marks = moments.map((atMs) => ({ atMs, label: "a moment" }));
        const svg = drawSvg({ ...writes, marks }, style(width));
        const labels = [...svg.matchAll(/<text x="([\d.-]+)"[^>]*text-anchor="(\w+)"[^>]*>a moment</g)];
        const room = "a moment".length * 13 * 0.62;
        const lefts = labels
          .map(([, x, anchor]) => Number(x) - (anchor === "end" ? room : 0))
          .sort((a, b) => a - b);
        expect(lefts.every((left) => left >= 0 && left + room <= width + 0.1)).toBe(true);
        expect(
          lefts.every((left, index) => index === 0 || left - (lefts[index - 1] ?? 0) >= room - 0.1),
        ).toBe(true);
      }),
    );
  });
});

describe("ticks", () => {
  it("are round, inside their span and no more than asked for", () => {
    const from = fc.double({ min: -1e4, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(
        from,
        fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
        fc.integer({ min: 1, max: 12 }),
        (start, span, most) => {
          const found = ticks(start, start + span, most);
          expect(found.length).toBeLessThanOrEqual(most + 1);
          expect(
            found.every((tick) => tick >= start - span * 1e-6 && tick <= start + span * (1 + 1e-6)),
          ).toBe(true);
        },
      ),
    );
    expect(ticks(0, 0.9, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
    expect(ticks(0, 18, 4)).toEqual([0, 5, 10, 15]);
  });
});

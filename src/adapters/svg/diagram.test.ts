import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DiagramChart } from "../../core/report/document.ts";
import type { ChartStyle } from "../../core/report/ports.ts";
import { drawSvg } from "./svg.ts";

const palette = {
  ...{ ink: "#1", muted: "#2", rule: "#3", raised: "#4" },
  ...{ good: "#5", goodSoft: "#6", bad: "#7", badSoft: "#8" },
};
const style = (widthPx: number): ChartStyle => ({ widthPx, fontFamily: "serif", palette });

function chartOf(counts: readonly number[], line: "solid" | "faint" = "solid"): DiagramChart {
  const bands = counts.map((count, band) => ({
    label: band % 2 === 0 ? null : `band ${band}`,
    boxes: Array.from({ length: count }, (_, at) => ({
      ...{ id: `${band}/${at}`, label: `a-rather-long-name-${at}`, lines: ["a line of some words", "short"] },
    })),
  }));
  const edges = counts.slice(1).map((_, band) => ({ from: `${band}/0`, to: `${band + 1}/0`, line }));
  return { kind: "diagram", meaning: "what", bands, edges, legend: [{ line, meaning: "needs" }] };
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function boxesOf(svg: string): readonly Rectangle[] {
  const of = (tag: string, name: string): number => Number(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1]);
  return [...svg.matchAll(/<rect [^>]*>/g)].map(([tag]) => ({
    ...{ x: of(tag, "x"), y: of(tag, "y"), width: of(tag, "width"), height: of(tag, "height") },
  }));
}

const apart = (a: Rectangle, b: Rectangle): boolean =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

describe("a diagram", () => {
  it("keeps every box inside its frame and apart from all others, however many there are", () => {
    const counts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(counts, fc.constantFrom(350, 600, 720), (each, width) => {
        const svg = drawSvg(chartOf(each), style(width));
        const height = Number(/viewBox="0 0 \d+ (\d+)/.exec(svg)?.[1]);
        const boxes = boxesOf(svg);
        expect(boxes).toHaveLength(each.reduce((sum, count) => sum + count, 0));
        for (const [at, box] of boxes.entries()) {
          expect(box.x >= 0 && box.x + box.width <= width && box.y + box.height <= height).toBe(true);
          expect(boxes.slice(at + 1).every((other) => apart(box, other))).toBe(true);
        }
      }),
    );
  });

  it("draws a line from the bottom of one box to the top of the other", () => {
    const svg = drawSvg(chartOf([1, 1]), style(720));
    const [above, below] = boxesOf(svg);
    const [, startY = "", endY = ""] = /<path d="M[\d.]+ ([\d.]+)C.* ([\d.]+)"/.exec(svg) ?? [];
    expect(Number(startY)).toBe((above?.y ?? 0) + (above?.height ?? 0));
    expect(Number(endY)).toBe((below?.y ?? 0) - 7);
  });

  it("draws no line to a box that is not there", () => {
    const chart = { ...chartOf([1]), edges: [{ from: "0/0", to: "nowhere", line: "solid" } as const] };
    expect(drawSvg(chart, style(350))).not.toContain("<polygon");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dark, light } from "../../core/report/colours.ts";
import type { FrontChart, FrontDesign } from "../../core/report/document.ts";
import { gramsPerMonth } from "../../core/units/units.ts";
import { pictureFile } from "./picture-file.ts";
import { labelWidth } from "./shapes.ts";
import { drawSvg } from "./svg.ts";

const design = (cost: number, minutes: number, change: Partial<FrontDesign> = {}): FrontDesign => ({
  ...{ number: 1, standing: "proposed", objectives: "met", cost, minutes, carbon: gramsPerMonth(1_000) },
  ...change,
});
const chartOf = (designs: readonly FrontDesign[]): FrontChart => ({
  ...{ kind: "front", file: "front.svg", meaning: "what", title: "Predicted", currency: "USD", designs },
});
const drawn = (designs: readonly FrontDesign[], widthPx = 720): string =>
  drawSvg(chartOf(designs), { widthPx, fontFamily: "serif", palette: light });
const today = design(100, 10, { number: null, standing: "today" });

interface Text {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

function textsOf(svg: string): readonly Text[] {
  return [
    ...svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)"[^>]*anchor="(\w+)" font-size="(\d+)"[^>]*>([^<]*)</g),
  ].map(([, x, y, anchor, size, text = ""]) => {
    const width = labelWidth(text, Number(size));
    const left = Number(x) - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
    return { text, left, right: left + width, y: Number(y) };
  });
}

const isName = ({ text }: Text): boolean => /^(\d+([–,] ?\d+)*|(.*, )?today)$/.test(text);
/** Below the plot stand the values of the axis, to its left those of the other. */
const namesOf = (svg: string): readonly Text[] =>
  textsOf(svg).filter((each) => isName(each) && each.left > 58 && each.y < 374);

describe("the chart of the designs", () => {
  it("names axes with their units, and says that it is predicted", () => {
    const svg = drawn([design(90, 12), today]);
    expect(svg).toContain("Downtime, minutes a year");
    expect(svg).toContain("Cost, USD a month");
    expect(svg).toContain("Predicted");
    expect(svg).not.toContain("logarithmic");
  });

  it("has a logarithmic axis where the range asks for it", () => {
    const svg = drawn([design(90, 0.02), design(80, 12, { number: 2 }), today]);
    expect(svg).toContain("Downtime, minutes a year, logarithmic");
    const ticks = textsOf(svg).filter(({ right }) => right < 55);
    expect(ticks.map(({ text }) => text)).toEqual(expect.arrayContaining(["0.1", "1", "10"]));
  });

  it("tells carbon by size, with the least and the most in its legend", () => {
    const svg = drawn([design(90, 12, { carbon: gramsPerMonth(4e6) }), today]);
    expect(svg).toContain(">1 kgCO2e a month<");
    expect(svg).toContain(">4,000 kgCO2e a month<");
    const radii = [...svg.matchAll(/<circle [^>]* r="([\d.]+)"/g)].map(([, r]) => Number(r));
    expect(radii.slice(0, 2)).toEqual([11, 4]);
  });

  it("names every design of the front once, inside the frame, apart from every other name", () => {
    const spot = fc.record({ cost: fc.nat(50), minutes: fc.nat(50), carbon: fc.nat(5) });
    fc.assert(
      fc.property(
        fc.array(spot, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(350, 600, 720),
        (spots, width) => {
          const svg = drawn(
            [
              ...spots.map(({ cost, minutes, carbon }, at) =>
                design(cost, minutes, { number: at + 1, carbon: gramsPerMonth(carbon) }),
              ),
              today,
            ],
            width,
          );
          const names = namesOf(svg);
          expect(numbersOf(names)).toEqual(spots.map((_, at) => at + 1));
          for (const [at, name] of names.entries()) {
            expect(name.right).toBeLessThanOrEqual(width + 0.2);
            for (const other of names.slice(at + 1)) {
              const areApart =
                name.right <= other.left + 0.2 ||
                other.right <= name.left + 0.2 ||
                Math.abs(name.y - other.y) >= 14.8;
              expect(areApart, `${name.text} and ${other.text}`).toBe(true);
            }
          }
        },
      ),
    );
  });

  it("marks what misses an objective, and explains only marks that are there", () => {
    expect(drawn([design(90, 12, { objectives: "missed" }), today])).toContain("misses an objective");
    const without = drawn([design(90, 12), today]);
    expect(without).not.toContain("misses an objective");
    expect(without).not.toContain(`stroke="${light.bad}"`);
  });

  it("counts beaten designs that lie far off, so that the front is not drawn as a spot", () => {
    const far = design(9_000, 10, { number: null });
    expect(drawn([design(90, 12), today, far])).toContain("1 beaten design beyond the edges");
    expect(drawn([design(90, 12), today])).not.toContain("beyond");
  });

  it.each([
    ["one design alone", [design(100, 10, { standing: "today" })]],
    ["equal costs", [design(100, 10), design(100, 12, { number: 2 }), today]],
    ["nothing but zeros", [design(0, 0, { carbon: gramsPerMonth(0) })]],
  ])("draws %s inside the frame", (_, designs) => {
    const svg = drawn(designs);
    expect(svg).not.toMatch(/NaN|Infinity/);
    for (const [, x, y] of svg.matchAll(/<circle cx="([\d.-]+)" cy="([\d.-]+)"/g)) {
      expect(Number(x)).toBeGreaterThanOrEqual(0);
      expect(Number(x)).toBeLessThanOrEqual(720);
      expect(Number(y)).toBeGreaterThan(50);
    }
    expect(namesOf(svg).length).toBeGreaterThan(0);
    // Costs that are all one stand in the middle, not on an edge.
    expect(svg).toMatch(/<circle cx="383"/);
  });

  it("says that no price is known where none is", () => {
    const chart = { ...chartOf([design(0, 10)]), currency: null };
    expect(pictureFile(chart)).toContain("Cost: no price is known");
  });
});

/** Each number that a label names, runs told in full. */
function numbersOf(names: readonly Text[]): readonly number[] {
  return names
    .flatMap(({ text }) => text.split(", "))
    .filter((part) => part !== "today")
    .flatMap((part) => {
      const [from = 0, to = from] = part.split("–").map(Number);
      return Array.from({ length: to - from + 1 }, (_, at) => from + at);
    })
    .sort((a, b) => a - b);
}

describe("a picture in a file", () => {
  it("stands on its own ground, with a paint in dark for each in light, and asks nobody for anything", () => {
    const svg = pictureFile(chartOf([design(90, 12), today]));
    const paints = [...svg.matchAll(/(?:fill|stroke)="(#\w+)"/g)].map(([, paint = ""]) => paint);
    const rules = /<style>(.*?)<\/style>/.exec(svg)?.[1] ?? "";
    for (const paint of paints) expect(rules).toContain(`="${paint}"]{`);
    expect(rules).toContain(`[fill="${light.ground}"]{fill:${dark.ground}}`);
    expect(svg.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/\/\/|@import|url\(|<script/);
  });
});

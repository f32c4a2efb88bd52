import type { FrontChart, FrontDesign } from "../../core/report/document.ts";
import type { ChartStyle } from "../../core/report/ports.ts";
import { countedText, roughText } from "../../core/units/shown.ts";
import { type Axis, axisOf, shownOf } from "./front-scales.ts";
import { labelPlaces, type NamedSpot, type PlacedLabel, type Spot } from "./label-places.ts";
import { linearScale, type Scale } from "./scale.ts";
import { element, fontSizeSmallPx, label, labelWidth, picture } from "./shapes.ts";

const plotTop = 54;
const plotHeight = 320;
const plotBottom = plotTop + plotHeight;
const axisWidth = 58;
const tickWidth = 84;
const legendTop = plotBottom + 66;
const legendLine = 22;
/** Of the least and of the most carbon. */
const radii = [4, 11] as const;
/** Spots nearer than this share one label. */
const togetherPx = 10;

interface Frame {
  readonly chart: FrontChart;
  readonly style: ChartStyle;
  readonly designs: readonly FrontDesign[];
  readonly beyond: number;
  readonly x: Axis;
  readonly y: Axis;
  /** Grams a month to pixels. */
  readonly radius: Scale;
  readonly carbons: readonly [number, number];
}

/** Designs by cost and downtime, as large as their carbon; those that nothing beats filled and numbered. */
export function drawFront(chart: FrontChart, style: ChartStyle): string {
  const frame = frameOf(chart, style);
  const legend = legendShapes(frame);
  return picture(
    { width: style.widthPx, height: legend.bottom + 4, meaning: chart.meaning, fontFamily: style.fontFamily },
    [
      label({
        x: 0,
        y: 14,
        text: chart.title,
        fill: style.palette.muted,
        size: fontSizeSmallPx,
        weight: 600,
      }),
      ...grid(frame),
      ...marks(frame),
      ...names(frame),
      ...legend.shapes,
    ],
  );
}

function frameOf(chart: FrontChart, style: ChartStyle): Frame {
  const { designs, beyond } = shownOf(chart);
  const carbons = [Math.min(...designs.map(carbonOf)), Math.max(...designs.map(carbonOf))] as const;
  const [small, large] = radii;
  // It is areas that are compared.
  const area = linearScale(carbons, [small ** 2, large ** 2]);
  const across = [axisWidth, style.widthPx - 12] as const;
  return {
    ...{ chart, style, designs, beyond, carbons },
    x: axisOf(
      designs.map(({ cost }) => cost),
      across,
      Math.floor((across[1] - across[0]) / tickWidth),
    ),
    y: axisOf(
      designs.map(({ minutes }) => minutes),
      [plotBottom, plotTop],
      7,
    ),
    radius: (carbon) => Math.sqrt(area(carbon)),
  };
}

function carbonOf({ carbon }: FrontDesign): number {
  return carbon;
}

function grid({ chart, style, x, y }: Frame): readonly string[] {
  const { palette, widthPx } = style;
  const small = { fill: palette.muted, size: fontSizeSmallPx };
  const cost = chart.currency === null ? "Cost: no price is known" : `Cost, ${chart.currency} a month`;
  const told = (axis: Axis): string => (axis.kind === "logarithmic" ? ", logarithmic" : "");
  const across = { x: axisWidth, width: widthPx - axisWidth, height: 1 };
  return [
    label({ x: 0, y: 38, text: `Downtime, minutes a year${told(y)}`, fill: palette.ink }),
    ...y.ticks.flatMap(({ value, text }) => [
      element("rect", { ...across, y: Math.round(y.scale(value)), fill: palette.rule }),
      label({ x: axisWidth - 6, y: y.scale(value) + 4, text, anchor: "end", ...small }),
    ]),
    element("rect", { ...across, y: plotBottom, fill: palette.ink }),
    ...x.ticks.flatMap(({ value, text }) => {
      const at = x.scale(value);
      const half = labelWidth(text, fontSizeSmallPx) / 2;
      const middle = Math.min(at, widthPx - half);
      return [
        element("rect", { x: Math.round(at), y: plotBottom, width: 1, height: 5, fill: palette.ink }),
        label({ x: middle, y: plotBottom + 19, text, anchor: "middle", ...small }),
      ];
    }),
    label({ x: widthPx, y: plotBottom + 40, text: `${cost}${told(x)}`, fill: palette.ink, anchor: "end" }),
  ];
}

/** The largest first, so that none hides another; the front above what it beats. */
function marks(frame: Frame): readonly string[] {
  const order = ({ number, standing }: FrontDesign): number =>
    standing === "today" ? 2 : number === null ? 0 : 1;
  return frame.designs
    .toSorted((a, b) => order(a) - order(b) || b.carbon - a.carbon)
    .flatMap((design) => mark(design, spotOf(design, frame), frame.style));
}

function spotOf({ cost, minutes, carbon }: FrontDesign, { x, y, radius }: Frame): Spot {
  return { x: x.scale(cost), y: y.scale(minutes), radius: radius(carbon) };
}

type Marked = Pick<FrontDesign, "number" | "standing" | "objectives">;

function mark(design: Marked, { x, y, radius }: Spot, { palette }: ChartStyle): readonly string[] {
  const isOnFront = design.number !== null;
  const fill = isOnFront ? palette.good : "none";
  const stroke = isOnFront ? palette.raised : palette.muted;
  const opacity = isOnFront ? 0.85 : 0.5;
  const square = { x: x - radius - 3, y: y - radius - 3, width: 2 * radius + 6, height: 2 * radius + 6 };
  const arm = Math.max(4, radius * 0.7);
  const cross = `M${round(x - arm)} ${round(y - arm)}L${round(x + arm)} ${round(y + arm)}M${round(x - arm)} ${round(y + arm)}L${round(x + arm)} ${round(y - arm)}`;
  return [
    element("circle", {
      cx: x,
      cy: y,
      r: radius,
      fill,
      stroke,
      "stroke-width": 1,
      opacity: String(opacity),
    }),
    ...(design.standing === "today"
      ? [element("rect", { ...square, fill: "none", stroke: palette.ink, "stroke-width": 1.6 })]
      : []),
    ...(design.objectives === "missed"
      ? [element("path", { d: cross, fill: "none", stroke: palette.bad, "stroke-width": 2 })]
      : []),
  ];
}

/** The numbers of the front, and which is today's; spots that lie together share one label. */
function names(frame: Frame): readonly string[] {
  const { palette, widthPx } = frame.style;
  const groups: { readonly spot: Spot; readonly designs: FrontDesign[] }[] = [];
  for (const design of frame.designs) {
    if (design.number === null && design.standing !== "today") continue;
    const spot = spotOf(design, frame);
    const near = groups.find(
      (each) =>
        design.number !== null &&
        each.designs[0]?.number !== null &&
        Math.hypot(each.spot.x - spot.x, each.spot.y - spot.y) < togetherPx,
    );
    if (near === undefined) groups.push({ spot, designs: [design] });
    else near.designs.push(design);
  }
  const spots = groups.map(({ spot, designs }): NamedSpot => ({ ...spot, text: nameOf(designs) }));
  const covered = frame.designs.map((design) => spotOf(design, frame));
  const bounds = { left: axisWidth, right: widthPx, top: plotTop - 8, bottom: plotBottom };
  return labelPlaces(spots, covered, bounds).flatMap((each) => nameShapes(each, palette));
}

function nameShapes(
  { text, bounds, leader }: PlacedLabel,
  palette: ChartStyle["palette"],
): readonly string[] {
  const [x, y] = [(bounds.left + bounds.right) / 2, bounds.bottom - 3];
  const written = label({ x, y, text, fill: palette.ink, anchor: "middle" });
  if (leader === null) return [written];
  const [[x1, y1], [x2, y2]] = [leader.from, leader.to];
  return [element("line", { x1, y1, x2, y2, stroke: palette.muted, "stroke-width": 1 }), written];
}

/** `1–3, 7`, and `today` for the design that stands. */
function nameOf(designs: readonly FrontDesign[]): string {
  const numbers = designs.flatMap(({ number }) => number ?? []).sort((a, b) => a - b);
  const runs: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && number === last.to + 1) last.to = number;
    else runs.push({ from: number, to: number });
  }
  const told = runs.map(({ from, to }) =>
    from === to ? String(from) : to === from + 1 ? `${from}, ${to}` : `${from}–${to}`,
  );
  const today = designs.some(({ standing }) => standing === "today") ? ["today"] : [];
  return [...told, ...today].join(", ");
}

interface Entry {
  readonly mark: Marked;
  readonly radius: number;
  readonly text: string;
}

function entriesOf({ designs, carbons, radius }: Frame): readonly Entry[] {
  const plain: Marked = { number: null, standing: "proposed", objectives: "met" };
  const [least, most] = carbons;
  const middle = 7;
  const kinds: readonly Entry[] = [
    {
      mark: { ...plain, number: 1 },
      radius: middle,
      text: "no other design beats it; its number in the table",
    },
    { mark: plain, radius: middle, text: "beaten: today, or one change alone" },
    { mark: { ...plain, standing: "today" }, radius: middle, text: "today" },
    { mark: { ...plain, objectives: "missed" }, radius: middle, text: "misses an objective" },
  ];
  const isThere = ({ mark: { number, standing, objectives } }: Entry): boolean =>
    objectives === "missed"
      ? designs.some((each) => each.objectives === "missed")
      : standing === "today" || designs.some((each) => (each.number === null) === (number === null));
  const size = (carbon: number): Entry => ({
    ...{ mark: plain, radius: radius(carbon), text: `${roughText(carbon / 1_000)} kgCO2e a month` },
  });
  return [...kinds.filter(isThere), ...(least === most ? [least] : [least, most]).map(size)];
}

/** As many entries in a line as fit. */
function legendShapes(frame: Frame): { readonly shapes: readonly string[]; readonly bottom: number } {
  const { style, beyond } = frame;
  const shapes: string[] = [];
  const small = { fill: style.palette.muted, size: fontSizeSmallPx };
  let [x, y] = [0, legendTop];
  for (const { mark: of, radius, text } of entriesOf(frame)) {
    const width = 36 + labelWidth(text, fontSizeSmallPx);
    if (x > 0 && x + width > style.widthPx) [x, y] = [0, y + legendLine];
    shapes.push(...mark(of, { x: x + 14, y: y - 4, radius }, style), label({ x: x + 32, y, text, ...small }));
    x += width + 8;
  }
  if (beyond > 0) {
    y += legendLine;
    const text = `${countedText(beyond, "beaten design")} beyond the edges`;
    shapes.push(label({ x: 0, y, text, ...small }));
  }
  return { shapes, bottom: y + 8 };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

import type { Band, Box, DiagramChart, Edge } from "../../core/report/document.ts";
import type { ChartStyle } from "../../core/report/ports.ts";
import { element, fontSizePx, fontSizeSmallPx, label, labelWidth, picture } from "./shapes.ts";

/** Boxes that lines lead to stand beside one another as long as they can. */
const boxWidthMin = { middle: 108, start: 160 } as const;
const boxWidthMax = { middle: 230, start: 350 } as const;
const gap = 14;
const lineHeight = 17;
const padding = 10;
const bandLabelHeight = 22;
/** Room for lines between bands, where any lead from one to another. */
const bandGap = { linked: 46, plain: 16 } as const;
const legendLine = 20;

interface Placed {
  readonly box: Box;
  readonly title: readonly string[];
  readonly lines: readonly string[];
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Laid {
  readonly boxes: readonly Placed[];
  readonly labels: readonly { readonly text: string; readonly y: number }[];
  readonly height: number;
}

/** Bands of boxes one below another; a band that is wider than the picture goes on in a further row. */
export function drawDiagram(chart: DiagramChart, style: ChartStyle): string {
  const { palette, widthPx, fontFamily } = style;
  const laid = layOut(chart, widthPx);
  const legend = legendShapes(chart, style, laid.height);
  const height = laid.height + legend.height;
  return picture({ width: widthPx, height, meaning: chart.meaning, fontFamily }, [
    ...laid.labels.map(({ text, y }) =>
      label({ x: 0, y, text, fill: palette.muted, size: fontSizeSmallPx, weight: 600 }),
    ),
    ...edgeShapes(chart.edges, laid.boxes, style),
    ...laid.boxes.flatMap((placed) => boxShapes(placed, style)),
    ...legend.shapes,
  ]);
}

function layOut({ bands, edges }: DiagramChart, width: number): Laid {
  const boxes: Placed[] = [];
  const labels: { text: string; y: number }[] = [];
  let y = 2;
  for (const band of bands) {
    if (band.label !== null) {
      labels.push({ text: band.label, y: y + lineHeight - 4 });
      y += bandLabelHeight;
    }
    const align = edges.length > 0 ? "middle" : "start";
    const placed = bandBoxes(orderedBand(band, edges, boxes), { top: y, width, align });
    boxes.push(...placed);
    y = Math.max(y, ...placed.map((box) => box.y + box.height));
    y += edges.length > 0 ? bandGap.linked : bandGap.plain;
  }
  return { boxes, labels, height: Math.ceil(y - (edges.length > 0 ? bandGap.linked : bandGap.plain) + 6) };
}

/** Boxes stand below those that lead to them, so that fewer lines cross. */
function orderedBand({ boxes }: Band, edges: readonly Edge[], above: readonly Placed[]): readonly Box[] {
  const middles = new Map(above.map(({ box, x, width }) => [box.id, x + width / 2]));
  const wish = ({ id }: Box): number => {
    const from = edges.filter(({ to }) => to === id).flatMap((edge) => middles.get(edge.from) ?? []);
    return from.length === 0 ? 0 : from.reduce((sum, x) => sum + x, 0) / from.length;
  };
  return boxes.toSorted((a, b) => wish(a) - wish(b));
}

function bandBoxes(
  boxes: readonly Box[],
  { top, width, align }: { readonly top: number; readonly width: number; readonly align: "start" | "middle" },
): readonly Placed[] {
  const perRow = Math.max(1, Math.min(boxes.length, Math.floor((width + gap) / (boxWidthMin[align] + gap))));
  const boxWidth = Math.min(boxWidthMax[align], Math.floor((width - 2 - gap * (perRow - 1)) / perRow));
  const placed: Placed[] = [];
  let y = top;
  for (let first = 0; first < boxes.length; first += perRow) {
    const row = boxes.slice(first, first + perRow).map((box) => ({
      box,
      title: brokenText(box.label, boxWidth, fontSizePx),
      lines: box.lines.flatMap((line) => brokenText(line, boxWidth, fontSizeSmallPx)),
    }));
    const linesMax = Math.max(...row.map(({ title, lines }) => title.length + lines.length));
    const height = 2 * padding + linesMax * lineHeight - 5;
    const rest = width - row.length * boxWidth - (row.length - 1) * gap;
    const left = align === "start" ? 1 : rest / 2;
    placed.push(
      ...row.map(({ box, title, lines }, at) => ({
        ...{ box, title, lines, y, height, width: boxWidth },
        x: left + at * (boxWidth + gap),
      })),
    );
    y += height + gap;
  }
  return placed;
}

/** Text broken between words, and after hyphens, into lines that fit. */
function brokenText(text: string, width: number, size: number): readonly string[] {
  const broken: string[] = [];
  let now = "";
  for (const word of text.split(/(?<=[ -])/)) {
    if (now !== "" && labelWidth(`${now}${word}`.trimEnd(), size) > width - 2 * padding) {
      broken.push(now.trimEnd());
      now = word;
    } else now += word;
  }
  return [...broken, now];
}

function boxShapes(
  { title, lines, x, y, width, height }: Placed,
  { palette }: ChartStyle,
): readonly string[] {
  const outline = {
    x,
    y,
    width,
    height,
    rx: 4,
    fill: palette.raised,
    stroke: palette.muted,
    "stroke-width": 1,
  };
  const written = (text: string, at: number): { x: number; y: number; text: string } => ({
    ...{ x: x + padding, y: y + padding + 9 + at * lineHeight, text },
  });
  return [
    element("rect", outline),
    ...title.map((text, at) => label({ ...written(text, at), fill: palette.ink, weight: 600 })),
    ...lines.map((text, at) =>
      label({ ...written(text, title.length + at), fill: palette.muted, size: fontSizeSmallPx }),
    ),
  ];
}

const dashes: Readonly<Record<Edge["line"], string>> = {
  solid: "none",
  dashed: "7 4",
  dotted: "2 3",
  faint: "none",
};

function strokeOf(line: Edge["line"], { palette }: ChartStyle): Readonly<Record<string, string | number>> {
  const isFaint = line === "faint";
  return {
    fill: "none",
    stroke: isFaint ? palette.goodSoft : palette.ink,
    "stroke-width": isFaint ? 2 : 1.3,
    "stroke-dasharray": dashes[line],
  };
}

function edgeShapes(edges: readonly Edge[], boxes: readonly Placed[], style: ChartStyle): readonly string[] {
  const byId = new Map(boxes.map((placed) => [placed.box.id, placed]));
  return edges.flatMap(({ from, to, line }) => {
    const [a, b] = [byId.get(from), byId.get(to)];
    if (a === undefined || b === undefined) return [];
    // What comes in from several boxes comes in at several points.
    const inward = edges.filter((each) => each.to === to);
    const outward = edges.filter((each) => each.from === from);
    const x1 = portOf(
      a,
      outward.findIndex((each) => each.to === to && each.line === line),
      outward.length,
    );
    const x2 = portOf(
      b,
      inward.findIndex((each) => each.from === from && each.line === line),
      inward.length,
    );
    const isDown = b.y > a.y;
    const y1 = isDown ? a.y + a.height : a.y;
    const y2 = isDown ? b.y : b.y + b.height;
    const tip = isDown ? y2 - 7 : y2 + 7;
    const bend = Math.abs(tip - y1) / 2;
    const [c1, c2] = isDown ? [y1 + bend, tip - bend] : [y1 - bend, tip + bend];
    const path = `M${round(x1)} ${round(y1)}C${round(x1)} ${round(c1)} ${round(x2)} ${round(c2)} ${round(x2)} ${round(tip)}`;
    const stroke = strokeOf(line, style);
    return [
      element("path", { d: path, ...stroke }),
      element("polygon", {
        points: `${round(x2)},${round(y2)} ${round(x2 - 4)},${round(tip)} ${round(x2 + 4)},${round(tip)}`,
        fill: String(stroke["stroke"]),
      }),
    ];
  });
}

function portOf({ x, width }: Placed, at: number, count: number): number {
  return x + (width * (Math.max(0, at) + 1)) / (count + 1);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** As many entries in a line as fit. */
function legendShapes(
  { legend }: DiagramChart,
  style: ChartStyle,
  top: number,
): { readonly shapes: readonly string[]; readonly height: number } {
  if (legend.length === 0) return { shapes: [], height: 0 };
  const shapes: string[] = [];
  let [x, y] = [0, top + 22];
  for (const { line, meaning } of legend) {
    const width = 44 + labelWidth(meaning, fontSizeSmallPx);
    if (x > 0 && x + width > style.widthPx) [x, y] = [0, y + legendLine];
    const text = { x: x + 32, y, text: meaning, fill: style.palette.muted, size: fontSizeSmallPx };
    shapes.push(element("path", { d: `M${round(x)} ${y - 4}h26`, ...strokeOf(line, style) }), label(text));
    x += width + 8;
  }
  return { shapes, height: y - top + 10 };
}

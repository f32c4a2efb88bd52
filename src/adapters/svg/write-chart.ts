import type { WriteChart } from "../../core/report/document.ts";
import type { ChartStyle } from "../../core/report/ports.ts";
import { countText } from "../../core/units/shown.ts";
import { linearScale, type Scale, ticks } from "./scale.ts";
import { type Anchor, element, fontSizeSmallPx, label, labelWidth, picture } from "./shapes.ts";

const height = 280;
const plotTop = 54;
const outageLabelY = 13;
const markLabelY = 34;
const axisTextY = height - 34;
const legendY = height - 8;
const plotBottom = axisTextY - 18;
const axisWidth = 34;

interface Frame {
  readonly chart: WriteChart;
  readonly style: ChartStyle;
  readonly startMs: number;
  readonly endMs: number;
  /** Milliseconds from the fault to pixels. */
  readonly x: Scale;
  /** Writes to pixels: acknowledged above 0, failed below. */
  readonly y: Scale;
  readonly countMax: number;
  readonly failedMax: number;
}

/** Bars up for what was acknowledged, down for what failed, with the outage shaded and moments marked. */
export function drawWrites(chart: WriteChart, style: ChartStyle): string {
  const frame = frameOf(chart, style);
  return picture({ width: style.widthPx, height, meaning: chart.meaning, fontFamily: style.fontFamily }, [
    ...outage(frame),
    ...grid(frame),
    ...bars(frame),
    ...marks(frame),
    ...legend(frame),
  ]);
}

function frameOf(chart: WriteChart, style: ChartStyle): Frame {
  const startMs = chart.buckets[0]?.startMs ?? 0;
  const endMs = (chart.buckets.at(-1)?.startMs ?? 0) + chart.width;
  const countMax = Math.max(1, ...chart.buckets.map(({ acknowledged }) => acknowledged));
  const failedMax = Math.max(0, ...chart.buckets.map(({ failed }) => failed));
  const below = Math.max(failedMax, countMax * 0.06);
  return {
    chart,
    style,
    startMs,
    endMs,
    countMax,
    failedMax,
    x: linearScale([startMs, endMs], [axisWidth, style.widthPx]),
    y: linearScale([-below, countMax * 1.06], [plotBottom, plotTop]),
  };
}

function bars({ chart, style, x, y }: Frame): readonly string[] {
  const { palette } = style;
  return chart.buckets.flatMap(({ startMs, acknowledged, failed }) => {
    const left = Math.round(x(startMs));
    const room = Math.round(x(startMs + chart.width)) - left;
    const width = room > 3 ? room - 1 : room;
    const up = { x: left, y: y(acknowledged), width, height: y(0) - y(acknowledged), fill: palette.good };
    const down = { x: left, y: y(0) + 1, width, height: y(-failed) - y(0) - 1, fill: palette.bad };
    return [
      ...(acknowledged > 0 ? [element("rect", up)] : []),
      ...(failed > 0 ? [element("rect", { ...down, height: Math.max(2, down.height) })] : []),
    ];
  });
}

function grid({ style, x, y, ...frame }: Frame): readonly string[] {
  const { palette, widthPx } = style;
  const wide = widthPx - axisWidth;
  const levels = ticks(0, frame.countMax, 4).filter((level) => Number.isInteger(level) && level > 0);
  const seconds = ticks(frame.startMs / 1_000, frame.endMs / 1_000, Math.floor(wide / 60));
  return [
    ...levels.flatMap((level) => [
      element("rect", { x: axisWidth, y: Math.round(y(level)), width: wide, height: 1, fill: palette.rule }),
      label({
        x: axisWidth - 6,
        y: y(level) + 4,
        text: countText(level),
        fill: palette.muted,
        anchor: "end",
        size: fontSizeSmallPx,
      }),
    ]),
    element("rect", { x: axisWidth, y: Math.round(y(0)), width: wide, height: 1, fill: palette.ink }),
    label({
      x: axisWidth - 6,
      y: y(0) + 4,
      text: "0",
      fill: palette.muted,
      anchor: "end",
      size: fontSizeSmallPx,
    }),
    ...seconds.map((second) => {
      const at = x(second * 1_000);
      const anchor: Anchor = at > widthPx - 14 ? "end" : "middle";
      return label({
        x: at,
        y: axisTextY,
        text: `${signed(second)} s`,
        fill: palette.muted,
        anchor,
        size: fontSizeSmallPx,
      });
    }),
  ];
}

function outage({ chart, style, startMs, endMs, x }: Frame): readonly string[] {
  if (chart.outage === null) return [];
  const { palette, widthPx } = style;
  const left = x(Math.max(startMs, chart.outage.fromMs));
  const right = x(Math.min(endMs, chart.outage.toMs ?? endMs));
  const text = chart.outage.label;
  const half = labelWidth(text) / 2;
  const middle = Math.min(widthPx - half, Math.max(axisWidth + half, (left + right) / 2));
  return [
    element("rect", {
      x: left,
      y: plotTop - 12,
      width: Math.max(1, right - left),
      height: plotBottom - plotTop + 12,
      fill: palette.badSoft,
    }),
    label({ x: middle, y: outageLabelY, text, fill: palette.bad, anchor: "middle", weight: 600 }),
  ];
}

/** A label that would run into the one before it is left out: its line remains, and the words beside the chart tell it. */
function marks({ chart, style, startMs, endMs, x }: Frame): readonly string[] {
  const { palette, widthPx } = style;
  const shown = chart.marks
    .filter(({ atMs }) => atMs >= startMs && atMs <= endMs)
    .toSorted((a, b) => a.atMs - b.atMs);
  let takenUntil = 0;
  return shown.flatMap(({ atMs, label: text }) => {
    const at = Math.round(x(atMs));
    const line = element("rect", {
      x: at,
      y: markLabelY - 11,
      width: 1,
      height: plotBottom - markLabelY + 11,
      fill: palette.ink,
    });
    const left = at + 5 + labelWidth(text) > widthPx ? at - 5 - labelWidth(text) : at + 5;
    if (left < takenUntil) return [line];
    takenUntil = left + labelWidth(text);
    const anchor: Anchor = left < at ? "end" : "start";
    return [line, label({ x: at + (left < at ? -5 : 5), y: markLabelY, text, fill: palette.ink, anchor })];
  });
}

/** The triangles point the way that the bars go. */
function legend({ chart, style }: Frame): readonly string[] {
  const { palette } = style;
  const title = `Writes per ${countText(chart.width)} ms:`;
  const good = "acknowledged";
  const bad = "failed";
  const goodX = axisWidth + labelWidth(title) + 10;
  const badX = goodX + 14 + labelWidth(good) + 16;
  return [
    label({ x: axisWidth, y: legendY, text: title, fill: palette.ink }),
    triangle(goodX, "up", palette.good),
    label({ x: goodX + 14, y: legendY, text: good, fill: palette.ink }),
    triangle(badX, "down", palette.bad),
    label({ x: badX + 14, y: legendY, text: bad, fill: palette.ink }),
  ];
}

function triangle(x: number, direction: "up" | "down", fill: string): string {
  const [base, tip] = direction === "up" ? [legendY, legendY - 9] : [legendY - 9, legendY];
  return element("polygon", { points: `${x},${base} ${x + 10},${base} ${x + 5},${tip}`, fill });
}

function signed(value: number): string {
  return value < 0 ? `\u2212${Math.abs(value)}` : String(value);
}

import type { PhaseChart } from "../../core/report/document.ts";
import type { ChartStyle } from "../../core/report/ports.ts";
import { timeText } from "../../core/units/shown.ts";
import { durationText } from "../../core/units/text.ts";
import { linearScale, type Scale, ticks } from "./scale.ts";
import { element, fontSizeSmallPx, label, labelWidth, picture } from "./shapes.ts";

const barTop = 22;
const barHeight = 18;
const rowsTop = 74;
const rowHeight = 28;
const rowBarHeight = 16;
const nameWidth = 64;
const valueWidth = 66;
const axisHeight = 26;

interface Frame {
  readonly chart: PhaseChart;
  readonly style: ChartStyle;
  /** From the fault to the end of the last phase, in seconds. */
  readonly total: number;
  /** Seconds to pixels on the objective's scale, and on the phases' own. */
  readonly whole: Scale;
  readonly zoomed: Scale;
}

/** The recovery on the scale of its objective, and under it the same span widened, with a row for each phase. */
export function drawPhases(chart: PhaseChart, style: ChartStyle): string {
  const total = Math.max(0, ...chart.phases.map(({ from, duration }) => from + duration));
  const frame: Frame = {
    chart,
    style,
    total,
    whole: linearScale([0, Math.max(chart.objective, total)], [0, style.widthPx - 1]),
    zoomed: linearScale([0, total], [nameWidth, style.widthPx - valueWidth]),
  };
  const rows = chart.phases.length;
  const height = rows === 0 ? barTop + barHeight + 4 : rowsTop + rows * rowHeight + axisHeight;
  return picture(
    { width: style.widthPx, height, meaning: chart.meaning, fontFamily: style.fontFamily },
    rows === 0
      ? wholeBar(frame)
      : [...funnel(frame), ...wholeBar(frame), ...grid(frame), ...phaseRows(frame)],
  );
}

function wholeBar(frame: Frame): readonly string[] {
  const { chart, style, total, whole } = frame;
  const { palette, widthPx } = style;
  const limit = whole(chart.objective);
  const segments = chart.phases.map(({ from, duration }, index) =>
    segment(
      { x: whole(from), y: barTop, width: whole(from + duration) - whole(from), height: barHeight },
      index,
      style,
    ),
  );
  const objectiveText = `objective ${durationText.print(chart.objective)}`;
  const isLate = total > chart.objective;
  return [
    element("rect", { x: 0, y: barTop, width: limit, height: barHeight, fill: palette.rule }),
    ...segments,
    element("rect", {
      x: limit - 1,
      y: barTop - 6,
      width: 2,
      height: barHeight + 12,
      fill: isLate ? palette.bad : palette.ink,
    }),
    label({ x: 0, y: 12, text: "fault", fill: palette.muted }),
    label({
      x: Math.min(widthPx, Math.max(limit, labelWidth(objectiveText) + 40)),
      y: 12,
      text: objectiveText,
      fill: isLate ? palette.bad : palette.ink,
      anchor: "end",
      weight: 600,
    }),
    ...totalLabel(frame),
  ];
}

/** In the track beside the bar, where there is room. */
function totalLabel({ chart, style, total, whole }: Frame): readonly string[] {
  const left = whole(total) + 8;
  if (chart.total === null || left + labelWidth(chart.total) > whole(chart.objective) - 4) return [];
  return [label({ x: left, y: barTop + 13.5, text: chart.total, fill: style.palette.ink })];
}

function funnel({ style, total, whole, zoomed }: Frame): readonly string[] {
  const top = barTop + barHeight;
  const bottom = rowsTop - 6;
  const points = `0,${top} ${whole(total).toFixed(1)},${top} ${zoomed(total).toFixed(1)},${bottom} ${nameWidth},${bottom}`;
  return [element("polygon", { points, fill: style.palette.rule, opacity: 0.5 })];
}

function grid({ chart, style, total, zoomed }: Frame): readonly string[] {
  const { palette, widthPx } = style;
  const bottom = rowsTop + chart.phases.length * rowHeight;
  const countMax = Math.max(2, Math.floor((widthPx - nameWidth - valueWidth) / 70));
  return ticks(0, total, countMax).flatMap((tick) => [
    element("rect", {
      x: zoomed(tick),
      y: rowsTop - 6,
      width: 1,
      height: bottom - rowsTop + 8,
      fill: palette.rule,
    }),
    label({
      x: zoomed(tick),
      y: bottom + 18,
      text: `${tick} s`,
      fill: palette.muted,
      anchor: "middle",
      size: fontSizeSmallPx,
    }),
  ]);
}

function phaseRows({ chart, style, zoomed }: Frame): readonly string[] {
  const { palette, widthPx } = style;
  return chart.phases.flatMap(({ name, from, duration }, index) => {
    const y = rowsTop + index * rowHeight;
    const box = {
      x: zoomed(from),
      y: y + 2,
      width: zoomed(from + duration) - zoomed(from),
      height: rowBarHeight,
    };
    return [
      label({ x: 0, y: y + 15, text: name, fill: palette.ink }),
      segment(box, index, style),
      label({ x: widthPx, y: y + 15, text: timeText(duration), fill: palette.ink, anchor: "end" }),
    ];
  });
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Two tints in turn, the same above and below, tell neighbours apart; names and numbers stand beside the rows. */
function segment(box: Box, index: number, { palette }: ChartStyle): string {
  return element("rect", {
    ...box,
    width: Math.max(1.5, box.width),
    fill: index % 2 === 0 ? palette.good : palette.goodSoft,
  });
}

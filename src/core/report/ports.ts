import type { Chart } from "./document.ts";

/** Paints as an SVG takes them: `#0b6e69`, or `var(--accent)` where a page supplies it. */
export interface ChartPalette {
  readonly ink: string;
  readonly muted: string;
  readonly rule: string;
  /** What boxes are filled with. */
  readonly raised: string;
  /** What went well. */
  readonly good: string;
  readonly goodSoft: string;
  /** What did not. */
  readonly bad: string;
  readonly badSoft: string;
}

export interface ChartStyle {
  /** The width that it will be shown at, so that text keeps its size. */
  readonly widthPx: number;
  readonly fontFamily: string;
  readonly palette: ChartPalette;
}

/** Draws a chart as one SVG element. */
export type DrawChart = (chart: Chart, style: ChartStyle) => string;

/** Draws a chart as an SVG file that stands by itself, on its own ground, in light and in dark. */
export type DrawPicture = (chart: Chart) => string;

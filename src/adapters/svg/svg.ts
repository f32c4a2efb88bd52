import { unreachable } from "../../core/problem/problem.ts";
import type { DrawChart } from "../../core/report/ports.ts";
import { drawDiagram } from "./diagram.ts";
import { drawFront } from "./front-chart.ts";
import { drawPhases } from "./phase-chart.ts";
import { drawWrites } from "./write-chart.ts";

/** Draws every chart of a report as one SVG element that refers to nothing outside itself. */
export const drawSvg: DrawChart = (chart, style) => {
  switch (chart.kind) {
    case "phases":
      return drawPhases(chart, style);
    case "writes":
      return drawWrites(chart, style);
    case "front":
      return drawFront(chart, style);
    case "diagram":
      return drawDiagram(chart, style);
    default:
      return unreachable(chart);
  }
};

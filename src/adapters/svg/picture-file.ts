import { dark, light } from "../../core/report/colours.ts";
import type { DrawPicture } from "../../core/report/ports.ts";
import { element, picture } from "./shapes.ts";
import { drawSvg } from "./svg.ts";

const widthPx = 720;
const marginPx = 16;
const fontFamily = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif';

/**
 * The chart on a ground of its own, in one file that refers to nothing. Its paints are those for light, which every viewer knows;
 * one that is asked for dark, and can, puts the dark ones in their place.
 */
export const pictureFile: DrawPicture = (chart) => {
  const drawn = drawSvg(chart, { widthPx, fontFamily, palette: light });
  const height = Number(/viewBox="0 0 [\d.]+ ([\d.]+)"/.exec(drawn)?.[1]);
  const size = { width: widthPx + 2 * marginPx, height: height + 2 * marginPx };
  const ground = element("rect", { x: 0, y: 0, ...size, fill: light.ground });
  const whole = picture({ ...size, meaning: chart.meaning, fontFamily }, [
    element("style", {}, `@media (prefers-color-scheme:dark){${darkRules}}`),
    ground,
    drawn.replace("<svg ", `<svg x="${marginPx}" y="${marginPx}" `),
  ]);
  return `${whole}\n`;
};

const darkRules = (Object.keys(light) as (keyof typeof light)[])
  .map((name) => `[fill="${light[name]}"]{fill:${dark[name]}}[stroke="${light[name]}"]{stroke:${dark[name]}}`)
  .join("");

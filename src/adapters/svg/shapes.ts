/** The parts of an SVG that the charts are made of, as text. */
export type Attributes = Readonly<Record<string, string | number>>;

export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(printed(value))}"`);
  const open = `<${name}${written.join("")}`;
  return children.length === 0 ? `${open}/>` : `${open}>${children.join("")}</${name}>`;
}

/** A tenth of a pixel is finer than any screen shows. */
function printed(value: string | number): string {
  return typeof value === "string" ? value : String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

export type Anchor = "start" | "middle" | "end";

export interface Label {
  readonly x: number;
  /** Of the baseline. */
  readonly y: number;
  readonly text: string;
  readonly fill: string;
  readonly anchor?: Anchor;
  readonly size?: number;
  readonly weight?: 400 | 600;
}

export const fontSizePx = 13;
export const fontSizeSmallPx = 12;

export function label({
  x,
  y,
  text,
  fill,
  anchor = "start",
  size = fontSizePx,
  weight = 400,
}: Label): string {
  const attributes = { x, y, fill, "text-anchor": anchor, "font-size": size, "font-weight": weight };
  return element("text", attributes, escaped(text));
}

/** About how wide a label will be; fonts differ, so it errs on the wide side. */
export function labelWidth(text: string, size: number = fontSizePx): number {
  return text.length * size * 0.62;
}

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** What it shows, in words. */
  readonly meaning: string;
  readonly fontFamily: string;
}

export function picture({ width, height, meaning, fontFamily }: Picture, shapes: readonly string[]): string {
  const attributes = {
    xmlns: "http://www.w3.org/2000/svg",
    viewBox: `0 0 ${width} ${height}`,
    width,
    height,
    role: "img",
    "aria-label": meaning,
    "font-family": fontFamily,
  };
  return element("svg", attributes, ...shapes);
}

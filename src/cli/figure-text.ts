import { seconds } from "../core/units/units.ts";
import { roughText, roughTimeText } from "../core/units/shown.ts";
import type { Figure } from "../core/units/figure.ts";
import { wrapped } from "./layout.ts";

/** A part of an explanation under its heading; nothing at all when there is nothing to say. */
export function part(heading: string, lines: readonly string[]): string {
  return lines.length === 0
    ? ""
    : `\n${heading}\n${lines.map((line) => line.replace(/\n*$/, "\n")).join("")}`;
}

export function minutesText(minutes: number): string {
  return `${roughText(minutes)} min`;
}

/** A share as a percentage of three digits: `93.3 %`. */
export function shareText(share: number): string {
  return `${roughText(share * 100)} %`;
}

/** A figure in a line of its own, with its kind and its reason. @param shown its value in words */
export function figureLine({ name, kind, because }: Figure<unknown>, shown: string, columns: number): string {
  return wrapped(`${name}: ${shown} (${kind}). ${because}`, { columns, indent: 2 });
}

/** A number of seconds, or a share, by what the figure is called. */
export function valueText({ name, value }: Figure<unknown>): string {
  if (typeof value !== "number") return String(value);
  return /ratio|efficiency|cost of|share|detected|switched|able/i.test(name) && value <= 1
    ? shareText(value)
    : roughTimeText(seconds(value));
}

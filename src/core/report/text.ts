import type { FigureKind } from "../units/figure.ts";
import type { InstantMs } from "../units/units.ts";
import type { Labelled, Table } from "./document.ts";

/** `24 November 2026, 02:55:14 UTC` */
export function dateText(at: InstantMs): string {
  const date = new Date(at);
  const month = months[date.getUTCMonth()] ?? "";
  return `${date.getUTCDate()} ${month} ${date.getUTCFullYear()}, ${date.toISOString().slice(11, 19)} UTC`;
}

const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** The text with a capital at its start. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function measured(text: string): Labelled {
  return labelled(text, "measured");
}

export function declared(text: string): Labelled {
  return labelled(text, "declared");
}

export function estimated(text: string): Labelled {
  return labelled(text, "estimated");
}

export function labelled(text: string, kind: FigureKind | null): Labelled {
  return { text, kind };
}

export function plain(text: string): Labelled {
  return { text, kind: null };
}

/** A column of text, and one of numbers. */
export const start = (name: string): Table["columns"][number] => ({ name, align: "start" });
export const end = (name: string): Table["columns"][number] => ({ name, align: "end" });

/** The text with each number held to its unit and each sign to its word, so that no line ends between them. */
export function unbroken(text: string): string {
  return text.replace(/(\d) (?=(?:ms|s|min|h|d|%)(?!\w))|([✓✗]) /g, "$1$2\u00A0");
}

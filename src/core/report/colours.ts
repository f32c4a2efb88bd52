import type { ChartPalette } from "./ports.ts";

export interface Colours extends ChartPalette {
  readonly ground: string;
}

/** On screens in light, and on paper. Text reaches a contrast of 4.5 to 1 on its ground in both; `html.test.ts` computes it. */
export const light = {
  ground: "#ffffff",
  raised: "#f5f7f8",
  ink: "#182026",
  muted: "#56616b",
  rule: "#dde3e7",
  good: "#0b6b60",
  goodSoft: "#459a8e",
  bad: "#b3261e",
  badSoft: "#fbe9e7",
} as const satisfies Colours;

export const dark = {
  ground: "#0f1417",
  raised: "#182025",
  ink: "#e8edf0",
  muted: "#9fabb4",
  rule: "#2c373e",
  good: "#4cc2b0",
  goodSoft: "#2b7f74",
  bad: "#ff8a80",
  badSoft: "#3a2020",
} as const satisfies Colours;

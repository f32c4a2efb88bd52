import { countText } from "./shown.ts";
import type { Seconds } from "./units.ts";

// Predicted numbers as people read them: rounded, for no prediction is right to its last digit.

const digits = 3;

/** Three significant digits, and no thousandths of what is large: `0.0123`, `4.57`, `1,235`. */
export function roundedText(value: number): string {
  const size = Math.abs(value);
  if (size >= 1_000) return countText(Math.round(value));
  if (size > 0 && size < 1e-4) return value.toExponential(digits - 1);
  return String(Number(value.toPrecision(digits)));
}

const steps = [
  { unit: "d", size: 86_400, from: 2 },
  { unit: "h", size: 3_600, from: 2 },
  { unit: "min", size: 60, from: 2 },
  { unit: "s", size: 1, from: 1 },
] as const;

/** A predicted time in the largest unit of which there are two: `84 s`, `5.33 min`, `3.2 h`, `12 ms`. */
export function roundedTimeText(time: Seconds | number): string {
  if (time === 0) return "0 s";
  const step = steps.find(({ size, from }) => time >= size * from);
  if (step === undefined) return `${roundedText(time * 1_000)} ms`;
  return `${roundedText(time / step.size)} ${step.unit}`;
}

/** How often in a year; what is rare as once in so many years: `3.1 a year`, `once in 42 years`. */
export function perYearText(perYear: number): string {
  if (perYear === 0) return "never";
  return perYear >= 0.5 ? `${roundedText(perYear)} a year` : `once in ${roundedText(1 / perYear)} years`;
}

/** How much of the time something is up, with two digits of what it is not: `99.95 %`, `99.99987 %`. */
export function availabilityText(unavailability: number): string {
  if (unavailability <= 0) return "100 %";
  const decimals = Math.min(15, Math.max(0, 1 - Math.floor(Math.log10(unavailability * 100))));
  return `${((1 - unavailability) * 100).toFixed(decimals)} %`;
}

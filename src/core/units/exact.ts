import { invariant } from "../problem/problem.ts";

/**
 * A number without rounding: a quotient of whole numbers. Budgets are small differences of numbers near 1, and what a user wrote in
 * decimals is to be shown in decimals: 1 − 0.999 is 0.001, and not 0.0010000000000000009.
 */
export interface Exact {
  readonly over: bigint;
  /** Above 0; the two have no divisor in common. */
  readonly under: bigint;
}

/** @param text as JavaScript or a user writes a number: `0.999`, `1e-7` */
export function exact(text: string | number): Exact {
  const [, sign = "", whole = "", part = "", exponent = "0"] =
    /^([-+]?)(\d*)\.?(\d*)(?:e([-+]?\d+))?$/i.exec(String(text)) ?? [];
  invariant(whole + part !== "", `${text} is no decimal number`);
  const shift = Number(exponent) - part.length;
  const digits = BigInt(`${whole}${part}`) * (sign === "-" ? -1n : 1n);
  return shift >= 0 ? quotient(digits * 10n ** BigInt(shift), 1n) : quotient(digits, 10n ** BigInt(-shift));
}

export function quotient(over: bigint, under: bigint): Exact {
  invariant(under !== 0n, "nothing is divided by zero");
  const divisor = commonDivisor(over, under) * (under < 0n ? -1n : 1n);
  return { over: over / divisor, under: under / divisor };
}

function commonDivisor(a: bigint, b: bigint): bigint {
  let [large, small] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (small > 0n) [large, small] = [small, large % small];
  return large === 0n ? 1n : large;
}

export function times(a: Exact, b: Exact): Exact {
  return quotient(a.over * b.over, a.under * b.under);
}

export function dividedBy(a: Exact, b: Exact): Exact {
  return quotient(a.over * b.under, a.under * b.over);
}

export function plus(a: Exact, b: Exact): Exact {
  return quotient(a.over * b.under + b.over * a.under, a.under * b.under);
}

export function minus(a: Exact, b: Exact): Exact {
  return quotient(a.over * b.under - b.over * a.under, a.under * b.under);
}

/** Above 0, at 0 or below, as `a` is above, at or below `b`. */
export function compared(a: Exact, b: Exact): number {
  const difference = a.over * b.under - b.over * a.under;
  return difference === 0n ? 0 : difference > 0n ? 1 : -1;
}

/** The nearest number of the machine. */
export function nearestNumber({ over, under }: Exact): number {
  const decimal = decimalText({ over, under });
  return decimal === null ? Number(over) / Number(under) : Number(decimal);
}

/** All its digits; `null`: they have no end. */
export function decimalText({ over, under }: Exact): string | null {
  let [rest, twos, fives] = [under, 0, 0];
  for (; rest % 2n === 0n; rest /= 2n) twos += 1;
  for (; rest % 5n === 0n; rest /= 5n) fives += 1;
  if (rest !== 1n) return null;
  const places = Math.max(twos, fives);
  const digits = (((over < 0n ? -over : over) * 10n ** BigInt(places)) / under).toString();
  const padded = digits.padStart(places + 1, "0");
  const whole = padded.slice(0, padded.length - places);
  const part = padded.slice(padded.length - places);
  return `${over < 0n ? "-" : ""}${whole}${part === "" ? "" : `.${part}`}`;
}

/** As a formula of PromQL has it: a decimal number, or a quotient of two where its digits have no end. */
export function formulaText(value: Exact): string {
  return decimalText(value) ?? `(${value.over} / ${value.under})`;
}

/** The smallest whole number that is not below it. */
export function roundedUp({ over, under }: Exact): number {
  return Number(over >= 0n ? (over + under - 1n) / under : over / under);
}

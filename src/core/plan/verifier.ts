import type { Expected } from "../model/verify-wish.ts";
import type { Problem } from "../problem/problem.ts";

/** What one try shows. */
export type Tried =
  | { readonly kind: "so" }
  | { readonly kind: "not-so"; readonly because: string }
  /** No try can be made from here, now or later. `mend` is left out where what is asked for is to be mended. */
  | { readonly kind: "cannot"; readonly because: string; readonly mend?: string };

/** Shows by using it that something is back. One try is harmless however often it is made, and ends at the signal. */
export interface Verifier<Wish> {
  try(wish: Wish, signal: AbortSignal): Promise<Tried>;
}

export function notSo(because: string): Tried {
  return { kind: "not-so", because };
}

export function cannotFor({ what, mend }: Pick<Problem, "what" | "mend">): Tried {
  return { kind: "cannot", because: what, mend };
}

/** @param name of what our environment does not have, or not in a form that can be used */
export function cannotWithout(name: string): Tried {
  return cannotFor({
    what: `${name} is not set where the plan is run, or is of no use there`,
    mend: `set ${name} there to what the step is to use`,
  });
}

/** Why a value is not as expected; `null`: it is. @param shown what the value is called where it is told */
export function unmet(value: string, expected: Expected, shown: string): string | null {
  if (expected.kind === "text")
    return value === expected.is ? null : `${shown} is ${value}, and not ${expected.is}`;
  const number = numberIn(value);
  if (Number.isNaN(number)) return `${shown} is ${value}, which is no number`;
  const { atLeast, atMost } = expected;
  if (atLeast !== null && number < atLeast) return `${shown} is ${value}, below ${atLeast}`;
  return atMost !== null && number > atMost ? `${shown} is ${value}, above ${atMost}` : null;
}

/** As SQL and Prometheus write numbers, infinite ones too; `NaN`: it is none. */
function numberIn(text: string): number {
  const written = text.trim();
  const [, sign] = /^([+-]?)(?:Inf|Infinity)$/i.exec(written) ?? [];
  if (sign !== undefined) return sign === "-" ? -Infinity : Infinity;
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(written) ? Number(written) : NaN;
}

/** What of these a text does not hold, whatever the case of its letters. */
export function missingIn(text: string, wanted: readonly string[]): readonly string[] {
  const held = text.toLowerCase();
  return wanted.filter((each) => !held.includes(each.toLowerCase()));
}

import { invariant } from "../problem/problem.ts";

/** The two sides of a part, neither found from the other by subtraction: `LongRun` has them. */
export interface UpAndDown {
  readonly unavailability: number;
  readonly availability: number;
}

/**
 * At least `required` of the parts up, each up or down by itself and as often as it is (a Poisson-binomial count): a walk over the
 * parts that stops counting where the answer is settled. Every term is positive, so a rare failure keeps its digits.
 *
 * Takes parts × min(required, parts − required + 1) steps.
 *
 * @throws InvariantBroken unless `required` is a whole number from 1 to the number of parts
 */
export function atLeastUp(parts: readonly UpAndDown[], required: number): UpAndDown {
  invariant(
    Number.isInteger(required) && required >= 1 && required <= parts.length,
    `required is a whole number from 1 to ${parts.length}, got ${required}`,
  );
  const failing = parts.length - required + 1;
  if (failing <= required) {
    const { reached, missed } = countReaching(parts, failing, "unavailability");
    return { unavailability: reached, availability: missed };
  }
  const { reached, missed } = countReaching(parts, required, "availability");
  return { unavailability: missed, availability: reached };
}

function countReaching(
  parts: readonly UpAndDown[],
  goal: number,
  counted: keyof UpAndDown,
): { readonly reached: number; readonly missed: number } {
  const shares = new Float64Array(goal + 1);
  shares[0] = 1;
  for (const part of parts) {
    const [yes, no] =
      counted === "availability"
        ? [part.availability, part.unavailability]
        : [part.unavailability, part.availability];
    shares[goal] = (shares[goal] as number) + (shares[goal - 1] as number) * yes;
    for (let count = goal - 1; count >= 0; count--) {
      const risen = count === 0 ? 0 : (shares[count - 1] as number) * yes;
      shares[count] = (shares[count] as number) * no + risen;
    }
  }
  return {
    reached: shares[goal] as number,
    missed: shares.subarray(0, goal).reduceRight((sum, x) => sum + x, 0),
  };
}

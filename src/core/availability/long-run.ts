import { invariant, unreachable } from "../problem/problem.ts";
import { inHours } from "../units/units.ts";
import type { Repair } from "../model/reliability.ts";
import type { Law, LongRun } from "./law.ts";
import { replicasLongRun } from "./replicas.ts";
import { standbyLongRun } from "./standby.ts";

/**
 * What a law comes to in the long run, right to 1e-10 of each number, however small: sums and products of positive terms.
 * A failure that is over at once still counts as one that began.
 *
 * @throws InvariantBroken where the law makes no sense: an mtbf of 0, no unit required or more than there are
 */
export function longRunOf(law: Law): LongRun {
  switch (law.kind) {
    case "constant":
      return {
        unavailability: law.unavailability,
        availability: 1 - law.unavailability,
        failuresPerHour: null,
      };
    case "alternating":
      return alternatingLongRun(law);
    case "replicas":
      return replicasLongRun(law);
    case "standby":
      return standbyLongRun(law);
    default:
      return unreachable(law);
  }
}

/**
 * Which spread of repairs `longRunOf` is right for: `any`, or `exponential` alone, because units wait for a crew. A caller says so
 * beside the number when the law's own repairs spread otherwise.
 */
export function assumedRepair(law: Law): "any" | Extract<Repair["kind"], "exponential"> {
  switch (law.kind) {
    case "constant":
    case "alternating":
      return "any";
    case "replicas":
    case "standby":
      return law.crews >= law.units ? "any" : "exponential";
    default:
      return unreachable(law);
  }
}

/** Right for failures and repairs that spread in any way: the shares of an alternating renewal process are those of its means. */
function alternatingLongRun({ mtbf, mttr }: Extract<Law, { kind: "alternating" }>): LongRun {
  invariant(mtbf > 0, `mtbf is above 0 s, got ${mtbf}`);
  const load = mttr / mtbf;
  const availability = 1 / (1 + load);
  return {
    unavailability: load === Infinity ? 1 : load * availability,
    availability,
    failuresPerHour: availability / inHours(mtbf),
  };
}

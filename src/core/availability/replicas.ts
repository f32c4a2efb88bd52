import { invariant } from "../problem/problem.ts";
import { inHours, type Seconds } from "../units/units.ts";
import type { Law, LongRun } from "./law.ts";
import { meanTimeUpRow, sharesInRow, sumOf } from "./markov/row.ts";

export type Replicas = Extract<Law, { kind: "replicas" }>;

/**
 * The chain over the number of failed units: with j working, min(j, active) fail at full rate and the others at that of spares; of
 * i failed, min(i, crews) are repaired. Failing goes on while the whole is down.
 *
 * Right for repairs that spread in any way when every unit has its crew (a closed network with an infinite server is insensitive);
 * with fewer crews, for exponential repairs.
 *
 * @throws InvariantBroken unless 1 ≤ required ≤ active ≤ units, crews ≥ 1 and mtbf > 0
 */
export function replicasLongRun(law: Replicas): LongRun {
  check(law);
  const perMtbf = failuresPerMtbf(law);
  const load = law.mttr / law.mtbf;
  const shares = sharesInRow(
    perMtbf.map((failures, failed) => (failures * load) / inRepair(law, failed + 1)),
  );
  const firstFailed = law.units - law.required + 1;
  const lastWorking = shares[firstFailed - 1] as number;
  return {
    unavailability: sumOf(shares, firstFailed),
    availability: sumOf(shares.slice(0, firstFailed)),
    failuresPerHour: (lastWorking * (perMtbf[firstFailed - 1] as number)) / inHours(law.mtbf),
  };
}

/**
 * Mean time from all units working until fewer than `required` do for the first time; for exponential repairs.
 *
 * @returns `null` where it is longer than a number can hold, as when a repair takes no time and a unit is to spare
 * @throws InvariantBroken as `replicasLongRun`
 */
export function meanTimeToFailure(law: Replicas): Seconds | null {
  check(law);
  const up = failuresPerMtbf(law).slice(0, law.units - law.required + 1);
  const down = up.map((_, failed) => (inRepair(law, failed) * law.mtbf) / law.mttr);
  const time = meanTimeUpRow(up, down) * law.mtbf;
  return Number.isFinite(time) ? (time as Seconds) : null;
}

/** For 0 … units − 1 failed: how many fail in a time of one `mtbf`. */
function failuresPerMtbf({ units, active, spareFailureShare }: Replicas): readonly number[] {
  return Array.from({ length: units }, (_, failed) => {
    const working = units - failed;
    return Math.min(working, active) + spareFailureShare * Math.max(0, working - active);
  });
}

function inRepair({ crews }: Replicas, failed: number): number {
  return Math.min(failed, crews);
}

function check({ units, required, active, crews, mtbf }: Replicas): void {
  const counts = [required, active, units, crews];
  invariant(counts.every(Number.isInteger), `counts of units and crews are whole, got ${counts.join(", ")}`);
  invariant(
    required >= 1 && required <= active && active <= units,
    `1 ≤ required ≤ active ≤ units, got ${required}, ${active}, ${units}`,
  );
  invariant(crews >= 1, `at least one crew repairs, got ${crews}`);
  invariant(mtbf > 0, `mtbf is above 0 s, got ${mtbf}`);
}

import { invariant } from "../problem/problem.ts";
import { inHours } from "../units/units.ts";
import type { Law, LongRun } from "./law.ts";
import { sharesInRow, sumOf } from "./markov/row.ts";

export type Standby = Extract<Law, { kind: "standby" }>;

/** Where the time goes, as shares that add up to 1. */
export interface StandbyShares {
  readonly serving: number;
  readonly switchingOver: number;
  readonly waitingForPerson: number;
  readonly allDown: number;
}

/**
 * The chain: `j serving` (j units work, one of them serves), `j switching over` and `j waiting for a person` (j work, none serves
 * yet), `all down`.
 *
 * - j serving → j − 1 switching over: coverage / mtbf; → j − 1 waiting: (1 − coverage) / mtbf; the last one → all down: 1 / mtbf;
 * - j serving → j − 1 serving: (j − 1) × standbyFailureShare / mtbf;
 * - j serving → j + 1 serving, and all down → 1 serving: min(failed, crews) / mttr;
 * - j switching over → j serving: 1 / switchover; j waiting → j serving: 1 / manual.
 *
 * Nothing else fails or is repaired during a switch-over or a wait. Each of them leads on to one state, so it is a stay on the way from
 * j + 1 serving to j serving: the serving states are a row, and a stay weighs its mean length however it spreads. No chain need be
 * solved, and a switch-over of 0 s is no exception.
 *
 * @throws InvariantBroken unless units and crews are whole and at least 1 and mtbf > 0
 */
export function standbyShares(law: Standby): StandbyShares {
  const { units, mtbf, mttr, coverage, crews } = law;
  invariant(Number.isInteger(units) && units >= 1, `units are a whole number from 1, got ${units}`);
  invariant(Number.isInteger(crews) && crews >= 1, `crews are a whole number from 1, got ${crews}`);
  invariant(mtbf > 0, `mtbf is above 0 s, got ${mtbf}`);
  const load = mttr / mtbf;
  const row = sharesInRow(
    Array.from({ length: units }, (_, failed) => {
      const failures = 1 + (units - failed - 1) * law.standbyFailureShare;
      return (failures * load) / Math.min(failed + 1, crews);
    }),
  );
  const serving = sumOf(row.slice(0, units));
  const withStandby = sumOf(row.slice(0, units - 1));
  const switchingOver = withStandby * coverage * (law.switchover / mtbf);
  const waitingForPerson = withStandby * (1 - coverage) * (law.manual / mtbf);
  const allDown = row[units] as number;
  const total = serving + switchingOver + waitingForPerson + allDown;
  return {
    serving: serving / total,
    switchingOver: switchingOver / total,
    waitingForPerson: waitingForPerson / total,
    allDown: allDown / total,
  };
}

/** A failure of the unit that serves counts as one, however soon another serves. @throws InvariantBroken as `standbyShares` */
export function standbyLongRun(law: Standby): LongRun {
  const { serving, switchingOver, waitingForPerson, allDown } = standbyShares(law);
  return {
    unavailability: switchingOver + waitingForPerson + allDown,
    availability: serving,
    failuresPerHour: serving / inHours(law.mtbf),
  };
}

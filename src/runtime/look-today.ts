import type { ForeseenPlan } from "../core/plan/foreseen.ts";
import type { BudgetWish } from "../core/model/recovery-plan.ts";
import { unsetFor } from "../core/plan/unset.ts";
import { type Hindrance, hindrances } from "../core/plan/today.ts";
import type { Tried } from "../core/plan/verifier.ts";
import type { InstantMs } from "../core/units/units.ts";
import { placedVerify, tryOnce, type Verifiers } from "./verifiers.ts";

export interface LookSettings {
  readonly verifiers: Verifiers;
  /** Asks the error budget policies of the workspace. */
  readonly budget: (wish: BudgetWish, signal: AbortSignal) => Promise<Tried>;
  /** Of whoever would run the plan. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly now: InstantMs;
  /** Of the workspace, from which paths in a plan are meant. */
  readonly folder: string;
}

/** What keeps a plan from being begun right now: each gate is tried once, all of them at once. */
export async function lookToday(
  { lookedAt, stages }: Pick<ForeseenPlan, "lookedAt" | "stages">,
  { verifiers, budget, environment, now, folder }: LookSettings,
  signal: AbortSignal,
): Promise<readonly Hindrance[]> {
  const gates = await Promise.all(
    lookedAt.gates.map(
      async ({ name, wish }): Promise<readonly [string, Tried]> => [
        name,
        await (wish.kind === "slo"
          ? budget(wish, signal)
          : tryOnce(verifiers, placedVerify(wish, folder), signal)),
      ],
    ),
  );
  const unset = unsetFor(stages, environment);
  return hindrances(lookedAt, { now, gates: new Map(gates), unset });
}

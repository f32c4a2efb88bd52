import { between, later, type MonotonicMs, milliseconds } from "../units/units.ts";
import type { ControllerState } from "./controller-state.ts";
import type { Reign } from "./reign.ts";

/**
 * When the cool-down of the last failover is over, on this controller's own clock; `null`: there was none. Whoever hears that one has
 * ended counts from then, so that a wall clock that is set neither ends a cool-down nor begins it anew. A controller that finds it
 * ended when it starts has only the wall clocks to go by, and waits for no longer than one cool-down by them.
 *
 * @param state before it has obeyed `reign`
 */
export function cooledAtAfter(
  { seen, cooledAt, clock, settings }: ControllerState,
  { settledAt }: Pick<Reign, "settledAt">,
): MonotonicMs | null {
  const { coolDownMs } = settings.timing;
  if (settledAt === null) return null;
  if (seen?.reign.settledAt === settledAt) return cooledAt;
  const past = seen === null ? between(settledAt, clock.wall) : 0;
  return later(clock.now, milliseconds(Math.max(0, coolDownMs - past)));
}

export function hasCooledDown({ cooledAt, clock }: Pick<ControllerState, "cooledAt" | "clock">): boolean {
  return cooledAt === null || clock.now >= cooledAt;
}

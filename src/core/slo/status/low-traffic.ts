import type { Seconds } from "../../units/units.ts";

/** The least number of events in the long window of an alert by burn rates; with fewer it is not raised. */
export interface EventGuard {
  readonly window: Seconds;
  readonly eventsMin: number;
}

/** An alert that is held back by its guard as a rule, for there are so few events. */
export interface HeldBack extends EventGuard {
  /** As many as the window holds on average. */
  readonly events: number;
}

/**
 * Alerts whose long window holds fewer events, on average over what is measured of the period, than they want; fastest first.
 *
 * @param measured events, and the time in which they happened
 */
export function heldBackAlerts(
  guards: readonly EventGuard[],
  measured: { readonly events: number; readonly seconds: number },
): readonly HeldBack[] {
  if (measured.seconds <= 0) return [];
  const perSecond = measured.events / measured.seconds;
  return guards
    .map((guard) => ({ ...guard, events: perSecond * guard.window }))
    .filter(({ events, eventsMin }) => events < eventsMin);
}

import type { ControllerState } from "./controller-state.ts";
import { isFresh, type Received } from "./detection.ts";

/** What tells a message from those that its sender told before. */
interface Numbered {
  readonly sequence: number;
  readonly incarnation: number;
}

/**
 * Whether a message is newer than what is known of its sender. Lives are numbered by wall clocks, which may be set back: once a life
 * has not been heard for long enough to count for nothing, any other is believed to be the present one.
 */
export function isNews(
  known: Received<Numbered> | undefined,
  message: Numbered,
  { clock, settings }: ControllerState,
): boolean {
  if (known === undefined || message.incarnation > known.told.incarnation) return true;
  if (message.incarnation === known.told.incarnation) return message.sequence > known.told.sequence;
  return !isFresh(known, { timing: settings.timing, now: clock.now });
}

import { milliseconds } from "../core/units/units.ts";

/** How often whoever carries a run out shows it, while nothing else changes. */
export const beatMs = milliseconds(2_000);

/** Within this time it has done so more than once: who is silent for longer is taken for lost. */
export const patienceMsMin = milliseconds(2.5 * beatMs);

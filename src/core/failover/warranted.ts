import type { Warrant } from "../model/warrant.ts";
import type { Reign } from "./reign.ts";

/**
 * The reign as the warrant of now lets it be; `null`: it stays as it is. While nobody serves nothing is changed: a platform that was
 * armed when an outage began is so until it is over, and one that was held does not begin to act in its midst.
 */
export function warrantedReign(reign: Reign, warrant: Warrant, isServing: boolean): Reign | null {
  if (reign.phase !== "steady" || !isServing) return null;
  const automation = warrant.kind;
  const armedUntil = warrant.kind === "armed" ? warrant.until : null;
  if (reign.automation === automation && reign.armedUntil === armedUntil) return null;
  return { ...reign, automation, armedUntil };
}

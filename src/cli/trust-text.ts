import type { Trust } from "../core/plan/trust.ts";
import { type TrustState, trustStates } from "../core/plan/trust-state.ts";

export function isAtLeast(state: TrustState, least: TrustState): boolean {
  return trustStates.indexOf(state) >= trustStates.indexOf(least);
}

/** What it rests on that was done for real; `null`: nothing. */
export function provenText({ proof, until }: Trust): string | null {
  if (proof === null || until === null) return null;
  return `proven by the ${proof.kind} ${proof.entry}, until ${new Date(until).toISOString().slice(0, 10)}`;
}

/** How far a plan is trusted, why no further, and whence it came. @param before as it was told last; `null`: it was not */
export function trustText(trust: Trust, before: TrustState | null): string {
  const { state, because } = trust;
  const grounds = [provenText(trust) ?? [], because === null ? [] : `no further, for ${because}`].flat();
  return `${movedText(state, before)}: ${grounds.join("; ")}`;
}

function movedText(state: TrustState, before: TrustState | null): string {
  if (before === null || before === state) return `its trust is ${state}`;
  return `its trust ${isAtLeast(state, before) ? "rose" : "fell"} from ${before} to ${state}`;
}

export function trustFields({ state, because, proof, until }: Trust): Readonly<Record<string, unknown>> {
  return { state, because, proof, until: until === null ? null : new Date(until).toISOString() };
}

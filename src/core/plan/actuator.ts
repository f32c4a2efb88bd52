import type { Problem } from "../problem/problem.ts";

/**
 * Counts the attempts at changing one platform: rises with each, and says which is the newer of two that meet.
 * It is the revision at which the attempt was written down in the coordination store.
 */
export type Epoch = number;

/** How something outside is, as people read it: what (`api.example.com A`), and its value (`192.0.2.1, 60 s`). */
export type Settings = Readonly<Record<string, string>>;

/** What looking finds: how it is, how it will be, and the last epoch under which it was changed (`null`: never by a plan). */
export type Look =
  | {
      readonly kind: "seen";
      readonly now: Settings;
      readonly wanted: Settings;
      readonly epoch: Epoch | null;
      /** How it is but for what comes and goes by itself, such as sessions: what a later look is held against. Left out: `now`. */
      readonly steady?: Settings;
    }
  /** It cannot be asked, or what is wished for cannot be had there. Nothing was changed. */
  | { readonly kind: "unseen"; readonly problem: Problem };

export type Applied =
  /** It is as wished, whether or not anything was to be done. */
  | { readonly kind: "done"; readonly now: Settings }
  /** A newer attempt was there first; nothing was changed. */
  | { readonly kind: "outdated"; readonly epoch: Epoch }
  /** It refused, or was not reached; what has been changed by then, only another look can tell. */
  | { readonly kind: "failed"; readonly problem: Problem };

export type Failed = Extract<Applied, { readonly kind: "failed" }>;

export function failed(problem: Problem): Failed {
  return { kind: "failed", problem };
}

/**
 * Something outside that a step of a plan changes: a name in DNS, the servers behind a proxy, what stands in a repository.
 * Bringing a wish about twice is as once, so whoever does not know whether it was done does it again.
 */
export interface Actuator<Wish> {
  /** Changes nothing, and ends at the signal. */
  look(wish: Wish, signal: AbortSignal): Promise<Look>;
  /** Brings about `wish`. The epoch is kept and compared where the thing itself is changed: a lower one than the last changes nothing. */
  apply(wish: Wish, epoch: Epoch, signal: AbortSignal): Promise<Applied>;
}

/** Keeps the last epoch of things that keep none themselves, in a file for each. It compares those who come through one process. */
export interface EpochFiles {
  /** The last epoch under which it was changed; `null`: it never was. @param of what the file is of: that of something else is refused */
  kept(file: string, of: string): Promise<Epoch | null | Problem>;
  /** `null` once it is kept. */
  keep(file: string, of: string, epoch: Epoch): Promise<Problem | null>;
}

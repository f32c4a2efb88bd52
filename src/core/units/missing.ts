/** A number that is not known: it counts as nothing in a sum, and is therefore named beside it. */
export interface Missing {
  /** What it belongs to: a component. */
  readonly of: string;
  /** Where, when it is one place; `null`: wherever it stands. */
  readonly region: string | null;
  /** What is not known, to follow "not known: ". */
  readonly what: string;
  /** How to make it known. */
  readonly mend: string;
}

/** A sum of figures, and what is missing from it. `null`: nothing of it is known. */
export interface PartlyKnown<Known> {
  readonly known: Known | null;
  readonly missing: readonly Missing[];
}

/** One thing that is known, or one that is not. */
export function known<Known>(value: Known): PartlyKnown<Known> {
  return { known: value, missing: nothing };
}

export function notKnown(...missing: readonly Missing[]): PartlyKnown<never> {
  return { known: null, missing };
}

const nothing: readonly Missing[] = [];

/** What stands before an amount of which some is not known. */
export function leastText(missing: readonly unknown[]): "" | "at least " {
  return missing.length === 0 ? "" : "at least ";
}

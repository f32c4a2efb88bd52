import type { InstantMs } from "../units/units.ts";

/** What lets a failover begin without a person, or why nothing does. */
export type Warrant =
  /** `until`: as long as what proves the plan is fresh; `null`: it is not asked for proof. */
  | { readonly kind: "armed"; readonly until: InstantMs | null }
  | { readonly kind: "held"; readonly because: string };

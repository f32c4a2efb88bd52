import type { Problem } from "../problem/problem.ts";

/**
 * An `error` is a recovery that cannot work, or an objective that nobody stands behind: it fails the gate. A `warning` works on
 * paper and is known to fail on the day, or costs what nobody asked for: it is told, and the gate stays open. A `note` is worth
 * knowing: something that is not said, or not shown.
 */
export type Severity = "error" | "warning" | "note";

/** Worst first. */
export const severities: readonly Severity[] = ["error", "warning", "note"];

/** Given to one rule, and to no other after it. */
export type RuleId = `HF${string}`;

/** A mistake of design: the text can be read, and what it says would fail. */
export interface Finding extends Problem {
  readonly severity: Severity;
  readonly rule: RuleId;
}

/** A document of a workspace, or a part of it. */
export interface Spot {
  readonly kind:
    | "Platform"
    | "Journey"
    | "Policy"
    | "Component"
    | "Scenario"
    | "RecoveryPlan"
    | "Drill"
    | "Risk";
  readonly name: string;
  /** Left out: where it is named. */
  readonly path?: readonly (string | number)[];
}

/** A document, or with a path a part of its `spec`. */
export function spot(
  kind: Spot["kind"],
  { name }: { readonly name: string },
  ...path: readonly (string | number)[]
): Spot {
  return path.length === 0 ? { kind, name } : { kind, name, path: ["spec", ...path] };
}

/** Finds where a part of the workspace was written. */
export type Locate = (
  kind: Spot["kind"],
  name: string,
  path?: readonly (string | number)[],
) => Problem["where"];

/** One place where a rule is broken. */
export interface Found {
  readonly what: string;
  readonly at: Spot;
  /** For the case at hand. Left out: as the rule says. */
  readonly mend?: string;
}

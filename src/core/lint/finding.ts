import type { Problem } from "../problem/problem.ts";

/** An `error` fails the gate; a `note` is told. */
type Severity = "error" | "note";

/** A mistake of design: the text can be read, and what it says would fail. */
export interface Finding extends Problem {
  readonly severity: Severity;
}

/** Finds where a part of the workspace was written. */
export type Locate = (
  kind: "Journey" | "Component" | "Scenario" | "RecoveryPlan" | "Drill",
  name: string,
  path?: readonly (string | number)[],
) => Problem["where"];

/** Every code that lint can answer, with why it matters and how it is mended in general. */
export const lintCodes = {
  "survivor/no-quorum": {
    why: "no recovery step may need what has failed, and without a majority of controllers nothing is changed",
    mend: "place controllers so that a majority survives every scenario that the plan covers: 3 or 5, one in each region",
  },
  "survivor/cannot-fence": {
    why: "until the old primary is fenced, promoting another lets two acknowledge writes",
    mend: "fence from the far side, and keep n − k + 1 standbys where the scenario leaves them",
  },
  "survivor/no-candidate": {
    why: "no recovery step may need what has failed, and there is nobody left to promote",
    mend: "place the component in a region that survives, and let the step name it",
  },
  "survivor/needs-what-failed": {
    why: "no recovery step may need what has failed",
    mend: "place what the step needs in a region that survives, or do without it",
  },
  "survivor/too-few-places": {
    why: "the interlock forbids a failover that leaves fewer places on than it asks for, so the plan would never run",
    mend: "add places, or lower placesOnMin",
  },
  "detection/bounds-contradict": {
    why: "bounds that contradict one another take a busy region for a lost one, or a lost one for a busy one",
    mend: "leave detection out to have it as the failover engine does, or change the bound that is named",
  },
  "coverage/no-plan": {
    why: "an objective without a plan is a hope",
    mend: "let a RecoveryPlan cover the pair, or write one",
  },
  "coverage/no-objective": {
    why: "without an objective nobody can say whether a recovery was good enough",
    mend: "add the scope to the journey's objectives",
  },
  "coverage/no-drill": {
    why: "a plan that was never carried out proves nothing, and is never armed",
    mend: "write a Drill for the plan and the scenario",
  },
} as const satisfies Readonly<Record<string, { readonly why: string; readonly mend: string }>>;

export type LintCode = keyof typeof lintCodes;

export function finding(
  code: LintCode,
  told: Pick<Finding, "severity" | "what" | "where" | "mend">,
): Finding {
  return {
    code,
    severity: told.severity,
    what: told.what,
    where: told.where,
    why: lintCodes[code].why,
    mend: told.mend,
  };
}

import type { Found, RuleId, Severity } from "./finding.ts";
import type { Survey } from "./survey.ts";

/** A known mistake of design, and how it is seen in a model. */
export interface Rule {
  readonly id: RuleId;
  /** What findings are matched by: theme and name. */
  readonly code: `${string}/${string}`;
  /** What is wrong where it is broken, in a few words. */
  readonly title: string;
  readonly severity: Severity;
  readonly why: string;
  /** How it is mended in general. */
  readonly mend: string;
  readonly source: RuleSource;
  /** Every place where the rule is broken, by what is declared alone. */
  readonly find: (survey: Survey) => readonly Found[];
}

/** The text that the rule rests on. */
export interface RuleSource {
  readonly title: string;
  readonly date: string;
}

/** Of rules that need no text: they compare what is declared with what is declared. */
export const arithmetic: RuleSource = { title: "this project: arithmetic on what is declared", date: "2026" };

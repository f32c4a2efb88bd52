import type { Model } from "../model/model.ts";
import type { InstantMs } from "../units/units.ts";
import { type Finding, type Locate, severities } from "./finding.ts";
import type { Rule } from "./rule.ts";
import { rules as everyRule } from "./rules.ts";
import { surveyOf } from "./survey.ts";

/** Every finding about a model, worst first; within a severity in the order of the rules. What is so in several scenarios is told once. */
export function lint(
  model: Model,
  { locate, now }: { readonly locate: Locate; readonly now: InstantMs },
  rules: readonly Rule[] = everyRule,
): readonly Finding[] {
  const survey = surveyOf(model, now);
  const findings = rules.flatMap(({ id, code, severity, why, mend, find }) =>
    find(survey).map(
      (found): Finding => ({
        ...{ code, rule: id, severity, what: found.what },
        where: locate(found.at.kind, found.at.name, found.at.path),
        ...{ why, mend: found.mend ?? mend },
      }),
    ),
  );
  const told = new Map(findings.map((each) => [JSON.stringify([each.rule, each.where, each.what]), each]));
  return severities.flatMap((severity) => [...told.values()].filter((each) => each.severity === severity));
}

import type { Problem } from "../problem/problem.ts";
import { unreachable } from "../problem/problem.ts";
import { foreignActivations } from "./activation-contradictions.ts";
import { ofBudgetPolicy } from "./budget-policy-contradictions.ts";
import { planCircles, policyCircles, needCircles } from "./circles.ts";
import { ofComponent } from "./component-contradictions.ts";
import { policiesOf } from "./build-objectives.ts";
import { cellsWithoutPath } from "./cell-contradictions.ts";
import type { ReadSubject, Subject } from "./contradiction.ts";
import { mixedCurrencies } from "./currency-contradictions.ts";
import { ofInterlocks } from "./interlock-contradictions.ts";
import { ofOptions } from "./options-contradictions.ts";
import { ofJourney, ofPlatform, ofScenario } from "./platform-contradictions.ts";
import { ofPlanSteps } from "./plan-step-contradictions.ts";
import { foreignCandidates, needlessThaw, outsideOfPlan, unknownModes } from "./recovery-contradictions.ts";
import { ofSteps } from "./step-contradictions.ts";

/** What each document says by itself and cannot be true, or cannot be true beside another. */
export function contradictions(subjects: readonly ReadSubject[]): readonly Problem[] {
  const platform = subjects.find((each): each is Subject<"Platform"> => each.kind === "Platform") ?? null;
  const policies = policiesOf(subjects.flatMap((each) => (each.kind === "Policy" ? [each.read] : [])));
  const each = subjects.flatMap((subject): readonly Problem[] => {
    switch (subject.kind) {
      case "Platform":
        return ofPlatform(subject);
      case "Component":
        return ofComponent(subject, platform);
      case "Journey":
        return ofJourney(subject, subjects, policies);
      case "Scenario":
        return ofScenario(subject, platform);
      case "RecoveryPlan":
        return [
          ...ofSteps(subject),
          ...ofInterlocks(subject),
          ...foreignCandidates(subject, subjects),
          ...unknownModes(subject, subjects),
          ...foreignActivations(subject, subjects),
          ...ofPlanSteps(subject, subjects),
        ];
      case "Drill":
        return [...outsideOfPlan(subject, subjects), ...needlessThaw(subject, subjects)];
      case "Options":
        return ofOptions(subject, subjects, platform);
      case "ErrorBudgetPolicy":
        return ofBudgetPolicy(subject);
      case "Policy":
      case "Risk":
        return [];
      default:
        return unreachable(subject);
    }
  });
  return [
    ...each,
    ...needCircles(subjects),
    ...policyCircles(subjects),
    ...planCircles(subjects),
    ...cellsWithoutPath(subjects, platform),
    ...mixedCurrencies(subjects),
  ];
}

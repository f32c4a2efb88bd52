import type { Problem } from "../problem/problem.ts";
import { unreachable } from "../problem/problem.ts";
import { policyCircles, needCircles } from "./circles.ts";
import { ofComponent } from "./component-contradictions.ts";
import type { ReadSubject } from "./contradiction.ts";
import { ofJourney, ofPlatform, ofScenario } from "./platform-contradictions.ts";
import {
  foreignCandidates,
  needlessThaw,
  outsideOfPlan,
  stepsOutOfOrder,
} from "./recovery-contradictions.ts";

/** What each document says by itself and cannot be true, or cannot be true beside another. */
export function contradictions(subjects: readonly ReadSubject[]): readonly Problem[] {
  const each = subjects.flatMap((subject): readonly Problem[] => {
    switch (subject.kind) {
      case "Platform":
        return ofPlatform(subject);
      case "Component":
        return ofComponent(subject, subjects);
      case "Journey":
        return ofJourney(subject, subjects);
      case "Scenario":
        return ofScenario(subject, subjects);
      case "RecoveryPlan":
        return [...stepsOutOfOrder(subject), ...foreignCandidates(subject, subjects)];
      case "Drill":
        return [...outsideOfPlan(subject, subjects), ...needlessThaw(subject, subjects)];
      case "Policy":
      case "Risk":
        return [];
      default:
        return unreachable(subject);
    }
  });
  return [...each, ...needCircles(subjects), ...policyCircles(subjects)];
}

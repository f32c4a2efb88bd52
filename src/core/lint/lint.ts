import type { Model } from "../model/model.ts";
import { coverageFindings } from "./coverage.ts";
import { detectionFindings } from "./detection.ts";
import type { Finding, Locate } from "./finding.ts";
import { survivorFindings } from "./survivor.ts";

/** Every finding about a model, errors first; within a severity in the order of the rules. */
export function lint(model: Model, locate: Locate): readonly Finding[] {
  const findings = [
    ...survivorFindings(model, locate),
    ...detectionFindings(model, locate),
    ...coverageFindings(model, locate),
  ];
  return [
    ...findings.filter((each) => each.severity === "error"),
    ...findings.filter((each) => each.severity === "note"),
  ];
}

import type { Component } from "../model/component.ts";
import type { Declared } from "../model/declared.ts";
import { the } from "../model/model.ts";
import { actedOn } from "../model/recovery-plan.ts";
import { neededByPlan, neededInModes, type PlanAtWork } from "./struck.ts";

/** SHA-256 of a text, as `sha256:` and hexadecimal. */
export type TextDigest = (text: string) => string;

/** Something declared that a plan rests on, by a digest of all that is declared of it but its description. */
export interface Ground {
  readonly what: string;
  readonly sha256: string;
}

/** What was agreed to, and what was proven, holds while these are as they were. */
export function groundsOf(day: PlanAtWork, digest: TextDigest): readonly Ground[] {
  const { model, plan, scenario } = day;
  const { regions, cells, fates } = model.platform;
  const ground = (kind: string, of: Declared): Ground => ({
    what: `${kind} ${of.name}`,
    sha256: digest(JSON.stringify({ ...of, description: "" })),
  });
  return [
    ...[plan.name, ...plan.parts].map((name) => ground("RecoveryPlan", the(model.plans, name))),
    ground("Scenario", scenario),
    ...plan.journeys.map((name) => ground("Journey", the(model.journeys, name))),
    ...componentsOf(day).map((component) => ground("Component", component)),
    { what: "Platform", sha256: digest(JSON.stringify({ regions, cells, fates })) },
  ];
}

/** Those that its journeys need, whole or not, and those that its steps name. */
function componentsOf(day: PlanAtWork): readonly Component[] {
  const steps = day.plan.steps.flatMap((step) => [actedOn(step) ?? [], step.needs ?? []].flat());
  const named = [...neededInModes(day), ...steps];
  return [...new Set([...neededByPlan(day), ...named.map((name) => the(day.model.components, name))])];
}

export function groundText({ what, sha256 }: Ground): string {
  return `${what} ${sha256.slice(0, "sha256:".length + 12)}`;
}

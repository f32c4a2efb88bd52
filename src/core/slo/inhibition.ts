import type { Seconds } from "../units/units.ts";
import { burnTiers, raised } from "./burn-tiers.ts";
import { compositeBurnTiers } from "./composite.ts";
import { sampleOf } from "./conditions.ts";
import { windowText } from "./prometheus.ts";
import type { CompositeSlo, Slo } from "./slo.ts";

/** Of Alertmanager: an alert that is raised keeps others quiet that are equal to it in some labels. */
export interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

interface Promises {
  readonly slos: readonly Slo[];
  readonly composites: readonly CompositeSlo[];
}

/**
 * One rule for each burn window but the longest: its alert keeps quiet those over longer windows of the same objective, which tell the
 * same more slowly. A label that alerts do not have is equal among them, so labels that keep some SLOs apart stand in every rule.
 */
export function inhibitRules({ slos, composites }: Promises): readonly InhibitRule[] {
  const windows = [...new Set([...slos.flatMap(windowsOf), ...composites.flatMap(windowsOfComposite)])];
  const inOrder = windows.sort((a, b) => a - b).map(windowText);
  const apart = new Set(slos.flatMap(({ groupBy }) => groupBy));
  const equal = ["slo", "service", "objective", ...[...apart].sort()];
  return inOrder.slice(0, -1).map((faster, at) => ({
    source_matchers: [...isBurn, `burn_window="${faster}"`],
    target_matchers: [...isBurn, `burn_window=~"${inOrder.slice(at + 1).join("|")}"`],
    equal: [...new Set(equal)],
  }));
}

/** An SLO may call its alerts as it wants; those by conditions of policies have the name of one. */
const isBurn = ['slo!=""', 'condition=""'];

function windowsOf(slo: Slo): readonly Seconds[] {
  return slo.objectives
    .flatMap((objective) => raised(slo.alerting, burnTiers(slo.period.length, objective)))
    .filter(({ short }) => short >= sampleOf(slo))
    .map(({ long }) => long);
}

function windowsOfComposite(composite: CompositeSlo): readonly Seconds[] {
  return compositeBurnTiers(composite).map(({ long }) => long);
}

/** A fragment of Alertmanager's configuration. */
export function inhibitRulesText(rules: readonly InhibitRule[]): string {
  if (rules.length === 0) return "inhibit_rules: []\n";
  return `inhibit_rules:\n${rules.map(ruleText).join("")}`;
}

function ruleText({ source_matchers: source, target_matchers: target, equal }: InhibitRule): string {
  const list = (matchers: readonly string[]): string =>
    matchers.map((each) => `      - '${each}'\n`).join("");
  return `  - source_matchers:\n${list(source)}    target_matchers:\n${list(target)}    equal: [${equal.join(", ")}]\n`;
}

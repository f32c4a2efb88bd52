import { type Finding, severities } from "../core/lint/finding.ts";
import type { Rule } from "../core/lint/rule.ts";
import type { Workspace } from "../core/manifest/manifest.ts";
import { instantMs } from "../core/units/units.ts";
import { briefProblem, framedProblem } from "./code-frame.ts";
import { counted } from "./layout.ts";
import type { TextOf } from "./shell.ts";

/** What the rules find in a workspace today; all of them where none are chosen. */
export async function findingsOf(
  { model, locate }: Workspace,
  rules?: readonly Rule[],
): Promise<readonly Finding[]> {
  const { lint } = await import("../core/lint/lint.ts");
  return lint(model, { locate, now: instantMs(Date.now()) }, rules);
}

/** Findings for people, a blank line before each: errors with the lines at fault and the reason, the rest in brief. */
export function findingsText(findings: readonly Finding[], textOf: TextOf, columns: number): string {
  return findings
    .map((each) => {
      const isError = each.severity === "error";
      const text = isError ? framedProblem(each, textOf, columns) : briefProblem(each, columns);
      return `\n${each.severity} ${text}`;
    })
    .join("");
}

/** `0 errors, 1 warning, 2 notes`; warnings where there are some. */
export function countsText(findings: readonly Finding[]): string {
  return severities
    .map((severity) => [severity, findings.filter((each) => each.severity === severity).length] as const)
    .filter(([severity, count]) => severity !== "warning" || count > 0)
    .map(([severity, count]) => counted(count, severity))
    .join(", ");
}

/** An error fails the gate; warnings and notes leave it open. */
export function hasError(findings: readonly Finding[]): boolean {
  return findings.some(({ severity }) => severity === "error");
}

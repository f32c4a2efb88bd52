import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding, RuleId } from "../src/core/lint/finding.ts";
import { lint } from "../src/core/lint/lint.ts";
import { readWorkspace } from "../src/core/manifest/manifest.ts";
import { instantMs } from "../src/core/units/units.ts";
import { projectRoot } from "./built-program.ts";
import { shippedCatalogue } from "./shipped-catalogue.ts";

/** A workspace that breaks a rule and nothing else, and one that keeps it. */
export type ExampleKind = "fails" | "passes";

/** Where an example of a rule stands, from the project's folder. */
export function exampleFolder(id: RuleId, kind: ExampleKind): string {
  return `examples/lint/${id}/${kind}`;
}

export function exampleText(id: RuleId, kind: ExampleKind): string {
  return readFileSync(join(projectRoot, exampleFolder(id, kind), "workspace.yaml"), "utf8");
}

/** What every rule finds in a workspace of one file on a day of 2026. */
export function findingsInText(text: string): readonly Finding[] {
  const read = readWorkspace([{ path: "workspace.yaml", text }], shippedCatalogue);
  if (!read.ok) throw new Error(`${read.problems[0].what}\n${text}`);
  const { model, locate } = read.value;
  return lint(model, { locate, now: instantMs(Date.UTC(2026, 10, 26)) });
}

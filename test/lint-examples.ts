import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readWholeCatalogue } from "../src/adapters/files/catalogue-files.ts";
import type { Catalogue } from "../src/core/catalogue/catalogue.ts";
import type { Finding } from "../src/core/lint/finding.ts";
import { lint } from "../src/core/lint/lint.ts";
import type { RuleId } from "../src/core/lint/rule.ts";
import { readWorkspace } from "../src/core/manifest/manifest.ts";
import { instantMs } from "../src/core/units/units.ts";
import { projectRoot } from "./built-program.ts";

/** A workspace that breaks a rule and nothing else, and one that keeps it. */
export type ExampleKind = "fails" | "passes";

/** Where an example of a rule stands, from the project's folder. */
export function exampleFolder(id: RuleId, kind: ExampleKind): string {
  return `examples/lint/${id}/${kind}`;
}

export function exampleText(id: RuleId, kind: ExampleKind): string {
  return readFileSync(join(projectRoot, exampleFolder(id, kind), "workspace.yaml"), "utf8");
}

/** The catalogue that comes with the product. */
export async function shippedCatalogue(): Promise<Catalogue> {
  const folders = { packageFolder: projectRoot, workspace: null, cwd: projectRoot };
  const read = await readWholeCatalogue(folders, new AbortController().signal);
  if (!read.ok) throw new Error(read.problems[0].what);
  return read.value;
}

/** What every rule finds in a workspace of one file on a day of 2026. */
export function findingsInText(text: string, catalogue: Catalogue): readonly Finding[] {
  const read = readWorkspace([{ path: "workspace.yaml", text }], catalogue);
  if (!read.ok) throw new Error(`${read.problems[0].what}\n${text}`);
  const { model, locate } = read.value;
  return lint(model, { locate, now: instantMs(Date.UTC(2026, 10, 26)) });
}

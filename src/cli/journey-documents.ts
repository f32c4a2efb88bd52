import type { SourceFile } from "../core/manifest/document.ts";
import { isRecord } from "../core/manifest/json-schema.ts";
import type { OpenSloDocument } from "../core/openslo/openslo.ts";
import type { Parsed } from "../core/problem/problem.ts";
import type { JourneySlo } from "../core/slo/journey-slos.ts";
import type { Context } from "./context.ts";

/** Whether a platform is declared in files, so that they can be read as a workspace. */
export function isWorkspace(files: readonly SourceFile[]): boolean {
  return files.some(({ text }) => /^kind:\s*["']?Platform\b/m.test(text) && text.includes("holdfast/"));
}

/** What journeys of a workspace become by themselves, with where they are declared. */
export async function journeyDocuments(
  files: readonly SourceFile[],
  given: readonly OpenSloDocument[],
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<Parsed<readonly OpenSloDocument[]>> {
  const made = await journeySlosIn(files, given, { shell, parts });
  if (!made.ok) return made;
  const { readOpenSlo } = await import("../core/openslo/openslo.ts");
  const documents = made.value.slos.flatMap(({ journey, document }) => {
    const where = made.value.locate("Journey", journey);
    const [only] = readOpenSlo({ path: where.file, text: JSON.stringify(document) }, "strict");
    return only === undefined ? [] : [{ ...only, locate: () => where }];
  });
  return { ok: true, value: documents };
}

export interface MadeSlos {
  readonly slos: readonly JourneySlo[];
  readonly locate: (kind: "Journey", name: string) => ReturnType<OpenSloDocument["locate"]>;
}

export async function journeySlosIn(
  files: readonly SourceFile[],
  given: readonly OpenSloDocument[],
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<Parsed<MadeSlos>> {
  // Rows of a workspace's own catalogue say nothing of its journeys, but what names them must be read.
  const catalogue = await parts.readCatalogue(folderOf(files), shell.cwd, shell.signal);
  if (!catalogue.ok) return catalogue;
  const { readWorkspace } = await import("../core/manifest/manifest.ts");
  const yaml = files.filter(({ path }) => /\.ya?ml$/i.test(path));
  const workspace = readWorkspace(yaml, catalogue.value);
  if (!workspace.ok) return workspace;
  const { journeyAnnotation, journeySlos } = await import("../core/slo/journey-slos.ts");
  const about = given.flatMap(({ value }) => {
    const metadata = isRecord(value) && isRecord(value["metadata"]) ? value["metadata"] : {};
    const annotations = isRecord(metadata["annotations"]) ? metadata["annotations"] : {};
    const journey = annotations[journeyAnnotation];
    return typeof journey === "string" ? [journey] : [];
  });
  const { model, locate } = workspace.value;
  return { ok: true, value: { slos: journeySlos(model, new Set(about)), locate } };
}

/** Of files of one folder and those in it, the uppermost. */
function folderOf(files: readonly SourceFile[]): string {
  const folders = files.map(({ path }) => path.split("/").slice(0, -1).join("/"));
  return folders.reduce((top, each) => (each.length < top.length ? each : top), folders[0] ?? "");
}

import type { WholeCatalogue } from "../core/catalogue/whole-catalogue.ts";
import type { SourceFile } from "../core/manifest/document.ts";
import type { Workspace } from "../core/manifest/manifest.ts";
import type { Problems } from "../core/problem/problem.ts";
import type { Context } from "./context.ts";
import { counted } from "./layout.ts";
import { type AnswerFormat, type ExitStatus, fail, problemsText } from "./shell.ts";

/** A workspace ready for use, or the exit status of a command that has told why there is none. */
export type Opened =
  | {
      readonly kind: "open";
      readonly workspace: Workspace;
      readonly files: readonly SourceFile[];
      readonly catalogue: WholeCatalogue;
    }
  | { readonly kind: "refused"; readonly status: ExitStatus };

/** Reads a workspace from a folder, or tells every problem in it. */
export async function openWorkspace(
  folder: string,
  format: AnswerFormat,
  { shell, parts }: Pick<Context, "shell" | "parts">,
): Promise<Opened> {
  const files = await parts.readFolder(folder, shell.cwd, shell.signal);
  if (!files.ok)
    return { kind: "refused", status: tell({ problems: files.problems, files: [], format }, shell) };
  const catalogue = await parts.readCatalogue(folder, shell.cwd, shell.signal);
  if (!catalogue.ok)
    return { kind: "refused", status: tell({ problems: catalogue.problems, files: [], format }, shell) };
  const { readWorkspace } = await import("../core/manifest/manifest.ts");
  const read = readWorkspace(files.value, catalogue.value);
  if (read.ok) return { kind: "open", workspace: read.value, files: files.value, catalogue: catalogue.value };
  return { kind: "refused", status: tell({ problems: read.problems, files: files.value, format }, shell) };
}

interface Told {
  readonly problems: Problems;
  readonly files: readonly SourceFile[];
  readonly format: AnswerFormat;
}

function tell({ problems, files, format }: Told, shell: Context["shell"]): ExitStatus {
  if (format === "json") return fail(shell, problems, format);
  const textOf = (path: string): string | null => files.find((file) => file.path === path)?.text ?? null;
  const [first] = problems;
  shell.err(`${problemsText(shell, problems, textOf)}\n`);
  shell.err(`${counted(problems.length, "problem")}; \`holdfast explain ${first.code}\` tells more\n`);
  return 1;
}

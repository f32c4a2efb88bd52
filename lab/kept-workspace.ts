import { readFile } from "node:fs/promises";
import { replaceFile } from "../src/adapters/files/replace-file.ts";
import type { LabLayout } from "./layout.ts";

// A lab goes by the manifests that it was started with until it is started with others: whoever starts it again after a crash is not to
// change by what it fails over.

/** The folder of the manifests that the lab was started with last; `null`: it has gone by its own so far. */
export async function keptWorkspace({
  workspaceFile,
}: Pick<LabLayout, "workspaceFile">): Promise<string | null> {
  return readFile(workspaceFile, "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw cause;
  });
}

export async function keepWorkspace(
  { workspaceFile }: Pick<LabLayout, "workspaceFile">,
  workspace: string,
): Promise<void> {
  await replaceFile(workspaceFile, workspace);
}

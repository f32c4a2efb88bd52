import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceFile } from "../src/core/manifest/document.ts";

const root = join(import.meta.dirname, "..", "examples");

/** The folders in `examples` that are workspaces: a platform is declared in a file of theirs, and not in a folder below. */
export const exampleNames: readonly string[] = readdirSync(root, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name)
  .filter((name) => exampleFiles(name).some(({ text }) => /^kind: Platform$/m.test(text)));

/** The manifests of an example; their paths are as from the root of the project. */
export function exampleFiles(name: string): readonly SourceFile[] {
  return readdirSync(join(root, name))
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => ({
      path: `examples/${name}/${file}`,
      text: readFileSync(join(root, name, file), "utf8"),
    }));
}

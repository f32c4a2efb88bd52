import { cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { projectRoot } from "./built-program.ts";

export interface PlantedTree {
  readonly root: string;
  remove(): Promise<void>;
}

/** A small tree of the project's shape with mistakes in it, for the checks of the real tree to find. */
export async function plantedTree(files: Readonly<Record<string, string>>): Promise<PlantedTree> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "holdfast-planted-")));
  for (const name of ["package.json", "tsconfig.json", "eslint.config.js"])
    await cp(join(projectRoot, name), join(root, name));
  await symlink(join(projectRoot, "node_modules"), join(root, "node_modules"));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}

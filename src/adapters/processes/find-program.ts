import { access, constants, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";

/**
 * The file of a program, by the first of its names that one of the folders holds; `null`: it is not there.
 *
 * @param path folders, as the environment lists them
 */
export async function findProgram(names: readonly string[], path: string): Promise<string | null> {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  for (const name of names)
    for (const folder of folders) {
      const file = join(folder, name);
      if (await isProgram(file)) return file;
    }
  return null;
}

async function isProgram(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

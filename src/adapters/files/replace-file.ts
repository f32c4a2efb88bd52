import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/**
 * Gives a file a new text, readable by its owner alone, so that a loss of power leaves the old or the new, whole: written
 * beside, synced, renamed, the folder synced. One at a time for each path.
 *
 * @throws what the file system throws
 */
export async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.next`;
  const file = await open(beside, "w", 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

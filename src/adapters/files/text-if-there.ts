import { readFile } from "node:fs/promises";

/** What a file holds; `null`: it is not there. @throws what else the file system refuses */
export async function textIfThere(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

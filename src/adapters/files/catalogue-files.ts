import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { readCatalogue } from "../../core/catalogue/read-catalogue.ts";
import type { CatalogueFile } from "../../core/catalogue/table.ts";
import type { WholeCatalogue } from "../../core/catalogue/whole-catalogue.ts";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { errorCode, fullPath } from "./workspace.ts";

/** The folder of the tables that come with the product, in its package; and of those of a workspace. */
const shippedFolder = "data";
const workspaceFolder = "catalogue";

/** Larger tables are not read: the product's own are a hundredth of it. */
const tableBytesMax = 4 * 2 ** 20;

export interface CatalogueFolders {
  /** The folder of this package, in which `data` stands. */
  readonly packageFolder: string;
  /** The workspace as the user named it, relative to `cwd`; `null`: the product's tables alone. */
  readonly workspace: string | null;
  readonly cwd: string;
}

/**
 * The tables of the product and then those of the workspace (`catalogue/*.tsv`, none when there is no such folder), each by name,
 * or every problem at once. The paths of the product's tables begin with `data/`, those of the workspace as the user named it.
 */
export async function readCatalogueFiles(
  { packageFolder, workspace, cwd }: CatalogueFolders,
  signal: AbortSignal,
): Promise<Parsed<readonly CatalogueFile[]>> {
  const found: Found = { files: [], problems: [] };
  await readTables({ root: packageFolder, folder: shippedFolder, found, signal });
  if (workspace !== null) {
    await readTables({ root: cwd, folder: join(workspace, workspaceFolder), found, signal });
  }
  const [first, ...others] = found.problems;
  return first === undefined ? { ok: true, value: found.files } : { ok: false, problems: [first, ...others] };
}

/** The catalogue of the product with the rows that a workspace puts in their place, or every problem in either. */
export async function readWholeCatalogue(
  folders: CatalogueFolders,
  signal: AbortSignal,
): Promise<Parsed<WholeCatalogue>> {
  const files = await readCatalogueFiles(folders, signal);
  return files.ok ? readCatalogue(files.value) : files;
}

interface Found {
  readonly files: CatalogueFile[];
  readonly problems: Problem[];
}

interface Tables {
  readonly root: string;
  readonly folder: string;
  readonly found: Found;
  readonly signal: AbortSignal;
}

async function readTables({ root, folder, found, signal }: Tables): Promise<void> {
  const names = await readdir(fullPath(root, folder)).catch(errorCode);
  if (names === "ENOENT") return;
  if (typeof names === "string") {
    found.problems.push(unreadable(folder, names));
    return;
  }
  for (const name of names.filter((each) => each.toLowerCase().endsWith(".tsv")).sort()) {
    const path = join(folder, name);
    const text = await textOf(fullPath(root, path), signal);
    if (text.ok) found.files.push({ path, text: text.value });
    else found.problems.push(unreadable(path, text.because));
  }
}

type Text = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly because: string };

async function textOf(path: string, signal: AbortSignal): Promise<Text> {
  try {
    // Asked before opening: a pipe would be waited for, and a huge file would fill memory.
    const { size, isFile } = await stat(path).then((at) => ({ size: at.size, isFile: at.isFile() }));
    if (!isFile) return { ok: false, because: "it is no file" };
    if (size > tableBytesMax)
      return { ok: false, because: `it has ${size} bytes, and at most ${tableBytesMax} are read` };
    return {
      ok: true,
      value: new TextDecoder("utf-8", { fatal: true }).decode(await readFile(path, { signal })),
    };
  } catch (error) {
    signal.throwIfAborted();
    return { ok: false, because: error instanceof TypeError ? "it is not UTF-8 text" : errorCode(error) };
  }
}

function unreadable(path: string, because: string): Problem {
  return {
    code: "catalogue/unreadable",
    what: `${path} cannot be read: ${because}`,
    where: null,
    why: "figures that a table was to change would be those of the product, in silence",
    mend: "make it a readable table of tab-separated UTF-8 text, or take it out of the folder",
  };
}

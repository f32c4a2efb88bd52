import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCatalogue } from "../src/core/catalogue/read-catalogue.ts";
import type { CatalogueFile } from "../src/core/catalogue/table.ts";
import type { WholeCatalogue } from "../src/core/catalogue/whole-catalogue.ts";

const data = join(import.meta.dirname, "..", "data");

/** The tables that come with the product. */
export const shippedFiles: readonly CatalogueFile[] = readdirSync(data).map((name) => ({
  path: `data/${name}`,
  text: readFileSync(join(data, name), "utf8"),
}));

export const shippedCatalogue: WholeCatalogue = read();

function read(): WholeCatalogue {
  const catalogue = readCatalogue(shippedFiles);
  if (!catalogue.ok) throw new Error(JSON.stringify(catalogue.problems, null, 2));
  return catalogue.value;
}

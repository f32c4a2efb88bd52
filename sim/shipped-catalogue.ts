import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readCatalogue } from "../src/core/catalogue/read-catalogue.ts";
import type { WholeCatalogue } from "../src/core/catalogue/whole-catalogue.ts";

let known: WholeCatalogue | null = null;

/** The tables that come with the product, read once, and only where a schedule needs them. */
export function shippedCatalogue(): WholeCatalogue {
  known ??= readShipped();
  return known;
}

function readShipped(): WholeCatalogue {
  const files = readdirSync("data").map((name) => ({
    path: `data/${name}`,
    text: readFileSync(join("data", name), "utf8"),
  }));
  const read = readCatalogue(files);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

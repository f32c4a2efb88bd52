import type { CatalogueRow } from "./whole-catalogue.ts";

/** Made once for each row: a platform of a thousand parts names the same rows again and again. */
const made = new WeakMap<CatalogueRow, string>();

/** A row as figures name it: what it is called, where it stands, and who says so. */
export function rowText(row: CatalogueRow): string {
  const known = made.get(row);
  if (known !== undefined) return known;
  const { id, at, source } = row;
  const text = `${id} (${at}; ${source.title}; ${source.date}; ${source.grade})`;
  made.set(row, text);
  return text;
}

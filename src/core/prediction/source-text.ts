import type { Catalogue } from "../catalogue/catalogue.ts";
import { rowText } from "../catalogue/row-text.ts";
import {
  assumptions,
  capacityLikelihood,
  loadingBandwidth,
  standbyFailureShare,
} from "../model/assumptions.ts";
import type { Source } from "../model/reliability.ts";
import { unreachable } from "../problem/problem.ts";
import type { FigureKind } from "../units/figure.ts";

/** Where a value comes from, for people: who wrote it, or which row of which table, or why it is assumed. */
export function sourceText(source: Source, rows: Catalogue["failures"]): string {
  switch (source.kind) {
    case "declared":
      return "declared";
    case "policy":
      return `policy ${source.policy}`;
    case "catalogue":
      return `catalogue: ${namedRow(source.row, rows)}`;
    case "assumed":
      return `assumed, for nothing is written: ${assumedBecause.get(source.row) ?? namedRow(source.row, rows)}`;
    default:
      return unreachable(source);
  }
}

/** What is written is declared; what a table or a judgement says of things like it is an estimate of this one. */
export function kindOf({ kind }: Source): FigureKind {
  return kind === "declared" || kind === "policy" ? "declared" : "estimated";
}

function namedRow(id: string, rows: Catalogue["failures"]): string {
  const row = rows.get(id);
  return row === undefined ? id : `${rowText(row)}, licence: ${row.source.licence}`;
}

/** Of what is assumed without a row of the catalogue, by the name that its source gives it. */
const assumedBecause: ReadonlyMap<string, string> = new Map([
  ...(["detected", "switched", "able", "manual"] as const).map(
    (key) => [`assumed/standby-${key}`, assumptions[key].because] as const,
  ),
  ...Object.keys(standbyFailureShare).map(
    (pattern) => [`assumed/pattern-${pattern}`, `what a ${pattern} keeps running fails as it runs`] as const,
  ),
  ...Object.entries(capacityLikelihood).map(
    ([key, { because }]) => [`assumed/capacity-${key}`, because] as const,
  ),
  ...Object.entries(loadingBandwidth).map(
    ([key, { because }]) => [`assumed/loading-${key}`, because] as const,
  ),
]);

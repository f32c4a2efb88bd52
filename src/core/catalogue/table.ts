import { didYouMean } from "../problem/nearest.ts";
import type { Place, Problem } from "../problem/problem.ts";

/** A table of the catalogue as it stands in a file; `path` as the user would name it. */
export interface CatalogueFile {
  readonly path: string;
  readonly text: string;
}

/** One row: what stands in each column, and where. */
export interface TableRow {
  readonly at: string;
  readonly cell: (column: string) => Cell;
}

export interface Cell {
  /** Without blanks around it; empty when nothing stands there. */
  readonly text: string;
  readonly place: Place;
  readonly column: string;
  /** What stands for `XXX` in the name of the column, in capitals: a currency. */
  readonly currency: string;
}

export interface Table {
  readonly rows: readonly TableRow[];
  readonly problems: readonly Problem[];
}

/** Every problem that reading a catalogue can answer, and why it matters. */
export const catalogueWhy = {
  "catalogue/unknown-file": "a table that nobody reads has no effect, and looks as if it had",
  "catalogue/no-header": "the first line says which column is which",
  "catalogue/unknown-column": "a column that nobody reads has no effect, and looks as if it had",
  "catalogue/missing-column": "there is no value that could be assumed here without guessing",
  "catalogue/wrong-cells": "with a cell too many or too few, values stand under the wrong column",
  "catalogue/missing-value": "there is no value that could be assumed here without guessing",
  "catalogue/bad-value":
    "a number is read as it is written, in the unit that the column names, or not at all",
  "catalogue/duplicate-id": "others refer to a row by its id, which must mean one thing",
} as const;

export function catalogueProblem(
  code: keyof typeof catalogueWhy,
  where: Place,
  told: Pick<Problem, "what" | "mend">,
): Problem {
  return { code, what: told.what, where, why: catalogueWhy[code], mend: told.mend };
}

/**
 * Reads tab-separated text: lines that begin with `#` and empty ones are passed over, the first other line names the columns, in
 * any order.
 *
 * @param columns all of them, by name; `XXX` in a name stands for a currency, as in `price_XXX_per_hour` (`price_usd_per_hour`)
 */
export function readTable(file: CatalogueFile, columns: readonly string[]): Table {
  const lines = file.text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((text, at) => ({ text, line: at + 1 }))
    .filter(({ text }) => text.trim() !== "" && !text.startsWith("#"));
  const [header, ...body] = lines;
  if (header === undefined) {
    const mend = `begin the file with a line of column names, tabs between them: ${columns.join(", ")}`;
    const where = { file: file.path, line: 1, column: 1 };
    return {
      rows: [],
      problems: [catalogueProblem("catalogue/no-header", where, { what: "the table is empty", mend })],
    };
  }
  const heads = cellsOf(file, header).map((head) => ({ ...head, ...columnOf(head.text, columns) }));
  const problems = headProblems(file, header, { heads, columns });
  if (problems.length > 0) return { rows: [], problems };
  const read = body.map((line) => readRow(file, line, heads));
  return {
    rows: read.flatMap((each) => ("row" in each ? [each.row] : [])),
    problems: read.flatMap((each) => ("problem" in each ? [each.problem] : [])),
  };
}

interface Line {
  readonly text: string;
  readonly line: number;
}

interface Head {
  readonly text: string;
  readonly place: Place;
  /** The column's name as it is asked for; `null`: no such column is known. */
  readonly name: string | null;
  readonly currency: string;
}

function cellsOf(file: CatalogueFile, { text, line }: Line): readonly { text: string; place: Place }[] {
  let column = 1;
  return text.split("\t").map((cell) => {
    const place = { file: file.path, line, column };
    column += cell.length + 1;
    return { text: cell.trim(), place };
  });
}

function columnOf(text: string, columns: readonly string[]): Pick<Head, "name" | "currency"> {
  if (columns.includes(text)) return { name: text, currency: "" };
  for (const name of columns.filter((each) => each.includes("XXX"))) {
    const [before = "", after = ""] = name.split("XXX");
    const middle = text.slice(before.length, text.length - after.length);
    if (/^[a-z]{3}$/.test(middle) && text === `${before}${middle}${after}`) {
      return { name, currency: middle.toUpperCase() };
    }
  }
  return { name: null, currency: "" };
}

function headProblems(
  file: CatalogueFile,
  { line }: Line,
  { heads, columns }: { readonly heads: readonly Head[]; readonly columns: readonly string[] },
): readonly Problem[] {
  const unknown = heads
    .filter((head) => head.name === null)
    .map((head) => {
      const mend = `${didYouMean(head.text, columns)}the columns are ${columns.join(", ")}`;
      return catalogueProblem("catalogue/unknown-column", head.place, {
        what: `there is no column "${head.text}"`,
        mend,
      });
    });
  const start = { file: file.path, line, column: 1 };
  const missing = columns
    .filter((name) => !heads.some((head) => head.name === name))
    .map((name) => {
      const mend = `add the column ${name}${name.includes("XXX") ? ", with a currency for XXX, such as usd" : ""}`;
      return catalogueProblem("catalogue/missing-column", start, {
        what: `the table has no column ${name}`,
        mend,
      });
    });
  return [...unknown, ...missing];
}

function readRow(
  file: CatalogueFile,
  line: Line,
  heads: readonly Head[],
): { readonly row: TableRow } | { readonly problem: Problem } {
  const cells = cellsOf(file, line);
  if (cells.length !== heads.length) {
    const what = `the row has ${cells.length} cells, and the table ${heads.length} columns`;
    const where = { file: file.path, line: line.line, column: 1 };
    const mend = "put a tab between cells, an empty cell where nothing is known, and no tab within a cell";
    return { problem: catalogueProblem("catalogue/wrong-cells", where, { what, mend }) };
  }
  const found = new Map(
    heads.map((head, at) => {
      const { text = "", place = head.place } = cells[at] ?? {};
      return [head.name, { text, place, column: head.text, currency: head.currency }] as const;
    }),
  );
  const nothing = {
    text: "",
    place: { file: file.path, line: line.line, column: 1 },
    column: "",
    currency: "",
  };
  return { row: { at: `${file.path}:${line.line}`, cell: (column) => found.get(column) ?? nothing } };
}

import { didYouMean } from "../problem/nearest.ts";
import type { Parsed, Problem } from "../problem/problem.ts";
import {
  type DataPrice,
  dataPrice,
  kilowattHoursPerGigabyte,
  wattHoursPerTerabyteHour,
} from "../units/rates.ts";
import {
  gramsCO2e,
  gramsPerKilowattHour,
  type HourlyPrice,
  hourlyPrice,
  ratio,
  seconds,
  watts,
  secondsPerYear,
} from "../units/units.ts";
import type { FailureRow, LocationRow, MachineRow, SourceGrade } from "./catalogue.ts";
import { type CatalogueFile, catalogueProblem, type Cell, readTable, type TableRow } from "./table.ts";
import type {
  CatalogueRow,
  SlaRow,
  StorageKind,
  StorageRow,
  TransferRow,
  WholeCatalogue,
} from "./whole-catalogue.ts";

const secondsPerHour = 3_600;
const grades: readonly SourceGrade[] = ["official", "published", "secondary", "prior", "unverified"];
const storageKinds: readonly StorageKind[] = ["volume", "object"];
const slaMeasures: readonly SlaRow["measures"][] = ["availability", "latency"];

/** What every table has. */
const before = ["id", "what"];
const after = ["source", "date", "licence", "grade"];

/** How a table's rows are made; the columns of its own are named where they are read. */
interface TableKind<Row extends CatalogueRow> {
  readonly columns: readonly string[];
  readonly row: (base: CatalogueRow, read: RowReader) => Row;
}

const failures: TableKind<FailureRow> = {
  columns: ["mtbf_hours", "mttr_hours", "repair_sigma", "error_factor"],
  row: (base, read) => ({
    ...base,
    mtbf: seconds(read.number("mtbf_hours", { above: 0 }) * secondsPerHour),
    mttr: seconds(read.number("mttr_hours", { from: 0 }) * secondsPerHour),
    repairSigma: read.optional("repair_sigma", () => read.number("repair_sigma", { above: 0 })),
    errorFactor: read.number("error_factor", { from: 1 }),
  }),
};

const locations: TableKind<LocationRow> = {
  columns: ["grid_zone", "grid_gco2e_per_kwh", "pue", "price_ratio"],
  row: (base, read) => ({
    ...base,
    gridZone: read.text("grid_zone"),
    gridIntensity: gramsPerKilowattHour(read.number("grid_gco2e_per_kwh", { from: 0 })),
    pue: read.number("pue", { from: 1 }),
    priceRatio: read.optional("price_ratio", () => read.number("price_ratio", { above: 0 })),
  }),
};

const machines: TableKind<MachineRow> = {
  columns: [
    "price_XXX_per_hour",
    "idle_watts",
    "busy_watts",
    "embodied_kgco2e",
    "lifespan_years",
    "accelerator",
    "accelerator_count",
  ],
  row: (base, read) => ({
    ...base,
    price: read.optional("price_XXX_per_hour", () => read.hourlyPrice("price_XXX_per_hour")),
    idle: watts(read.number("idle_watts", { from: 0 })),
    busy: watts(read.number("busy_watts", { from: 0 })),
    embodied: gramsCO2e(read.number("embodied_kgco2e", { from: 0 }) * 1_000),
    lifespan: seconds(read.number("lifespan_years", { above: 0 }) * secondsPerYear),
    accelerators: read.optional("accelerator", () => ({
      type: read.text("accelerator"),
      count: read.number("accelerator_count", { from: 1 }),
    })),
  }),
};

const transfers: TableKind<TransferRow> = {
  columns: ["from", "to", "price_XXX_per_gb", "energy_kwh_per_gb"],
  row: (base, read) => ({
    ...base,
    from: read.text("from"),
    to: read.text("to"),
    price: read.optional("price_XXX_per_gb", () => read.dataPrice("price_XXX_per_gb")),
    energy: kilowattHoursPerGigabyte(read.number("energy_kwh_per_gb", { from: 0 })),
  }),
};

const storage: TableKind<StorageRow> = {
  columns: ["at", "holds", "price_XXX_per_gb_month", "energy_wh_per_tb_hour", "copies"],
  row: (base, read) => ({
    ...base,
    where: read.text("at"),
    holds: read.word("holds", storageKinds),
    price: read.optional("price_XXX_per_gb_month", () => read.dataPrice("price_XXX_per_gb_month")),
    energy: wattHoursPerTerabyteHour(read.number("energy_wh_per_tb_hour", { from: 0 })),
    copies: read.number("copies", { from: 1 }),
  }),
};

const slas: TableKind<SlaRow> = {
  columns: ["sla_ratio", "measures"],
  row: (base, read) => ({
    ...base,
    sla: read.optional("sla_ratio", () => ratio(read.number("sla_ratio", { from: 0, to: 1 }))),
    measures: read.word("measures", slaMeasures),
  }),
};

/** The files of a catalogue, by what they are called in any folder. */
const catalogueFileNames = [
  "failures.tsv",
  "locations.tsv",
  "machines.tsv",
  "transfer.tsv",
  "storage.tsv",
  "slas.tsv",
] as const;

/**
 * Reads the tables of a catalogue, or answers every problem at once. A row replaces the row of the same id in an earlier file of
 * the same name, in its place; within one file an id stands once.
 *
 * @param files those of the product first, then those of the workspace
 */
export function readCatalogue(files: readonly CatalogueFile[]): Parsed<WholeCatalogue> {
  const problems: Problem[] = files.flatMap(unknownFile);
  const read = <Row extends CatalogueRow>(name: string, kind: TableKind<Row>): ReadonlyMap<string, Row> => {
    const rows = new Map<string, Row>();
    for (const file of files.filter(({ path }) => nameOf(path) === name)) {
      const found = readRows(file, kind);
      problems.push(...found.problems);
      for (const row of found.rows) rows.set(row.id, row);
    }
    return rows;
  };
  const value: WholeCatalogue = {
    failures: read("failures.tsv", failures),
    locations: read("locations.tsv", locations),
    machines: read("machines.tsv", machines),
    transfers: read("transfer.tsv", transfers),
    storage: read("storage.tsv", storage),
    slas: read("slas.tsv", slas),
  };
  const [first, ...others] = problems;
  return first === undefined ? { ok: true, value } : { ok: false, problems: [first, ...others] };
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function unknownFile({ path }: CatalogueFile): readonly Problem[] {
  const name = nameOf(path);
  if (catalogueFileNames.some((each) => each === name)) return [];
  const what = `${name} is no table of the catalogue`;
  const mend = `${didYouMean(name, catalogueFileNames)}the tables are ${catalogueFileNames.join(", ")}`;
  return [catalogueProblem("catalogue/unknown-file", { file: path, line: 1, column: 1 }, { what, mend })];
}

function readRows<Row extends CatalogueRow>(
  file: CatalogueFile,
  kind: TableKind<Row>,
): { readonly rows: readonly Row[]; readonly problems: readonly Problem[] } {
  const table = readTable(file, [...before, ...kind.columns, ...after]);
  const problems = [...table.problems];
  const rows = new Map<string, Row>();
  for (const each of table.rows) {
    const reader = rowReader(each);
    const row = kind.row(baseOf(each, reader), reader);
    const earlier = rows.get(row.id);
    if (earlier !== undefined) problems.push(duplicate(each, earlier));
    problems.push(...reader.problems);
    rows.set(row.id, row);
  }
  return { rows: [...rows.values()], problems };
}

function duplicate(row: TableRow, earlier: CatalogueRow): Problem {
  const { place, text } = row.cell("id");
  const what = `"${text}" stands twice: the first time at ${earlier.at}`;
  return catalogueProblem("catalogue/duplicate-id", place, { what, mend: "rename or delete one of the two" });
}

function baseOf({ at }: TableRow, read: RowReader): CatalogueRow {
  return {
    id: read.text("id"),
    what: read.text("what"),
    at,
    source: {
      title: read.text("source"),
      date: read.text("date"),
      licence: read.text("licence"),
      grade: read.word("grade", grades),
    },
  };
}

interface Bounds {
  readonly above?: number;
  readonly from?: number;
  readonly to?: number;
}

/** Reads the cells of one row; what is wrong is collected, and a value that is in range stands in for it. */
interface RowReader {
  readonly problems: readonly Problem[];
  readonly text: (column: string) => string;
  readonly word: <Word extends string>(column: string, words: readonly Word[]) => Word;
  readonly number: (column: string, bounds: Bounds) => number;
  readonly hourlyPrice: (column: string) => HourlyPrice;
  readonly dataPrice: (column: string) => DataPrice;
  /** `null` when nothing stands there. */
  readonly optional: <Value>(column: string, read: () => Value) => Value | null;
}

function rowReader(row: TableRow): RowReader {
  const problems: Problem[] = [];
  const refuse = (cell: Cell, because: string, mend: string): void => {
    const what = `${cell.column} is "${cell.text}", ${because}`;
    problems.push(catalogueProblem("catalogue/bad-value", cell.place, { what, mend }));
  };
  const text = (column: string): string => {
    const cell = row.cell(column);
    if (cell.text === "") {
      const told = { what: `the row has no ${cell.column}`, mend: `write a value under ${cell.column}` };
      problems.push(catalogueProblem("catalogue/missing-value", cell.place, told));
    }
    return cell.text;
  };
  const number = (column: string, bounds: Bounds): number => {
    const cell = row.cell(column);
    const standIn = bounds.from ?? 1;
    if (text(column) === "") return standIn;
    const value = /^\d+(\.\d+)?(e-?\d+)?$/.test(cell.text) ? Number(cell.text) : Number.NaN;
    const trouble = Number.isFinite(value) ? outside(value, bounds) : "which is no number";
    if (trouble === null) return value;
    refuse(cell, trouble, `write a number ${rangeText(bounds)}, without unit, sign or thousands separator`);
    return standIn;
  };
  const micros = (column: string): number => Math.round(number(column, { from: 0, to: 1e9 }) * 1e6);
  return {
    problems,
    text,
    number,
    word: (column, words) => {
      const cell = row.cell(column);
      const found = words.find((word) => word === cell.text);
      if (found === undefined) {
        refuse(
          cell,
          "which is none of the words",
          `${didYouMean(cell.text, words)}write one of ${words.join(", ")}`,
        );
      }
      // Every list of words is a constant with something in it.
      return found ?? (words[0] as (typeof words)[number]);
    },
    hourlyPrice: (column) => hourlyPrice(row.cell(column).currency, micros(column)),
    dataPrice: (column) => dataPrice(row.cell(column).currency, micros(column)),
    optional: (column, read) => (row.cell(column).text === "" ? null : read()),
  };
}

function outside(value: number, { above, from, to }: Bounds): string | null {
  if (above !== undefined && value <= above) return `which is not above ${above}`;
  if (from !== undefined && value < from) return `which is below ${from}`;
  return to !== undefined && value > to ? `which is above ${to}` : null;
}

function rangeText({ above, from, to }: Bounds): string {
  const low = above === undefined ? `of at least ${from ?? 0}` : `above ${above}`;
  return to === undefined ? low : `${low} and at most ${to}`;
}

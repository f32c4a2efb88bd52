import type * as Typst from "@myriaddreamin/typst-ts-node-compiler";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { unreachable } from "../../core/problem/problem.ts";
import {
  type Block,
  columnKindOf,
  type Labelled,
  type ReportDocument,
  type Table,
} from "../../core/report/document.ts";
import { light } from "../../core/report/colours.ts";
import type { ChartStyle, DrawChart } from "../../core/report/ports.ts";
import type { FigureKind } from "../../core/units/figure.ts";
import { dateText, unbroken } from "../../core/report/text.ts";
import { template, typefaces } from "./template.ts";

/** Drawn somewhat wider than the page's text, so that its labels come out a little smaller than it. */
const chartStyle: ChartStyle = { widthPx: 600, fontFamily: typefaces.text, palette: light };

/**
 * The report as a PDF of A4 pages, tagged for screen readers (PDF/UA-1); the same document and drawings give the same bytes.
 * Tables that serve on demand are left to the HTML form. A machine that the Typst compiler has no build for is a problem
 * to be told.
 */
export async function pdfOf(document: ReportDocument, draw: DrawChart): Promise<Parsed<Uint8Array>> {
  let typst: typeof Typst;
  try {
    // 50 MB of native code: loaded when a PDF is wanted, not with the program.
    typst = await import("@myriaddreamin/typst-ts-node-compiler");
  } catch (cause) {
    return { ok: false, problems: [noCompiler(cause)] };
  }
  const compiler = typst.NodeCompiler.create({ inputs: { document: inputOf(document, draw) } });
  return { ok: true, value: compiler.pdf({ mainFileContent: template }, { pdfStandard: "ua-1" }) };
}

function noCompiler(cause: unknown): Problem {
  return {
    code: "report/no-pdf-compiler",
    what: `the PDF compiler does not load on ${process.platform}-${process.arch}: ${String(cause)}`,
    where: null,
    why: "PDF is set by Typst, whose native build comes as an optional package",
    mend: "run `npm ci` again without --omit=optional; the HTML file holds the same and prints well",
  };
}

/** What the template reads; its keys are those that the template names. */
function inputOf(document: ReportDocument, draw: DrawChart): string {
  const date = new Date(document.at);
  const input = {
    ...document,
    date: dateText(document.at),
    day: [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()],
    sections: document.sections.map(({ heading, lead, blocks }) => ({
      heading,
      lead,
      blocks: blocks.map((block) => blockInput(block, draw)),
    })),
  };
  return JSON.stringify(input, (key, value: unknown) =>
    typeof value === "string" && key !== "svg" && key !== "code" ? unbroken(value) : value,
  );
}

function blockInput(block: Block, draw: DrawChart): object {
  switch (block.kind) {
    case "chart":
      return chartInput(block, draw(block.chart, chartStyle));
    case "table":
      return { kind: "table", table: tableInput(block.table) };
    case "code":
      return { kind: "code", label: block.label, code: block.text };
    default:
      return unreachable(block);
  }
}

/** A picture that is taller than a page is shown smaller: the page's text is 166 mm wide and 255 mm high, its heading counted. */
const heightOverWidthMax = 1.3;

function chartInput(
  { chart, table, tableUse }: Extract<Block, { readonly kind: "chart" }>,
  svg: string,
): object {
  const [, width = "1", height = "1"] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg) ?? [];
  const share = Math.min(1, (heightOverWidthMax * Number(width)) / Number(height));
  return {
    ...{ kind: "chart", svg, meaning: chart.meaning, widthShare: share },
    table: tableUse === "beside" ? tableInput(table) : null,
  };
}

/** About as many letters as a line of the page has room for beside the columns that share it, and as a kind takes. */
const ownLettersMax = 46;
const kindLetters = 10;

/** The columns of the shortest text are as wide as it, while there is room; the others share the rest by the root of their length. */
function tableInput(table: Table): object {
  const kinds = table.columns.map((_, index) => columnKindOf(table, index));
  const lengths = table.columns.map(({ name }, index) =>
    Math.max(name.length, ...table.rows.map((row) => lettersOf(row[index], kinds[index] ?? null))),
  );
  const own = new Set<number>();
  let letters = 0;
  for (const [index, length] of [...lengths.entries()].sort((a, b) => a[1] - b[1]).slice(0, -1)) {
    letters += length;
    if (letters <= ownLettersMax) own.add(index);
  }
  const columns = table.columns.map((column, index) => ({
    ...column,
    kind: kinds[index] ?? null,
    width: own.has(index) ? "own" : Math.sqrt(lengths[index] ?? 1),
  }));
  return { caption: table.caption, columns, rows: table.rows };
}

function lettersOf(cell: Labelled | undefined, told: FigureKind | null): number {
  if (cell === undefined) return 0;
  return cell.text.length + (cell.kind === told ? 0 : kindLetters);
}

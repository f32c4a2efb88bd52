import type * as Typst from "@myriaddreamin/typst-ts-node-compiler";
import type { Parsed, Problem } from "../../core/problem/problem.ts";
import { unreachable } from "../../core/problem/problem.ts";
import { type Block, columnKindOf, type ReportDocument, type Table } from "../../core/report/document.ts";
import type { ChartStyle, DrawChart } from "../../core/report/ports.ts";
import { dateText, unbroken } from "../../core/report/text.ts";
import { palette, template, typefaces } from "./template.ts";

/** Drawn somewhat wider than the page's text, so that its labels come out a little smaller than it. */
const chartStyle: ChartStyle = { widthPx: 600, fontFamily: typefaces.text, palette };

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
    why: "report.pdf is set by Typst, whose native build comes as an optional package",
    mend: "run `npm ci` again without --omit=optional; report.html holds the same report and prints well",
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
      return {
        kind: "chart",
        svg: draw(block.chart, chartStyle),
        meaning: block.chart.meaning,
        table: block.tableUse === "beside" ? tableInput(block.table) : null,
      };
    case "table":
      return { kind: "table", table: tableInput(block.table) };
    case "code":
      return { kind: "code", label: block.label, code: block.text };
    default:
      return unreachable(block);
  }
}

/** The widest column takes the room that the others leave. */
function tableInput(table: Table): object {
  const widths = table.columns.map((_, index) =>
    Math.max(...table.rows.map((row) => row[index]?.text.length ?? 0)),
  );
  const widest = widths.indexOf(Math.max(...widths));
  const columns = table.columns.map((column, index) => ({
    ...column,
    kind: columnKindOf(table, index),
    width: index === widest ? "rest" : "own",
  }));
  return { caption: table.caption, columns, rows: table.rows };
}

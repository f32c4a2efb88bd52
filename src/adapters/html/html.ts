import type { FigureKind } from "../../core/units/figure.ts";
import {
  type Answer,
  type Block,
  columnKindOf,
  type KeyFigure,
  type Labelled,
  type ReportDocument,
  type Section,
  type Table,
} from "../../core/report/document.ts";
import { unreachable } from "../../core/problem/problem.ts";
import type { ChartPalette, ChartStyle, DrawChart } from "../../core/report/ports.ts";
import { dateText, unbroken } from "../../core/report/text.ts";
import { styleSheet } from "./style-sheet.ts";

/** Paints that the style sheet supplies, one set for light and one for dark. */
const palette: ChartPalette = {
  ink: "var(--ink)",
  muted: "var(--muted)",
  rule: "var(--rule)",
  raised: "var(--raised)",
  good: "var(--good)",
  goodSoft: "var(--goodSoft)",
  bad: "var(--bad)",
  badSoft: "var(--badSoft)",
};
const wide: ChartStyle = { widthPx: 720, fontFamily: "inherit", palette };
const narrow: ChartStyle = { widthPx: 350, fontFamily: "inherit", palette };

/** The report as one file that opens from a disk: it refers to nothing outside itself, and says so to the browser. */
export function htmlOf(document: ReportDocument, draw: DrawChart): string {
  const { title, subtitle, at, answer, keyFigures, sections, notes } = document;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)} ${answer.word}.</title>
<link rel="icon" href="data:,">
<style>${styleSheet}</style>
</head>
<body>
<main>
<header>
<p class="brand">Holdfast</p>
<h1>${escaped(title)}</h1>
${answerHtml(answer)}
<p class="subtitle">${escaped(subtitle)}.<br><time datetime="${new Date(at).toISOString()}">${dateText(at)}</time></p>
</header>
<dl class="figures">
${keyFigures.map(figureHtml).join("\n")}
</dl>
${sections.map((section) => sectionHtml(section, draw)).join("\n")}
<footer>
${notes.map((note) => `<p>${escaped(note)}</p>`).join("\n")}
</footer>
</main>
</body>
</html>
`;
}

function answerHtml({ verdict, word, text }: Answer): string {
  const sign = verdict === "met" ? "✓" : "✗";
  return `<p class="answer ${verdict}"><strong><span aria-hidden="true">${sign} </span>${word}.</strong> ${escaped(text)}</p>`;
}

function figureHtml({ name, text, kind, note }: KeyFigure): string {
  const value = `${labelledHtml({ text, kind }, null)}<small>${labelledHtml(note, kind)}</small>`;
  return `<div><dt>${escaped(name)}</dt><dd>${value}</dd></div>`;
}

function sectionHtml({ heading, lead, blocks }: Section, draw: DrawChart): string {
  const body = blocks.map((block) => blockHtml(block, draw)).join("\n");
  return `<section>\n<h2>${escaped(heading)}</h2>\n<p>${escaped(lead)}</p>\n${body}\n</section>`;
}

function blockHtml(block: Block, draw: DrawChart): string {
  switch (block.kind) {
    case "table":
      return tableHtml(block.table);
    case "code":
      return `<p class="label">${escaped(block.label)}</p>\n<pre><code>${escaped(block.text)}</code></pre>`;
    case "chart":
      return chartHtml(block, draw);
    default:
      return unreachable(block);
  }
}

/** Drawn twice, so that text keeps its size on a telephone; the page shows one of them. */
function chartHtml(block: Extract<Block, { readonly kind: "chart" }>, draw: DrawChart): string {
  const drawn = (style: ChartStyle, name: string): string =>
    `<div class="${name}">${inlined(draw(block.chart, style))}</div>`;
  const table = tableHtml(block.table);
  const numbers =
    block.tableUse === "beside"
      ? table
      : `<details><summary>The numbers as a table</summary>\n${table}\n</details>`;
  return `<figure>${drawn(wide, "wide")}${drawn(narrow, "narrow")}</figure>\n${numbers}`;
}

/** Inside HTML an SVG needs no namespace; without it the file holds no address at all. */
function inlined(svg: string): string {
  return svg.replace(' xmlns="http://www.w3.org/2000/svg"', "");
}

function tableHtml(table: Table): string {
  const kinds = table.columns.map((_, index) => columnKindOf(table, index));
  const head = table.columns.map(({ name, align }, index) => {
    const kind = kinds[index] ?? null;
    return `<th scope="col" class="${align}">${escaped(name)}${kind === null ? "" : ` ${kindHtml(kind)}`}</th>`;
  });
  const rows = table.rows.map((row) => {
    const cells = row.map((cell, index) => {
      const align = table.columns[index]?.align ?? "start";
      const inner = labelledHtml(cell, kinds[index] ?? null);
      return index === 0
        ? `<th scope="row" class="${align}">${inner}</th>`
        : `<td class="${align}">${inner}</td>`;
    });
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<div class="table"><table>
<caption>${escaped(table.caption)}</caption>
<thead><tr>${head.join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></div>`;
}

/** The text, and its kind unless that was `told` already. */
function labelledHtml({ text, kind }: Labelled, told: FigureKind | null): string {
  const shown = escaped(text).replace(/^[✓✗]/, (sign) => `<span class="${signs[sign] ?? ""}">${sign}</span>`);
  return kind === null || kind === told ? shown : `${shown} ${kindHtml(kind)}`;
}

const signs: Readonly<Record<string, string>> = { "✓": "sign met", "✗": "sign missed" };

function kindHtml(kind: FigureKind): string {
  return `<span class="kind ${kind}">${kind}</span>`;
}

function escaped(text: string): string {
  return unbroken(text)
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/"/g, "&quot;");
}

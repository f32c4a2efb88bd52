import type { FigureKind } from "../../core/units/figure.ts";
import { unreachable } from "../../core/problem/problem.ts";
import {
  type Block,
  type Chart,
  columnKindOf,
  type DiagramChart,
  type Edge,
  type Labelled,
  type ReportDocument,
  type Section,
  type Table,
} from "../../core/report/document.ts";
import { dateText } from "../../core/report/text.ts";

/**
 * The report as Markdown, with diagrams as Mermaid, which repositories draw by themselves, and links to `chartsInFiles` beside it;
 * other charts are told by their tables.
 */
export function markdownOf({
  title,
  subtitle,
  at,
  answer,
  keyFigures,
  sections,
  notes,
}: ReportDocument): string {
  const figures = keyFigures.map(
    ({ name, text, kind, note }) =>
      `- ${escaped(name)}: **${escaped(text)}**${kindText(kind)}${noteText(note, kind)}`,
  );
  return `${[
    `# ${escaped(title)}`,
    `**${answer.word}.** ${escaped(answer.text)}`,
    `${escaped(subtitle)}. ${dateText(at)}.`,
    figures.join("\n"),
    ...sections.map(sectionText),
    "---",
    ...notes.map(escaped),
  ].join("\n\n")}\n`;
}

function noteText(note: Labelled, told: FigureKind | null): string {
  return note.text === "" ? "" : `, ${labelledText(note, told)}`;
}

function sectionText({ heading, lead, blocks }: Section): string {
  return [`## ${escaped(heading)}`, prose(lead), ...blocks.map(blockText)].join("\n\n");
}

function blockText(block: Block): string {
  switch (block.kind) {
    case "table":
      return tableText(block.table);
    case "code":
      return `${escaped(block.label)}:\n\n\`\`\`text\n${block.text}\n\`\`\``;
    case "chart":
      return [...chartText(block.chart), tableText(block.table)].join("\n\n");
    default:
      return unreachable(block);
  }
}

function chartText(chart: Chart): readonly string[] {
  switch (chart.kind) {
    case "diagram":
      return [mermaidOf(chart)];
    case "front":
      return [`![${escaped(chart.meaning)}](${chart.file})`];
    case "phases":
    case "writes":
      return [];
    default:
      return unreachable(chart);
  }
}

function tableText(table: Table): string {
  const kinds = table.columns.map((_, at) => columnKindOf(table, at));
  const head = table.columns.map(({ name }, at) => `${escaped(name)}${kindText(kinds[at] ?? null)}`);
  const rule = table.columns.map(({ align }) => (align === "end" ? "--:" : "---"));
  const rows = table.rows.map((row) => row.map((cell, at) => labelledText(cell, kinds[at] ?? null)));
  const lines = [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `${escaped(table.caption)}:\n\n${lines.join("\n")}`;
}

function labelledText({ text, kind }: Labelled, told: FigureKind | null): string {
  return `${escaped(text)}${kind === told ? "" : kindText(kind)}`;
}

function kindText(kind: FigureKind | null): string {
  return kind === null ? "" : ` _${kind}_`;
}

/** Commands stand between backticks in prose already. */
function prose(text: string): string {
  return text
    .split("`")
    .map((part, at) => (at % 2 === 0 ? escaped(part) : part))
    .join("`");
}

function escaped(text: string): string {
  return text.replace(/[\\`*_{}[\]<>|#]/g, (sign) => `\\${sign}`).replaceAll("\n", " ");
}

const arrows: Readonly<Record<Edge["line"], string>> = {
  solid: "-->",
  dashed: "-.->",
  dotted: "-. worse .->",
  faint: "-. fallback .->",
};

/** https://mermaid.js.org/syntax/flowchart.html; boxes are numbered, for their names may hold any sign. */
function mermaidOf({ bands, edges }: DiagramChart): string {
  const boxes = bands.flatMap((band) => band.boxes);
  const ids = new Map(boxes.map(({ id }, at) => [id, `n${at}`]));
  const lines = bands.flatMap(({ label, boxes: own }, at) => {
    const told = own.map(
      (box) => `${ids.get(box.id) ?? ""}["${[box.label, ...box.lines].map(quoted).join("<br/>")}"]`,
    );
    if (label === null) return told;
    return [`subgraph b${at} ["${quoted(label)}"]`, ...told.map((line) => `  ${line}`), "end"];
  });
  const links = edges.map(
    ({ from, to, line }) => `${ids.get(from) ?? ""} ${arrows[line]} ${ids.get(to) ?? ""}`,
  );
  return ["```mermaid", "flowchart TD", ...[...lines, ...links].map((line) => `  ${line}`), "```"].join("\n");
}

function quoted(text: string): string {
  return text.replaceAll('"', "#quot;").replaceAll("<", "#lt;").replaceAll(">", "#gt;");
}

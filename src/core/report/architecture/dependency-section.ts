import type { Component, Need } from "../../model/component.ts";
import { type Journey, type Model, the } from "../../model/model.ts";
import { durationText } from "../../units/text.ts";
import type { Band, DiagramChart, Edge, Section, Table } from "../document.ts";
import { declared, plain, start } from "../text.ts";

/** What one journey hangs on. */
export function dependencySection(model: Model, journey: Journey): Section {
  const levels = levelsOf(model, journey.entry);
  const components = [...levels.keys()].map((name) => the(model.components, name));
  const bands = bandsOf(components, levels);
  const edges: readonly Edge[] = [
    { from: "journey", to: journey.entry, line: "solid" },
    ...components.flatMap(edgesOf),
  ];
  const chart: DiagramChart = {
    kind: "diagram",
    meaning: `What journey ${journey.name} needs, from its entry ${journey.entry} at the top down`,
    bands: [
      { label: null, boxes: [{ id: "journey", label: `journey ${journey.name}`, lines: [] }] },
      ...bands,
    ],
    edges,
    legend: lines.filter(({ line }) => edges.some((edge) => edge.line === line)),
  };
  const table = needsTable(components);
  return {
    heading: `What ${journey.name} depends on`,
    lead: `It begins at ${journey.entry} and comes to ${components.length - 1} more.`,
    blocks: [{ kind: "chart", chart, table, tableUse: "beside" }],
  };
}

const lines: DiagramChart["legend"] = [
  { line: "solid", meaning: "cannot work without" },
  { line: "dashed", meaning: "a feature is missing without" },
  { line: "dotted", meaning: "answers worse without" },
  { line: "faint", meaning: "falls back on" },
];

/** The longest way from the entry to each component that it comes to: whoever needs another stands above it. */
export function levelsOf(model: Model, entry: string): ReadonlyMap<string, number> {
  const levels = new Map([[entry, 0]]);
  const waiting = [entry];
  // Only hard needs are free of circles: a level deeper than there are components is a circle, and left.
  const deepest = model.components.size;
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const level = (levels.get(next) ?? 0) + 1;
    for (const target of targetsOf(the(model.components, next))) {
      if ((levels.get(target) ?? -1) >= level || level > deepest) continue;
      levels.set(target, level);
      waiting.push(target);
    }
  }
  return levels;
}

function targetsOf({ needs }: Component): readonly string[] {
  return needs.flatMap((need) => [need.component, ...need.fallbacks]);
}

function bandsOf(components: readonly Component[], levels: ReadonlyMap<string, number>): readonly Band[] {
  const depths = [...new Set(levels.values())].sort((a, b) => a - b);
  return depths.map((depth) => ({
    label: null,
    boxes: components
      .filter(({ name }) => levels.get(name) === depth)
      .map(({ name, type, pattern, placements }) => ({
        id: name,
        label: name,
        lines: [type, placements.length === 1 ? "one place" : `${pattern}, ${placements.length} places`],
      })),
  }));
}

const lineOf: Readonly<Record<Need["strength"], Edge["line"]>> = {
  hard: "solid",
  soft: "dashed",
  degraded: "dotted",
};

function edgesOf({ name, needs }: Component): readonly Edge[] {
  return needs.flatMap((need): readonly Edge[] => [
    { from: name, to: need.component, line: lineOf[need.strength] },
    ...need.fallbacks.map((fallback): Edge => ({ from: name, to: fallback, line: "faint" })),
  ]);
}

function needsTable(components: readonly Component[]): Table {
  const rows = components.flatMap(({ name, needs }) =>
    needs.map((need) => [
      plain(name),
      plain(need.component),
      plain(strengthText[need.strength]),
      plain(need.fallbacks.join(", then ") || "none"),
      declared(need.timeout === null ? "none" : durationText.print(need.timeout)),
    ]),
  );
  return {
    caption: "Who needs whom, and what answers in its place",
    columns: [start("Component"), start("Needs"), start("Without it"), start("Fallback"), start("Timeout")],
    rows,
  };
}

const strengthText: Readonly<Record<Need["strength"], string>> = {
  hard: "it cannot work",
  soft: "a feature is missing",
  degraded: "it answers worse",
};

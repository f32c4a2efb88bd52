import { parser } from "@prometheus-io/lezer-promql";
import type { GrafanaDashboard, GrafanaPanel, GridPos } from "../src/core/mixin/grafana.ts";
import { seriesNamedIn } from "./promql-names.ts";

/** The versions of the JSON model that Grafana 10.4 and later read without migration of what is used here. */
const schemaVersions = [39, 40, 41] as const;

/** Told by Grafana itself. */
const builtIn = ["__rate_interval", "__interval", "__range", "__all"] as const;

/** Told by Prometheus itself: of each target, and of each alert. */
const ofPrometheus = ["up", "ALERTS"] as const;

/** What is wrong with a dashboard, each in one line; nothing where all is well. @param known names of series that are exported or recorded */
export function dashboardFaults(dashboard: GrafanaDashboard, known: readonly string[]): readonly string[] {
  const version = schemaVersions.some((each) => each === dashboard.schemaVersion);
  return [
    ...(version ? [] : [`schemaVersion is ${dashboard.schemaVersion}`]),
    ...addressFaults(dashboard),
    ...idFaults(dashboard.panels),
    ...gridFaults(dashboard.panels),
    ...variableFaults(dashboard),
    ...dashboard.panels.flatMap((panel) => panelFaults(panel, [...known, ...ofPrometheus])),
  ];
}

function addressFaults(dashboard: GrafanaDashboard): readonly string[] {
  return [...JSON.stringify(dashboard).matchAll(/\w+:\/\/[^"]*/g)].map(([address]) => `leads to ${address}`);
}

function idFaults(panels: readonly GrafanaPanel[]): readonly string[] {
  const ids = panels.map(({ id }) => id);
  return ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `id ${id} is there twice`);
}

function gridFaults(panels: readonly GrafanaPanel[]): readonly string[] {
  const outside = panels.filter(
    ({ gridPos: { x, y, w, h } }) => x < 0 || y < 0 || w < 1 || h < 1 || x + w > 24,
  );
  const overlapping = panels.flatMap((panel, at) =>
    panels.slice(at + 1).flatMap((other) => (overlap(panel.gridPos, other.gridPos) ? [[panel, other]] : [])),
  );
  return [
    ...outside.map(({ title }) => `${title} stands outside of the grid`),
    ...overlapping.map(([one, other]) => `${one?.title ?? ""} and ${other?.title ?? ""} overlap`),
  ];
}

function overlap(a: GridPos, b: GridPos): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** Of its variables that are declared and asked for, none is missing and none is without use. */
function variableFaults(dashboard: GrafanaDashboard): readonly string[] {
  const declared = dashboard.templating.list.map((each) => textIn(each, "name"));
  const { templating, ...rest } = dashboard;
  const used = [...variablesIn(JSON.stringify(rest)), ...variablesIn(JSON.stringify(templating))];
  const isKnown = (name: string): boolean =>
    declared.includes(name) || builtIn.some((each) => each === name) || repeats(dashboard).includes(name);
  return [
    ...new Set(used.filter((name) => !isKnown(name)).map((name) => `$${name} is no variable`)),
    ...declared.filter((name) => !used.includes(name)).map((name) => `nobody asks for $${name}`),
    ...repeats(dashboard)
      .filter((name) => !declared.includes(name))
      .map((name) => `is repeated for $${name}, which is no variable`),
  ];
}

function repeats({ panels }: GrafanaDashboard): readonly string[] {
  return panels.flatMap(({ repeat }) => (typeof repeat === "string" ? [repeat] : []));
}

function variablesIn(text: string): readonly string[] {
  // In the replacement of a pattern, $1 is a group.
  return [...text.matchAll(/\$\{?([a-zA-Z_]\w*)\}?/g)].map(([, name = ""]) => name);
}

function panelFaults(panel: GrafanaPanel, known: readonly string[]): readonly string[] {
  if (panel.type === "row") return [];
  const { title } = panel;
  const exprs = exprsOf(panel);
  const sources = [panel, ...targetsOf(panel)].map((each) => JSON.stringify(fieldOf(each, "datasource")));
  const fixed = sources.filter((source) => source !== '{"type":"prometheus","uid":"${datasource}"}');
  return [
    ...fixed.map((source) => `${title} asks the data source ${source}`),
    ...(textIn(panel, "description") === "" ? [`${title} does not say how it is read`] : []),
    ...(exprs.length === 0 ? [`${title} asks nothing`] : []),
    ...exprs.flatMap((expr) => exprFaults(expr, known).map((fault) => `${title}: ${fault}`)),
    ...legendFaults(panel),
  ];
}

function exprFaults(expr: string, known: readonly string[]): readonly string[] {
  const filled = filledIn(expr);
  if (!parses(filled)) return [`cannot be read: ${expr}`];
  const named = seriesNamedIn(filled);
  if (named.length === 0) return [`asks for no series: ${expr}`];
  return named.filter((name) => !known.includes(name)).map((name) => `nobody tells ${name}`);
}

function parses(expr: string): boolean {
  let isFine = true;
  parser.parse(expr).iterate({
    enter: ({ type }) => {
      if (type.isError) isFine = false;
    },
  });
  return isFine;
}

/** A legend names labels that its query keeps: where it sums by some, those. */
function legendFaults(panel: GrafanaPanel): readonly string[] {
  return targetsOf(panel).flatMap((target) => {
    const expr = textIn(target, "expr");
    const kept = /^[^(]*\bby \(([^)]*)\)/.exec(expr)?.[1]?.split(/,\s*/);
    const labels = [...textIn(target, "legendFormat").matchAll(/\{\{(\w+)\}\}/g)].map(
      ([, label = ""]) => label,
    );
    if (kept === undefined || / (or|group_right) /.test(expr)) return [];
    return labels
      .filter((label) => !kept.includes(label))
      .map((label) => `${panel.title}: no ${label} in ${expr}`);
  });
}

/** With something for each variable, as Grafana would fill it in before it asks. */
export function filledIn(expr: string): string {
  return expr
    .replaceAll("$__rate_interval", "2m")
    .replaceAll("${window}", "1h")
    .replaceAll(/\$\{?[a-z]\w*\}?/g, ".*");
}

export function targetsOf(panel: GrafanaPanel): readonly object[] {
  const targets = panel["targets"];
  return Array.isArray(targets) ? (targets as readonly object[]) : [];
}

export function exprsOf(panel: GrafanaPanel): readonly string[] {
  return targetsOf(panel).map((target) => textIn(target, "expr"));
}

function fieldOf(of: object, key: string): unknown {
  return (of as Readonly<Record<string, unknown>>)[key];
}

export function textIn(of: object, key: string): string {
  const value = fieldOf(of, key);
  return typeof value === "string" ? value : "";
}

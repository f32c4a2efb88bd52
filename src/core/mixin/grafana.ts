import { invariant } from "../problem/problem.ts";
import type { Dashboard, Look, Panel, Query, Row, Unit, Variable, Width } from "./dashboard.ts";

/** A dashboard in the classic JSON model of Grafana: https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/ */
export interface GrafanaDashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly schemaVersion: number;
  readonly panels: readonly GrafanaPanel[];
  readonly templating: { readonly list: readonly object[] };
  readonly [more: string]: unknown;
}

export interface GrafanaPanel extends Drawn {
  readonly id: number;
  readonly gridPos: GridPos;
}

/** What of a panel does not hang on where it stands. */
interface Drawn {
  readonly type: string;
  readonly title: string;
  readonly [more: string]: unknown;
}

/** Cells of a grid of 24 columns. */
export interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Of Grafana 10.4, from which newer ones migrate by themselves. */
const schemaVersion = 39;
const tag = "holdfast";
const columns = 24;

const datasource = { type: "prometheus", uid: "${datasource}" } as const;

/** Under which Grafana keeps it; alerts link to it. */
export function uidOf(name: string): string {
  return `holdfast-${name}`;
}

export function grafanaOf({ name, title, description, variables, rows }: Dashboard): GrafanaDashboard {
  return {
    ...{ uid: uidOf(name), title, description, tags: [tag], schemaVersion },
    ...{ id: null, editable: true, graphTooltip: 1, refresh: "30s", timezone: "browser" },
    time: { from: "now-6h", to: "now" },
    annotations: { list: [marks] },
    // Those of the same tag, wherever they are kept: a link without an address.
    links: [others],
    templating: { list: [datasourceVariable, ...variables.map(variableOf)] },
    panels: laidOut(rows),
  };
}

/** What `GRAFANA_URL` is told of drills and failovers. */
const marks = {
  ...{ name: "Drills and failovers", enable: true, iconColor: "orange" },
  datasource: { type: "grafana", uid: "-- Grafana --" },
  target: { type: "tags", tags: [tag], matchAny: false, limit: 100 },
};

const others = {
  ...{ type: "dashboards", title: "Holdfast", tags: [tag], icon: "dashboard", tooltip: "", url: "" },
  ...{ asDropdown: true, targetBlank: false, includeVars: false, keepTime: true },
};

const datasourceVariable = {
  ...{ name: "datasource", label: "Prometheus", type: "datasource", query: "prometheus" },
  ...{ hide: 0, includeAll: false, multi: false, refresh: 1, regex: "" },
};

function variableOf({ name, label, query, pattern }: Variable): object {
  return {
    ...{ name, label, type: "query", datasource, query, definition: query },
    ...{ current: { selected: true, text: ["All"], value: ["$__all"] }, hide: 0, sort: 1 },
    ...{ includeAll: true, multi: true, refresh: 2 },
    // Whoever chooses all may mean ten thousand: then the query is not to name each. A value that is part of a name has no such short form.
    ...(pattern === null ? { allValue: ".*", regex: "" } : { regex: `/${pattern}/` }),
  };
}

const widths: Readonly<Record<Width, number>> = { sixth: 4, quarter: 6, third: 8, half: 12, whole: 24 };
const heights: Readonly<Record<Look["kind"], number>> = {
  ...{ stat: 4, graph: 8, states: 8, bars: 8, heatmap: 8, table: 9 },
};

/** From left to right, and below the highest of a line when it is full; each row begins a line. */
function laidOut(rows: readonly Row[]): readonly GrafanaPanel[] {
  const placed: GrafanaPanel[] = [];
  let below = 0;
  for (const { title, panels } of rows) {
    const head = { x: 0, y: below, w: columns, h: 1 };
    placed.push({
      id: placed.length + 1,
      ...{ type: "row", title, collapsed: false, panels: [] },
      gridPos: head,
    });
    let [x, y] = [0, below + 1];
    below = y;
    for (const panel of panels) {
      const [w, h] = [widths[panel.width], heights[panel.look.kind]];
      if (x + w > columns) [x, y] = [0, below];
      placed.push({ id: placed.length + 1, ...panelOf(panel), gridPos: { x, y, w, h } });
      x += w;
      below = Math.max(below, y + h);
    }
  }
  return placed;
}

function panelOf(panel: Panel): Drawn {
  const { title, description, look, unit, queries, repeat } = panel;
  return {
    ...{ type: typeOf[look.kind], title, description, datasource },
    targets: queries.map((query, at) => targetOf(query, letterOf(at), look)),
    fieldConfig: { defaults: defaultsOf(look, unit), overrides: [] },
    options: optionsOf(look),
    ...(look.kind === "table" ? { transformations: asOneTable(queries) } : {}),
    ...(repeat === null ? {} : { repeat, repeatDirection: "h", maxPerRow: 4 }),
  };
}

const typeOf: Readonly<Record<Look["kind"], string>> = {
  ...{ stat: "stat", graph: "timeseries", states: "state-timeline" },
  ...{ bars: "bargauge", heatmap: "heatmap", table: "table" },
};

/** Queries of a panel are told apart by a letter. */
function letterOf(at: number): string {
  invariant(at < 26, `a panel has at most 26 queries, got number ${at}`);
  return String.fromCharCode(65 + at);
}

function targetOf({ expr, legend }: Query, refId: string, { kind }: Look): object {
  const isNow = kind === "stat" || kind === "bars" || kind === "table";
  const format = kind === "table" || kind === "heatmap" ? kind : "time_series";
  return {
    ...{ refId, datasource, editorMode: "code", expr, format },
    ...{ instant: isNow, range: !isNow, legendFormat: legend },
  };
}

const units: Readonly<Record<Unit, string>> = {
  ...{ none: "none", count: "short", "yes-no": "none", seconds: "s", milliseconds: "ms", bytes: "bytes" },
  ...{ share: "percentunit", "per-second": "ops", since: "s", times: "none" },
};

/** Digits behind the point where Grafana would choose badly: 99.95 % is not 100 %. */
const decimals: Readonly<Partial<Record<Unit, number>>> = { share: 2, times: 2 };

const yesNo = {
  type: "value",
  options: { 0: { text: "no", index: 0 }, 1: { text: "yes", index: 1 } },
};

function defaultsOf(look: Look, unit: Unit): object {
  const digits = decimals[unit];
  return {
    unit: units[unit],
    ...(digits === undefined ? {} : { decimals: digits }),
    mappings: unit === "yes-no" ? [yesNo] : [],
    color: { mode: look.kind === "graph" ? "palette-classic" : "thresholds" },
    thresholds: { mode: "absolute", steps: [{ color: "green", value: null }] },
    custom: customOf(look),
  };
}

function customOf(look: Look): object {
  switch (look.kind) {
    case "graph": {
      const mode = look.lines === "stacked" ? "normal" : "none";
      return {
        ...{ drawStyle: "line", lineWidth: 1, showPoints: "never", spanNulls: false },
        ...{ fillOpacity: mode === "normal" ? 20 : 0, stacking: { mode, group: "A" } },
      };
    }
    case "states":
      return { fillOpacity: 70, lineWidth: 0 };
    case "stat":
    case "bars":
    case "heatmap":
    case "table":
      return {};
  }
}

function optionsOf(look: Look): object {
  const reduceOptions = { calcs: ["lastNotNull"], fields: "", values: false };
  switch (look.kind) {
    case "stat":
      return {
        ...{ reduceOptions, colorMode: "value", graphMode: "none", justifyMode: "auto" },
        textMode: look.shows === "name" ? "name" : "value_and_name",
      };
    case "graph":
      return {
        legend: { displayMode: "list", placement: "bottom", showLegend: true },
        tooltip: { mode: "multi", sort: "desc" },
      };
    case "states":
      return { mergeValues: true, showValue: "never", rowHeight: 0.9, legend: { showLegend: false } };
    case "bars":
      return { reduceOptions, orientation: "horizontal", displayMode: "basic" };
    case "heatmap":
      return { calculate: false, yAxis: { axisPlacement: "left" }, cellGap: 1, legend: { show: true } };
    case "table":
      return { showHeader: true, cellHeight: "sm" };
  }
}

/** A column for each query, under its legend, and one for each label. */
function asOneTable(queries: readonly Query[]): readonly object[] {
  const called = queries.map(({ legend }, at): readonly [string, string] => [
    queries.length === 1 ? "Value" : `Value #${letterOf(at)}`,
    legend,
  ]);
  return [
    { id: "merge", options: {} },
    {
      id: "organize",
      options: {
        excludeByName: { Time: true, __name__: true },
        indexByName: {},
        renameByName: Object.fromEntries(called),
      },
    },
  ];
}

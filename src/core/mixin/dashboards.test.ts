import { describe, expect, it } from "vitest";
import { dashboardFaults, exprsOf, filledIn } from "../../../test/dashboard-faults.ts";
import { seriesNamedIn, seriesOf } from "../../../test/promql-names.ts";
import { exportedAs, recordedSeries } from "../../../test/recorded-series.ts";
import { nameSets } from "../llm/llm.ts";
import type { NameSet } from "../llm/name-set.ts";
import { exportedMetrics } from "../metrics/exported.ts";
import { dashboards } from "./dashboards.ts";
import { failoverDashboard } from "./failover-dashboard.ts";
import { type GrafanaDashboard, grafanaOf } from "./grafana.ts";
import { llmDashboard } from "./llm-dashboard.ts";
import { ownAlerts, usualSettings } from "./mixin.ts";
import { sloDashboard } from "./slo-dashboard.ts";

const own = exportedMetrics.flatMap(seriesOf);

const recorded = recordedSeries().map(({ name }) => name);

function nameOf(series: string): string {
  return series.replace(/\{.*/, "");
}

function titleOf({ runtime, generation }: NameSet): string {
  return `${runtime} ${generation ?? ""}`;
}

describe("a dashboard", () => {
  it("of failovers shows what is exported", () => {
    expect(dashboardFaults(grafanaOf(failoverDashboard), own)).toEqual([]);
  });

  it("of objectives shows what the rules record", () => {
    expect(dashboardFaults(grafanaOf(sloDashboard), recorded)).toEqual([]);
  });

  it.each(nameSets.map((set) => [titleOf(set), set] as const))(
    "of language models shows what %s exports",
    (_, set) => {
      const known = [...exportedAs(set).map(nameOf), ...recorded];
      expect(dashboardFaults(grafanaOf(llmDashboard(set)), known)).toEqual([]);
    },
  );

  it("has a name, a title and an id that no other has", () => {
    for (const set of nameSets) {
      const all = dashboards(set).map((each) => ({ title: each.title, uid: grafanaOf(each).uid }));
      expect(new Set(all.map(({ title }) => title)).size).toBe(3);
      expect(all.map(({ uid }) => uid)).toEqual(["holdfast-failover", "holdfast-slo", "holdfast-llm"]);
    }
  });

  it("of failovers shows every metric that Holdfast exports of itself", () => {
    const shown = grafanaOf(failoverDashboard).panels.flatMap(exprsOf).flatMap(namesIn);
    const missing = exportedMetrics.filter(
      (metric) => !seriesOf(metric).some((name) => shown.includes(name)),
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it("of failovers shows what each alert on Holdfast itself asks", () => {
    const shown = grafanaOf(failoverDashboard).panels.flatMap(exprsOf).flatMap(namesIn);
    const asked = ownAlerts({ ...usualSettings, runbooks: "" }).flatMap(({ expr }) => seriesNamedIn(expr));
    expect(asked.filter((name) => !shown.includes(name))).toEqual([]);
  });
});

function namesIn(expr: string): readonly string[] {
  return seriesNamedIn(filledIn(expr));
}

describe("what is wrong with a dashboard is found", () => {
  const sound = grafanaOf(sloDashboard);
  /** With one field of a panel set to something else. */
  const changed = (at: number, fields: object): GrafanaDashboard => ({
    ...sound,
    panels: sound.panels.map((panel, place) => (place === at ? { ...panel, ...fields } : panel)),
  });
  const asking = (expr: string, more: object = {}): GrafanaDashboard =>
    changed(1, {
      targets: [
        { expr, legendFormat: "", datasource: { type: "prometheus", uid: "${datasource}" }, ...more },
      ],
    });
  const broken: Readonly<Record<string, readonly [GrafanaDashboard, string]>> = {
    "an old schema": [{ ...sound, schemaVersion: 16 }, "schemaVersion is 16"],
    "an address": [changed(1, { links: [{ url: "https://example.com" }] }), "leads to https://example.com"],
    "an id twice": [changed(2, { id: 2 }), "id 2 is there twice"],
    "panels over one another": [
      changed(2, { gridPos: { x: 5, y: 1, w: 6, h: 4 } }),
      "Objectives and Budgets used up overlap",
    ],
    "a panel outside": [
      changed(4, { gridPos: { x: 19, y: 1, w: 6, h: 4 } }),
      "Alerts stands outside of the grid",
    ],
    "a query that cannot be read": [asking("sum(up"), "Objectives: cannot be read: sum(up"],
    "a metric that is not there": [
      asking("slo:objectives:ratio"),
      "Objectives: nobody tells slo:objectives:ratio",
    ],
    "a query of nothing": [asking("vector(1)"), "Objectives: asks for no series: vector(1)"],
    "a variable that is not there": [asking('up{job="$job"}'), "$job is no variable"],
    "a variable that nobody asks for": [
      { ...sound, templating: { list: [...sound.templating.list, { name: "region" }] } },
      "nobody asks for $region",
    ],
    "a repetition without a variable": [
      changed(1, { repeat: "region" }),
      "is repeated for $region, which is no variable",
    ],
    "a data source of one's own": [
      asking("up", { datasource: { type: "prometheus", uid: "abc" } }),
      'Objectives asks the data source {"type":"prometheus","uid":"abc"}',
    ],
    "a legend without its label": [
      asking("sum by (slo) (up)", { legendFormat: "{{region}}" }),
      "Objectives: no region in sum by (slo) (up)",
    ],
    "no description": [changed(1, { description: "" }), "Objectives does not say how it is read"],
    "no query": [changed(1, { targets: [] }), "Objectives asks nothing"],
  };

  it.each(Object.keys(broken))("%s", (called) => {
    const [dashboard, fault] = broken[called] ?? [sound, ""];
    expect(dashboardFaults(dashboard, recorded)).toContain(fault);
  });
});

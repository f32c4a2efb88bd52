import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nameSets, titleOf } from "../../src/core/llm/llm.ts";
import { exportedMetrics } from "../../src/core/metrics/exported.ts";
import type { Dashboard } from "../../src/core/mixin/dashboard.ts";
import { failoverDashboard } from "../../src/core/mixin/failover-dashboard.ts";
import { grafanaOf } from "../../src/core/mixin/grafana.ts";
import { llmDashboard } from "../../src/core/mixin/llm-dashboard.ts";
import { sloDashboard } from "../../src/core/mixin/slo-dashboard.ts";
import { exprsOf, filledIn, targetsOf, textIn } from "../dashboard-faults.ts";
import { seriesOf } from "../promql-names.ts";
import { exportedAs, recordedSeries } from "../recorded-series.ts";
import {
  backfill,
  isPrometheusHere,
  type RunningPrometheus,
  runningPrometheus,
  skipped,
} from "../running-prometheus.ts";

const everyDashboard: readonly (readonly [string, Dashboard])[] = [
  ["failovers", failoverDashboard],
  ["objectives", sloDashboard],
  ...nameSets.map((set) => [titleOf(set), llmDashboard(set)] as const),
];

/** A world in which all parts tell everything, and every state is. */
const told: Readonly<Record<string, readonly string[]>> = {
  region: ["east", "west"],
  state: ["primary", "streaming"],
  phase: ["steady", "detect"],
  verdict: ["answering"],
  outcome: ["answered", "broken"],
  protocol: ["sql", "http"],
};
const target = 'job="holdfast-controller",instance="controller-east"';
const alert = 'alertname="HoldfastNoLeader",alertstate="firing",severity="page",burn_window="1h"';

/** Each with a label more. */
function spread(series: readonly string[], label: string): readonly string[] {
  return series.flatMap((each) => (told[label] ?? ["some"]).map((value) => `${each},${label}="${value}"`));
}

function ownSeries(): readonly string[] {
  return exportedMetrics.flatMap((metric) =>
    seriesOf(metric).flatMap((name) => {
      const bounds = name.endsWith("_bucket") ? [',le="0.5"', ',le="+Inf"'] : [""];
      const labelled = metric.labels.reduce(spread, [`${name}{${target}`]);
      return labelled.flatMap((each) => bounds.map((bound) => `${each}${bound}}`));
    }),
  );
}

/** What each series of `recordedSeries` is, where it matters. */
function recordedValue(name: string): number {
  if (name === "slo:error_budget_remaining:ratio") return 0.25;
  return name.startsWith("slo:error:") ? 0.005 : 0.5;
}

const [instants, step, end] = [40, 15, 1_764_000_000] as const;

/** Samples in OpenMetrics: what Holdfast tells is 1, counters of a language model rise, what is recorded stays. */
function world(): string {
  const lines = new Map<string, (at: number) => number>();
  for (const each of [...ownSeries(), `up{${target}}`, `ALERTS{${alert},slo="chat",service="assistant"}`])
    lines.set(each, (at) => (/_total|_bucket|_count|_sum/.test(each) ? at : 1));
  for (const each of nameSets.flatMap(exportedAs)) lines.set(each, (at) => at);
  for (const { name, labels } of recordedSeries()) {
    const given = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`);
    const isObjective = name === "slo:objective:ratio";
    const value = isObjective ? targetOf(labels["objective"]) : recordedValue(name);
    const series = `${name}{${given.join(",")}`;
    const all = labels["slo"] === "apart" && !isObjective ? spread([series], "region") : [series];
    for (const each of all) lines.set(`${each}}`, () => value);
  }
  const first = end - instants * step;
  return `${[...lines]
    .flatMap(([series, valueAt]) =>
      Array.from({ length: instants + 1 }, (_, at) => `${series} ${valueAt(at)} ${first + at * step}`),
    )
    .join("\n")}\n# EOF\n`;
}

function targetOf(objective: string | undefined): number {
  return Number(objective?.replace(/-\d+$/, "") ?? "0.9");
}

interface Answer {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

let folder = "";
let prometheus: RunningPrometheus | null = null;

beforeAll(async () => {
  if (!isPrometheusHere) return;
  folder = mkdtempSync(join(tmpdir(), "holdfast-dashboards-"));
  backfill(folder, world());
  prometheus = await runningPrometheus(folder, "global: {}\n");
});
afterAll(async () => {
  await prometheus?.stop();
});

/** @throws what Prometheus has against it */
async function asked(expr: string): Promise<readonly Answer[]> {
  const query = new URLSearchParams({ query: filledIn(expr), time: String(end) });
  const response = await fetch(`${prometheus?.url ?? ""}/api/v1/query?${query.toString()}`);
  const body = (await response.json()) as {
    readonly error?: string;
    readonly data?: { result: readonly Answer[] };
  };
  if (body.data === undefined) throw new Error(`${expr}: ${body.error ?? ""}`);
  return body.data.result;
}

/** What a target does not show: anything at all, or a label that its legend names. */
function missingIn(answers: readonly Answer[], target: object): readonly string[] {
  if (answers.length === 0) return [textIn(target, "expr")];
  const labels = [...textIn(target, "legendFormat").matchAll(/\{\{(\w+)\}\}/g)].map(
    ([, label = ""]) => label,
  );
  return labels.filter((label) => !answers.some(({ metric }) => metric[label] !== undefined));
}

describe.skipIf(!isPrometheusHere)(`dashboards, by a real Prometheus${skipped}`, () => {
  it.each(everyDashboard)("of %s ask what promtool can read", (_, dashboard) => {
    const rules = grafanaOf(dashboard)
      .panels.flatMap(exprsOf)
      .map((expr, at) => `      - { record: "asked:${at}", expr: ${JSON.stringify(filledIn(expr))} }\n`);
    const judged = (all: readonly string[]): number | null => {
      const file = join(folder, "asked.yaml");
      writeFileSync(file, `groups:\n  - name: asked\n    rules:\n${all.join("")}`);
      return spawnSync("promtool", ["check", "rules", file]).status;
    };
    expect(rules.length).toBeGreaterThan(5);
    expect(judged(rules)).toBe(0);
    expect(judged([...rules, '      - { record: "asked:last", expr: "sum(up" }\n'])).not.toBe(0);
  });

  it.each(everyDashboard)(
    "of %s show something in every panel, with the labels of its legend",
    async (_, dashboard) => {
      const targets = grafanaOf(dashboard).panels.flatMap((panel) =>
        targetsOf(panel).map((target) => ({ panel: panel.title, target })),
      );
      const missing = await Promise.all(
        targets.map(async ({ panel, target }) =>
          missingIn(await asked(textIn(target, "expr")), target).map((each) => `${panel}: ${each}`),
        ),
      );
      expect(missing.flat()).toEqual([]);
    },
  );

  describe("of objectives", () => {
    const { panels } = grafanaOf(sloDashboard);
    /** By objective and region, for one SLO. */
    const shown = async (
      title: string,
      at: number,
      slo: string,
    ): Promise<Readonly<Record<string, number>>> => {
      const expr = panels.filter((panel) => panel.title === title).flatMap(exprsOf)[at] ?? "";
      const own = (await asked(expr)).filter(({ metric }) => metric["slo"] === slo);
      return Object.fromEntries(
        own.map(({ metric, value: [, text] }) => [
          [metric["component"], metric["objective"], metric["region"]]
            .filter((each) => each !== undefined)
            .join(" "),
          Number(Number(text).toFixed(6)),
        ]),
      );
    };

    it("hold one error against each target", async () => {
      // 0.5 % is bad: half of what 99 % allows, five times what 99.9 % allows.
      expect(await shown("Burn rate over $window", 0, "twofold")).toEqual({ "0.99": 0.5, "0.999": 5 });
      // A quarter of the budget is left: three quarters of what may be bad was.
      expect(await shown("How objectives stand", 1, "twofold")).toEqual({ "0.99": 0.9925, "0.999": 0.99925 });
    });

    it("hold errors that each objective has of its own against its target", async () => {
      expect(await shown("Burn rate over $window", 0, "bounded")).toEqual({ "0.9": 0.05, "0.99": 0.5 });
    });

    it("show each group, and of burn rates the worst", async () => {
      expect(await shown("How objectives stand", 1, "apart")).toEqual({
        "0.99 east": 0.9925,
        "0.99 west": 0.9925,
      });
      expect(await shown("Burn rate over $window", 0, "apart")).toEqual({ "0.99": 0.5 });
    });

    it("show a composite beside its parts", async () => {
      expect(await shown("Burn rate over $window", 0, "whole")).toEqual({
        "": 0.5,
        "answers 0.99": 0.5,
        "tokens 0.95": 0.1,
      });
    });
  });
});

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { holdfast } from "../built-program.ts";
import { isPrometheusHere, skipped } from "../running-prometheus.ts";

const slos = `apiVersion: openslo/v1
kind: SLO
metadata: { name: kept-apart, labels: { region: eu, team: "{{ nope }}" } }
spec:
  service: shop
  indicator:
    metadata: { name: kept-apart }
    spec:
      ratioMetric:
        counter: true
        total: { metricSource: { spec: { query: "sum by (region) (e) # all" } } }
        bad: { metricSource: { spec: { query: 'sum by (region) (e{c="5#"}) # "bad"' } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ target: 0.999 }]
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: size }
spec:
  service: shop
  indicator:
    metadata: { name: size }
    spec: { thresholdMetric: { metricSource: { spec: { histogram: 'sent_bytes{job="x",}' } } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ op: lte, value: 1000000, target: 0.99 }]
---
apiVersion: openslo/v1
kind: SLO
metadata: { name: size-period }
spec:
  service: shop
  indicator:
    metadata: { name: size-period }
    spec: { thresholdMetric: { metricSource: { spec: { histogram: sent_bytes } } } }
  timeWindow: [{ duration: 30d, isRolling: true }]
  budgetingMethod: Occurrences
  objectives: [{ op: lte, value: 1000000, target: 0.99 }]
`;

/** Both regions fail in half of their events; all that is sent is below a million bytes, which a client in Go writes so. */
const trial = `rule_files: [rules.yaml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
      - { series: 'sent_bytes_bucket{job="x",le="1e+06"}', values: 0+60x180 }
      - { series: 'sent_bytes_bucket{job="x",le="+Inf"}', values: 0+60x180 }
      - { series: 'sent_bytes_count{job="x"}', values: 0+60x180 }
      - { series: 'e{region="eu",c="5#"}', values: 0+60x180 }
      - { series: 'e{region="us",c="5#"}', values: 0+60x180 }
      - { series: 'e{region="eu",c="2"}', values: 0+60x180 }
      - { series: 'e{region="us",c="2"}', values: 0+60x180 }
    promql_expr_test:
      - expr: slo:error:ratio_rate1h{slo!="size-period"}
        eval_time: 2h
        exp_samples:
          - { labels: 'slo:error:ratio_rate1h{service="shop",slo="size"}', value: 0 }
          - { labels: 'slo:error:ratio_rate1h{service="shop",slo="kept-apart",region="eu"}', value: 0.5 }
          - { labels: 'slo:error:ratio_rate1h{service="shop",slo="kept-apart",region="us"}', value: 0.5 }
      - expr: count by (region, team) (ALERTS{alertname="ErrorBudgetBurn",burn_window="1h"})
        eval_time: 2h
        exp_samples:
          - { labels: '{region="eu",team="{{ nope }}"}', value: 1 }
          - { labels: '{region="us",team="{{ nope }}"}', value: 1 }
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-spellings-"));
  writeFileSync(join(folder, "slos.yaml"), slos);
  writeFileSync(join(folder, "trial.yaml"), trial);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe.skipIf(!isPrometheusHere)(`rules of what others have spelled${skipped}`, () => {
  it("find a bucket under the name that a client gives it, tell regions apart where a label names one, and get groups of their own", () => {
    const made = holdfast(["slo", "rules", "slos.yaml", "--out", "rules.yaml"], folder);
    expect({ status: made.status, err: made.err.includes("problem") }).toEqual({ status: 0, err: false });
    const { stdout, status } = spawnSync("promtool", ["test", "rules", "trial.yaml"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect({ stdout, status }).toMatchObject({ status: 0 });
  });
});

import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { instantMs } from "../units/units.ts";
import type { AlertingRule } from "./prometheus.ts";
import { readSlos } from "./read-slos.ts";
import { ruleGroups } from "./rules.ts";

/** The alerts of an SLO with these labels, whose events are summed so. */
function alertsOf(labels: Readonly<Record<string, string>>, sum: string): readonly AlertingRule[] {
  const query = (text: string): object => ({ metricSource: { spec: { query: text } } });
  const ratioMetric = {
    ...{ counter: true, bad: query(`${sum}(e{code="5"})`), total: query(`${sum}(e)`) },
  };
  const document = {
    ...{ apiVersion: "openslo/v1", kind: "SLO", metadata: { name: "a", labels } },
    spec: {
      ...{ service: "shop", indicator: { metadata: { name: "a" }, spec: { ratioMetric } } },
      ...{ timeWindow: [{ duration: "30d", isRolling: true }], budgetingMethod: "Occurrences" },
      objectives: [{ target: 0.999 }],
    },
  };
  const given = readOpenSlo({ path: "a.json", text: JSON.stringify(document) }, "strict");
  const { slos, problems } = readSlos(given, instantMs(0));
  expect(problems).toEqual([]);
  return slos.flatMap((slo) =>
    [...ruleGroups(slo)].flatMap(({ rules }) => rules.flatMap((rule) => ("alert" in rule ? [rule] : []))),
  );
}

describe("the labels of alerts", () => {
  it("are those of the SLO, and its own under its own names", () => {
    const alerts = alertsOf({ team: "search", severity: "none", "no-label": "x" }, "sum");
    expect(alerts.length).toBeGreaterThan(3);
    for (const { labels } of alerts) {
      expect(labels).toMatchObject({ team: "search", slo: "a", service: "shop" });
      expect(labels["severity"]).toMatch(/^(page|ticket)$/);
      expect(labels).not.toHaveProperty("no-label");
    }
  });

  it("leave those by which it is kept apart to its series: two groups under one label are no alert at all", () => {
    const alerts = alertsOf({ region: "eu", team: "search" }, "sum by (region)");
    expect(alerts.filter(({ labels }) => "region" in labels)).toEqual([]);
    expect(alerts.filter(({ labels }) => labels["team"] !== "search")).toEqual([]);
  });

  it("are texts, and no templates of Prometheus", () => {
    const [alert] = alertsOf({ team: "{{ nope }}" }, "sum");
    expect(alert?.labels["team"]).toBe('{{"{{"}} nope }}');
  });
});

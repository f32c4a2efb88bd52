import { describe, expect, it } from "vitest";
import { importSpecs } from "../../src/core/openslo/import/import.ts";
import { readOpenSlo } from "../../src/core/openslo/openslo.ts";
import type { AlertingRule, RuleGroup } from "../../src/core/slo/prometheus.ts";
import { readSlos } from "../../src/core/slo/read-slos.ts";
import { type RuleTest, ruleTests } from "../../src/core/slo/rule-tests.ts";
import { ruleGroups } from "../../src/core/slo/rules.ts";
import type { Slo } from "../../src/core/slo/slo.ts";
import { instantMs } from "../../src/core/units/units.ts";
import { isPromtoolHere, skipped, triedBy } from "../rule-trial.ts";

const events = {
  error_query: 'sum(rate(asked_total{code="500"}[{{.window}}]))',
  total_query: "sum(rate(asked_total[{{.window}}]))",
};

function sloth(alerting: object): object {
  const slos = [{ name: "answers", objective: 99, sli: { events }, alerting }];
  return { version: "prometheus/v1", service: "chat", slos };
}

const pyrra = {
  apiVersion: "pyrra.dev/v1alpha1",
  kind: "ServiceLevelObjective",
  metadata: { name: "answers", annotations: { "pyrra.dev/note": "it is {{ $value | humanize }}" } },
  spec: {
    target: "99",
    window: "4w",
    indicator: {
      ratio: { errors: { metric: 'asked_total{code="500"}' }, total: { metric: "asked_total" } },
    },
    alerting: { name: "AnswersBurn" },
  },
};

/** The one SLO of a specification, after its way through the text of OpenSLO. */
function imported(spec: object): Slo {
  const file = { path: "spec.json", text: JSON.stringify(spec) };
  const { documents, problems } = importSpecs(file, { period: "30d" });
  const text = JSON.stringify(documents.map(({ document }) => document));
  const read = readOpenSlo({ path: "slo.json", text }, "strict");
  const { slos, problems: unread } = readSlos(read, instantMs(0));
  expect([...problems, ...read.flatMap((each) => each.problems), ...unread]).toEqual([]);
  const [slo] = slos;
  if (slo === undefined) throw new Error("nothing was imported");
  return slo;
}

function testsOf(slo: Slo): readonly RuleTest[] {
  const tests = ruleTests(slo);
  if (tests.kind === "none") throw new Error(tests.because);
  return tests.tests;
}

/** With another name, or another label, of the alerts by burn rates. */
function changed(
  groups: readonly RuleGroup[],
  change: (alert: AlertingRule) => Partial<AlertingRule>,
): readonly RuleGroup[] {
  return groups.map((group) => ({
    ...group,
    rules: group.rules.map((rule) =>
      "alert" in rule && rule.alert === own.name ? { ...rule, ...change(rule) } : rule,
    ),
  }));
}

const own = {
  name: "Chat: it's failing",
  labels: { team: "search", on: "call" },
  annotations: { summary: "{{ $labels.service }} fails" },
  page_alert: { labels: { severity: "critical", of: "{{ $labels.service }}" } },
  ticket_alert: { labels: { severity: "minor" } },
};

const labels = {
  __name__: "ALERTS",
  alertname: "Chat: it's failing",
  alertstate: "firing",
  ...{ slo: "chat-answers", service: "chat", objective: "0.99" },
  ...{ team: "search", on: "call", of: "chat", severity: "critical", burn_window: "1h" },
};

describe.skipIf(!isPromtoolHere)(`alerts as Sloth and Pyrra have them called and labelled${skipped}`, () => {
  it.each<[string, object]>([
    ["Sloth", sloth(own)],
    ["Sloth, where those that call are off", sloth({ ...own, page_alert: { disable: true } })],
    ["Pyrra", pyrra],
  ])(
    "stand the tests that are made for them: %s",
    (_, spec) => {
      const slo = imported(spec);
      expect(triedBy(ruleGroups(slo), testsOf(slo))).toMatchObject({ status: 0 });
    },
    60_000,
  );

  it.each<[string, Parameters<typeof changed>[1]]>([
    ["another name", () => ({ alert: "ErrorBudgetBurn" })],
    ["another label", ({ labels: others }) => ({ labels: { ...others, team: "others" } })],
    ["another severity", ({ labels: others }) => ({ labels: { ...others, severity: "page" } })],
  ])(
    "fail the tests that are made for them with %s",
    (_, change) => {
      const slo = imported(sloth(own));
      const { status, told } = triedBy(changed(ruleGroups(slo), change), testsOf(slo));
      expect([status, told]).toEqual([1, expect.stringContaining("FAILED")]);
      expect(told).not.toContain("duplicate");
    },
    60_000,
  );

  it("are raised with these names and labels", () => {
    const traffic = [
      { selector: 'asked_total{code="500"}', values: "0+20x180" },
      { selector: 'asked_total{code="200"}', values: "0+80x180" },
    ];
    const formula = 'ALERTS{alertstate="firing",burn_window="1h"}';
    const test = {
      name: "own",
      series: traffic,
      checks: [{ minute: 180, formula, answer: { labels, value: 1 } }],
    };
    expect(triedBy(ruleGroups(imported(sloth(own))), [test])).toMatchObject({ status: 0 });
  }, 60_000);

  it("are not raised where they are off", () => {
    const traffic = [{ selector: 'asked_total{code="500"}', values: "0+20x180" }];
    const formula = 'ALERTS{alertstate="firing",burn_window=~"1h|6h"}';
    const test = { name: "off", series: traffic, checks: [{ minute: 180, formula, answer: null }] };
    const groups = ruleGroups(imported(sloth({ ...own, page_alert: { disable: true } })));
    expect(triedBy(groups, [test])).toMatchObject({ status: 0 });
    expect(triedBy(ruleGroups(imported(sloth(own))), [test])).toMatchObject({ status: 1 });
  }, 60_000);

  it("have a service as it is written, though a template could begin in it", () => {
    const service = "{{ nope }}";
    const traffic = [{ selector: 'asked_total{code="500"}', values: "0+20x180" }];
    const formula = 'count by (service) (ALERTS{alertstate="firing",burn_window="1h"})';
    const checks = [{ minute: 180, formula, answer: { labels: { service }, value: 1 } }];
    const groups = ruleGroups(imported({ ...sloth({ name: "A" }), service }));
    expect(triedBy(groups, [{ name: "braces", series: traffic, checks }])).toMatchObject({ status: 0 });
  }, 60_000);
});

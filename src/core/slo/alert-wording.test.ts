import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { instantMs } from "../units/units.ts";
import { compositeGroups } from "./composite.ts";
import type { AlertingRule } from "./prometheus.ts";
import { type ReadSlos, readSlos } from "./read-slos.ts";
import { ruleGroups } from "./rules.ts";

const asks = (text: string): unknown => ({ metricSource: { spec: { query: text } } });
const indicator = {
  metadata: { name: "s" },
  spec: { ratioMetric: { counter: true, bad: asks("errors"), total: asks("requests") } },
};

function read(wording: Readonly<Record<string, string>>, spec: object = {}): ReadSlos {
  const annotations = Object.fromEntries(
    Object.entries(wording).map(([key, text]) => [`holdfast.dev/${key}`, text]),
  );
  const document = {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: "chat", labels: { team: "whole" }, annotations },
    spec: {
      service: "assistant",
      indicator,
      timeWindow: [{ duration: "30d", isRolling: true }],
      budgetingMethod: "Occurrences",
      objectives: [{ target: 0.99 }],
      ...spec,
    },
  };
  const documents = readOpenSlo({ path: "s.json", text: JSON.stringify(document, null, 1) }, "strict");
  expect(documents.flatMap(({ problems }) => problems)).toEqual([]);
  return readSlos(documents, instantMs(0));
}

function alertsOf(...given: Parameters<typeof read>): readonly AlertingRule[] {
  const { slos, composites, problems } = read(...given);
  expect(problems).toEqual([]);
  const groups = [...slos.flatMap(ruleGroups), ...composites.flatMap(compositeGroups)];
  return groups.flatMap(({ rules }) => rules.flatMap((rule) => ("alert" in rule ? [rule] : [])));
}

const composite = { indicator: undefined, objectives: [{ target: 0.99, indicator }] };

const wording = {
  "alert-name": "ChatFails",
  "alert-labels": '{"team":"search","region":"{{ $labels.region }}"}',
  "alert-annotations": '{"summary":"{{ $value }} fails","ask":"search"}',
  "page-severity": "critical",
  "page-labels": '{"team":"on-call"}',
  "page-annotations": '{"ask":"on-call"}',
  "ticket-severity": "minor",
};

describe("how an SLO wants its alerts to be called and labelled", () => {
  it.each<[string, object]>([
    ["an SLO", {}],
    ["a composite", composite],
  ])("is how the alerts by burn rates of %s are", (_, spec) => {
    const [page, , ticket] = alertsOf(wording, spec);
    const both = { slo: "chat", service: "assistant", region: "{{ $labels.region }}" };
    expect(page).toMatchObject({
      alert: "ChatFails",
      labels: { ...both, severity: "critical", team: "on-call", burn_window: "1h" },
      annotations: { summary: "{{ $value }} fails", ask: "on-call" },
    });
    expect(ticket).toMatchObject({
      alert: "ChatFails",
      labels: { ...both, severity: "minor", team: "search", burn_window: "1d" },
      annotations: { summary: "{{ $value }} fails", ask: "search" },
    });
    expect(page?.annotations["description"]).toBeDefined();
  });

  it("leaves to other alerts their names and their own words", () => {
    const others = alertsOf(wording).filter(({ alert }) => alert !== "ChatFails");
    expect(others.map(({ alert }) => alert)).toEqual(["ObjectiveDataAbsent", "ObjectiveDataContradicts"]);
    for (const { labels, annotations } of others) {
      expect(labels).toMatchObject({ severity: "minor", team: "search" });
      expect(annotations).toMatchObject({ ask: "search" });
      expect(annotations["summary"]).toMatch(/^chat: /);
    }
  });

  it("is as the product has it where nothing is said", () => {
    const [page, , ticket] = alertsOf({});
    expect(page).toMatchObject({ alert: "ErrorBudgetBurn", labels: { severity: "page", team: "whole" } });
    expect(ticket).toMatchObject({ alert: "ErrorBudgetBurn", labels: { severity: "ticket" } });
  });

  it.each<[string, readonly string[]]>([
    ["page", ["1h", "6h"]],
    ["ticket", ["1d", "3d"]],
    ["mwmbr", ["1h", "6h", "1d", "3d"]],
  ])("with alerting: %s has the alerts over %s", (alerting, windows) => {
    for (const spec of [{}, composite]) {
      const burns = alertsOf({ alerting }, spec).filter(({ alert }) => alert === "ErrorBudgetBurn");
      expect(burns.map(({ labels }) => labels["burn_window"])).toEqual(windows);
    }
  });

  it.each<[string, string, string]>([
    [
      "alert-name",
      "ObjectiveRulesOutdated",
      'is "ObjectiveRulesOutdated", which is what other alerts are called',
    ],
    ["alert-name", "two\nlines", 'is "two\nlines", which is no name on one line'],
    ["alert-name", "{{ $labels.a }}", 'is "{{ $labels.a }}", which has a template, and names have none'],
    ["alert-labels", "team: search", 'is "team: search", which is no map of texts'],
    ["page-labels", '{"team":1}', 'is "{"team":1}", which is no map of texts'],
    ["alert-labels", '["team"]', 'is "["team"]", which is no map of texts'],
    ["alert-labels", '{"burn_window":"x"}', 'has "burn_window", which is a label that alerts have already'],
    ["ticket-labels", '{"severity":"x"}', 'has "severity", which is a label that alerts have already'],
    ["alert-labels", '{"a-b":"x"}', 'has "a-b", which is no name that Prometheus takes'],
    ["alert-labels", '{"__name__":"x"}', 'has "__name__", which is no name that Prometheus takes'],
    [
      "alert-labels",
      '{"v":"{{ $value }}"}',
      'has "v", which shows the value of the alert, by which each look at it would raise another alert',
    ],
    [
      "page-annotations",
      '{"note":"{{ nope }}"}',
      'has "note", which is a template that Prometheus refuses: it calls nope, which is no function of Prometheus',
    ],
    ["page-severity", " ", 'is " ", which is no word that alerts are sent on by'],
    ["alerting", "pages", 'is "pages"'],
  ])("is refused where no alert can have it: %s %s", (key, text, because) => {
    const [problem, ...more] = read({ [key]: text }).problems;
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      code: "slo/annotation",
      what: `SLO "chat": its annotation holdfast.dev/${key} ${because}`,
      where: { file: "s.json", line: 10 },
    });
    expect(problem?.where?.column).toBeGreaterThan(1);
  });

  it("is refused where it is what keeps parts of the SLO apart", () => {
    const by = { "group-by": "region", "ticket-labels": '{"region":"x"}' };
    expect(read(by).problems.map(({ what }) => what)).toEqual([
      'SLO "chat": its annotation holdfast.dev/ticket-labels has "region", by which the SLO is kept apart',
    ]);
  });
});

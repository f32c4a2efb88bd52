import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatted } from "../format/format.ts";
import { readOpenSlo } from "../openslo.ts";
import { openSloText } from "../openslo-text.ts";
import { importSpecs, readPeriod, together } from "./import.ts";
import type { SloDocument } from "./slo-document.ts";
import type { Translation } from "./translation.ts";

const settings = { period: "30d" };

function imported(spec: unknown): Translation {
  const text = typeof spec === "string" ? spec : JSON.stringify(spec);
  const translation = importSpecs({ path: "spec.yaml", text }, settings);
  // Whatever a test looks at: what was made of a spec is valid, and printed in canonical form.
  const printed = openSloText(translation.documents.map(({ document }) => document));
  expect(faultsOf(translation, printed)).toEqual([]);
  expect(formatted({ path: "slo.yaml", text: printed })).toMatchObject({
    ok: true,
    value: { text: printed },
  });
  return translation;
}

function faultsOf({ documents }: Translation, text: string): readonly string[] {
  const read = readOpenSlo({ path: "slo.yaml", text }, "strict");
  expect(read).toHaveLength(documents.length);
  return read.flatMap(({ problems }) => problems.map(({ what }) => what));
}

function only(spec: unknown): SloDocument {
  const { documents, problems } = imported(spec);
  expect(problems).toEqual([]);
  expect(documents).toHaveLength(1);
  return (documents[0] as Translation["documents"][number]).document;
}

function metricOf(spec: unknown): unknown {
  return only(spec).spec.indicator.spec.ratioMetric;
}

const asked = (query: string) => ({ metricSource: { type: "Prometheus", spec: { query } } });

const events = {
  error_query: 'sum(rate(answers_total{code=~"5.."}[{{.window}}]))',
  total_query: "sum(rate(answers_total[{{.window}}]))",
};
const slothSlo = { name: "answers", objective: 99.9, sli: { events } };
const sloth = (slo: object = {}, spec: object = {}) => ({
  version: "prometheus/v1",
  service: "chat",
  slos: [{ ...slothSlo, ...slo }],
  ...spec,
});

const ratio = {
  ratio: { errors: { metric: 'answers_total{code=~"5.."}' }, total: { metric: "answers_total" } },
};
const pyrra = (spec: object = {}, metadata: object = {}) => ({
  apiVersion: "pyrra.dev/v1alpha1",
  kind: "ServiceLevelObjective",
  metadata: { name: "chat-answers", labels: { "pyrra.dev/service": "chat" }, ...metadata },
  spec: { target: "99.9", window: "4w", indicator: ratio, ...spec },
});

const resource = (spec: object = {}, metadata: object = {}) => ({
  apiVersion: "sloth.slok.dev/v1",
  kind: "PrometheusServiceLevel",
  metadata: { name: "chat", ...metadata },
  spec: {
    service: "chat",
    slos: [
      {
        ...slothSlo,
        sli: { events: { errorQuery: events.error_query, totalQuery: events.total_query } },
      },
    ],
    ...spec,
  },
});

/** Codes, and what is told after the name of the spec. */
function refusals(spec: unknown): readonly (readonly [string, string])[] {
  const { documents, problems } = imported(spec);
  expect(documents).toEqual([]);
  for (const { where, mend } of problems) expect([where?.file, mend.length > 0]).toEqual(["spec.yaml", true]);
  return problems.map(({ code, what }) => [code, what.replace(/^[^:]*": /, "")]);
}

function losses(spec: unknown): readonly string[] {
  const { documents, problems, warnings } = imported(spec);
  expect([documents.length, problems]).toEqual([1, []]);
  return warnings.map(({ what }) => what.replace(/^[^:]*": /, ""));
}

describe("a spec of Sloth", () => {
  it("becomes a document of OpenSLO for each of its SLOs", () => {
    const text = `version: prometheus/v1
service: Chat
labels: { team: search, tier: gold }
slos:
  - name: answers_given
    description: Questions are answered
    objective: 99.95
    labels: { tier: silver }
    sli:
      events:
        error_query: sum(rate(answers_total{code=~"5..", path!="/a}[b"}[{{ .window }}]))
        total_query: |
          sum(
            rate(answers_total{path!="/a}[b"}[{{.window}}])
          )
    alerting:
      name: ChatFails
      labels: { team: search }
      annotations: { runbook: "https://runbooks.example.com/chat" }
      page_alert: { labels: { severity: critical, route: phone } }
      ticket_alert: { labels: { severity: minor }, annotations: { note: slow } }
  - name: fast
    objective: 99
    sli:
      raw:
        error_ratio_query: 1 - (sum(rate(fast_total[{{.window}}])) / sum(rate(answers_total[{{.window}}])))
`;
    const { documents, problems, warnings } = imported(text);
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(documents[0]).toEqual({
      from: { file: "spec.yaml", line: 5, column: 11 },
      document: {
        apiVersion: "openslo/v1",
        kind: "SLO",
        metadata: {
          name: "chat-answers-given",
          displayName: "Chat-answers_given",
          labels: { team: "search", tier: "silver" },
          annotations: {
            "holdfast.dev/alerting": "mwmbr",
            "holdfast.dev/alert-name": "ChatFails",
            "holdfast.dev/alert-labels": '{"team":"search"}',
            "holdfast.dev/alert-annotations": '{"runbook":"https://runbooks.example.com/chat"}',
            "holdfast.dev/page-severity": "critical",
            "holdfast.dev/page-labels": '{"route":"phone"}',
            "holdfast.dev/ticket-severity": "minor",
            "holdfast.dev/ticket-annotations": '{"note":"slow"}',
          },
        },
        spec: {
          description: "Questions are answered",
          service: "Chat",
          indicator: {
            metadata: { name: "chat-answers-given" },
            spec: {
              ratioMetric: {
                counter: true,
                bad: asked('answers_total{code=~"5..", path!="/a}[b"}'),
                total: asked('answers_total{path!="/a}[b"}'),
              },
            },
          },
          timeWindow: [{ duration: "30d", isRolling: true }],
          budgetingMethod: "Occurrences",
          objectives: [{ targetPercent: 99.95 }],
        },
      },
    });
    expect(documents[1]?.document.spec.indicator.spec.ratioMetric).toEqual({
      counter: false,
      raw: asked("1 - (sum(rate(fast_total[{{.window}}])) / sum(rate(answers_total[{{.window}}])))"),
      rawType: "failure",
    });
  });

  it("says the same as a resource of Kubernetes", () => {
    expect(imported(resource()).documents[0]?.document).toEqual(only(sloth()));
  });

  it.each<[string, string, string]>([
    ["rates", "sum(rate(bad_total[{{.window}}]))", "sum(rate(all_total[{{.window}}]))"],
    [
      "increases",
      "sum( increase( bad_total [ {{- .window -}} ] ) )",
      "sum(increase(all_total[{{.window}}]))",
    ],
    [
      "rates summed by nothing",
      "sum by () (rate(bad_total[{{.window}}]))",
      "sum(rate(all_total[{{.window}}]))",
    ],
  ])("gives the bare counters of %s", (_, error_query, total_query) => {
    const ratioMetric = { counter: true, bad: asked("bad_total"), total: asked("all_total") };
    expect(metricOf(sloth({ sli: { events: { error_query, total_query } } }))).toEqual(ratioMetric);
  });

  it("is kept apart by the labels that both of its counters are summed by", () => {
    const error_query = "sum by (route, zone) (rate(bad_total[{{.window}}]))";
    const total_query = "sum(rate(all_total[{{.window}}])) by (zone,route)";
    const { metadata, spec } = only(sloth({ sli: { events: { error_query, total_query } } }));
    expect(metadata.annotations["holdfast.dev/group-by"]).toBe("zone,route");
    expect(spec.indicator.spec.ratioMetric).toMatchObject({
      bad: asked("bad_total"),
      total: asked("all_total"),
    });
  });

  it.each<[string, string, string]>([
    ["a rate and an increase", "sum(rate(bad_total[{{.window}}]))", "sum(increase(all_total[{{.window}}]))"],
    [
      "a sum beside another",
      "sum(rate(a[{{.window}}])) + sum(rate(b[{{.window}}]))",
      "sum(rate(c[{{.window}}]))",
    ],
    ["an offset", "sum(rate(a[{{.window}}] offset 5m))", "sum(rate(c[{{.window}}] offset 5m))"],
    ["another function", "sum(irate(a[{{.window}}]))", "sum(irate(c[{{.window}}]))"],
    ["a maximum", "max(rate(a[{{.window}}]))", "max(rate(c[{{.window}}]))"],
  ])("keeps queries with %s as they are", (_, error_query, total_query) => {
    const { documents, warnings } = imported(sloth({ sli: { events: { error_query, total_query } } }));
    expect(warnings).toEqual([]);
    expect(documents[0]?.document.spec.indicator.spec.ratioMetric).toEqual({
      counter: true,
      bad: asked(error_query),
      total: asked(total_query),
    });
  });

  it("writes the window of a query that is kept in the one way that is read here", () => {
    const error_ratio_query = "  1 - avg(avg_over_time(up[{{ .window }}]))\n";
    expect(metricOf(sloth({ sli: { raw: { error_ratio_query } } }))).toMatchObject({
      raw: asked("1 - avg(avg_over_time(up[{{.window}}]))"),
    });
  });

  it("warns where queries that are kept leave labels", () => {
    const error_query = "sum by (a) (rate(x[{{.window}}]))";
    const total_query = "sum by (b) (rate(y[{{.window}}]))";
    expect(losses(sloth({ sli: { events: { error_query, total_query } } }))).toEqual([
      "slos[0].sli.events groups by labels, and the SLO is taken as one all the same",
    ]);
  });

  it.each<[object | undefined, string]>([
    [undefined, "mwmbr"],
    [{ page_alert: null, ticket_alert: {} }, "mwmbr"],
    [{ page_alert: { disable: true }, ticket_alert: { disable: true } }, "none"],
    [{ page_alert: { disable: false }, ticket_alert: { disable: true } }, "page"],
    [{ page_alert: { disable: true } }, "ticket"],
  ])("with the alerts %j has alerting %s", (alerting, told) => {
    const { documents } = imported(sloth({ alerting }));
    expect(documents[0]?.document.metadata.annotations).toEqual({ "holdfast.dev/alerting": told });
  });

  it("tells each thing that is dropped", () => {
    const slo = { plugins: {}, labels: { _hidden: "x" } };
    expect(losses(sloth(slo, { slo_plugins: { chain: [] }, labels: { "a b": "x" } }))).toEqual([
      "slo_plugins has no counterpart in OpenSLO and is dropped",
      "labels.a b cannot be a label of OpenSLO and is dropped",
      "slos[0].labels._hidden cannot be a label of OpenSLO and is dropped",
      "slos[0].plugins has no counterpart in OpenSLO and is dropped",
    ]);
    expect(losses({ ...resource({ sloPlugins: {} }, { namespace: "a", labels: {} }), status: {} })).toEqual([
      "metadata.namespace, metadata.labels, status have no counterpart in OpenSLO and are dropped",
      "spec.sloPlugins has no counterpart in OpenSLO and is dropped",
    ]);
  });

  it("has its long name cut, with a warning", () => {
    const { documents, warnings } = imported(sloth({ name: "x".repeat(70) }));
    expect(documents[0]?.document.metadata.name).toBe(`chat-${"x".repeat(58)}`);
    expect(warnings.map(({ code, where }) => [code, where?.line])).toEqual([["manifest/bad-name", 1]]);
  });

  it("has a name that ends in a letter or digit, though it be cut at a hyphen", () => {
    const { documents } = imported(sloth({ name: `${"x".repeat(57)}-y` }));
    expect(documents[0]?.document.metadata.name).toBe(`chat-${"x".repeat(57)}`);
  });

  it("loses nothing where an alert is said to be on", () => {
    expect(losses(sloth({ alerting: { page_alert: { disable: false } } }))).toEqual([]);
  });

  it.each<[string, unknown, string, string]>([
    [
      "a plugin",
      sloth({ sli: { plugin: { id: "x", options: {} } } }),
      "manifest/unknown-key",
      "slos[0].sli.plugin is a program of Sloth, and what it asks for is not written here",
    ],
    ["no indicator", sloth({ sli: {} }), "manifest/missing-key", "slos[0].sli says nothing to measure"],
    ["no sli", sloth({ sli: null }), "manifest/missing-key", 'slos[0] needs "sli"'],
    [
      "two indicators",
      sloth({ sli: { events, raw: { error_ratio_query: "up[{{.window}}]" } } }),
      "manifest/contradiction",
      "slos[0].sli has events and raw, which exclude one another",
    ],
    [
      "no total",
      sloth({ sli: { events: { error_query: events.error_query } } }),
      "manifest/missing-key",
      'slos[0].sli.events needs "total_query"',
    ],
    [
      "a window of its own",
      sloth({ sli: { events: { ...events, total_query: "sum(rate(a[5m]))" } } }),
      "manifest/out-of-range",
      "slos[0].sli.events.total_query has no {{.window}}, so that it would be the same over any window",
    ],
    [
      "another template",
      sloth({ sli: { raw: { error_ratio_query: "a[{{.window}}] + {{.budget}}" } } }),
      "manifest/out-of-range",
      "slos[0].sli.raw.error_ratio_query has a template that is not {{.window}}",
    ],
    ["no budget", sloth({ objective: 100 }), "manifest/out-of-range", "slos[0].objective is 100"],
    ["nothing good", sloth({ objective: 0 }), "manifest/out-of-range", "slos[0].objective is 0"],
    [
      "an objective in quotes",
      sloth({ objective: "99" }),
      "manifest/wrong-type",
      'slos[0].objective is "99", not a number',
    ],
    [
      "a number as a label",
      sloth({ labels: { tier: 1 } }),
      "manifest/wrong-type",
      "slos[0].labels.tier is 1, not text",
    ],
    [
      "a name of no letters",
      sloth({ name: "__" }, { service: "_" }),
      "manifest/bad-name",
      'slos[0].name is "_-__", which has neither letter nor digit to make a name of',
    ],
    [
      "a key that Sloth has not",
      sloth({ objectve: 1 }),
      "manifest/unknown-key",
      'slos[0] has no key "objectve"',
    ],
    ["no SLO", sloth({}, { slos: [] }), "manifest/out-of-range", "slos is [], an empty list"],
    [
      "a resource without a query",
      resource({ slos: [{ ...slothSlo, sli: { raw: {} } }] }),
      "manifest/missing-key",
      'PrometheusServiceLevel: spec.slos[0].sli.raw needs "errorRatioQuery"',
    ],
  ])("with %s is refused", (...[, spec, code, what]) => {
    expect(refusals(spec)).toEqual([[code, what]]);
  });

  it("that has one SLO that cannot be translated gives the others", () => {
    const plugin = { ...slothSlo, name: "plugged", sli: { plugin: { id: "x" } } };
    const { documents, problems } = imported(sloth({}, { slos: [plugin, slothSlo] }));
    expect([documents.length, problems.length]).toEqual([1, 1]);
  });

  it("is refused with the line and column of what is wrong", () => {
    const text =
      "version: prometheus/v1\nservice: chat\nslos:\n  - name: a\n    objective: 99\n    sli:\n      plugin:\n        id: x\n";
    expect(imported(text).problems[0]?.where).toEqual({ file: "spec.yaml", line: 7, column: 7 });
  });
});

describe("a spec of Pyrra", () => {
  it("becomes a document of OpenSLO", () => {
    const spec = { description: "Answers arrive", alerting: { name: "ChatBurns" } };
    const labels = { "pyrra.dev/team": "search", "pyrra.dev/service": "assistant" };
    const document = only(
      pyrra(spec, { labels, annotations: { "pyrra.dev/runbook": "https://example.com" } }),
    );
    expect(document).toEqual({
      apiVersion: "openslo/v1",
      kind: "SLO",
      metadata: {
        name: "chat-answers",
        labels: { team: "search", service: "assistant" },
        annotations: {
          "holdfast.dev/alerting": "mwmbr",
          "holdfast.dev/alert-name": "ChatBurns",
          "holdfast.dev/alert-annotations": '{"runbook":"https://example.com"}',
        },
      },
      spec: {
        description: "Answers arrive",
        service: "assistant",
        indicator: {
          metadata: { name: "chat-answers" },
          spec: {
            ratioMetric: {
              counter: true,
              bad: asked('answers_total{code=~"5.."}'),
              total: asked("answers_total"),
            },
          },
        },
        timeWindow: [{ duration: "4w", isRolling: true }],
        budgetingMethod: "Occurrences",
        objectives: [{ targetPercent: 99.9 }],
      },
    });
  });

  const bucket = { metric: 'wait_seconds_bucket{le="1"}' };
  const gauge =
    'sum(sum_over_time(up{job="chat"}[{{.window}}])) / sum(count_over_time(up{job="chat"}[{{.window}}]))';
  it.each<[object, unknown]>([
    [
      { latency: { success: bucket, total: { metric: "wait_seconds_count" } } },
      { counter: true, good: asked(bucket.metric), total: asked("wait_seconds_count") },
    ],
    [
      { latencyNative: { latency: "200ms", total: { metric: "wait_seconds" } } },
      {
        counter: false,
        raw: asked("histogram_fraction(0, 0.2, sum(rate(wait_seconds[{{.window}}])))"),
        rawType: "success",
      },
    ],
    [
      { latencyNative: { latency: "1m30s", total: { metric: "wait_seconds" }, grouping: ["route"] } },
      {
        counter: false,
        raw: asked("histogram_fraction(0, 90, sum by (route) (rate(wait_seconds[{{.window}}])))"),
        rawType: "success",
      },
    ],
    [{ bool_gauge: { metric: 'up{job="chat"}' } }, { counter: false, raw: asked(gauge), rawType: "success" }],
  ])("with the indicator %j asks as it does", (indicator, ratioMetric) => {
    expect(metricOf(pyrra({ indicator }))).toEqual(ratioMetric);
  });

  it.each<[string, object]>([
    ["ratio", { ratio: { ...ratio.ratio, grouping: ["route", "zone"] } }],
    ["latency", { latency: { success: bucket, total: { metric: "a" }, grouping: ["route", "zone"] } }],
    [
      "latencyNative",
      { latencyNative: { latency: "1s", total: { metric: "a" }, grouping: ["route", "zone"] } },
    ],
    ["bool_gauge", { bool_gauge: { metric: "a", grouping: ["route", "zone"] } }],
  ])("is kept apart by the labels that a %s groups by", (_, indicator) => {
    expect(only(pyrra({ indicator })).metadata.annotations["holdfast.dev/group-by"]).toBe("route,zone");
  });

  it.each<[object | undefined, string]>([
    [undefined, "mwmbr"],
    [{ burnrates: true }, "mwmbr"],
    [{ burnrates: false }, "none"],
    [{ disabled: true }, "none"],
  ])("with the alerting %j has alerting %s", (alerting, told) => {
    expect(only(pyrra({ alerting })).metadata.annotations).toEqual({ "holdfast.dev/alerting": told });
  });

  it("tells each thing that is dropped", () => {
    const spec = {
      performanceOverAccuracy: true,
      ruleOutput: {},
      partial_response_strategy: "warn",
      alerting: { absent: false, absentName: "Gone", severities: {} },
    };
    const metadata = { namespace: "a", labels: { role: "rules" }, annotations: { note: "x" } };
    const lost = "has no counterpart in OpenSLO and is dropped";
    expect(losses({ ...pyrra(spec, metadata), status: { type: "x" } })).toEqual([
      'metadata names no service, which OpenSLO asks for; "chat-answers" is taken',
      "metadata.namespace, metadata.labels.role, metadata.annotations.note, status have no counterpart in OpenSLO and are dropped",
      `spec.performanceOverAccuracy ${lost}`,
      `spec.ruleOutput ${lost}`,
      `spec.partial_response_strategy ${lost}`,
      `spec.alerting.absent ${lost}`,
      `spec.alerting.absentName ${lost}`,
      `spec.alerting.severities ${lost}`,
    ]);
  });

  it("warns of a target that looks like a share", () => {
    const { documents, warnings } = imported(pyrra({ target: "0.999" }));
    expect(documents[0]?.document.spec.objectives).toEqual([{ targetPercent: 0.999 }]);
    expect(warnings.map(({ mend }) => mend)).toEqual(['write "99.9" if a share of 0.999 is meant']);
  });

  it.each<[string, unknown, string, string]>([
    [
      "no budget",
      pyrra({ target: "100" }),
      "manifest/out-of-range",
      'spec.target is "100", and OpenSLO knows no objective that leaves no budget',
    ],
    [
      "a target in words",
      pyrra({ target: "99.9 %" }),
      "manifest/impossible-quantity",
      'spec.target is "99.9 %", which is no number of percent',
    ],
    [
      "a target without quotes",
      pyrra({ target: 99 }),
      "manifest/wrong-type",
      "ServiceLevelObjective: spec.target is 99, not text",
    ],
    [
      "no target",
      pyrra({ target: null }),
      "manifest/missing-key",
      'ServiceLevelObjective: spec needs "target"',
    ],
    [
      "a window in two parts",
      pyrra({ window: "1d12h" }),
      "manifest/impossible-quantity",
      'spec.window is "1d12h", which OpenSLO cannot say',
    ],
    [
      "a window of years",
      pyrra({ window: "1y" }),
      "manifest/impossible-quantity",
      'spec.window is "1y", which OpenSLO cannot say',
    ],
    [
      "a window of nothing",
      pyrra({ window: "0d" }),
      "manifest/impossible-quantity",
      'spec.window is "0d", which OpenSLO cannot say',
    ],
    [
      "no indicator",
      pyrra({ indicator: {} }),
      "manifest/missing-key",
      "spec.indicator says nothing to measure",
    ],
    [
      "two indicators",
      pyrra({ indicator: { ...ratio, bool_gauge: { metric: "up" } } }),
      "manifest/contradiction",
      "spec.indicator has ratio and bool_gauge, which exclude one another",
    ],
    [
      "no total",
      pyrra({ indicator: { ratio: { errors: { metric: "a" } } } }),
      "manifest/missing-key",
      'ServiceLevelObjective: spec.indicator.ratio needs "total"',
    ],
    [
      "a sum for a metric",
      pyrra({ indicator: { ratio: { errors: { metric: "a" }, total: { metric: "sum(rate(b[5m]))" } } } }),
      "manifest/out-of-range",
      "spec.indicator.ratio.total.metric is more than a metric with its matchers",
    ],
    [
      "a latency of nothing",
      pyrra({ indicator: { latencyNative: { latency: "0s", total: { metric: "a" } } } }),
      "manifest/impossible-quantity",
      'spec.indicator.latencyNative.latency is "0s", which is no length of time above 0',
    ],
    [
      "a name of no letters",
      pyrra({}, { name: "--" }),
      "manifest/bad-name",
      'metadata.name is "--", which has neither letter nor digit to make a name of',
    ],
    [
      "a key that Pyrra has not",
      pyrra({ windw: "1d" }),
      "manifest/unknown-key",
      'ServiceLevelObjective: spec has no key "windw"',
    ],
  ])("with %s is refused", (...[, spec, code, what]) => {
    expect(refusals(spec)).toEqual([[code, what]]);
  });

  it("is told all at once what is wrong with it", () => {
    expect(refusals(pyrra({ target: "x", window: "x", indicator: {} }))).toHaveLength(3);
  });
});

describe("a file to import", () => {
  it.each<[string, unknown, string]>([
    ["no YAML", "a: [", "manifest/unreadable-yaml"],
    ["a list", [sloth()], "manifest/not-a-map"],
    ["no version", { service: "chat" }, "manifest/missing-api-version"],
    ["another version of Sloth", { ...sloth(), version: "prometheus/v2" }, "manifest/unknown-api-version"],
    ["another version of Pyrra", { ...pyrra(), apiVersion: "pyrra.dev/v1" }, "manifest/unknown-api-version"],
    ["a version that is no text", { ...pyrra(), apiVersion: 1 }, "manifest/unknown-api-version"],
    ["another kind", { ...pyrra(), kind: "PrometheusServiceLevel" }, "manifest/unknown-kind"],
    ["no kind", { ...pyrra(), kind: null }, "manifest/missing-key"],
  ])("that holds %s is refused", (_, spec, code) => {
    expect(refusals(spec).map(([each]) => each)).toEqual([code]);
  });

  it("that holds nothing gives nothing", () => {
    expect(imported("# later\n")).toEqual({ documents: [], problems: [], warnings: [] });
  });

  it("that is OpenSLO is left as it is", () => {
    const { problems } = imported({ apiVersion: "openslo/v1", kind: "Service", metadata: { name: "a" } });
    expect(problems.map(({ mend }) => mend)).toEqual(["leave this document as it is: it is OpenSLO already"]);
  });

  it("may hold documents of both tools, and what is wrong with one leaves the others be", () => {
    const text = [sloth(), { version: "x" }, pyrra()].map((each) => JSON.stringify(each)).join("\n---\n");
    const { documents, problems } = imported(text);
    expect(documents.map(({ document }) => document.spec.timeWindow[0].duration)).toEqual(["30d", "4w"]);
    expect(problems.map(({ where }) => where?.line)).toEqual([3]);
  });

  it("gives SLOs of Sloth the period that is asked for", () => {
    const file = { path: "spec.yaml", text: JSON.stringify(sloth()) };
    const { documents } = importSpecs(file, { period: "28d" });
    expect(documents[0]?.document.spec.timeWindow).toEqual([{ duration: "28d", isRolling: true }]);
  });

  it.each(["28d", "4w", "90m"])("takes the period %s", (text) => {
    expect(readPeriod(text)).toEqual({ ok: true, value: text });
  });

  it.each(["0d", "28", "1M", "28 d", "-4w", "28d x", ""])("refuses the period %j", (text) => {
    expect(readPeriod(text)).toMatchObject({
      ok: false,
      problems: [{ code: "manifest/impossible-quantity" }],
    });
  });

  it("keeps the first of two SLOs of one name, wherever they stand", () => {
    const both = together([imported(sloth()), imported(sloth({ objective: 99 }))]);
    expect(both.documents.map(({ document }) => document.spec.objectives[0].targetPercent)).toEqual([99.9]);
    expect(both.problems).toMatchObject([{ code: "manifest/duplicate-name", where: { file: "spec.yaml" } }]);
  });
});

it("gives valid OpenSLO for whatever it takes", () => {
  const texts = fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 });
  const query = fc.constantFrom(
    events.total_query,
    "a[{{.window}}]: {{ .window }} # 'x' \"y\"",
    "\t{{.window}}\n- x",
  );
  const slo = fc.record({
    name: fc.string({ minLength: 1, maxLength: 80 }),
    description: fc.string(),
    objective: fc.double({ min: 1e-9, max: 99.999999, noNaN: true }),
    labels: texts,
    sli: fc.record({ events: fc.record({ error_query: query, total_query: query }) }),
    alerting: fc.record({ name: fc.string(), labels: texts, page_alert: fc.record({ annotations: texts }) }),
  });
  const spec = fc.record({
    version: fc.constant("prometheus/v1"),
    service: fc.string({ minLength: 1 }),
    labels: texts,
    slos: fc.array(slo, { minLength: 1, maxLength: 3 }),
  });
  let taken = 0;
  fc.assert(
    fc.property(spec, (given) => {
      taken += imported(given).documents.length;
    }),
  );
  expect(taken).toBeGreaterThan(50);
});

import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { decimalText } from "../units/exact.ts";
import { instantMs } from "../units/units.ts";
import { type ReadSlos, readSlos } from "./read-slos.ts";

type Fields = Readonly<Record<string, unknown>>;

const metric = (spec: Fields, source: Fields = {}): Fields => ({ metricSource: { ...source, spec } });
const query = (text: string): Fields => metric({ query: text });
const counted: Fields = { ratioMetric: { counter: true, bad: query("errors"), total: query("requests") } };
const inline = (spec: Fields): Fields => ({ indicator: { metadata: { name: "sli" }, spec } });

function sloWith(change: Fields, annotations: Fields = {}): Fields {
  const spec = {
    service: "chat",
    ...inline(counted),
    timeWindow: [{ duration: "30d", isRolling: true }],
    budgetingMethod: "Occurrences",
    objectives: [{ target: 0.99 }],
    ...change,
  };
  return { apiVersion: "openslo/v1", kind: "SLO", metadata: { name: "chat", annotations }, spec };
}

function read(...documents: readonly Fields[]): ReadSlos {
  const given = readOpenSlo({ path: "slos.json", text: JSON.stringify(documents) }, "strict");
  expect(given.flatMap(({ problems }) => problems)).toEqual([]);
  return readSlos(given, instantMs(Date.parse("2026-11-27T00:00:00Z")));
}

function refused(...documents: readonly Fields[]): readonly string[] {
  return read(...documents).problems.map(({ code, what }) => `${code} ${what}`);
}

const sli: Fields = {
  apiVersion: "openslo/v1",
  kind: "SLI",
  metadata: { name: "lag" },
  spec: { thresholdMetric: query("lag_seconds") },
};
/** A ratio, whatever asks for it. */
const raw = (asked: Fields): Fields => inline({ ratioMetric: { raw: asked, rawType: "failure" } });
const source = (type: string): Fields => ({
  apiVersion: "openslo/v1",
  kind: "DataSource",
  metadata: { name: "store" },
  spec: { type, connectionDetails: {} },
});

const first = (name: string, ...metrics: readonly string[]): Fields => ({
  apiVersion: "openslo/v1alpha",
  kind: "SLO",
  metadata: { name },
  spec: {
    service: "chat",
    timeWindows: [{ unit: "Day", count: 30, isRolling: true }],
    budgetingMethod: "Occurrences",
    objectives: metrics.map((good) => ({
      ...{ target: 0.99, value: 1 },
      ratioMetrics: {
        good: { source: "prometheus", queryType: "promql", query: good },
        total: { source: "prometheus", queryType: "promql", query: "all" },
      },
    })),
  },
});

const weighing = (...weights: readonly number[]): Fields =>
  sloWith({
    indicator: undefined,
    objectives: weights.map((compositeWeight, at) => ({
      ...{ target: 0.99, compositeWeight },
      indicator: { metadata: { name: `s${at}` }, spec: counted },
    })),
  });

describe("what OpenSLO documents promise and no rule can keep", () => {
  it.each<[string, string]>([
    ["1", 'slo/constant-query SLO "chat": its query "1" reads no series'],
    ["vector(1) + time()", 'slo/constant-query SLO "chat": its query "vector(1) + time()" reads no series'],
    ["'up'", `slo/constant-query SLO "chat": its query "'up'" reads no series`],
    [
      "scalar(up)",
      'slo/unreadable-query SLO "chat": its query "scalar(up)" answers one number, and rules need series at an instant',
    ],
    [
      "(1 + scalar(up))",
      'slo/unreadable-query SLO "chat": its query "(1 + scalar(up))" answers one number, and rules need series at an instant',
    ],
    [
      "up[5m]",
      'slo/unreadable-query SLO "chat": its query "up[5m]" answers series over a range, and rules need series at an instant',
    ],
    [
      "up[5m:1m] offset 1d",
      'slo/unreadable-query SLO "chat": its query "up[5m:1m] offset 1d" answers series over a range, and rules need series at an instant',
    ],
  ])("is refused where a query answers no series: %s", (text, told) => {
    expect(refused(sloWith(raw(query(text))))).toEqual([told]);
  });

  it.each(["-up", "1 - up", "up - scalar(down)", "vector(scalar(up))", "rate(up[5m])", "(up offset 1d)"])(
    "is taken where a query answers series: %s",
    (text) => {
      expect(refused(sloWith(raw(query(text))))).toEqual([]);
    },
  );

  it("is refused where slices are longer than the window", () => {
    const sliced = (timeSliceWindow: string): Fields => {
      const objectives = [{ target: 0.99, timeSliceTarget: 0.9, timeSliceWindow }];
      return sloWith({ budgetingMethod: "Timeslices", objectives });
    };
    expect(refused(sliced("30d"))).toEqual([]);
    expect(refused(sliced("31d"))).toEqual([
      'slo/endless-window SLO "chat": objective 1 is cut into slices of 31d, which are longer than its window',
    ]);
  });

  it("is refused where the weight of a part counts for nothing beside another", () => {
    expect(refused(weighing(1, 1_000_000))).toEqual([]);
    const told =
      'slo/composite SLO "chat": objective 1 weighs less than a millionth of another one: it counts for nothing';
    expect(refused(weighing(1, 1_000_001))).toEqual([told]);
    expect(refused(weighing(1e-300, 1))).toEqual([told]);
    expect(refused(weighing(1, 1e300, 1e300))).toEqual([told]);
  });

  it("is refused where metrics of the first version make the name of another SLO", () => {
    expect(refused(first("first", "a", "b"))).toEqual([]);
    expect(refused(first("first", "a"), first("first-1", "b"))).toEqual([]);
    expect(refused(first("first", "a", "b"), first("first-2", "c"))).toEqual([
      'manifest/duplicate-name a second SLO would be called "first-2"; the first is at slos.json:1',
    ]);
    expect(refused(first("first-2", "c"), first("first", "a", "b"))).toHaveLength(1);
  });
});

describe("what OpenSLO documents promise", () => {
  it("is read with what they name in its place", () => {
    const byName = sloWith({
      indicator: undefined,
      indicatorRef: "lag",
      objectives: [{ targetPercent: 99.9, op: "lt", value: 2 }],
    });
    const [slo] = read(sli, byName).slos;
    expect(slo).toMatchObject({
      indicator: { kind: "value" },
      component: null,
      period: { kind: "rolling", length: 2_592_000 },
    });
    const [objective] = slo?.objectives ?? [];
    expect(objective?.bound).toMatchObject({ operator: "<" });
    expect(objective === undefined ? null : decimalText(objective.target)).toBe("0.999");
  });

  it("is read of older and later versions too", () => {
    const first: Fields = {
      apiVersion: "openslo/v1alpha",
      kind: "SLO",
      metadata: { name: "first" },
      spec: {
        service: "chat",
        budgetingMethod: "Occurrences",
        timeWindows: [{ unit: "Day", count: 28, isRolling: true }],
        objectives: [
          {
            target: 0.9,
            value: 1,
            ratioMetrics: {
              incremental: true,
              good: { source: "prometheus", queryType: "promql", query: "good" },
              total: { source: "prometheus", queryType: "promql", query: "all" },
            },
          },
        ],
      },
    };
    const later: Fields = {
      apiVersion: "openslo.com/v2alpha",
      kind: "SLO",
      metadata: { name: "later" },
      spec: {
        serviceRef: "chat",
        budgetingMethod: "Occurrences",
        timeWindow: [{ duration: "4w", isRolling: true }],
        sli: {
          metadata: { name: "s" },
          spec: {
            ratioMetric: {
              raw: {
                dataSourceSpec: { type: "Prometheus", connectionDetails: {} },
                spec: { query: "ratio" },
              },
              rawType: "success",
            },
          },
        },
        objectives: [{ target: 0.9 }],
      },
    };
    expect(read(first, later).slos).toMatchObject([
      {
        name: "first",
        service: "chat",
        indicator: { kind: "events", metric: "counter" },
        period: { length: 2_419_200 },
      },
      { name: "later", service: "chat", indicator: { kind: "ratio", of: "good" } },
    ]);
  });

  it("may be a composite, whose parts are called as their indicators", () => {
    const objectives = [
      { target: 0.9, indicatorRef: "lag", op: "lt", value: 1 },
      { target: 0.99, ...inline(counted), compositeWeight: 2 },
      { target: 0.9, ...inline(counted) },
    ];
    const [composite] = read(
      sli,
      sloWith({ indicator: undefined, objectives }, { "holdfast.dev/composite": "series" }),
    ).composites;
    expect(composite?.way).toBe("series");
    expect(composite?.components.map(({ slo }) => slo.component)).toEqual(["lag", "sli-2", "sli-3"]);
  });

  it.each<Fields>([
    { "holdfast.dev/events-min": "0", "holdfast.dev/alerting": "mwmbr" },
    { "holdfast.dev/group-by": "route, region", "holdfast.dev/runbook": "" },
    { "somebody.else/events-min": "abc", toString: "x" },
  ])("takes annotations that say something: %j", (annotations) => {
    expect(refused(sloWith({}, annotations))).toEqual([]);
  });

  it.each<[string, readonly Fields[], RegExp]>([
    [
      "nobody declares what is named",
      [sloWith({ indicator: undefined, indicatorRef: "lagg" }), sli],
      /dangling-reference.*"lagg", and no SLI/,
    ],
    ["two are called alike", [sloWith({}), sloWith({})], /duplicate-name a second SLO is called "chat"/],
    [
      "a query is no PromQL",
      [
        sloWith(
          inline({ ratioMetric: { counter: true, bad: query("sum(errors by"), total: query("requests") } }),
        ),
      ],
      /unreadable-query .*character 12: sum\(errors ⟨here⟩by/,
    ],
    [
      "a template was left in a query",
      [sloWith(raw(query('lag{job="$__all"}')))],
      /unreadable-query .*template/,
    ],
    [
      "the data source is of another kind",
      [source("Datadog"), sloWith(raw(metric({ query: "lag" }, { metricSourceRef: "store" })))],
      /foreign-source .*by Datadog/,
    ],
    ["there is no query", [sloWith(raw(metric({ metric: "lag" })))], /no-query .*only metric/],
    [
      "a histogram is a formula",
      [
        sloWith({
          ...inline({ thresholdMetric: metric({ histogram: "rate(lag[5m])" }) }),
          objectives: [{ target: 0.9, op: "lt", value: 1 }],
        }),
      ],
      /no-histogram/,
    ],
    [
      "parts are summed by other labels",
      [
        sloWith(
          inline({
            ratioMetric: { counter: true, bad: query("sum by (a) (x)"), total: query("sum by (b) (y)") },
          }),
        ),
      ],
      /mixed-groups .*by \(b\).*by \(a\)/,
    ],
    [
      "a value is compared with nothing",
      [sli, sloWith({ indicator: undefined, indicatorRef: "lag" })],
      /no-bound .*objective 1/,
    ],
    ["nothing is promised", [sloWith({ objectives: [] })], /no-objective/],
    ["the target is 0", [sloWith({ objectives: [{ target: 0 }] })], /idle-target/],
    [
      "the window has no length",
      [sloWith({ timeWindow: [{ duration: "0d", isRolling: true }] })],
      /empty-window/,
    ],
    [
      'a histogram is called {__name__="lag"}',
      [
        sloWith({
          ...inline({ thresholdMetric: metric({ histogram: '{__name__="lag"}' }) }),
          objectives: [{ target: 0.9, op: "lt", value: 1 }],
        }),
      ],
      /no-histogram/,
    ],
    [
      'a histogram is called lag_bucket{job="x"}',
      [
        sloWith({
          ...inline({ thresholdMetric: metric({ histogram: 'lag_bucket{job="x"}' }) }),
          objectives: [{ target: 0.9, op: "lt", value: 1 }],
        }),
      ],
      /no-histogram/,
    ],
    [
      "a histogram is called lag_count",
      [
        sloWith({
          ...inline({ thresholdMetric: metric({ histogram: "lag_count" }) }),
          objectives: [{ target: 0.9, op: "lt", value: 1 }],
        }),
      ],
      /no-histogram/,
    ],
    [
      'a histogram is called lag{le="1"}',
      [
        sloWith({
          ...inline({ thresholdMetric: metric({ histogram: 'lag{le="1"}' }) }),
          objectives: [{ target: 0.9, op: "lt", value: 1 }],
        }),
      ],
      /no-histogram/,
    ],
    [
      "slices have no length",
      [
        sloWith({
          budgetingMethod: "Timeslices",
          objectives: [{ target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: "0m" }],
        }),
      ],
      /empty-window .*objective 1 is cut into slices of no length/,
    ],
    [
      "the window is longer than anything is kept",
      [sloWith({ timeWindow: [{ duration: "300Y", isRolling: true }] })],
      /endless-window .*300Y/,
    ],
    [
      "the window of a calendar ends when nobody can say",
      [
        sloWith({
          timeWindow: [
            { duration: "5000Y", calendar: { startTime: "2026-01-01 00:00:00", timeZone: "UTC" } },
          ],
        }),
      ],
      /endless-window .*5000Y/,
    ],
    [
      "objectives are cut into slices of two lengths",
      [
        sloWith({
          budgetingMethod: "Timeslices",
          objectives: [
            { target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: "1m" },
            { target: 0.999, timeSliceTarget: 0.9, timeSliceWindow: "10m" },
          ],
        }),
      ],
      /mixed-slices .*slices of 1m, and objective 2 of 10m/,
    ],
    ...(
      [
        ["events-min", "abc"],
        ["events-min", "-5"],
        ["events-min", "NaN"],
        ["group-by", "region-x, 9"],
        ["group-by", ""],
        ["alerting", "nonne"],
        ["idle-slices", "skip"],
      ] as const
    ).map(([key, text]): [string, readonly Fields[], RegExp] => [
      `its annotation ${key} is ${JSON.stringify(text)}`,
      [sloWith({}, { [`holdfast.dev/${key}`]: text })],
      new RegExp(`annotation .*its annotation holdfast.dev/${key} is "${text}"`),
    ]),
    [
      "nobody reads an annotation",
      [sloWith({}, { "holdfast.dev/runbok": "https://wiki" })],
      /annotation .*nobody reads its annotation holdfast.dev\/runbok/,
    ],
    [
      "a part of a composite has no indicator",
      [
        sli,
        sloWith({
          indicator: undefined,
          objectives: [{ target: 0.9, indicatorRef: "lag", op: "lt", value: 1 }, { target: 0.9 }],
        }),
      ],
      /composite objective 2|composite SLO "chat": objective 2/,
    ],
    [
      "a composite burns in no known way",
      [
        sloWith(
          { indicator: undefined, objectives: [{ target: 0.9, ...inline(counted) }] },
          { "holdfast.dev/composite": "mean" },
        ),
      ],
      /composite .*"mean"/,
    ],
    [
      "a part of a composite is kept apart",
      [
        sloWith({
          indicator: undefined,
          objectives: [
            {
              target: 0.9,
              ...inline({
                ratioMetric: { counter: true, bad: query("sum by (a) (x)"), total: query("sum by (a) (y)") },
              }),
            },
          ],
        }),
      ],
      /composite .*kept apart by a/,
    ],
    [
      "a composite is to be kept apart",
      [
        sloWith(
          { indicator: undefined, objectives: [{ target: 0.9, ...inline(counted) }] },
          { "holdfast.dev/group-by": "region" },
        ),
      ],
      /composite .*group-by keeps apart/,
    ],
  ])("is refused where %s", (_, documents, because) => {
    expect(refused(...documents).join("\n")).toMatch(because);
  });

  it("takes a data source that answers PromQL, by name or in place", () => {
    const named = sloWith(raw(metric({ query: "lag" }, { metricSourceRef: "store" })));
    expect(refused(source("prometheus"), named)).toEqual([]);
    expect(refused(source("Mimir"), named)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import {
  calendar,
  condition,
  metric,
  policy,
  ratio,
  read,
  spec,
  threshold,
  window,
} from "../../../test/openslo-documents.ts";

function told(kind: string, ofSpec: unknown, metadata: unknown = { name: "x" }): readonly string[] {
  const document = { apiVersion: "openslo/v1", kind, metadata, spec: ofSpec };
  return read(document).problems.map(({ what }) => what.replace(/^[^:]*: /, ""));
}

describe("a document of OpenSLO v1", () => {
  const sliced = { target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: "1m" };
  it.each<[string, string, unknown]>([
    ["a ratio in place", "SLO", spec],
    [
      "an indicator by name, compared or not",
      "SLO",
      { ...spec, indicator: undefined, indicatorRef: "sli", objectives: [{ target: 0, op: "gt", value: 1 }] },
    ],
    [
      "a threshold",
      "SLO",
      { ...spec, indicator: threshold, objectives: [{ targetPercent: 99.9, op: "lte", value: 0 }] },
    ],
    ["a calendar", "SLO", { ...spec, timeWindow: [{ duration: "1M", isRolling: false, calendar }] }],
    ["slices", "SLO", { ...spec, budgetingMethod: "Timeslices", objectives: [sliced] }],
    [
      "ratios of slices",
      "SLO",
      {
        ...spec,
        budgetingMethod: "RatioTimeslices",
        objectives: [{ ...sliced, timeSliceTarget: undefined }],
      },
    ],
    [
      "a composite, one of whose parts says no indicator",
      "SLO",
      {
        ...spec,
        indicator: undefined,
        objectives: [{ target: 0.9, indicatorRef: "a", compositeWeight: 2 }, { target: 0.9 }],
      },
    ],
    ["no objectives", "SLO", { ...spec, objectives: undefined }],
    ["an empty list of policies", "SLO", { ...spec, alertPolicies: null }],
    [
      "a policy by name and one in place",
      "SLO",
      {
        ...spec,
        alertPolicies: [
          { alertPolicyRef: "p" },
          { kind: "AlertPolicy", metadata: { name: "p" }, spec: policy },
        ],
      },
    ],
    ["a raw ratio", "SLI", { ratioMetric: { counter: false, raw: metric, rawType: "failure" } }],
    ["bad over total", "SLI", { ratioMetric: { counter: true, bad: metric, total: metric } }],
    ["a policy", "AlertPolicy", policy],
    [
      "a policy by names",
      "AlertPolicy",
      { conditions: [{ conditionRef: "c" }], notificationTargets: [{ targetRef: "t" }, { targetRef: "u" }] },
    ],
    [
      "a condition",
      "AlertCondition",
      {
        severity: "page",
        condition: { kind: "burnrate", op: "gt", threshold: 0, lookbackWindow: "1h", alertAfter: "" },
      },
    ],
    ["a target", "AlertNotificationTarget", { target: "mail" }],
    ["a data source", "DataSource", { type: "Prometheus", connectionDetails: { url: "http://localhost" } }],
    ["a service that says nothing", "Service", undefined],
  ])("is valid with %s", (_, kind, ofSpec) => {
    expect(told(kind, ofSpec)).toEqual([]);
  });

  it.each<[string, unknown, RegExp]>([
    ["no service", { ...spec, service: undefined }, /spec needs "service"/],
    ["an empty service", { ...spec, service: "" }, /spec.service is "", which is no text/],
    ["a mistyped key", { ...spec, objectivs: [] }, /has no key "objectivs"/],
    ["no indicator", { ...spec, indicator: undefined }, /spec needs one of indicator, indicatorRef/],
    ["two indicators", { ...spec, indicatorRef: "sli" }, /indicator and indicatorRef, which exclude/],
    [
      "an indicator in spec and in an objective",
      { ...spec, objectives: [{ target: 0.9, indicatorRef: "a" }] },
      /and so have objectives/,
    ],
    [
      "two indicators in one objective",
      { ...spec, indicator: undefined, objectives: [{ target: 0.9, indicatorRef: "a", indicator: ratio }] },
      /indicator and indicatorRef, which exclude/,
    ],
    [
      "a name with a blank",
      { ...spec, indicator: undefined, indicatorRef: "my sli" },
      /spec.indicatorRef is "my sli", which is no name/,
    ],
    ["a target of 1", { ...spec, objectives: [{ target: 1 }] }, /spec.objectives\[0\].target is 1/],
    ["99.9 where a share is meant", { ...spec, objectives: [{ target: 99.9 }] }, /target is 99.9/],
    ["100 %", { ...spec, objectives: [{ targetPercent: 100 }] }, /targetPercent is 100/],
    ["a target below 0", { ...spec, objectives: [{ target: -0.1 }] }, /target is -0.1/],
    ["no target", { ...spec, objectives: [{}] }, /needs one of target, targetPercent/],
    [
      "two targets",
      { ...spec, objectives: [{ target: 0.9, targetPercent: 90 }] },
      /target and targetPercent, which exclude/,
    ],
    [
      "a ratio that is compared",
      { ...spec, objectives: [{ target: 0.9, op: "gt", value: 1 }] },
      /objectives\[0\].op is set/,
    ],
    [
      "a threshold that is not compared",
      { ...spec, indicator: threshold },
      /needs op where the indicator is a threshold/,
    ],
    [
      "an operator of its own",
      { ...spec, indicator: threshold, objectives: [{ target: 0.9, op: "eq", value: 1 }] },
      /op is "eq"/,
    ],
    ["no window", { ...spec, timeWindow: [] }, /spec.timeWindow is \[\], an empty list/],
    ["two windows", { ...spec, timeWindow: [...window, ...window] }, /which is too many/],
    [
      "a window without a length",
      { ...spec, timeWindow: [{ isRolling: true, duration: "" }] },
      /which is no duration/,
    ],
    [
      "an unknown unit",
      { ...spec, timeWindow: [{ isRolling: true, duration: "4y" }] },
      /"4y", which is no duration/,
    ],
    [
      "a number where a duration is meant",
      { ...spec, timeWindow: [{ isRolling: true, duration: 4 }] },
      /is 4, not text/,
    ],
    [
      "a calendar that rolls",
      { ...spec, timeWindow: [{ duration: "1M", isRolling: true, calendar }] },
      /calendar is set/,
    ],
    [
      "a window that does not say when it begins",
      { ...spec, timeWindow: [{ duration: "1M" }] },
      /neither rolls/,
    ],
    [
      "a day that is none",
      {
        ...spec,
        timeWindow: [{ duration: "1M", calendar: { ...calendar, startTime: "2026-02-30 00:00:00" } }],
      },
      /no date and time/,
    ],
    [
      "a place that is none",
      { ...spec, timeWindow: [{ duration: "1M", calendar: { ...calendar, timeZone: "Mars/Base" } }] },
      /no time zone/,
    ],
    ["a method that is none", { ...spec, budgetingMethod: "Events" }, /budgetingMethod is "Events"/],
    ["slices without a length", { ...spec, budgetingMethod: "RatioTimeslices" }, /needs timeSliceWindow/],
    [
      "slices without a target",
      { ...spec, budgetingMethod: "Timeslices", objectives: [{ target: 0.9, timeSliceWindow: "1m" }] },
      /needs timeSliceTarget/,
    ],
    [
      "slices of which none need be good",
      { ...spec, budgetingMethod: "Timeslices", objectives: [{ ...sliced, timeSliceTarget: 0 }] },
      /timeSliceTarget is 0/,
    ],
    [
      "a weight of nothing",
      { ...spec, indicator: undefined, objectives: [{ target: 0.9, indicatorRef: "a", compositeWeight: 0 }] },
      /compositeWeight is 0/,
    ],
    ["a policy that is empty", { ...spec, alertPolicies: [{}] }, /needs alertPolicyRef/],
    [
      "a policy in place and by name",
      {
        ...spec,
        alertPolicies: [{ alertPolicyRef: "p", kind: "AlertPolicy", metadata: { name: "p" }, spec: policy }],
      },
      /exclude one another/,
    ],
    [
      "a policy that says its version",
      {
        ...spec,
        alertPolicies: [
          { apiVersion: "openslo/v1", kind: "AlertPolicy", metadata: { name: "p" }, spec: policy },
        ],
      },
      /has no key "apiVersion"/,
    ],
    [
      "a policy of another kind",
      { ...spec, alertPolicies: [{ kind: "SLI", metadata: { name: "p" }, spec: policy }] },
      /kind is "SLI"/,
    ],
    ["a long description", { ...spec, description: "a".repeat(1051) }, /more than 1050 characters/],
  ])("is refused with %s", (_, ofSpec, because) => {
    expect(told("SLO", ofSpec).join("\n")).toMatch(because);
  });

  it.each<[string, string, unknown, RegExp]>([
    ["nothing measured", "SLI", {}, /needs one of thresholdMetric, ratioMetric/],
    [
      "two things measured",
      "SLI",
      { thresholdMetric: metric, ratioMetric: { counter: true, good: metric, total: metric } },
      /exclude one another/,
    ],
    [
      "good and bad",
      "SLI",
      { ratioMetric: { good: metric, bad: metric, total: metric } },
      /good and bad, which exclude/,
    ],
    ["a total alone", "SLI", { ratioMetric: { total: metric } }, /needs one of good, bad/],
    [
      "raw beside good",
      "SLI",
      { ratioMetric: { raw: metric, rawType: "success", good: metric } },
      /raw and good, which exclude/,
    ],
    ["raw of no type", "SLI", { ratioMetric: { raw: metric } }, /does not say what raw counts/],
    [
      "raw of another type",
      "SLI",
      { ratioMetric: { raw: metric, rawType: "Success" } },
      /rawType is "Success"/,
    ],
    ["a query that is empty", "SLI", { thresholdMetric: { metricSource: { spec: {} } } }, /asks for nothing/],
    ["two conditions", "AlertPolicy", { ...policy, conditions: [condition, condition] }, /too many/],
    ["nobody to tell", "AlertPolicy", { ...policy, notificationTargets: [] }, /an empty list/],
    ["a severity that is empty", "AlertCondition", { ...condition.spec, severity: "" }, /which is no text/],
    [
      "no threshold",
      "AlertCondition",
      { ...condition.spec, condition: { ...condition.spec.condition, threshold: null } },
      /needs "threshold"/,
    ],
    ["no connection", "DataSource", { type: "Prometheus" }, /needs "connectionDetails"/],
    ["an unknown key", "Service", { markdown: "x" }, /has no key "markdown"/],
  ])("of another kind is refused with %s", (...[, kind, ofSpec, because]) => {
    expect(told(kind, ofSpec).join("\n")).toMatch(because);
  });

  it.each<[string, unknown, RegExp]>([
    ["a blank in the name", { name: "a b" }, /which is no name/],
    ["a long display name", { name: "x", displayName: "a".repeat(64) }, /more than 63/],
    ["a label that begins with a dash", { name: "x", labels: { "-a": "b" } }, /key that cannot be one/],
    ["a label that is a number", { name: "x", labels: { a: 1 } }, /is no text/],
    [
      "an annotation under a bad domain",
      { name: "x", annotations: { "Ex.com/a": "b" } },
      /key that cannot be one/,
    ],
    ["an annotation that is a map", { name: "x", annotations: { a: {} } }, /is no text/],
  ])("is refused with %s", (_, metadata, because) => {
    expect(told("Service", {}, metadata).join("\n")).toMatch(because);
  });

  it("may have labels of several values and annotations of a domain", () => {
    const metadata = {
      name: "x",
      labels: { team: ["a", "b"], Env: "prod" },
      annotations: { "ex.com/a_b": "c" },
    };
    expect(told("Service", {}, metadata)).toEqual([]);
  });
});

describe("a document of OpenSLO v2alpha", () => {
  const v2metric = { dataSourceRef: "prometheus", spec: { query: "up" } };
  const v2spec = {
    service: "chat",
    sli: {
      metadata: { name: "sli" },
      spec: { ratioMetric: { counter: true, good: v2metric, total: v2metric } },
    },
    timeWindow: window,
    budgetingMethod: "Occurrences",
    objectives: [{ target: 0.99 }],
  };
  const problems = (ofSpec: unknown, metadata: unknown = { name: "x" }): string =>
    read({ apiVersion: "openslo.com/v2alpha", kind: "SLO", metadata, spec: ofSpec })
      .problems.map(({ what }) => what)
      .join("\n");

  it.each<[string, unknown]>([
    ["its own names", v2spec],
    ["the service by reference", { ...v2spec, service: undefined, serviceRef: "chat" }],
    [
      "a source in place",
      {
        ...v2spec,
        sli: {
          ...v2spec.sli,
          spec: { thresholdMetric: { dataSourceSpec: { type: "p", connectionDetails: {} } } },
        },
        objectives: [{ target: 0.9, op: "lt", value: 2 }],
      },
    ],
  ])("is valid with %s", (_, ofSpec) => {
    expect(problems(ofSpec)).toBe("");
  });

  it.each<[string, unknown, unknown, RegExp]>([
    ["a display name", v2spec, { name: "x", displayName: "X" }, /has no key "displayName"/],
    ["labels in capitals", v2spec, { name: "x", labels: { a: "B" } }, /cannot be the value of a label/],
    [
      "a window of months",
      { ...v2spec, timeWindow: [{ duration: "1M", isRolling: true }] },
      { name: "x" },
      /no duration/,
    ],
    [
      "no source",
      { ...v2spec, sli: { ...v2spec.sli, spec: { thresholdMetric: { spec: { query: "up" } } } } },
      { name: "x" },
      /needs one of dataSourceRef/,
    ],
    ["no service", { ...v2spec, service: undefined }, { name: "x" }, /needs one of service, serviceRef/],
  ])("is refused with %s", (...[, ofSpec, metadata, because]) => {
    expect(problems(ofSpec, metadata)).toMatch(because);
  });
});

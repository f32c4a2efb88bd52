import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { decimalText } from "../units/exact.ts";
import { instantMs } from "../units/units.ts";
import { compositeFindings, sloFindings } from "./findings.ts";
import { type ReadSlos, readSlos } from "./read-slos.ts";

type Fields = Readonly<Record<string, unknown>>;

const asks = (text: string): Fields => ({ metricSource: { spec: { query: text } } });
const indicator: Fields = {
  metadata: { name: "s" },
  spec: { ratioMetric: { counter: true, bad: asks("errors"), total: asks("requests") } },
};
const fast: Fields = {
  severity: "page",
  condition: { kind: "burnrate", op: "gt", threshold: 2, lookbackWindow: "1h", alertAfter: "5m" },
};
const fastWith = (condition: Fields): Fields => ({
  ...fast,
  condition: { ...(fast["condition"] as Fields), ...condition },
});
const inPlace = (name: string, spec: Fields): Fields => ({
  kind: "AlertCondition",
  metadata: { name },
  spec,
});
const policy = (condition: Fields, more: Fields = {}): Fields => ({
  ...more,
  conditions: [condition],
  notificationTargets: [
    { kind: "AlertNotificationTarget", metadata: { name: "sre" }, spec: { target: "mail" } },
  ],
});
const declared = (spec: Fields): Fields => ({ kind: "AlertPolicy", metadata: { name: "p" }, spec });
const document = (kind: string, name: string, spec: Fields): Fields => ({
  apiVersion: "openslo/v1",
  kind,
  metadata: { name },
  spec,
});

function slo(alertPolicies: readonly Fields[], objectives: readonly Fields[] = [{ target: 0.99 }]): Fields {
  return document("SLO", "chat", {
    service: "chat",
    ...(objectives.some((each) => "indicator" in each) ? {} : { indicator }),
    timeWindow: [{ duration: "30d", isRolling: true }],
    budgetingMethod: "Occurrences",
    objectives,
    alertPolicies,
  });
}

function read(...documents: readonly Fields[]): ReadSlos {
  const given = readOpenSlo({ path: "slos.json", text: JSON.stringify(documents) }, "strict");
  const answer = readSlos(given, instantMs(0));
  expect([...given.flatMap(({ problems }) => problems), ...answer.problems]).toEqual([]);
  return answer;
}

function conditionsOf(...documents: readonly Fields[]): readonly string[] {
  const told = read(...documents).slos.flatMap(({ alerting }) => alerting.conditions);
  return told.map(
    ({ name, severity, operator, threshold, window, holds }) =>
      `${name} ${severity} ${operator} ${decimalText(threshold) ?? ""} ${window} ${holds}`,
  );
}

describe("conditions of alert policies", () => {
  it("are read where they stand, and by name", () => {
    const told = ["fast page > 2 3600 300"];
    expect(conditionsOf(slo([declared(policy(inPlace("fast", fast)))]))).toEqual(told);
    const byName = [
      slo([{ alertPolicyRef: "quick" }]),
      document("AlertPolicy", "quick", policy({ conditionRef: "fast" })),
      document("AlertCondition", "fast", fast),
    ];
    expect(conditionsOf(...byName)).toEqual(told);
  });

  it("hold at once where nothing else is said", () => {
    const at = declared(policy(inPlace("now", fastWith({ alertAfter: undefined, threshold: 1.5 }))));
    expect(conditionsOf(slo([at]))).toEqual(["now page > 1.5 3600 0"]);
  });

  it("that two policies ask for alike are one, and what differs is told apart", () => {
    const one = declared(policy(inPlace("fast", fast)));
    const other = declared(policy(inPlace("fast", fastWith({ threshold: 3 }))));
    expect(conditionsOf(slo([one, one]))).toHaveLength(1);
    expect(conditionsOf(slo([one, other]))).toEqual(["fast-1 page > 2 3600 300", "fast-2 page > 3 3600 300"]);
  });

  it("of a policy that is not to tell of them are none", () => {
    const silent = declared(policy(inPlace("fast", fast), { alertWhenBreaching: false }));
    expect(conditionsOf(slo([silent]))).toEqual([]);
  });

  it.each<[readonly (boolean | undefined)[], string]>([
    [[], "told"],
    [[undefined], "told"],
    [[true], "told"],
    [[false], "untold"],
    [[false, undefined], "untold"],
    [[false, true], "told"],
  ])("with alertWhenNoData %j: no data is %s", (wished, noData) => {
    const policies = wished.map((alertWhenNoData) =>
      declared(policy(inPlace("fast", fast), { alertWhenNoData })),
    );
    expect(read(slo(policies)).slos.map(({ alerting }) => alerting.noData)).toEqual([noData]);
  });

  const found = (condition: Fields, objectives?: readonly Fields[]): readonly string[] => {
    const { slos, composites } = read(slo([declared(policy(inPlace("c", fastWith(condition))))], objectives));
    return [
      ...slos.flatMap((each) => sloFindings(each, null)),
      ...composites.flatMap((each) => compositeFindings(each, null)),
    ].map(({ code }) => code);
  };

  it.each<[string, Fields, readonly string[]]>([
    ["nothing, as a rule", {}, []],
    ["one that calls while all is fine", { op: "lte" }, ["slo/condition-wrong-way"]],
    ["one that calls all the time", { op: "gte", threshold: 0 }, ["slo/condition-always"]],
    ["one that calls also when nothing is bad", { op: "gt", threshold: -1 }, ["slo/condition-always"]],
    ["one that calls for the least that is bad", { op: "gt", threshold: 0 }, []],
    ["one that calls while it is better than fine", { op: "lt" }, ["slo/condition-wrong-way"]],
    ["more than everything", { threshold: 100 }, ["slo/alert-cannot-fire"]],
    ["not just everything", { threshold: 100, op: "gte" }, []],
    ["still more", { threshold: 100.1, op: "gte" }, ["slo/alert-cannot-fire"]],
    ["a window shorter than any rate", { lookbackWindow: "4m" }, ["slo/short-lookback"]],
    ["not one as long", { lookbackWindow: "5m" }, []],
  ])("are odd where they ask for %s", (_, condition, codes) => {
    expect(found(condition)).toEqual(codes);
    expect(found(condition, [{ target: 0.99, indicator }])).toEqual(codes);
  });

  it.each<[string, string]>([
    ["lookbackWindow", "11Y"],
    ["alertAfter", "999999999Y"],
  ])("are refused where they look or wait for longer than anybody does: %s", (key, length) => {
    const condition = fastWith({ [key]: length });
    const written = [
      [slo([declared(policy(inPlace("fast", condition)))])],
      [slo([declared(policy({ conditionRef: "fast" }))]), document("AlertCondition", "fast", condition)],
    ];
    for (const documents of written) {
      const given = readOpenSlo({ path: "slos.json", text: JSON.stringify(documents) }, "strict");
      const [problem, ...more] = readSlos(given, instantMs(0)).problems;
      expect(more).toEqual([]);
      expect(problem).toMatchObject({
        code: "slo/endless-window",
        what: `SLO "chat": condition "fast" has ${key}: ${length}`,
        where: { line: 1 },
      });
      expect(problem?.where?.column).toBeGreaterThan(100);
    }
  });
});

import { describe, expect, it } from "vitest";
import type { Check, RuleTest } from "../../src/core/slo/rule-tests.ts";
import { type Fields, groupsOf, isPromtoolHere, skipped, triedBy } from "../rule-trial.ts";

const query = (text: string): Fields => ({ metricSource: { spec: { query: text } } });
const indicator: Fields = {
  metadata: { name: "chat" },
  spec: { ratioMetric: { counter: true, bad: query("errors"), total: query("requests") } },
};

/** Over three hours, which no other alert looks at. */
const wanted: Fields = { kind: "burnrate", op: "gt", threshold: 2, lookbackWindow: "3h", alertAfter: "10m" };

function document(condition: Fields, spec: Fields = {}, policy: Fields = {}): Fields {
  const conditions = [
    {
      kind: "AlertCondition",
      metadata: { name: "slow-burn" },
      spec: { severity: "wake-up", condition: { ...wanted, ...condition } },
    },
  ];
  const notificationTargets = [
    { kind: "AlertNotificationTarget", metadata: { name: "sre" }, spec: { target: "mail" } },
  ];
  return {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: "chat" },
    spec: {
      service: "assistant",
      timeWindow: [{ duration: "30d", isRolling: true }],
      budgetingMethod: "Occurrences",
      alertPolicies: [
        {
          kind: "AlertPolicy",
          metadata: { name: "p" },
          spec: { conditions, notificationTargets, ...policy },
        },
      ],
      ...single,
      ...spec,
    },
  };
}

const single: Fields = { indicator, objectives: [{ target: 0.99 }] };
const composite: Fields = { indicator: undefined, objectives: [{ target: 0.99, indicator }] };

/** @param perMille how many of 1,000 events of a minute are bad */
function traffic(perMille: number): RuleTest["series"] {
  return [
    { selector: "errors", values: `0+${perMille}x60` },
    { selector: "requests", values: "0+1000x60" },
  ];
}

const labels = {
  alertname: "ErrorBudgetBurnCondition",
  alertstate: "firing",
  ...{ burn_window: "3h", condition: "slow-burn", severity: "wake-up" },
  ...{ slo: "chat", service: "assistant" },
};
const objective = { objective: "0.99" };

function firing(minute: number, own: Fields | null): Check {
  const answer = own === null ? null : { labels: { __name__: "ALERTS", ...labels, ...own }, value: 1 };
  return { minute, formula: 'ALERTS{alertname="ErrorBudgetBurnCondition",alertstate="firing"}', answer };
}

describe.skipIf(!isPromtoolHere)(`conditions of alert policies in Prometheus${skipped}`, () => {
  it.each<[string, Fields, Fields, number]>([
    ["an SLO", {}, objective, 11],
    // The rules of its parts are another group, which may be worked out a moment later.
    ["a composite", composite, {}, 12],
  ])(
    "raise an alert of %s when the burn rate was above the threshold for so long",
    (...[, spec, own, latest]) => {
      const groups = groupsOf(document({}, spec));
      // A rate takes two samples: it burns from minute 1 on, and has for ten minutes in minute 11.
      const fast = { name: "2.1", series: traffic(21), checks: [firing(10, null), firing(latest, own)] };
      const slow = { name: "1.9", series: traffic(19), checks: [firing(60, null)] };
      expect(triedBy(groups, [fast, slow])).toMatchObject({ status: 0 });
    },
  );

  it("are raised by as much as the threshold where they say so, and by less where they say that", () => {
    const at = (op: string, perMille: number, own: Fields | null): void => {
      const groups = groupsOf(document({ op }));
      const tests = [{ name: op, series: traffic(perMille), checks: [firing(60, own)] }];
      expect(triedBy(groups, tests), `${op} ${perMille}`).toMatchObject({ status: 0 });
    };
    at("lt", 19, objective);
    at("lt", 21, null);
    at("lte", 21, null);
    at("gte", 21, objective);
  });

  it("look back over a slice, or five minutes, at least, and record what they look at", () => {
    const sliced = {
      budgetingMethod: "RatioTimeslices",
      objectives: [{ target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: "10m" }],
    };
    const recorded = (spec: Fields, window: string): readonly string[] =>
      groupsOf(document({ lookbackWindow: window }, spec))
        .flatMap(({ rules }) => rules)
        .flatMap((rule) => ("record" in rule ? [rule.record] : []))
        .filter((record) => record.startsWith("slo:error:ratio_rate"));
    expect(recorded({}, "3h")).toContain("slo:error:ratio_rate3h");
    expect(recorded({}, "2m")).not.toContain("slo:error:ratio_rate2m");
    expect(recorded(sliced, "7m")).not.toContain("slo:error:ratio_rate7m");
    expect(recorded(sliced, "7m")).toContain("slo:error:ratio_rate10m");
    // The whole looks back as far as its part with the longest slices, and so do all its parts.
    const mixed = {
      ...sliced,
      ...{ indicator: undefined, budgetingMethod: "RatioTimeslices" },
      objectives: ["1m", "10m"].map((timeSliceWindow) => ({ target: 0.99, indicator, timeSliceWindow })),
    };
    const ofParts = recorded(mixed, "7m").filter((record) => record === "slo:error:ratio_rate10m");
    expect(ofParts).toHaveLength(2);
    expect(triedBy(groupsOf(document({ lookbackWindow: "2m" }, sliced)), [])).toMatchObject({ status: 0 });
  });

  it("of few events raise none by one bad one, and tell nothing of no data where that is not wanted", () => {
    const groups = groupsOf(document({}, {}, { alertWhenNoData: false }));
    // One bad event of 49 burns 2.04 times as fast as it may.
    const few = [
      { selector: "errors", values: "0x5 1x55" },
      { selector: "requests", values: "0+10x4 40+0x55" },
    ];
    const none: Check = { minute: 60, formula: 'ALERTS{alertname="ObjectiveDataAbsent"}', answer: null };
    const tests = [
      { name: "few", series: few, checks: [firing(60, null)] },
      { name: "no data", series: [], checks: [none] },
    ];
    expect(triedBy(groups, tests)).toMatchObject({ status: 0 });
    const wantedToo = groupsOf(document({}));
    expect(triedBy(wantedToo, tests)).toMatchObject({ status: 1 });
  });
});

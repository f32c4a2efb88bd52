import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { instantMs } from "../units/units.ts";
import { compositeGroups } from "./composite.ts";
import type { AlertingRule, RuleGroup } from "./prometheus.ts";
import { readSlos } from "./read-slos.ts";

const query = (text: string): object => ({ metricSource: { spec: { query: text } } });
const part = (name: string, ratioMetric: object): object => ({
  target: 0.99,
  indicator: { metadata: { name }, spec: { ratioMetric } },
});

/** The groups of a composite, with these annotations. */
function groupsOf(annotations: Readonly<Record<string, string>> = {}): readonly RuleGroup[] {
  const document = {
    ...{ apiVersion: "openslo/v1", kind: "SLO", metadata: { name: "shop", annotations } },
    spec: {
      ...{ service: "shop", budgetingMethod: "Occurrences" },
      timeWindow: [{ duration: "30d", isRolling: true }],
      objectives: [
        {
          ...part("cart", { counter: true, bad: query("cart_bad"), total: query("cart_all") }),
          compositeWeight: 3,
        },
        part("paid", { raw: query("paid_ratio"), rawType: "failure" }),
      ],
    },
  };
  const given = readOpenSlo({ path: "a.json", text: JSON.stringify(document) }, "strict");
  const { composites, problems } = readSlos(given, instantMs(0));
  expect(problems).toEqual([]);
  return composites.flatMap(compositeGroups);
}

function alertsOf(annotations: Readonly<Record<string, string>> = {}): readonly AlertingRule[] {
  return groupsOf(annotations).flatMap(({ rules }) =>
    rules.flatMap((rule) => ("alert" in rule ? [rule] : [])),
  );
}

/** Names and parts. */
function namesOf(alerts: readonly AlertingRule[]): readonly string[] {
  return alerts.map(({ alert, labels }) => `${alert} ${labels["component"] ?? "-"}`);
}

describe("the alerts of a composite", () => {
  it("guard the budget of the whole, and tell of each part that nothing is measured, or more bad than there is", () => {
    expect(namesOf(alertsOf()).filter((each) => each.startsWith("ErrorBudgetBurn"))).toHaveLength(4);
    expect(namesOf(alertsOf()).filter((each) => !each.startsWith("ErrorBudgetBurn"))).toEqual([
      "ObjectiveDataAbsent cart",
      "ObjectiveDataContradicts cart",
      "ObjectiveDataAbsent paid",
      "ObjectiveDataContradicts paid",
    ]);
  });

  it.each([
    // The budget burns at 75, 100 and 50.3 times its rate while all of the part that is counted fails.
    ["weighted", 6],
    ["all-of", 7],
    ["series", 4],
  ])("are held back, %s, by fewer than %d events, of which a bad one alone burns at 14.4", (way, least) => {
    const [fastest] = alertsOf({ "holdfast.dev/composite": way });
    expect(new Set(fastest?.expr.match(/>= \d+/g))).toEqual(new Set([`>= ${least}`]));
  });

  it("are none where none are wished for", () => {
    expect(alertsOf({ "holdfast.dev/alerting": "none" })).toEqual([]);
  });
});

it("the budget of a composite is worked out after those of its parts, in one group", () => {
  const groups = groupsOf();
  expect(groups.map(({ name }) => name)).toEqual([
    "slo-shop/cart",
    "slo-shop/paid",
    "slo-shop",
    "slo-shop:period",
  ]);
  const records = groups.at(-1)?.rules.flatMap((rule) => ("record" in rule ? [rule] : [])) ?? [];
  const budget = records.filter(({ record }) => /period_error|budget_remaining/.test(record));
  expect(budget.map(({ record, labels }) => `${record} ${labels["component"] ?? "-"}`).at(-1)).toBe(
    "slo:error_budget_remaining:ratio -",
  );
  expect(budget.filter(({ record }) => record === "slo:period_error:ratio")).toHaveLength(2);
});

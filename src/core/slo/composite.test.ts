import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { instantMs } from "../units/units.ts";
import { compositeGroups } from "./composite.ts";
import type { AlertingRule } from "./prometheus.ts";
import { readSlos } from "./read-slos.ts";

const query = (text: string): object => ({ metricSource: { spec: { query: text } } });
const part = (name: string, ratioMetric: object): object => ({
  target: 0.99,
  indicator: { metadata: { name }, spec: { ratioMetric } },
});

/** The alerts of a composite, with these annotations. */
function alertsOf(annotations: Readonly<Record<string, string>> = {}): readonly AlertingRule[] {
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
  return composites.flatMap((composite) =>
    compositeGroups(composite).flatMap(({ rules }) =>
      rules.flatMap((rule) => ("alert" in rule ? [rule] : [])),
    ),
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

import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { instantMs } from "../units/units.ts";
import { compositeGroups } from "./composite.ts";
import { readSlos } from "./read-slos.ts";

const query = (text: string): object => ({ metricSource: { spec: { query: text } } });
const part = (name: string, ratioMetric: object): object => ({
  target: 0.99,
  indicator: { metadata: { name }, spec: { ratioMetric } },
});

/** Names and parts of the alerts of a composite, with these annotations. */
function alertsOf(annotations: Readonly<Record<string, string>> = {}): readonly string[] {
  const document = {
    ...{ apiVersion: "openslo/v1", kind: "SLO", metadata: { name: "shop", annotations } },
    spec: {
      ...{ service: "shop", budgetingMethod: "Occurrences" },
      timeWindow: [{ duration: "30d", isRolling: true }],
      objectives: [
        part("cart", { counter: true, bad: query("cart_bad"), total: query("cart_all") }),
        part("paid", { raw: query("paid_ratio"), rawType: "failure" }),
      ],
    },
  };
  const given = readOpenSlo({ path: "a.json", text: JSON.stringify(document) }, "strict");
  const { composites, problems } = readSlos(given, instantMs(0));
  expect(problems).toEqual([]);
  return composites.flatMap((composite) =>
    compositeGroups(composite).flatMap(({ rules }) =>
      rules.flatMap((rule) => ("alert" in rule ? [`${rule.alert} ${rule.labels["component"] ?? "-"}`] : [])),
    ),
  );
}

describe("the alerts of a composite", () => {
  it("guard the budget of the whole, and tell of each part that nothing is measured, or more bad than there is", () => {
    expect(alertsOf().filter((each) => each.startsWith("ErrorBudgetBurn"))).toHaveLength(4);
    expect(alertsOf().filter((each) => !each.startsWith("ErrorBudgetBurn"))).toEqual([
      "ObjectiveDataAbsent cart",
      "ObjectiveDataContradicts cart",
      "ObjectiveDataAbsent paid",
      "ObjectiveDataContradicts paid",
    ]);
  });

  it("are none where none are wished for", () => {
    expect(alertsOf({ "holdfast.dev/alerting": "none" })).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { problemsWith, type Refusal } from "../../../test/sample-workspace.ts";

const cases: readonly Refusal[] = [
  [
    "a price in another currency than the budget",
    [["database", "2 USD/h", "2 EUR/h"]],
    {
      at: "database.yaml:8:43",
      what: 'Component "database": spec.placements[0].price is in EUR, and the workspace counts in USD (platform.yaml:14)',
      mend: "write it in USD: amounts are added, and no rate of exchange is guessed",
    },
  ],
  [
    "a loss by the hour in another currency",
    [["journey", "500 USD/h", "500 EUR/h"]],
    {
      at: "journey.yaml:10:11",
      what: 'Journey "buy": spec.impact is in EUR, and the workspace counts in USD (platform.yaml:14)',
      mend: "write it in USD: amounts are added, and no rate of exchange is guessed",
    },
  ],
  [
    "a risk in another currency",
    [["risk", "5000 USD", "5000 EUR"]],
    {
      at: "risk.yaml:8:11",
      what: 'Risk "no-machines": spec.impact is in EUR, and the workspace counts in USD (platform.yaml:14)',
      mend: "write it in USD: amounts are added, and no rate of exchange is guessed",
    },
  ],
  [
    "several amounts in another currency, told once",
    [
      ["journey", "500 USD/h", "500 EUR/h"],
      ["risk", "5000 USD", "5000 EUR"],
    ],
    {
      at: "journey.yaml:10:11",
      what: 'Journey "buy": spec.impact is in EUR, like 1 more, and the workspace counts in USD (platform.yaml:14)',
      mend: "write it in USD: amounts are added, and no rate of exchange is guessed",
    },
  ],
  [
    "a budget in another currency than all the rest, each of which is not at fault alone",
    [["platform", "9000 USD/month", "9000 EUR/month"]],
    {
      at: "database.yaml:8:43",
      what: 'Component "database": spec.placements[0].price is in USD, like 2 more, and the workspace counts in EUR (platform.yaml:14)',
      mend: "write it in EUR: amounts are added, and no rate of exchange is guessed",
    },
  ],
  [
    "another currency where there is no budget",
    [
      ["platform", "  budgets: { cost: 9000 USD/month }\n", ""],
      ["risk", "5000 USD", "5000 CHF"],
    ],
    {
      at: "risk.yaml:8:11",
      what: 'Risk "no-machines": spec.impact is in CHF, and the workspace counts in USD (database.yaml:8)',
      mend: "write it in USD: amounts are added, and no rate of exchange is guessed",
    },
  ],
];

describe("a workspace of several currencies is refused for", () => {
  it.each(cases)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([{ code: "manifest/contradiction", ...told }]);
  });
});

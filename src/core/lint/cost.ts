import { type Found, spot } from "./finding.ts";
import { arithmetic, type Rule } from "./rule.ts";
import type { Survey } from "./survey.ts";
import { listed } from "./wording.ts";

function pricesMissing({ model: { platform, components } }: Survey): readonly Found[] {
  if (platform.budgets.cost === null) return [];
  const missing = [...components.values()].filter(({ placements }) =>
    placements.some(({ price }) => price === null),
  );
  if (missing.length === 0) return [];
  const what = `the platform has a budget, and the price of ${listed(missing.map(({ name }) => name))} is not known`;
  return [{ what, at: spot("Platform", platform, "budgets", "cost") }];
}

function mixedCurrencies({ model: { platform, components } }: Survey): readonly Found[] {
  const budget = platform.budgets.cost;
  const currencies = new Map<string, string>(budget === null ? [] : [[budget.currency, "the budget"]]);
  for (const { name, placements } of components.values()) {
    for (const { price } of placements) {
      if (price !== null && !currencies.has(price.value.currency)) currencies.set(price.value.currency, name);
    }
  }
  if (currencies.size < 2) return [];
  const told = [...currencies].map(([currency, whose]) => `${currency} (${whose})`);
  const what = `prices are in ${currencies.size} currencies: ${listed(told)}`;
  return [{ what, at: spot("Platform", platform) }];
}

export const costRules: readonly Rule[] = [
  {
    id: "HF090",
    code: "cost/price-missing",
    title: "a budget beside prices that are not known",
    severity: "note",
    why: "a sum with parts left out is below what the bill will say",
    mend: "write price: to each placement, or name its machine",
    source: arithmetic,
    find: pricesMissing,
  },
  {
    id: "HF091",
    code: "cost/mixed-currencies",
    title: "prices in several currencies",
    severity: "warning",
    why: "they cannot be added up without a rate of exchange, which moves",
    mend: "write every price in one currency",
    source: {
      title: "FinOps Open Cost and Usage Specification 1.2: one billing currency",
      date: "2025-05-30",
    },
    find: mixedCurrencies,
  },
];

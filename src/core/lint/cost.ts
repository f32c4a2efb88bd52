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
];

import { type Problem, unreachable } from "../problem/problem.ts";
import { contradiction, type ReadSubject } from "./contradiction.ts";
import type { Path } from "./document.ts";

interface Amount {
  readonly subject: ReadSubject;
  readonly path: Path;
  readonly currency: string;
}

/**
 * Amounts in another currency than the others. Costs, budgets, losses by the hour and risks are added and compared all over a
 * workspace, and no rate of exchange is guessed: so one currency, that of the budget or else of what is written first, holds. Each
 * other one is told once, where it is first used.
 */
export function mixedCurrencies(subjects: readonly ReadSubject[]): readonly Problem[] {
  const amounts = subjects.flatMap(amountsIn);
  const reference = amounts.find(({ path }) => path.includes("budgets")) ?? amounts[0];
  if (reference === undefined) return [];
  const others = new Map<string, Amount[]>();
  for (const amount of amounts) {
    if (amount.currency === reference.currency) continue;
    others.set(amount.currency, [...(others.get(amount.currency) ?? []), amount]);
  }
  const { document } = reference.subject;
  const { file, line } = document.locate(reference.path, "value");
  return [...others].flatMap(([currency, used]) => {
    const [first] = used;
    if (first === undefined) return [];
    const more = used.length === 1 ? "" : `, like ${used.length - 1} more`;
    return [
      contradiction(first.subject, {
        path: first.path,
        what: `is in ${currency}${more}, and the workspace counts in ${reference.currency} (${file}:${line})`,
        mend: `write it in ${reference.currency}: amounts are added, and no rate of exchange is guessed`,
      }),
    ];
  });
}

function amountsIn(subject: ReadSubject): readonly Amount[] {
  switch (subject.kind) {
    case "Platform":
      return amount(subject, ["spec", "budgets", "cost"], subject.read.spec.budgets.cost);
    case "Component":
      return subject.read.spec.placements.flatMap(({ price }, at) =>
        amount(subject, ["spec", "placements", at, "price"], price),
      );
    case "Journey":
      return amount(subject, ["spec", "impact"], subject.read.spec.impact);
    case "Risk":
      return amount(subject, ["spec", "impact"], subject.read.spec.impact);
    case "Options":
      return subject.read.spec.choices.flatMap((choice, at) =>
        (["added", "region"] as const).flatMap((key) =>
          (choice[key] ?? []).flatMap(({ price }, index) =>
            amount(subject, ["spec", "choices", at, key, index, "price"], price),
          ),
        ),
      );
    case "Policy":
    case "Scenario":
    case "RecoveryPlan":
    case "Drill":
    case "ErrorBudgetPolicy":
      return [];
    default:
      return unreachable(subject);
  }
}

function amount(
  subject: ReadSubject,
  path: Path,
  value: { readonly currency: string } | undefined,
): readonly Amount[] {
  return value === undefined ? [] : [{ subject, path, currency: value.currency }];
}

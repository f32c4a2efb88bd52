import type { Prediction } from "../../prediction/prediction.ts";
import type { Labelled, Section } from "../document.ts";
import { end, labelled, plain, start } from "../text.ts";
import type { Missing } from "../../units/missing.ts";
import { carbonText, moneyText } from "./amounts.ts";

type Cost = Extract<Prediction["cost"], { readonly ok: true }>["value"];
type Amounts = Pick<Cost, "total" | "redundancy">;
type Emitted = Pick<Prediction["carbon"], "total" | "redundancy">;

/** What each component costs and emits in a month, and what of it is redundancy. */
export function costSection({ cost, carbon }: Prediction): Section {
  const emitted = new Map(carbon.components.map((each) => [each.component, each]));
  const nothing: Emitted = { total: null, redundancy: null };
  const components = cost.ok ? cost.value.components : [];
  const rows = cost.ok
    ? [
        ...components.map((each) => rowOf(each.component, each, emitted.get(each.component) ?? nothing)),
        rowOf("all", cost.value, carbon),
      ]
    : carbon.components.map((each) => rowOf(each.component, nothingSpent, each));
  const missing = [...(cost.ok ? cost.value.missing : []), ...carbon.missing];
  const why = cost.ok ? "" : ` Costs cannot be added up: ${cost.problems[0].what}.`;
  return {
    heading: "What redundancy costs and emits",
    lead: `A month of 730 h. Redundancy is what goes beyond the least that would serve on a day when nothing fails.${why}${missingText(missing)}`,
    blocks: [
      {
        kind: "table",
        table: {
          caption: "The dearest component first",
          columns: [
            start("Component"),
            ...["Cost", "of it redundancy", "Carbon", "of it redundancy"].map(end),
          ],
          rows,
        },
      },
    ],
  };
}

const nothingSpent: Amounts = { total: null, redundancy: null };

function rowOf(name: string, cost: Amounts, carbon: Emitted): readonly Labelled[] {
  return [
    plain(name),
    money(cost.total),
    money(cost.redundancy),
    grams(carbon.total),
    grams(carbon.redundancy),
  ];
}

function money(figure: Amounts["total"]): Labelled {
  if (figure === null) return plain("not known");
  return labelled(moneyText(figure.value.currency, figure.value.microsPerMonth), figure.kind);
}

function grams(figure: Emitted["total"]): Labelled {
  return figure === null ? plain("not known") : labelled(carbonText(figure.value), figure.kind);
}

function missingText(missing: readonly Missing[]): string {
  const names = [...new Set(missing.map(({ of, what }) => `${of} (${what})`))];
  return names.length === 0 ? "" : ` Not known, and in no sum: ${names.join(", ")}.`;
}

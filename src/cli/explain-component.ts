import { type ComponentWhy, type NeedWhy, whyComponent } from "../core/prediction/why-component.ts";
import type { Figure } from "../core/units/figure.ts";
import { roughText, roughTimeText } from "../core/units/shown.ts";
import { seconds } from "../core/units/units.ts";
import { placesText } from "./explain-places.ts";
import type { Explaining, Explanation, UnknownName } from "./explanation.ts";
import { figureLine, part, shareText, valueText } from "./figure-text.ts";
import { wrapped } from "./layout.ts";

/** What a component costs and emits, how it fails, what it needs and who needs it. */
export function explainComponent(
  name: string,
  { model, prediction, catalogue, places }: Explaining,
): Explanation | UnknownName {
  if (!model.components.has(name)) {
    return { unknown: name, what: "component", known: model.components.keys() };
  }
  const why = whyComponent({ model, rows: catalogue.failures }, prediction, name);
  const written = places.ofComponent(name);
  return {
    data: () => ({ ...componentData(why), writtenAt: written }),
    text: (columns) => `${componentText(why, columns)}${placesText(written, columns)}`,
  };
}

function componentData({
  name,
  places,
  cost,
  carbon,
  ...why
}: ComponentWhy): Readonly<Record<string, unknown>> {
  return {
    component: name,
    ...why,
    places: places.map(({ standing: { placement, role, running, needed }, mtbf, mttr }) => ({
      ...{ region: placement.region, cell: placement.cell, role, running, needed, mtbf, mttr },
    })),
    cost: cost === null ? null : { total: cost.total, redundancy: cost.redundancy, missing: cost.missing },
    carbon:
      carbon === null
        ? null
        : { total: carbon.total, redundancy: carbon.redundancy, missing: carbon.missing },
  };
}

function componentText(why: ComponentWhy, columns: number): string {
  const { name, cost, carbon, training, standby } = why;
  const missing = [...(cost?.missing ?? []), ...(carbon?.missing ?? [])];
  return [
    `component ${name}\n`,
    part("where it stands, and how often one replica fails", placeLines(why, columns)),
    part(
      "when another place takes over",
      standby.map((figure) => figureLine(figure, standbyText(figure), columns)),
    ),
    part(
      "needs",
      why.needs.map((need) => needLine(need, columns)),
    ),
    part("needed by", [
      ...why.neededBy.map((need) => needLine(need, columns)),
      ...why.journeys.map((journey) => `  journey ${journey}, which begins here`),
    ]),
    part("cost", amountLines(cost, moneyText, columns)),
    part("carbon", amountLines(carbon, gramsText, columns)),
    part(
      "not known",
      missing.map(({ what, mend }) => wrapped(`${what}; ${mend}`, { columns, indent: 2 })),
    ),
    part(
      "training",
      training.map((figure) => figureLine(figure, valueText(figure), columns)),
    ),
  ].join("");
}

function placeLines({ places }: ComponentWhy, columns: number): readonly string[] {
  return places.map(({ standing, mtbf, mttr }) => {
    const { placement, role, running } = standing;
    const where = placement.cell === null ? placement.region : `${placement.region}, cell ${placement.cell}`;
    const count = `${role}, ${running} running of ${placement.replicas}, ${placement.required} required`;
    const times = `every ${roughTimeText(mtbf.value)} for ${roughTimeText(mttr.value)} (${mtbf.kind})`;
    return [
      wrapped(`${where}: ${count}; ${times}`, { columns, indent: 2 }),
      wrapped(mtbf.because, { columns, indent: 4 }),
    ].join("\n");
  });
}

/** The time that a person needs is the only one of them that is no share. */
function standbyText({ name, value }: Figure<number>): string {
  return name === "manual" ? roughTimeText(seconds(value)) : shareText(value);
}

function needLine({ component, strength, fallbacks }: NeedWhy, columns: number): string {
  const instead = fallbacks.length === 0 ? "" : `, else ${fallbacks.join(", then ")}`;
  return wrapped(`${component} (${strength})${instead}`, { columns, indent: 2 });
}

interface Amounts<Of> {
  readonly total: Figure<Of> | null;
  readonly redundancy: Figure<Of> | null;
  readonly parts: readonly { readonly region: string; readonly what: string; readonly total: Figure<Of> }[];
}

function amountLines<Of>(
  amounts: Amounts<Of> | null,
  text: (value: Of) => string,
  columns: number,
): readonly string[] {
  if (amounts === null) return [];
  const { total, redundancy, parts } = amounts;
  if (total === null) return [];
  const spare = redundancy === null ? "" : `, of which redundancy ${text(redundancy.value)}`;
  return [
    wrapped(`${text(total.value)} a month (${total.kind})${spare}`, { columns, indent: 2 }),
    ...parts.map(({ region, what, total: part }) =>
      wrapped(`${region}, ${what}: ${text(part.value)} (${part.kind}); ${part.because}`, {
        columns,
        indent: 4,
      }),
    ),
  ];
}

function moneyText({
  microsPerMonth,
  currency,
}: {
  readonly microsPerMonth: number;
  readonly currency: string;
}): string {
  return `${roughText(microsPerMonth / 1e6)} ${currency}`;
}

function gramsText(grams: number): string {
  return `${roughText(grams / 1_000)} kgCO2e`;
}

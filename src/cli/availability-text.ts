import { minutesPerYear } from "../core/units/units.ts";
import type { CutSetAnswer, EventImportance, TreeAnswer } from "./availability-answer.ts";
import { counted, table, wrapped } from "./layout.ts";

/** The answers about a fault tree, for people. */
export function treeText(answer: TreeAnswer, columns: number): string {
  const { model, gate, asked, cutSets, importance } = answer;
  const layout = { columns, indent: 2 };
  const sections = [
    `${wrapped(`How likely "${gate}" of ${model} is failed`, { columns, indent: 0 })}\n`,
    table(chanceRows(answer), layout),
    ...(asked.cutSets
      ? [cutSets === null ? givenUp("The minimal cut sets", columns) : cutSetText(cutSets, columns)]
      : []),
    ...(asked.importance
      ? [importance === null ? givenUp("Importance", columns) : importanceText(importance, answer)]
      : []),
  ];
  return sections.join("\n");
}

function chanceRows({ isExact, bounds: { lower, upper }, coreSeconds }: TreeAnswer): string[][] {
  const chance = isExact
    ? [["chance", `${lower}, exact`]]
    : [
        ["at least", String(lower)],
        ["at most", `${upper}; an exact diagram takes more work than --steps-max allows`],
      ];
  const yearlyText = (value: number): string => (value * minutesPerYear).toPrecision(4);
  const minutes = isExact
    ? `${yearlyText(lower)} min/year`
    : `${yearlyText(lower)} to ${yearlyText(upper)} min/year`;
  return [
    ...chance,
    ["as outage", `${minutes}, if it is an unavailability`],
    ["work", `${coreSeconds.toFixed(3)} s`],
  ];
}

function givenUp(what: string, columns: number): string {
  return `${wrapped(`${what} would take more work than is allowed.`, { columns, indent: 0 })}\n`;
}

function cutSetText(
  { count, byOrder, singlePointsOfFailure, likeliest }: CutSetAnswer,
  columns: number,
): string {
  const orders = byOrder.flatMap((sets, order) =>
    sets === 0n ? [] : [`${grouped(sets)} of ${counted(order, "event")}`],
  );
  const singles = singlePointsOfFailure.length === 0 ? "none" : singlePointsOfFailure.join(", ");
  const rows = likeliest.map(({ events, probability }) => [
    String(Number(probability.toPrecision(6))),
    events.length === 0 ? "(nothing has to fail)" : events.join(" "),
  ]);
  const shown = BigInt(likeliest.length) < count ? `, the ${likeliest.length} likeliest of them:` : ":";
  return [
    `Minimal cut sets: ${grouped(count)}${count === 0n ? "" : shown}\n`,
    table(rows, { columns, indent: 2 }),
    ...(orders.length === 0
      ? []
      : [`${wrapped(`By order: ${orders.join(", ")}.`, { columns, indent: 0 })}\n`]),
    `${wrapped(`Single points of failure: ${singles}.`, { columns, indent: 0 })}\n`,
  ].join("");
}

function grouped(count: bigint): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Columns of numbers after the event: a name that is longer pushes them aside. */
const nameWidthMax = 24;

function importanceText(importance: readonly EventImportance[], { asked }: TreeAnswer): string {
  const shown = importance.slice(0, asked.top);
  const heads = ["Birnbaum", "critical", "FV union", "diagnos.", "achieve", "reduce"];
  const width = Math.min(nameWidthMax, Math.max(5, ...shown.map(({ event }) => event.length)));
  const line = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(width)}${cells.map((cell) => cell.padStart(9)).join("")}\n`;
  const number = (value: number | null): string => (value === null ? "–" : shortNumber(value));
  const rows = shown.map(
    ({ event, birnbaum, criticality, fussellVesely, diagnostic, achievement, reduction }) =>
      line(event, [birnbaum, criticality, fussellVesely, diagnostic, achievement, reduction].map(number)),
  );
  const title =
    shown.length < importance.length
      ? `Importance, the first ${shown.length} of ${counted(importance.length, "event")}:`
      : "Importance:";
  return [`${title}\n`, line("event", heads), ...rows].join("");
}

/** Eight characters at most. */
function shortNumber(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 1e-3 || size >= 1e5) return value.toExponential(2).replace("e+", "e");
  return value.toPrecision(4).slice(0, 8);
}

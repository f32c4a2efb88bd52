import type { DesignPoint, JudgedDesign, Optimum } from "../core/optimise/optimise.ts";
import { countText, downMinutesText } from "../core/units/shown.ts";
import { counted, wrapped } from "./layout.ts";

export interface Told {
  readonly platform: string;
  /** How many designs are shown. */
  readonly limit: number;
  readonly coreSeconds: number;
  readonly columns: number;
}

/** The designs that are worth their money, for people. */
export function optimiseText(optimum: Optimum, told: Told): string {
  const { front, today } = optimum;
  const { columns } = told;
  const shown = front.slice(0, told.limit);
  const rest = front.length - shown.length;
  return [
    `platform ${told.platform}: ${counted(front.length, "design")} that no other one beats\n`,
    `${wrapped(lookedText(optimum, told), { columns, indent: 2 })}\n\n`,
    `today: ${amounts(today)}\n${wrapped(verdictText(today, optimum), { columns, indent: 2 })}\n`,
    ...shown.map((point, at) => pointText(point, at, { today, columns })),
    rest > 0 ? `\n${counted(rest, "more design")}: --limit ${front.length} shows all\n` : "",
    singleText(optimum, columns),
    notesText(optimum, columns),
  ].join("");
}

function lookedText({ looked }: Optimum, { coreSeconds }: Told): string {
  const { designs, evaluations, isExact, settled } = looked;
  const perSecond = Math.round(evaluations / Math.max(coreSeconds, 1e-3));
  const done = isExact
    ? `Exact: all ${countText(designs)} designs are weighed or ruled out`
    : `Not exact: ${(settled * 100).toPrecision(3)} % of ${designs.toPrecision(3)} designs are weighed or ruled out, and the front is the best that was seen`;
  return `${done}, by ${counted(evaluations, "evaluation")} (${perSecond} a second).`;
}

function amounts({ cost, carbon, minutesPerYear }: DesignPoint): string {
  const money =
    cost === null
      ? "no price is known"
      : `${countText(Math.round(cost.microsPerMonth / 1e6))} ${cost.currency} a month`;
  return `${money}, ${countText(Math.round(carbon / 1_000))} kgCO2e a month, ${downMinutesText(minutesPerYear)} down a year`;
}

interface Beside {
  readonly today: DesignPoint;
  readonly columns: number;
}

function pointText(point: DesignPoint, at: number, { today, columns }: Beside): string {
  const lines = point.changes.map(({ what, from, to }) => `${what}: ${to} (today ${from})`);
  const all = [priceText(point), ...(lines.length === 0 ? ["as today"] : lines), ...missedText(point, today)];
  return `\n${at + 1}. ${amounts(point)}\n${all.map((line) => `${wrapped(line, { columns, indent: 5 })}\n`).join("")}`;
}

function priceText({ pricePerMinute }: DesignPoint): string {
  if (pricePerMinute === null) return "removes no downtime";
  const { microsPerMonth, currency } = pricePerMinute;
  const amount = Math.abs(microsPerMonth / 1e6);
  const text = `${amount >= 100 ? countText(Math.round(amount)) : amount.toFixed(2)} ${currency} a year`;
  return microsPerMonth < 0
    ? `saves ${text} with each minute of yearly downtime removed`
    : `${text} for each minute of yearly downtime removed`;
}

function missedText({ missed }: DesignPoint, today: DesignPoint): readonly string[] {
  const mended = today.missed.filter((each) => !missed.includes(each));
  return [
    ...(missed.length === 0 ? ["meets every objective"] : [`misses ${missed.join("; ")}`]),
    ...(mended.length === 0 ? [] : [`meets what today misses: ${mended.join("; ")}`]),
  ];
}

function verdictText(design: JudgedDesign, { front }: Optimum): string {
  const { verdict } = design;
  switch (verdict.kind) {
    case "on-front":
      return "no design that was seen beats it";
    case "misses-objectives":
      return `is not on the front: it misses ${design.missed.join("; ")}`;
    case "dominated":
      return `is beaten by design ${verdict.by + 1}${byHowMuch(design, front[verdict.by])}`;
  }
}

function byHowMuch(design: DesignPoint, by: DesignPoint | undefined): string {
  if (by === undefined) return "";
  const cost = (micros(design) - micros(by)) / 1e6;
  const carbon = (design.carbon - by.carbon) / 1_000;
  const minutes = design.minutesPerYear - by.minutesPerYear;
  const parts = [
    ...(cost > 0 ? [`costs ${countText(Math.round(cost))} ${design.cost?.currency ?? ""} a month less`] : []),
    ...(carbon > 0 ? [`emits ${carbon.toFixed(1)} kg less`] : []),
    ...(minutes > 0 ? [`is down ${downMinutesText(minutes)} a year less`] : []),
  ];
  return parts.length === 0 ? "" : `, which ${parts.join(", ")}`;
}

function micros({ cost }: DesignPoint): number {
  return cost?.microsPerMonth ?? 0;
}

function singleText(optimum: Optimum, columns: number): string {
  const { singleChanges } = optimum;
  const lines = singleChanges.map((design) => {
    const [change] = design.changes;
    const line = `${change?.what ?? ""}, ${change?.to ?? ""}: ${verdictText(design, optimum)}`;
    return `${wrapped(line, { columns, indent: 2 })}\n`;
  });
  return lines.length === 0 ? "" : `\none change alone\n${lines.join("")}`;
}

function notesText({ weightedBy, missing, unattainable, limits }: Optimum, columns: number): string {
  const by =
    weightedBy === "impact" ? "by their impact per hour" : "equally, for not every journey states its impact";
  const notes = [
    `Downtime is that of the journeys, weighted ${by}. ${counted(limits.length, "objective")} must hold.`,
    ...unattainable.map((each) => `No design meets ${each}: it is left out.`),
    ...(missing.length === 0
      ? []
      : [
          `${counted(missing.length, "price or emission")} not known, and counted as nothing: \`holdfast cost\` names them.`,
        ]),
  ];
  return `\n${notes.map((each) => `${wrapped(each, { columns, indent: 0 })}\n`).join("")}`;
}

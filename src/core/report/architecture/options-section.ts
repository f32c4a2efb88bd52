import type { DesignPoint, Optimum } from "../../optimise/optimise.ts";
import type { Parsed } from "../../problem/problem.ts";
import { countText, downMinutesText, roughText } from "../../units/shown.ts";
import type { Labelled, Section, Table } from "../document.ts";
import { frontChartOf } from "../front-chart.ts";
import { end, estimated, plain, start } from "../text.ts";

const heading = "Which redundancy is worth its money";

/** Of the ways to build the platform that Options declare, those that no other one beats. */
export function optionsSection(found: Parsed<Optimum>): Section {
  if (!found.ok) {
    const [{ what, mend }] = found.problems;
    return { heading, lead: `It could not be worked out: ${what}. To mend it, ${mend}.`, blocks: [] };
  }
  const optimum = found.value;
  return {
    heading,
    lead: [
      "What the manifests declare as Options, weighed in every combination by cost, carbon and downtime: these are the designs that no other one beats.",
      extentText(optimum),
      unattainableText(optimum),
      missingText(optimum),
    ].join(""),
    blocks: [
      { kind: "chart", chart: frontChartOf(optimum), table: figuresOf(optimum), tableUse: "beside" },
      { kind: "table", table: changesOf(optimum) },
    ],
  };
}

function extentText({ looked: { isExact, designs, settled } }: Optimum): string {
  if (isExact) return ` All ${countText(designs)} designs are weighed or ruled out.`;
  const share = `${(settled * 100).toPrecision(3)} %`;
  return ` Not exact: the work of a pack is bounded, ${share} of ${designs.toPrecision(3)} designs are weighed or ruled out, and these are the best that were seen; the command holdfast optimise looks further.`;
}

function unattainableText({ unattainable }: Optimum): string {
  return unattainable.length === 0 ? "" : ` No design meets ${unattainable.join("; ")}.`;
}

function missingText({ missing }: Optimum): string {
  if (missing.length === 0) return "";
  return ` ${missing.length === 1 ? "1 price or emission is" : `${countText(missing.length)} prices or emissions are`} not known, and counted as nothing.`;
}

function figuresOf({ front, today, currency }: Optimum): Table {
  const rows = front.map((point, at) => figureRow(String(at + 1), point));
  const isToday = front.some(({ changes }) => changes.length === 0);
  const money = currency ?? "money";
  return {
    caption:
      "The least money for each minute of yearly downtime removed first; below 0, money is saved with it",
    columns: [
      start("Design"),
      ...[
        `Cost, ${money} a month`,
        "Carbon, kgCO2e a month",
        "Down a year",
        `${money} a year for each minute removed`,
      ].map(end),
      start("Objectives"),
    ],
    rows: isToday ? rows : [...rows, figureRow("today", today)],
  };
}

function figureRow(
  name: string,
  { cost, carbon, minutesPerYear, ...point }: DesignPoint,
): readonly Labelled[] {
  const { pricePerMinute: perMinute, missed } = point;
  return [
    plain(name),
    cost === null ? plain("not known") : estimated(amountText(cost.microsPerMonth)),
    estimated(roughText(carbon / 1_000)),
    estimated(downMinutesText(minutesPerYear)),
    perMinute === null ? plain("removes none") : estimated(amountText(perMinute.microsPerMonth)),
    plain(missed.length === 0 ? "✓ met" : `✗ ${missed.length} missed`),
  ];
}

/** Below 0 it is saved. */
function amountText(micros: number): string {
  return `${micros < 0 ? "\u2212" : ""}${roughText(Math.abs(micros) / 1e6)}`;
}

function changesOf({ front }: Optimum): Table {
  return {
    caption: "What each design changes",
    columns: [start("Design"), start("Changed from today"), start("Misses")],
    rows: front.map(({ changes, missed }, at) => [
      plain(String(at + 1)),
      plain(
        changes.length === 0
          ? "nothing: it is today's"
          : changes.map(({ what, from, to }) => `${what}: ${to} (today ${from})`).join("; "),
      ),
      plain(missed.length === 0 ? "nothing" : missed.join("; ")),
    ]),
  };
}

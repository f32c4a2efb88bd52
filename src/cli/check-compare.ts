import type { Prediction, JourneyPrediction } from "../core/prediction/prediction.ts";
import { ninesText, roughText, roughTimeText } from "../core/units/shown.ts";
import type { Seconds } from "../core/units/units.ts";
import { table } from "./layout.ts";

// What a change to a workspace changes in what is predicted of it.

/** A figure before and after; `null`: it was not there, or could not be found. */
export interface Difference {
  readonly journey: string | null;
  readonly scenario: string | null;
  readonly what: "unavailability" | "rtoSeconds" | "rpoSeconds" | "costPerMonth" | "carbonKgPerMonth";
  readonly before: number | null;
  readonly after: number | null;
}

/** Every figure that differs, journey by journey, then cost and carbon. */
export function differencesOf(before: Prediction, after: Prediction): readonly Difference[] {
  const names = new Set([...before.journeys, ...after.journeys].map(({ journey }) => journey.name));
  const of = ({ journeys }: Prediction, name: string): JourneyPrediction | null =>
    journeys.find(({ journey }) => journey.name === name) ?? null;
  const all = [
    ...[...names].flatMap((name) => ofJourney(name, of(before, name), of(after, name))),
    platformWide("costPerMonth", costOf(before), costOf(after)),
    platformWide("carbonKgPerMonth", carbonOf(before), carbonOf(after)),
  ];
  return all.filter((each) => each.before !== each.after);
}

function platformWide(what: Difference["what"], before: number | null, after: number | null): Difference {
  return { journey: null, scenario: null, what, before, after };
}

function ofJourney(
  journey: string,
  before: JourneyPrediction | null,
  after: JourneyPrediction | null,
): readonly Difference[] {
  const scenarios = new Set(
    [before, after].flatMap((each) => each?.recoveries.map(({ recovery }) => recovery.scenario) ?? []),
  );
  const up: Difference = {
    ...{ journey, scenario: null, what: "unavailability" },
    before: before?.availability.run?.unavailability ?? null,
    after: after?.availability.run?.unavailability ?? null,
  };
  return [
    up,
    ...[...scenarios].flatMap((scenario): readonly Difference[] => [
      {
        journey,
        scenario,
        what: "rtoSeconds",
        before: timeOf(before, scenario),
        after: timeOf(after, scenario),
      },
      {
        journey,
        scenario,
        what: "rpoSeconds",
        before: lossOf(before, scenario),
        after: lossOf(after, scenario),
      },
    ]),
  ];
}

function timeOf(prediction: JourneyPrediction | null, scenario: string): number | null {
  const outcome = prediction?.recoveries.find(({ recovery }) => recovery.scenario === scenario)?.recovery
    .outcome;
  if (outcome === undefined || outcome.kind === "impossible") return null;
  return outcome.kind === "untouched" ? 0 : outcome.time.p95;
}

function lossOf(prediction: JourneyPrediction | null, scenario: string): number | null {
  const outcome = prediction?.recoveries.find(({ recovery }) => recovery.scenario === scenario)?.recovery
    .outcome;
  if (outcome === undefined || outcome.kind === "impossible") return null;
  return outcome.kind === "untouched" ? 0 : outcome.loss.p95;
}

function costOf({ cost }: Prediction): number | null {
  return cost.ok && cost.value.total !== null ? cost.value.total.value.microsPerMonth / 1e6 : null;
}

function carbonOf({ carbon }: Prediction): number | null {
  return carbon.total === null ? null : carbon.total.value / 1_000;
}

const words: Readonly<Record<Difference["what"], string>> = {
  unavailability: "up",
  rtoSeconds: "back in",
  rpoSeconds: "loses",
  costPerMonth: "cost a month",
  carbonKgPerMonth: "kgCO2e a month",
};

export function differencesText(
  differences: readonly Difference[],
  { revision, columns }: { readonly revision: string; readonly columns: number },
): string {
  if (differences.length === 0) return `\nnothing that is predicted differs from ${revision}\n`;
  return `\nagainst ${revision}\n${table(differenceRows(differences), { columns, indent: 2 })}`;
}

/** Of what, what of it, and how it changes. */
export function differenceRows(differences: readonly Difference[]): readonly (readonly string[])[] {
  return differences.map((each) => [
    [each.journey ?? "", each.scenario ?? ""].filter((word) => word !== "").join(", ") || "platform",
    words[each.what],
    `${shown(each.what, each.before)} → ${shown(each.what, each.after)}`,
  ]);
}

function shown(what: Difference["what"], value: number | null): string {
  if (value === null) return "none";
  if (what === "unavailability") return ninesText(value);
  // Both are spans of time.
  return what === "rtoSeconds" || what === "rpoSeconds" ? roughTimeText(value as Seconds) : roughText(value);
}

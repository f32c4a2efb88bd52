import type { Prediction, JourneyPrediction } from "../core/prediction/prediction.ts";
import type { Outcome } from "../core/recovery/outcome.ts";
import type { Recovery } from "../core/recovery/recovery.ts";
import { ninesText, roughText, roughTimeText } from "../core/units/shown.ts";
import type { Seconds } from "../core/units/units.ts";
import { table } from "./layout.ts";

// What a change to a workspace changes in what is predicted of it.

/** A figure before and after; `null`: it was not there, or could not be found. */
export interface Difference {
  readonly journey: string | null;
  readonly scenario: string | null;
  /** A degraded mode of the journey; `null`: of the whole. */
  readonly mode: string | null;
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
  return { journey: null, scenario: null, mode: null, what, before, after };
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
    ...{ journey, scenario: null, mode: null, what: "unavailability" },
    before: before?.availability.run?.unavailability ?? null,
    after: after?.availability.run?.unavailability ?? null,
  };
  return [
    up,
    ...[...scenarios].flatMap((scenario) =>
      ofScenario({ journey, scenario }, recoveryIn(before, scenario), recoveryIn(after, scenario)),
    ),
  ];
}

function recoveryIn(prediction: JourneyPrediction | null, scenario: string): Recovery | null {
  const all = prediction?.recoveries.map(({ recovery }) => recovery) ?? [];
  return all.find((recovery) => recovery.scenario === scenario) ?? null;
}

function ofScenario(
  of: { readonly journey: string; readonly scenario: string },
  before: Recovery | null,
  after: Recovery | null,
): readonly Difference[] {
  const modes = new Set([before, after].flatMap((each) => each?.modes.map(({ mode }) => mode) ?? []));
  const [was, is] = [before?.outcome ?? null, after?.outcome ?? null];
  return [
    { ...of, mode: null, what: "rtoSeconds", before: timeOf(was), after: timeOf(is) },
    { ...of, mode: null, what: "rpoSeconds", before: lossOf(was), after: lossOf(is) },
    ...[...modes].map((mode): Difference => {
      const inMode = (each: Recovery | null): Outcome | null =>
        each?.modes.find((one) => one.mode === mode)?.outcome ?? null;
      return {
        ...of,
        mode,
        what: "rtoSeconds",
        before: timeOf(inMode(before)),
        after: timeOf(inMode(after)),
      };
    }),
  ];
}

function timeOf(outcome: Outcome | null): number | null {
  if (outcome === null || outcome.kind === "impossible") return null;
  return outcome.kind === "untouched" ? 0 : outcome.time.p95;
}

function lossOf(outcome: Outcome | null): number | null {
  if (outcome === null || outcome.kind === "impossible") return null;
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
    subjectText(each),
    words[each.what],
    `${shown(each.what, each.before)} → ${shown(each.what, each.after)}`,
  ]);
}

function subjectText({ journey, scenario, mode }: Difference): string {
  const words = [journey, scenario, mode === null ? null : `in ${mode}`].filter((word) => word !== null);
  return words.join(", ") || "platform";
}

function shown(what: Difference["what"], value: number | null): string {
  if (value === null) return "none";
  if (what === "unavailability") return ninesText(value);
  // Both are spans of time.
  return what === "rtoSeconds" || what === "rpoSeconds" ? roughTimeText(value as Seconds) : roughText(value);
}

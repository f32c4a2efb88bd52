import { isMissed, type Prediction } from "../../prediction/prediction.ts";
import { type JourneyWhy, whyJourney } from "../../prediction/why-journey.ts";
import { ninesText, roughTimeText } from "../../units/shown.ts";
import type { Answer, KeyFigure, ReportDocument, Section } from "../document.ts";
import { estimated, plain } from "../text.ts";
import { carbonText, moneyText } from "./amounts.ts";
import { availabilitySection } from "./availability-section.ts";
import { contextSection } from "./context-section.ts";
import { costSection } from "./cost-section.ts";
import { dependencySection } from "./dependency-section.ts";
import { failureSection } from "./failure-section.ts";
import { findingsSection } from "./findings-section.ts";
import { matrixSection } from "./matrix-section.ts";
import { objectivesSection } from "./objectives-section.ts";
import { optionsSection } from "./options-section.ts";
import type { PackContext } from "./pack-context.ts";
import { patternsSection } from "./patterns-section.ts";
import { riskSection } from "./risk-section.ts";
import { assumptionsSection, sourcesSection } from "./sources-section.ts";

/** The reliability architecture pack: what a platform is, how it fails and recovers by prediction, and what that rests on. */
export function architecturePackOf(context: PackContext): ReportDocument {
  const { model, prediction, rows, stepsMax, at } = context;
  const { name, description } = model.platform;
  const whys = prediction.journeys.map(({ journey }) =>
    whyJourney(model, prediction, { name: journey.name, rows, stepsMax }),
  );
  return {
    title: `Would ${name} meet its objectives?`,
    subtitle: `Reliability architecture of ${name}${description === "" ? "" : `: ${description}`}`,
    at,
    answer: answerOf(prediction),
    keyFigures: keyFiguresOf(prediction),
    sections: sectionsOf(context, whys),
    notes: [
      "Declared: written by the owner in the manifests.",
      "Estimated: reckoned from what is declared, from published tables and from assumptions, each of which is named above. Nothing here was simulated or measured.",
    ],
  };
}

function sectionsOf(context: PackContext, whys: readonly JourneyWhy[]): readonly Section[] {
  const { model, prediction, findings, optimum, at } = context;
  return [
    contextSection(model),
    ...[...model.journeys.values()].map((journey) => dependencySection(model, journey)),
    objectivesSection(model),
    matrixSection(context),
    availabilitySection(model, whys),
    patternsSection(model),
    failureSection(context, whys),
    riskSection(model, at),
    costSection(prediction),
    ...(optimum === null ? [] : [optionsSection(optimum)]),
    findingsSection(findings),
    assumptionsSection(context),
    sourcesSection(context),
  ];
}

function answerOf({ journeys }: Prediction): Answer {
  const times = journeys.flatMap(({ recoveries }) => recoveries);
  const shares = journeys.flatMap(({ availabilityVerdicts }) => availabilityVerdicts);
  const missedTimes = times.filter(isMissed);
  const missedShares = shares.filter(({ verdict }) => verdict === "missed");
  const unknown = shares.filter(({ verdict }) => verdict === "unknown").length;
  const without = times.filter(({ time }) => time === "no-objective").length;
  const judged = times.length - without;
  const rest = [
    without === 0 ? "" : ` ${recoveriesText(without)} had no objective.`,
    unknown === 0 ? "" : ` ${availabilitiesText(unknown)} could not be found.`,
  ].join("");
  if (missedTimes.length + missedShares.length > 0) {
    const missed = [
      ...(missedTimes.length === 0 ? [] : [`${missedTimes.length} of ${recoveriesText(judged)}`]),
      ...(missedShares.length === 0
        ? []
        : [`${missedShares.length} of ${availabilitiesText(shares.length)}`]),
    ];
    const text = `By prediction ${missed.join(" and ")} would miss what is accepted.${rest}`;
    return { verdict: "missed", word: "No", text };
  }
  const known = shares.length - unknown;
  if (judged + known === 0) {
    return { verdict: "missed", word: "No", text: `No objective could be judged.${rest}` };
  }
  const text = `By prediction every objective is kept: of ${recoveriesText(judged)} and ${availabilitiesText(known)}.${rest}`;
  return { verdict: "met", word: "Yes", text };
}

function recoveriesText(count: number): string {
  return count === 1 ? "1 recovery" : `${count} recoveries`;
}

function availabilitiesText(count: number): string {
  return count === 1 ? "1 availability" : `${count} availabilities`;
}

function keyFiguresOf({ journeys, cost, carbon }: Prediction): readonly KeyFigure[] {
  const known = journeys.flatMap(({ availability }) => (availability.run === null ? [] : [availability]));
  const [least] = known.toSorted((a, b) => b.run.unavailability - a.run.unavailability);
  const recovering = journeys.flatMap(({ recoveries }) =>
    recoveries.flatMap(({ recovery }) =>
      recovery.outcome.kind === "recovers" ? [{ recovery, p95: recovery.outcome.time.p95 }] : [],
    ),
  );
  const [slowest] = recovering.toSorted((a, b) => b.p95 - a.p95);
  return [
    least === undefined
      ? unknownFigure("Least available")
      : estimatedFigure("Least available", ninesText(least.run.unavailability), `journey ${least.journey}`),
    slowest === undefined
      ? unknownFigure("Slowest recovery")
      : estimatedFigure(
          "Slowest recovery",
          roughTimeText(slowest.p95),
          `${slowest.recovery.journey} in ${slowest.recovery.scenario}`,
        ),
    costFigure(cost),
    carbon.total === null
      ? unknownFigure("Carbon a month")
      : {
          ...estimatedFigure(boundName("Carbon a month", carbon.missing), carbonText(carbon.total.value), ""),
          kind: carbon.total.kind,
          note: estimated(`of it redundancy ${carbonText(carbon.redundancy?.value ?? 0)}`),
        },
  ];
}

function costFigure(cost: Prediction["cost"]): KeyFigure {
  if (!cost.ok || cost.value.total === null) return unknownFigure("Cost a month");
  const { total, redundancy, missing } = cost.value;
  const { currency, microsPerMonth } = total.value;
  const spare = moneyText(currency, redundancy?.value.microsPerMonth ?? 0);
  const note = { text: `of it redundancy ${spare}`, kind: redundancy?.kind ?? null };
  const name = boundName("Cost a month", missing);
  return { name, text: moneyText(currency, microsPerMonth), kind: total.kind, note };
}

/** Of a sum of what is known: where something is not, it is at least so much. */
function boundName(name: string, missing: readonly unknown[]): string {
  return missing.length === 0 ? name : `${name}, at least`;
}

function estimatedFigure(name: string, text: string, note: string): KeyFigure {
  return { name, text, kind: "estimated", note: plain(note) };
}

function unknownFigure(name: string): KeyFigure {
  return { name, text: "not known", kind: null, note: plain("nothing declares what it is reckoned from") };
}

import type { Workspace } from "../core/manifest/manifest.ts";
import type { Component } from "../core/model/component.ts";
import { type Model, the } from "../core/model/model.ts";
import { isTouched } from "../core/model/survival.ts";
import { notCountedText } from "../core/prediction/not-counted.ts";
import { backText, missedAvailabilities } from "../core/prediction/objectives.ts";
import type {
  JourneyPrediction,
  JudgedMode,
  JudgedRecovery,
  Prediction,
} from "../core/prediction/prediction.ts";
import { recoveryMargin } from "../core/prediction/worst-first.ts";
import { unreachable } from "../core/problem/problem.ts";
import type { Recovery } from "../core/recovery/recovery.ts";
import { ninesBetween, ninesText, roughText, roughTimeText } from "../core/units/shown.ts";
import { durationText, percentText } from "../core/units/text.ts";
import { ratio, type Seconds, seconds } from "../core/units/units.ts";
import { moneyText } from "./check-money.ts";
import { counted, table, wrapped } from "./layout.ts";
import { stepsMax } from "./predict.ts";

export function componentsIn(model: Model, region: string): readonly string[] {
  const stands = (component: Component): boolean =>
    component.placements.some((each) => each.region === region);
  return [...model.components.values()].filter(stands).map((component) => component.name);
}

/** Whether a scenario is told of with a journey: it takes a place of something that the journey needs, or more. */
export function isShown(model: Model, { recovery }: JudgedRecovery): boolean {
  if (recovery.outcome.kind !== "untouched") return true;
  const { entry } = the(model.journeys, recovery.journey);
  return isTouched(model, entry, the(model.scenarios, recovery.scenario));
}

/** The drills of a plan that bring a journey back in a scenario. */
export function drillsFor(model: Model, journey: string, scenario: string): readonly string[] {
  return [...model.drills.values()]
    .filter((drill) => drill.journey === journey && drill.scenario === scenario)
    .map((drill) => drill.name);
}

/** What a workspace declares, and what is predicted of it, for people. */
export function summaryText(workspace: Workspace, prediction: Prediction, columns: number): string {
  const { model } = workspace;
  const { regions } = model.platform;
  const counts = [
    counted(regions.length, "region"),
    counted(model.components.size, "component"),
    counted(model.journeys.size, "journey"),
    counted(model.scenarios.size, "scenario"),
    counted(model.plans.size, "plan"),
    counted(model.drills.size, "drill"),
  ];
  const standing = regions.map(({ name, provider }) => [
    name,
    provider,
    componentsIn(model, name).join(", ") || "nothing",
  ]);
  const left = workspace.skipped === 1 ? "left as it is" : "left as they are";
  const skipped =
    workspace.skipped === 0 ? "" : `\n${counted(workspace.skipped, "OpenSLO document")} ${left}\n`;
  const journeys = [...prediction.journeys].sort((a, b) => worstMargin(a) - worstMargin(b));
  return [
    `platform ${model.platform.name}\n`,
    `${wrapped(counts.join(", "), { columns, indent: 2 })}\n`,
    "\nregions\n",
    table(standing, { columns, indent: 2 }),
    "\njourneys, the worst first; predicted from what is declared and assumed\n",
    notCountedLine(model, columns),
    ...journeys.map((journey) =>
      journeyText(model, {
        ...{ prediction: journey, columns },
        whys: missedAvailabilities(prediction, journey, stepsMax),
      }),
    ),
    ...(journeys.length === 0 ? ["  none\n"] : []),
    moneyText(prediction, columns),
    skipped,
  ].join("");
}

function notCountedLine(model: Model, columns: number): string {
  const text = notCountedText(model);
  return text === null ? "" : `${wrapped(text, { columns, indent: 2 })}\n`;
}

interface ToldJourney {
  readonly prediction: JourneyPrediction;
  readonly whys: ReturnType<typeof missedAvailabilities>;
  readonly columns: number;
}

function journeyText(model: Model, { prediction, whys, columns }: ToldJourney): string {
  const { journey, recoveries } = prediction;
  const shown = recoveries
    .filter((each) => isShown(model, each))
    .sort((a, b) => recoveryMargin(a) - recoveryMargin(b));
  const heading = ["", "scenario", "back in", "loses"];
  return [
    `\n  ${journey.name} (${journey.owner})\n`,
    table(availabilityRows(prediction), { columns, indent: 4 }),
    ...[...whys].map(
      ([scope, because]) =>
        `${wrapped(`failures up to a ${scope}: ${because.join("; ")}`, { columns, indent: 4 })}\n`,
    ),
    shown.length === 0
      ? ""
      : table([heading, ...shown.flatMap((each) => [recoveryRow(each), ...each.modes.map(modeRow)])], {
          columns,
          indent: 4,
        }),
    ...shown.map((each) => detailText(each, columns)),
  ].join("");
}

function availabilityRows({
  availability,
  availabilityVerdicts,
}: JourneyPrediction): readonly (readonly string[])[] {
  if (availability.run === null) {
    const all = `${ninesBetween(availability.unavailability)}: bounds, as its fault graph is larger than the work allowed`;
    return [["up", all], ...verdictRows(availabilityVerdicts)];
  }
  const { run, outages } = availability;
  const often = outages.perYear === null ? "" : `, ${roughText(outages.perYear)} outages`;
  const all = `${ninesText(run.unavailability)}, that is down ${roughText(outages.minutesPerYear)} min a year${often}`;
  return [["up", all], ...verdictRows(availabilityVerdicts)];
}

function verdictRows(verdicts: JourneyPrediction["availabilityVerdicts"]): readonly (readonly string[])[] {
  return verdicts.map(({ scope, objective, unavailability, verdict }) => {
    const wanted = percentText.print(ratio(objective));
    return ["", `${verdict}: ${ninesBetween(unavailability)} of ${wanted} by failures up to a ${scope}`];
  });
}

/** What is predicted against what is wanted, in columns. */
function recoveryRow({ recovery, time, loss }: JudgedRecovery): readonly string[] {
  const { outcome, objective, scenario } = recovery;
  const of = (wanted: Seconds | undefined): string =>
    wanted === undefined ? "" : ` of ${durationText.print(wanted)}`;
  const isMissed = [time, loss].includes("missed");
  // A scenario that nobody set an objective for has no verdict.
  const verdict = isMissed ? "missed" : objective === null ? "" : "met";
  switch (outcome.kind) {
    case "untouched":
      return [verdict, scenario, "goes on", "nothing"];
    case "impossible":
      return [verdict, scenario, "does not", ""];
    case "recovers": {
      const lost = outcome.loss.p95 === null ? "all" : roughTimeText(outcome.loss.p95);
      const back = `${roughTimeText(outcome.time.p95)}${of(objective?.rto)}`;
      return [verdict, scenario, back, `${lost}${of(objective?.rpo)}`];
    }
    default:
      return unreachable(outcome);
  }
}

/** When it serves at least so. */
function modeRow({ recovery: { mode, rto, outcome }, time }: JudgedMode): readonly string[] {
  const of = rto === null || outcome.kind !== "recovers" ? "" : ` of ${durationText.print(rto)}`;
  const back = outcome.kind === "impossible" ? "does not" : backText(outcome);
  return [time === "no-objective" ? "" : time, `  in ${mode}`, `${back}${of}`, ""];
}

/** Why an objective is missed, and what would meet it. */
function detailText(judged: JudgedRecovery, columns: number): string {
  const { recovery, time, loss } = judged;
  const { outcome, scenario } = recovery;
  if (![time, loss].includes("missed") || outcome.kind === "untouched") return "";
  const why = outcome.kind === "impossible" ? outcome.because.join("; ") : whyMissed(judged, outcome);
  const mends = outcome.changes.map(({ change }) => wrapped(`mend: ${change}`, { columns, indent: 6 }));
  return `${[wrapped(`${scenario}: ${why}`, { columns, indent: 4 }), ...mends].join("\n")}\n`;
}

function whyMissed(
  { time, loss }: JudgedRecovery,
  { time: predicted, loss: lost }: Extract<Recovery["outcome"], { readonly kind: "recovers" }>,
): string {
  const { longest, p95 } = predicted;
  const slow =
    time === "missed"
      ? [
          `${longest.what}, ${roughTimeText(seconds(predicted.phases[longest.phase]))} of the ${roughTimeText(p95)}: ${longest.because}`,
        ]
      : [];
  return [...slow, ...(loss === "missed" ? [lost.because] : [])].join("; ");
}

function worstMargin({ recoveries, availabilityVerdicts }: JourneyPrediction): number {
  const isMissed = availabilityVerdicts.some(({ verdict }) => verdict === "missed");
  return Math.min(isMissed ? -1 : 2, ...recoveries.map(recoveryMargin));
}

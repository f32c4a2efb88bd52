import { backText } from "../../prediction/objectives.ts";
import { isMissed, type JudgedMode, type JudgedRecovery, type Verdict } from "../../prediction/prediction.ts";
import { recoveryMargin } from "../../prediction/worst-first.ts";
import { unreachable } from "../../problem/problem.ts";
import type { Outcome } from "../../recovery/outcome.ts";
import { countedText, roughText, roughTimeText } from "../../units/shown.ts";
import { durationText } from "../../units/text.ts";
import type { Labelled, Section, Table } from "../document.ts";
import { estimated, plain, start } from "../text.ts";
import type { PackContext } from "./pack-context.ts";

/** More journeys than this do not fit beside one another on a page. */
const journeysBesideMax = 4;

/** Journeys by scenarios: what is predicted of each recovery, against what is accepted. */
export function matrixSection({ prediction }: Pick<PackContext, "prediction">): Section {
  const all = prediction.journeys.flatMap(({ recoveries }) => recoveries);
  const touched = all.filter(({ recovery }) => recovery.outcome.kind !== "untouched");
  const worst = touched.toSorted(byMargin);
  const missed = worst.filter(isMissed).length;
  const untouched = all.length - touched.length;
  const overview = matrixTable(
    prediction.journeys.map(({ journey }) => journey.name),
    all,
  );
  return {
    heading: "Resilience matrix",
    lead: `${countedText(all.length, "pair")} of a journey and a scenario: ${missed} ${missed === 1 ? "misses" : "miss"} an objective, ${untouched} ${untouched === 1 ? "is" : "are"} not touched. Predicted is the time that 19 of 20 recoveries need, when they work; how likely one works stands beside it.`,
    blocks: [
      ...(overview === null ? [] : [{ kind: "table", table: overview } as const]),
      { kind: "table", table: detailTable(worst) },
    ],
  };
}

/** @returns `null` when it would not fit, or says nothing beyond the details */
function matrixTable(journeys: readonly string[], all: readonly JudgedRecovery[]): Table | null {
  if (journeys.length > journeysBesideMax || all.length === 0) return null;
  const scenarios = [...new Set(all.map(({ recovery }) => recovery.scenario))];
  const worst = (scenario: string): number =>
    Math.min(...all.filter(({ recovery }) => recovery.scenario === scenario).map(rankOf));
  return {
    caption: "Predicted recovery time and data loss, the worst scenario first",
    columns: [start("Scenario"), ...journeys.map(start)],
    rows: scenarios
      .map((scenario) => ({ scenario, rank: worst(scenario) }))
      .toSorted((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank))
      .map(({ scenario }) => [plain(scenario), ...journeys.map((journey) => cellOf(all, journey, scenario))]),
  };
}

/** Of two that do not come back at all, neither is worse. */
function byMargin(a: JudgedRecovery, b: JudgedRecovery): number {
  const [first, second] = [recoveryMargin(a), recoveryMargin(b)];
  return first === second ? 0 : first - second;
}

/** What is not touched is of the least interest. */
function rankOf(judged: JudgedRecovery): number {
  return judged.recovery.outcome.kind === "untouched" ? Number.POSITIVE_INFINITY : recoveryMargin(judged);
}

function cellOf(all: readonly JudgedRecovery[], journey: string, scenario: string): Labelled {
  const judged = all.find(({ recovery }) => recovery.journey === journey && recovery.scenario === scenario);
  if (judged === undefined) return plain("");
  const { outcome } = judged.recovery;
  if (outcome.kind === "untouched") return plain("not touched");
  if (outcome.kind === "impossible") return estimated(`${signOf(judged)} does not come back`);
  return estimated(`${signOf(judged)} ${roughTimeText(outcome.time.p95)}, loses ${lostText(outcome)}`);
}

function signOf(judged: JudgedRecovery): string {
  if (judged.time === "no-objective" && judged.modes.length === 0) return "–";
  return isMissed(judged) ? "✗" : "✓";
}

function detailTable(worst: readonly JudgedRecovery[]): Table {
  return {
    caption: "Every pair that is touched, the worst first: predicted / accepted",
    columns: ["Journey", "Scenario", "Recovery time", "Data loss", "Works", "Verdict"].map(start),
    rows: worst.flatMap((judged) => {
      const { recovery, time, loss } = judged;
      const { journey, scenario, objective } = recovery;
      const rto = objective === null ? "no objective" : durationText.print(objective.rto);
      const rpo = objective === null ? "no objective" : durationText.print(objective.rpo);
      return [
        [
          plain(journey),
          plain(scenario),
          estimated(`${backText(recovery.outcome)} / ${rto}`),
          estimated(`${lostText(recovery.outcome)} / ${rpo}`),
          estimated(worksText(recovery.outcome)),
          plain(verdictText(time, loss)),
        ],
        ...judged.modes.map((mode) => modeRow(journey, scenario, mode)),
      ];
    }),
  };
}

/** When a journey serves in a degraded mode; what is lost is told of the whole. */
function modeRow(
  journey: string,
  scenario: string,
  { recovery: { mode, rto, outcome }, time }: JudgedMode,
): readonly Labelled[] {
  const asked = rto === null ? "no objective" : durationText.print(rto);
  return [
    plain(`${journey}, in ${mode}`),
    plain(scenario),
    estimated(`${backText(outcome)} / ${asked}`),
    plain("–"),
    estimated(worksText(outcome)),
    plain(verdictText(time, "met")),
  ];
}

function lostText(outcome: Outcome): string {
  if (outcome.kind !== "recovers") return "not known";
  const { p95 } = outcome.loss;
  if (p95 === null) return "all, or unknown";
  return p95 === 0 ? "nothing" : roughTimeText(p95);
}

function worksText(outcome: Outcome): string {
  switch (outcome.kind) {
    case "recovers":
      return `${roughText(outcome.coverage * 100)} %`;
    case "untouched":
    case "impossible":
      return "–";
    default:
      return unreachable(outcome);
  }
}

function verdictText(time: Verdict, loss: Verdict): string {
  if (time === "no-objective") return "no objective";
  const missed = [...(time === "missed" ? ["RTO"] : []), ...(loss === "missed" ? ["RPO"] : [])];
  return missed.length === 0 ? "✓ met" : `✗ ${missed.join(" and ")} missed`;
}

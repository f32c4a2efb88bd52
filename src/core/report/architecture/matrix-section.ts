import type { JudgedRecovery, Verdict } from "../../prediction/prediction.ts";
import { recoveryMargin } from "../../prediction/worst-first.ts";
import { unreachable } from "../../problem/problem.ts";
import type { Recovery } from "../../recovery/recovery.ts";
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
  const missed = worst.filter(({ time, loss }) => time === "missed" || loss === "missed").length;
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
  return estimated(
    `${signOf(judged)} ${roughTimeText(outcome.time.p95)}, loses ${lostText(judged.recovery)}`,
  );
}

function signOf({ time, loss }: JudgedRecovery): string {
  if (time === "no-objective") return "–";
  return time === "missed" || loss === "missed" ? "✗" : "✓";
}

function detailTable(worst: readonly JudgedRecovery[]): Table {
  return {
    caption: "Every pair that is touched, the worst first: predicted / accepted",
    columns: ["Journey", "Scenario", "Recovery time", "Data loss", "Works", "Verdict"].map(start),
    rows: worst.map((judged) => {
      const { recovery, time, loss } = judged;
      const { journey, scenario, objective } = recovery;
      const rto = objective === null ? "no objective" : durationText.print(objective.rto);
      const rpo = objective === null ? "no objective" : durationText.print(objective.rpo);
      return [
        plain(journey),
        plain(scenario),
        estimated(`${timeOf(recovery)} / ${rto}`),
        estimated(`${lostText(recovery)} / ${rpo}`),
        estimated(worksText(recovery)),
        plain(verdictText(time, loss)),
      ];
    }),
  };
}

function timeOf({ outcome }: Recovery): string {
  return outcome.kind === "recovers" ? roughTimeText(outcome.time.p95) : "does not come back";
}

function lostText({ outcome }: Recovery): string {
  if (outcome.kind !== "recovers") return "not known";
  const { p95 } = outcome.loss;
  if (p95 === null) return "all, or unknown";
  return p95 === 0 ? "nothing" : roughTimeText(p95);
}

function worksText({ outcome }: Recovery): string {
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

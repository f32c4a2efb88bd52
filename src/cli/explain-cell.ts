import { unreachable } from "../core/problem/problem.ts";
import { backText } from "../core/prediction/objectives.ts";
import type { JudgedMode, JudgedRecovery, Verdict } from "../core/prediction/prediction.ts";
import {
  bottleneckOf,
  type FactorWhy,
  type PhaseWhy,
  whyCoverage,
  whyPhases,
} from "../core/prediction/why-recovery.ts";
import type { Change } from "../core/recovery/achievability.ts";
import type { LossPrediction } from "../core/recovery/data-loss.ts";
import { meanOf } from "../core/recovery/distribution/quantiles.ts";
import type { ModeRecovery } from "../core/recovery/mode-recoveries.ts";
import type { Outcome } from "../core/recovery/outcome.ts";
import type { Recovery } from "../core/recovery/recovery.ts";
import { roughTimeText } from "../core/units/shown.ts";
import { durationText } from "../core/units/text.ts";
import { type Seconds, seconds } from "../core/units/units.ts";
import { placesText, type WrittenValue } from "./explain-places.ts";
import type { Explaining, Explanation, UnknownName } from "./explanation.ts";
import { part, shareText } from "./figure-text.ts";
import { wrapped } from "./layout.ts";

type Asked = "rto" | "rpo" | "both";
type Recovering = Extract<Outcome, { readonly kind: "recovers" }>;

/** Why the recovery of a journey in a scenario takes as long as predicted, and loses as much. */
export function explainCell(
  asked: string,
  { prediction, catalogue, places }: Explaining,
): Explanation | UnknownName {
  const [, name = asked, suffix] = /^(.*?)(?:\/(rto|rpo))?$/.exec(asked) ?? [];
  const cells = new Map<string, JudgedRecovery>(
    prediction.journeys.flatMap(({ recoveries }) =>
      recoveries.map((each) => [`${each.recovery.journey}/${each.recovery.scenario}`, each] as const),
    ),
  );
  const judged = cells.get(name);
  if (judged === undefined) return { unknown: name, what: "cell", known: cells.keys() };
  const what: Asked = suffix === "rto" || suffix === "rpo" ? suffix : "both";
  const factors =
    judged.recovery.outcome.kind === "recovers"
      ? whyCoverage(judged.recovery.outcome.coverageFactors, catalogue.failures)
      : [];
  const written = writtenFor(judged, factors, places);
  return {
    data: () => ({ ...cellData(judged, factors, what), writtenAt: written }),
    text: (columns) => {
      const modes = what === "rpo" ? "" : modesText(judged.modes, columns);
      return `${cellText(judged, factors, { what, columns })}${modes}${placesText(written, columns)}`;
    },
  };
}

function writtenFor(
  { recovery: { journey, scenario, plan, objective, outcome } }: JudgedRecovery,
  factors: readonly FactorWhy[],
  places: Explaining["places"],
): readonly WrittenValue[] {
  const losses = outcome.kind === "recovers" ? outcome.loss.losses : [];
  const components = [...factors, ...losses].map(({ component }) => component);
  return [
    ...(objective === null ? [] : places.ofRecoveryObjective(journey, objective)),
    ...places.ofModes(journey),
    ...places.ofRecovery(scenario, plan, components),
  ];
}

function cellData(
  { recovery, time, loss, modes }: JudgedRecovery,
  factors: readonly FactorWhy[],
  what: Asked,
): Readonly<Record<string, unknown>> {
  const { journey, scenario, scope, plan, standIns, outcome } = recovery;
  const base = {
    ...{ journey, scenario, scope, plan, standIns, outcome: outcome.kind },
    ...(what === "rpo" ? {} : { degradedModes: modes.map(modeData) }),
  };
  if (outcome.kind === "untouched") return base;
  if (outcome.kind === "impossible") return { ...base, because: outcome.because, changes: outcome.changes };
  return {
    ...base,
    ...(what === "rpo" ? {} : { recoveryTime: timeData(recovery.objective?.rto ?? null, outcome, time) }),
    ...(what === "rto" ? {} : { dataLoss: lossData(recovery, outcome, loss) }),
    coverageRatio: outcome.coverage,
    coverage: factors.map(({ value, ...factor }) => ({ ...factor, valueRatio: value })),
    changes: outcome.changes,
  };
}

function modeData({
  recovery: { mode, rto, isVerified, sooner, outcome },
  time: verdict,
}: JudgedMode): object {
  const base = { name: mode, isVerified, sooner, outcome: outcome.kind };
  if (outcome.kind === "recovers") return { ...base, recoveryTime: timeData(rto, outcome, verdict) };
  return outcome.kind === "impossible" ? { ...base, because: outcome.because } : base;
}

function timeData(rto: Seconds | null, { time }: Recovering, verdict: Verdict): object {
  return {
    verdict,
    objectiveSeconds: rto,
    meanSeconds: time.mean,
    p50Seconds: time.p50,
    p95Seconds: time.p95,
    p99Seconds: time.p99,
    withinObjectiveRatio: time.withinObjective,
    phases: whyPhases(time).map(({ name, share, chains }) => ({
      name,
      shareSeconds: share,
      chains: chains.map((chain) => chain.map(({ mean, ...piece }) => ({ ...piece, meanSeconds: mean }))),
    })),
    bottleneck: bottleneckOf(time)?.piece.what ?? null,
  };
}

function lossData({ objective }: Recovery, { loss }: Recovering, verdict: Verdict): object {
  const { p95, mean, because, losses } = loss;
  return {
    ...{ verdict, objectiveSeconds: objective?.rpo ?? null, p95Seconds: p95, meanSeconds: mean, because },
    components: losses.map(({ component, span, because: why, change }) => ({
      ...{ component, meanSeconds: span === null ? null : meanOf(span), because: why, change },
    })),
  };
}

interface Shown {
  readonly what: Asked;
  readonly columns: number;
}

function untouchedText({ standIns }: Recovery): string {
  if (standIns.length === 0) return "Nothing that it needs loses a place that serves: it goes on.";
  const each = standIns.map(({ of, by }) => `${by} in the stead of ${of}, which has no place left`);
  return `It goes on by ${each.join(", and by ")}: callers are refused there, and turn at once.`;
}

function cellText(judged: JudgedRecovery, factors: readonly FactorWhy[], shown: Shown): string {
  const { recovery } = judged;
  const { outcome, journey, scenario, scope, plan } = recovery;
  const by = plan === null ? "no plan covers it" : `by plan ${plan}`;
  const head = `journey ${journey} in scenario ${scenario} (scope ${scope}), ${by}\n`;
  const told = (text: string): string => `\n${wrapped(text, { columns: shown.columns, indent: 2 })}\n`;
  switch (outcome.kind) {
    case "untouched":
      return `${head}${told(untouchedText(recovery))}`;
    case "impossible":
      return `${head}${told(`It does not come back before what failed does: ${outcome.because.join("; ")}.`)}${changesText(outcome.changes, shown.columns)}`;
    case "recovers":
      return `${head}${recoversText(judged, outcome, { ...shown, factors })}`;
    default:
      return unreachable(outcome);
  }
}

function recoversText(
  judged: JudgedRecovery,
  outcome: Recovering,
  { what, columns, factors }: Shown & { readonly factors: readonly FactorWhy[] },
): string {
  const { recovery, time, loss } = judged;
  return [
    what === "rpo" ? "" : timeText({ recovery, verdict: time }, outcome, columns),
    what === "rto" ? "" : lossText({ recovery, verdict: loss }, outcome.loss, columns),
    coverageText(outcome, factors, columns),
    changesText(outcome.changes, columns),
  ].join("");
}

interface Judged {
  readonly recovery: Recovery;
  readonly verdict: JudgedRecovery["time"];
}

function timeText({ recovery, verdict }: Judged, { time }: Recovering, columns: number): string {
  const rto =
    recovery.objective === null
      ? "no objective"
      : `RTO ${durationText.print(recovery.objective.rto)} (declared)`;
  const phases = whyPhases(time);
  const sum = phases.map(({ name, share }) => `${name} ${roughTimeText(share)}`).join(" + ");
  const most = bottleneckOf(time);
  const critical =
    most === null
      ? []
      : [
          `critical path: ${most.phase}, ${roughTimeText(most.share)} of the ${roughTimeText(time.p95)}: ${most.piece.what}, because ${most.piece.because}`,
        ];
  const within =
    time.withinObjective === null
      ? []
      : [`${shareText(time.withinObjective)} of recoveries that work are within the objective`];
  const lines = [
    `${sum} = ${roughTimeText(time.p95)} (estimated)`,
    `19 of 20 recoveries take at most that; ${roughTimeText(time.mean)} on average, half within ${roughTimeText(time.p50)}, 99 of 100 within ${roughTimeText(time.p99)}`,
    ...within,
    ...critical,
  ].map((line) => wrapped(line, { columns, indent: 2 }));
  const heading = `recovery time: ${roughTimeText(time.p95)}, ${rto}: ${verdict}`;
  return [
    part(heading, lines),
    part(
      "phase by phase",
      phases.map((phase) => phaseText(phase, columns)),
    ),
  ].join("");
}

function phaseText({ name, share, chains }: PhaseWhy, columns: number): string {
  const lines = chains.flatMap((chain, at) => [
    ...(at === 0 ? [] : [`    beside it${at > 1 ? ", too" : ""}, and done sooner:`]),
    ...chain.map(({ what, mean, kind, because }) =>
      wrapped(`${what}: ${roughTimeText(mean)} on average (${kind}); ${because}`, { columns, indent: 4 }),
    ),
  ]);
  return [`  ${name}, ${roughTimeText(share)}`, ...lines].join("\n");
}

function lossText(
  { recovery, verdict }: Judged,
  { p95, because, losses }: LossPrediction,
  columns: number,
): string {
  const rpo =
    recovery.objective === null
      ? "no objective"
      : `RPO ${durationText.print(recovery.objective.rpo)} (declared)`;
  const lost = p95 === null ? "all of it, or nobody can say" : roughTimeText(p95);
  const each = losses.map(({ component, span, because: why }) => {
    const mean = span === null ? "not bounded" : `${roughTimeText(meanOf(span))} on average (estimated)`;
    return wrapped(`${component}: ${mean}; ${why}`, { columns, indent: 2 });
  });
  const lines = each.length === 0 ? [wrapped(because, { columns, indent: 2 })] : each;
  return part(`data loss: ${lost}, ${rpo}: ${verdict}`, lines);
}

function coverageText({ coverage }: Recovering, factors: readonly FactorWhy[], columns: number): string {
  // Nothing is switched over, so nothing can fail to be.
  if (factors.length === 0) return "";
  const product = factors.map(({ name, value }) => `${name} ${shareText(value)}`).join(" × ");
  const of = factors[0] === undefined ? "" : ` (by ${factors[0].component}, the least likely)`;
  return part(`works without a person: ${shareText(coverage)}${of}`, [
    wrapped(`${product} = ${shareText(coverage)}`, { columns, indent: 2 }),
    ...factors.map(({ name, kind, because }) =>
      wrapped(`${name} (${kind}): ${because}`, { columns, indent: 4 }),
    ),
  ]);
}

/** When it serves at least so, and what that time is made of. */
function modesText(modes: readonly JudgedMode[], columns: number): string {
  return modes
    .map(({ recovery, time: verdict }) => {
      const { mode, rto, outcome } = recovery;
      const asked = rto === null ? "no objective" : `RTO ${durationText.print(rto)} (declared): ${verdict}`;
      const lines = modeLines(recovery).map((line) => wrapped(line, { columns, indent: 2 }));
      const phases =
        outcome.kind === "recovers" && recovery.sooner === null
          ? whyPhases(outcome.time).map((phase) => phaseText(phase, columns))
          : [];
      return part(`in ${mode}: ${backText(outcome)}, ${asked}`, [...lines, ...phases]);
    })
    .join("");
}

function modeLines({ isVerified, sooner, outcome }: ModeRecovery): readonly string[] {
  if (sooner !== null)
    return [`it gives more by then: ${sooner.mode === null ? "whole" : `in ${sooner.mode}`}`];
  switch (outcome.kind) {
    case "untouched":
      return ["nothing that it needs then loses a place that serves"];
    case "impossible":
      return outcome.because;
    case "recovers": {
      const { p95, mean } = outcome.time;
      const time = `19 of 20 recoveries take at most ${roughTimeText(p95)}, and ${roughTimeText(mean)} on average`;
      return isVerified ? [time] : ["it comes about by itself: no step of a plan verifies it", time];
    }
    default:
      return unreachable(outcome);
  }
}

function changesText(changes: readonly Change[], columns: number): string {
  const lines = changes.map(({ change, effort, reaches }) => {
    const then = reaches === null ? "" : `; then ${roughTimeText(seconds(reaches))}`;
    return wrapped(`${change} (${effort})${then}`, { columns, indent: 2 });
  });
  return part("what would meet the objective", lines);
}

import { type Spread, spreadOf } from "./statistics.ts";
import { tableText } from "./table.ts";
import { faultTreeTargets, type Verdict, verdictOf } from "./targets.ts";

/** What was measured of one model; times in seconds. */
export interface ModelResult {
  readonly model: string;
  readonly events: number;
  /** Empty: it used up its time. */
  readonly scramCore: readonly number[];
  readonly coldCore: readonly number[];
  readonly warmCore: readonly number[];
  /** The answers of both; `null`: none, or none that is exact. */
  readonly chances: { readonly scram: number | null; readonly holdfast: number | null };
  /** Counting all minimal cut sets: processor time of whole processes; `null`: given up. */
  readonly counting: {
    readonly cutSets: string | null;
    readonly scramCpu: number | null;
    readonly holdfastCpu: number;
  };
}

export interface FaultTreeSummary {
  /** Geometric mean over models of the median core times, warm over SCRAM's. */
  readonly warmRatio: number | null;
  /** Sums of the median core times, cold over SCRAM's. */
  readonly coldTotalRatio: number | null;
  /** Geometric mean over models of SCRAM's processor time over ours. */
  readonly countingFactor: number | null;
  readonly verdict: Verdict;
}

/** Only models that both solved count; both answers must be the same. */
export function summaryOf(results: readonly ModelResult[]): FaultTreeSummary {
  const both = results.flatMap(({ scramCore, coldCore, warmCore }) => {
    const spreads = [spreadOf(scramCore), spreadOf(coldCore), spreadOf(warmCore)];
    const [scram, cold, warm] = spreads.map((spread) => spread?.median ?? null);
    return scram === null || cold === null || warm === null || scram === undefined
      ? []
      : [{ scram, cold, warm }];
  });
  const sum = (values: readonly (number | undefined)[]): number =>
    values.reduce<number>((all, each) => all + (each ?? 0), 0);
  const counted = results.flatMap(({ counting: { scramCpu, holdfastCpu, cutSets } }) =>
    scramCpu === null || cutSets === null ? [] : [scramCpu / holdfastCpu],
  );
  const warmRatio = geometricMean(both.map(({ warm, scram }) => (warm ?? Number.NaN) / scram));
  const coldTotalRatio =
    both.length === 0 ? null : sum(both.map(({ cold }) => cold)) / sum(both.map(({ scram }) => scram));
  const countingFactor = geometricMean(counted);
  const { warmRatioMax, coldTotalRatioMax, countingFactorMin } = faultTreeTargets;
  const isMet =
    (warmRatio ?? Number.POSITIVE_INFINITY) <= warmRatioMax &&
    (coldTotalRatio ?? Number.POSITIVE_INFINITY) <= coldTotalRatioMax &&
    (countingFactor ?? 0) >= countingFactorMin &&
    results.every((result) => isSame(result) !== "different");
  return { warmRatio, coldTotalRatio, countingFactor, verdict: verdictOf(isMet) };
}

function geometricMean(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** SCRAM's report has six digits. */
const reportedDigits = 1e-5;

export function isSame({ chances: { scram, holdfast } }: ModelResult): "same" | "different" | "one answer" {
  if (scram === null || holdfast === null) return "one answer";
  return Math.abs(scram - holdfast) <= reportedDigits * Math.abs(scram) ? "same" : "different";
}

export function faultTreesText(results: readonly ModelResult[], summary: FaultTreeSummary): string {
  const { warmRatioMax, coldTotalRatioMax, countingFactorMin } = faultTreeTargets;
  const times = results.map((result) => {
    const [scram, cold, warm] = [result.scramCore, result.coldCore, result.warmCore].map(spreadOf);
    return [
      result.model,
      String(result.events),
      String(warm?.n ?? 0),
      spreadText(scram),
      spreadText(cold),
      spreadText(warm),
      ratioText(warm?.median, scram?.median),
      ratioText(cold?.median, scram?.median),
      isSame(result),
    ];
  });
  const heads = [
    "model",
    "events",
    "n",
    "SCRAM ms",
    "cold ms",
    "warm ms",
    "warm / SCRAM",
    "cold / SCRAM",
    "answers",
  ];
  const counting = results.map(({ model, counting: { cutSets, scramCpu, holdfastCpu } }) => [
    model,
    cutSets ?? "–",
    scramCpu === null ? "–" : scramCpu.toFixed(2),
    holdfastCpu.toFixed(2),
    scramCpu === null ? "–" : (scramCpu / holdfastCpu).toFixed(1),
  ]);
  return [
    "Core time of the chance, median (worst):",
    "",
    tableText(heads, times),
    "",
    "Counting all minimal cut sets, processor time of the whole process:",
    "",
    tableText(["model", "minimal cut sets", "SCRAM s", "holdfast s", "times less"], counting),
    "",
    tableText(
      ["figure", "measured", "target", "verdict"],
      [
        [
          "warm / SCRAM, geometric mean",
          ...judged(summary.warmRatio, `≤ ${warmRatioMax}`, (value) => value <= warmRatioMax),
        ],
        [
          "cold / SCRAM, sums",
          ...judged(summary.coldTotalRatio, `≤ ${coldTotalRatioMax}`, (value) => value <= coldTotalRatioMax),
        ],
        [
          "counting, times less, geometric mean",
          ...judged(summary.countingFactor, `≥ ${countingFactorMin}`, (value) => value >= countingFactorMin),
        ],
      ],
    ),
  ].join("\n");
}

function judged(value: number | null, target: string, isMet: (value: number) => boolean): readonly string[] {
  return [value === null ? "–" : value.toFixed(2), target, verdictOf(value !== null && isMet(value))];
}

function spreadText(spread: Spread | null | undefined): string {
  if (spread === null || spread === undefined) return "–";
  return `${milliseconds(spread.median)} (${milliseconds(spread.worst)})`;
}

function milliseconds(seconds: number): string {
  return (seconds * 1_000).toFixed(seconds < 0.1 ? 2 : 0);
}

function ratioText(ours: number | undefined, theirs: number | undefined): string {
  return ours === undefined || theirs === undefined ? "–" : (ours / theirs).toFixed(2);
}

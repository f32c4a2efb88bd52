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
  /** Counting all minimal cut sets: time in the core, and processor time of whole processes. */
  readonly counting: {
    readonly cutSets: string | null;
    /** `null`: given up, or some are left out. */
    readonly scramCore: number | null;
    /** Warm; empty: given up. */
    readonly holdfastCore: readonly number[];
    readonly scramCpu: number;
    /** Whether it counted all of them: else it would have taken longer than it did. */
    readonly isScramWhole: boolean;
    readonly holdfastCpu: number;
  };
}

export interface FaultTreeSummary {
  /** Geometric mean over models of the median core times, warm over SCRAM's. */
  readonly warmRatio: number | null;
  /** Sums of the median core times, over SCRAM's. */
  readonly warmTotalRatio: number | null;
  readonly coldTotalRatio: number | null;
  /** Geometric mean over models of SCRAM's core time over ours, warm. */
  readonly countingFactor: number | null;
  /** Sums of the processor time of whole processes, SCRAM's over ours: at least, where it gave up or left sets out. */
  readonly countingCpuFactor: number | null;
  readonly verdict: Verdict;
}

/** Only models that both solved count; both answers must be the same. */
export function summaryOf(results: readonly ModelResult[]): FaultTreeSummary {
  const both = results.flatMap(mediansOf);
  const totalRatio = (of: "cold" | "warm"): number | null =>
    both.length === 0 ? null : sumOf(both.map((each) => each[of])) / sumOf(both.map(({ scram }) => scram));
  const figures = {
    warmRatio: geometricMean(both.map(({ warm, scram }) => warm / scram)),
    warmTotalRatio: totalRatio("warm"),
    coldTotalRatio: totalRatio("cold"),
    countingFactor: geometricMean(results.flatMap(({ counting }) => countingFactorOf(counting) ?? [])),
    countingCpuFactor: countingCpuFactorOf(results),
  };
  const { warmRatioMax, totalRatioMax, countingFactorMin } = faultTreeTargets;
  const isMet =
    isAtMost(figures.warmRatio, warmRatioMax) &&
    isAtMost(figures.warmTotalRatio, totalRatioMax) &&
    (figures.countingCpuFactor ?? 0) >= countingFactorMin;
  return {
    ...figures,
    verdict: verdictOf(isMet && results.every((result) => isSame(result) !== "different")),
  };
}

interface Medians {
  readonly scram: number;
  readonly cold: number;
  readonly warm: number;
}

/** Empty where one of the two did not solve it. */
function mediansOf({ scramCore, coldCore, warmCore }: ModelResult): readonly Medians[] {
  const [scram, cold, warm] = [spreadOf(scramCore), spreadOf(coldCore), spreadOf(warmCore)];
  if (scram === null || cold === null || warm === null) return [];
  return [{ scram: scram.median, cold: cold.median, warm: warm.median }];
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** What is not known is not at most anything. */
function isAtMost(value: number | null, max: number): boolean {
  return value !== null && value <= max;
}

function countingFactorOf({ scramCore, holdfastCore }: ModelResult["counting"]): number | null {
  const ours = spreadOf(holdfastCore);
  return scramCore === null || ours === null ? null : scramCore / ours.median;
}

function countingCpuFactorOf(results: readonly ModelResult[]): number | null {
  const counted = results.flatMap(({ counting }) => (counting.cutSets === null ? [] : [counting]));
  if (counted.length === 0) return null;
  return (
    sumOf(counted.map(({ scramCpu }) => scramCpu)) / sumOf(counted.map(({ holdfastCpu }) => holdfastCpu))
  );
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
  const counting = results.map(({ model, counting: of }) => [
    model,
    of.cutSets ?? "–",
    of.scramCore === null ? "–" : milliseconds(of.scramCore),
    spreadText(spreadOf(of.holdfastCore)),
    countingFactorOf(of)?.toFixed(1) ?? "–",
    `${of.isScramWhole ? "" : "> "}${of.scramCpu.toFixed(2)}`,
    of.holdfastCpu.toFixed(2),
  ]);
  return [
    "Core time of the chance, median (worst):",
    "",
    tableText(heads, times),
    "",
    "Counting all minimal cut sets, core time, ours warm, and processor time of the whole process:",
    "",
    tableText(
      ["model", "minimal cut sets", "SCRAM ms", "ours ms", "times less", "SCRAM process s", "ours s"],
      counting,
    ),
    "",
    figuresText(summary),
  ].join("\n");
}

function figuresText(summary: FaultTreeSummary): string {
  const { warmRatioMax, totalRatioMax, countingFactorMin } = faultTreeTargets;
  const most = (value: number | null, max: number) => judged(value, `≤ ${max}`, (found) => found <= max);
  const least = (value: number | null, min: number) => judged(value, `≥ ${min}`, (found) => found >= min);
  return tableText(
    ["figure", "measured", "target", "verdict"],
    [
      ["warm / SCRAM, geometric mean", ...most(summary.warmRatio, warmRatioMax)],
      ["warm / SCRAM, sums", ...most(summary.warmTotalRatio, totalRatioMax)],
      ["cold / SCRAM, sums", ...unjudged(summary.coldTotalRatio)],
      ["counting, core time, times less, geometric mean", ...unjudged(summary.countingFactor)],
      [
        "counting, processor time of all processes, at least times less",
        ...least(summary.countingCpuFactor, countingFactorMin),
      ],
    ],
  );
}

function unjudged(value: number | null): readonly string[] {
  return [value === null ? "–" : value.toFixed(2), "–", "–"];
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

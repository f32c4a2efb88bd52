import { dividedBy, exact, minus, nearestNumber, times } from "../units/exact.ts";
import { burnTiers } from "./burn-tiers.ts";
import { type FedSeries, fedSeries } from "./feed.ts";
import { measuresOf, objectiveLabel } from "./measures.ts";
import { type Labels, selectorText } from "./prometheus.ts";
import type { Objective, Slo } from "./slo.ts";

/** A test of rules for `promtool test rules`: what is counted minute by minute, and what is to come of it. */
export interface RuleTest {
  readonly name: string;
  readonly series: readonly { readonly selector: string; readonly values: string }[];
  readonly checks: readonly Check[];
}

export interface Check {
  readonly minute: number;
  readonly formula: string;
  /** `null`: nothing is answered. */
  readonly answer: { readonly labels: Labels; readonly value: number } | null;
}

/** So many minutes of traffic: events and the share of them that is bad; or a fresh start of what counts. */
interface Stretch {
  readonly minutes: number;
  readonly badShare: number;
  readonly traffic: "steady" | "idle";
  readonly isAfterReset: boolean;
}

const eventsPerMinute = 1_000_000;
const rateMinutes = 5;
const longMinutes = 60;

/**
 * Tests of the rules of an SLO, each with answers from arithmetic that knows nothing of the rules: shares of steady traffic, and the
 * minute in which a sum of rates over an hour passes what the fastest alert allows.
 *
 * @returns none where events are not counted by one selector each, or slices of time are judged
 */
export function ruleTests(slo: Slo): readonly RuleTest[] {
  const fed = fedSeries(slo);
  if (fed === null || slo.method.kind !== "occurrences") return [];
  return slo.objectives.flatMap((objective) => testsOf({ slo, fed, objective }));
}

interface Tried {
  readonly slo: Slo;
  readonly fed: readonly FedSeries[];
  readonly objective: Objective;
}

function testsOf(tried: Tried): readonly RuleTest[] {
  const budget = nearestNumber(minus(exact("1"), tried.objective.target));
  const step = stepTest(tried);
  return [
    steadyTest(tried, budget / 2),
    ...(step === null ? [] : [step]),
    idleTest(tried, budget / 2),
    missingTest(tried),
    resetTest(tried, budget / 2),
  ];
}

/** Half the budget rate: the share is what it is, and nobody is called. */
function steadyTest(tried: Tried, badShare: number): RuleTest {
  return testOf(tried, "steady below every threshold", {
    stretches: [steady(240, badShare)],
    checks: [shareIs(tried, { minute: 240, window: "1h", share: badShare }), ...firing(tried, [[240, 0]])],
  });
}

/**
 * Everything fine, then bad events at many times the budget, then fine again. Rates over five minutes rise in five steps; an hour of
 * samples holds 60 or, up to version 2 of Prometheus, 61 of them.
 */
function stepTest(tried: Tried): RuleTest | null {
  const { slo, objective } = tried;
  const [fastest] = burnTiers(slo.period.length, objective);
  if (fastest?.long !== longMinutes * 60 || slo.alerting.kind === "none") return null;
  const budget = minus(exact("1"), objective.target);
  const threshold = nearestNumber(times(fastest.factor, budget));
  const badShare = Math.min(1, roundedTo6(threshold * 3));
  const [early, late] = [longMinutes, longMinutes + 1].map((samples) =>
    minuteOfFiring(badShare, threshold, samples),
  ) as [number, number];
  const [quiet, bad] = [150, 40];
  const end = quiet + bad;
  const cleared = minuteOfClearing(badShare, threshold);
  return testOf(
    tried,
    `${nearestNumber(dividedBy(exact(badShare), budget)).toPrecision(3)} times the budget rate from minute ${quiet} to ${end}`,
    {
      stretches: [steady(quiet, 0), steady(bad, badShare), steady(60, 0)],
      checks: firing(tried, [
        [quiet + early - 1, 0],
        [quiet + late, 1],
        [end + cleared - 1, 1],
        [end + cleared, 0],
      ]),
    },
  );
}

function roundedTo6(share: number): number {
  return Math.round(share * 1e6) / 1e6;
}

/** After so many minutes of bad events the means over an hour and over five minutes are both above the threshold. */
function minuteOfFiring(badShare: number, threshold: number, samples: number): number {
  let sum = 0;
  for (let minute = 1; minute <= longMinutes; minute += 1) {
    const current = (badShare * Math.min(minute, rateMinutes)) / rateMinutes;
    sum += current;
    if (sum / samples > threshold && current > threshold) return minute;
  }
  return longMinutes;
}

/** After so many fine minutes the rate over five of them is no longer above it. */
function minuteOfClearing(badShare: number, threshold: number): number {
  for (let minute = 1; minute < rateMinutes; minute += 1)
    if ((badShare * (rateMinutes - minute)) / rateMinutes <= threshold) return minute;
  return rateMinutes;
}

/** Two hours without traffic: no share of nothing is told, and what is told of the whole is as if they had not been. */
function idleTest(tried: Tried, badShare: number): RuleTest {
  const { slo } = tried;
  const period = `slo:period_error:ratio${selectorText(seriesLabels(slo))}`;
  return testOf(tried, "two idle hours leave nothing behind", {
    stretches: [steady(90, badShare), { ...steady(120, 0), traffic: "idle" }, steady(60, badShare)],
    checks: [
      { minute: 200, formula: errorOf(slo, "1h"), answer: null },
      shareIs(tried, { minute: 260, window: "30m", share: badShare }),
      near(tried, { minute: 260, formula: period, share: badShare }),
    ],
  });
}

/** Before the first bad event there is no series of it. */
function missingTest(tried: Tried): RuleTest {
  const whole = tried.fed.filter(({ counts }) => counts !== "bad");
  return testOf({ ...tried, fed: whole }, "no bad event was ever counted", {
    stretches: [steady(120, 0)],
    checks: [shareIs(tried, { minute: 120, window: "1h", share: 0 }), ...firing(tried, [[120, 0]])],
  });
}

/** Counters begin anew when what counts is started again. */
function resetTest(tried: Tried, badShare: number): RuleTest {
  return testOf(tried, "counters begin anew", {
    stretches: [steady(100, badShare), { ...steady(100, badShare), isAfterReset: true }],
    checks: [shareIs(tried, { minute: 140, window: "1h", share: badShare }), ...firing(tried, [[140, 0]])],
  });
}

function steady(minutes: number, badShare: number): Stretch {
  return { minutes, badShare, traffic: "steady", isAfterReset: false };
}

function testOf(
  { slo, fed, objective }: Tried,
  what: string,
  { stretches, checks }: { readonly stretches: readonly Stretch[]; readonly checks: readonly Check[] },
): RuleTest {
  const series = fed.map((each) => ({
    selector: `${each.metric}${selectorText(each.labels)}`,
    values: valuesOf(each.counts, stretches),
  }));
  const { objective: target } = objectiveLabel(slo, objective);
  const component = slo.component === null ? "" : ` ${slo.component}`;
  return { name: `${slo.name}${component} (${target}): ${what}`, series, checks };
}

/** What a counter shows at each minute, in promtool's short form. */
function valuesOf(counts: FedSeries["counts"], stretches: readonly Stretch[]): string {
  let shown = 0;
  return stretches
    .map((stretch, at) => {
      const step = perMinute(counts, stretch);
      const first = at === 0 || stretch.isAfterReset ? 0 : shown + step;
      const last = at === 0 ? stretch.minutes : stretch.minutes - 1;
      shown = first + last * step;
      return `${first}+${step}x${last}`;
    })
    .join(" ");
}

function perMinute(counts: FedSeries["counts"], { badShare, traffic }: Stretch): number {
  if (traffic === "idle") return 0;
  const bad = Math.round(badShare * eventsPerMinute);
  if (counts === "bad") return bad;
  return counts === "all" ? eventsPerMinute : eventsPerMinute - bad;
}

function seriesLabels(slo: Slo): Labels {
  return measuresOf(slo)[0]?.labels ?? {};
}

function errorOf(slo: Slo, window: string): string {
  return `slo:error:ratio_rate${window}${selectorText(seriesLabels(slo))}`;
}

interface Near {
  readonly minute: number;
  readonly share: number;
}

function shareIs(tried: Tried, { minute, window, share }: Near & { readonly window: string }): Check {
  return near(tried, { minute, share, formula: errorOf(tried.slo, window) });
}

/** promtool compares every digit, and sums have their last ones wrong. */
function near({ slo }: Tried, { minute, share, formula }: Near & { readonly formula: string }): Check {
  const group = Object.fromEntries(slo.groupBy.map((label) => [label, "one"]));
  const counted = Math.round(share * eventsPerMinute) / eventsPerMinute;
  return {
    minute,
    formula: `abs(${formula} - ${counted}) < bool 1e-9`,
    answer: { labels: { ...seriesLabels(slo), ...group }, value: 1 },
  };
}

/** How many alerts of the fastest burn rate are raised at each of these minutes. */
function firing(
  { slo, objective }: Tried,
  at: readonly (readonly [minute: number, count: number])[],
): readonly Check[] {
  if (slo.alerting.kind === "none") return [];
  const labels = {
    alertname: "ErrorBudgetBurn",
    alertstate: "firing",
    burn_window: "1h",
    ...seriesLabels(slo),
    ...objectiveLabel(slo, objective),
  };
  const formula = `count(ALERTS${selectorText(labels)}) or vector(0)`;
  return at.map(([minute, value]) => ({ minute, formula, answer: { labels: {}, value } }));
}

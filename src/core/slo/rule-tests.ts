import { nearestNumber, times } from "../units/exact.ts";
import { budgetOf, windowTexts } from "./burn-tiers.ts";
import { type FedValues, fedValues, type Stretch } from "./fed-values.ts";
import { measuresOf, objectiveLabel } from "./measures.ts";
import { type Labels, selectorText } from "./prometheus.ts";
import { type Trial, trialOf } from "./rule-trial.ts";
import { clearsAfter, firesAfter } from "./step-response.ts";
import type { Slo } from "./slo.ts";

/** A test of rules for `promtool test rules`: what is shown minute by minute, and what is to come of it. */
export interface RuleTest {
  readonly name: string;
  readonly series: readonly FedValues[];
  readonly checks: readonly Check[];
}

export interface Check {
  readonly minute: number;
  readonly formula: string;
  /** `null`: nothing is answered. */
  readonly answer: { readonly labels: Labels; readonly value: number } | null;
}

export type RuleTests =
  | { readonly kind: "tests"; readonly tests: readonly RuleTest[] }
  | { readonly kind: "none"; readonly because: string };

/**
 * Tests of the rules of an SLO, each with answers from arithmetic that knows nothing of the rules: shares of steady traffic, and the
 * minute in which a sum over an hour passes what the fastest alert allows.
 */
export function ruleTests(slo: Slo): RuleTests {
  const tests: RuleTest[] = [];
  for (const measure of measuresOf(slo))
    for (const objective of measure.objectives) {
      const trial = trialOf(measure, objective);
      if (typeof trial === "string") return { kind: "none", because: trial };
      tests.push(...testsOf(trial));
    }
  return { kind: "tests", tests };
}

function testsOf(trial: Trial): readonly RuleTest[] {
  const { feed, window } = trial;
  const step = stepTest(trial);
  return [
    steadyTest(trial),
    ...(step === null ? [] : [step]),
    idleTest(trial),
    ...(feed.kind === "counters" ? [missingTest(trial)] : []),
    // Of one minute nothing is left when what counts begins anew in it.
    ...(feed.kind === "counters" && window > 1 ? [resetTest(trial)] : []),
  ];
}

/** So little is bad that nobody is called, and the share of it is what it is. */
function steadyTest(trial: Trial): RuleTest {
  const { few } = trial;
  return testOf(trial, "steady below every threshold", {
    stretches: [steady(240, few)],
    checks: [
      shareIs(trial, { minute: 240, window: longOf(trial), share: few }),
      ...firing(trial, [[240, 0]]),
    ],
  });
}

/** Everything fine, then so much bad that the fastest alert is raised, then fine again. */
function stepTest(trial: Trial): RuleTest | null {
  const { objective, fastest, pace, judged } = trial;
  if (fastest?.long !== 3600) return null;
  const threshold = nearestNumber(times(fastest.factor, budgetOf(objective)));
  const share = trial.many(threshold);
  const [early, late] = firesAfter({ share, judged, threshold }, pace);
  const [clears, cleared] = clearsAfter({ share, judged, threshold }, pace);
  const [quiet, bad] = [150, Math.max(40, late + 10)];
  const end = quiet + bad;
  const factor = (judged(share) / nearestNumber(budgetOf(objective))).toPrecision(3);
  return testOf(trial, `${factor} times the budget rate from minute ${quiet} to ${end}`, {
    stretches: [steady(quiet, 0), steady(bad, share), steady(60, 0)],
    checks: firing(trial, [
      [quiet + early - 1, 0],
      [quiet + late, 1],
      [end + clears - 1, 1],
      [end + cleared, 0],
    ]),
  });
}

/** Two hours without traffic: no share of nothing is told, and what is told of the whole is as if they had not been. */
function idleTest(trial: Trial): RuleTest {
  const { measure } = trial;
  const { method } = measure.slo;
  const share = telling(trial);
  const [before, idle, after] = [90, 120, 50] as const;
  const end = before + idle + after;
  // Where nothing is shown at all, there is no slice to be good.
  const isIdleGood = method.kind === "timeslices" && method.idle === "good" && trial.feed.kind === "counters";
  const within = { minute: before + 110, formula: errorOf(trial, longOf(trial)) };
  const period = `slo:period_error:ratio${selectorText(measure.labels)}`;
  return testOf(trial, "two idle hours leave nothing behind", {
    stretches: [steady(before, share), { ...steady(idle, 0), traffic: "idle" }, steady(after, share)],
    checks: [
      isIdleGood ? near(trial, { ...within, value: 0 }) : { ...within, answer: null },
      shareIs(trial, { minute: end, window: "30m", share }),
      near(trial, {
        minute: end,
        formula: period,
        ...(isIdleGood ? busyShare(trial, end, idle) : { value: trial.judged(share) }),
      }),
    ],
  });
}

/** Of all minutes, those whose slices are not idle: the first ones of idle time still look back on some that was not. */
function busyShare({ pace: { ramp } }: Trial, all: number, idle: number): Pick<Near, "value" | "within"> {
  const [least, most] = ramp.map((looksBack) => (all - idle + looksBack - 1) / all) as [number, number];
  return { value: (least + most) / 2, within: (most - least) / 2 + lastDigits };
}

/** Before the first bad event there is no series of it. */
function missingTest(trial: Trial): RuleTest {
  const { feed } = trial;
  const series = feed.kind === "counters" ? feed.series.filter(({ counts }) => counts !== "bad") : [];
  return testOf({ ...trial, feed: { kind: "counters", series } }, "no bad event was ever counted", {
    stretches: [steady(120, 0)],
    checks: [shareIs(trial, { minute: 120, window: longOf(trial), share: 0 }), ...firing(trial, [[120, 0]])],
  });
}

/** Counters begin anew when what counts is started again. */
function resetTest(trial: Trial): RuleTest {
  const share = telling(trial);
  return testOf(trial, "counters begin anew", {
    stretches: [steady(100, share), { ...steady(100, share), isAfterReset: true }],
    checks: [shareIs(trial, { minute: 140, window: longOf(trial), share })],
  });
}

/** A share whose answer is not 0 where that can be. */
function telling({ few, judged, many }: Trial): number {
  return judged(few) > 0 ? few : many(1);
}

/** A window that errors are told over: those of an hour look at five minutes too, and are left out where samples speak for more. */
function longOf({ window }: Trial): string {
  return window > 5 ? "30m" : "1h";
}

function steady(minutes: number, badShare: number): Stretch {
  return { minutes, badShare, traffic: "steady", isAfterReset: false };
}

function testOf(
  { measure: { slo }, objective, feed }: Trial,
  what: string,
  { stretches, checks }: { readonly stretches: readonly Stretch[]; readonly checks: readonly Check[] },
): RuleTest {
  const { objective: target } = objectiveLabel(slo, objective);
  const component = slo.component === null ? "" : ` ${slo.component}`;
  return {
    name: `${slo.name}${component} (${target}): ${what}`,
    series: fedValues(feed, stretches),
    checks,
  };
}

function errorOf({ measure }: Trial, window: string): string {
  return `slo:error:ratio_rate${window}${selectorText(measure.labels)}`;
}

function shareIs(
  trial: Trial,
  { minute, window, share }: { readonly minute: number; readonly window: string; readonly share: number },
): Check {
  return near(trial, { minute, formula: errorOf(trial, window), value: trial.judged(share) });
}

/** promtool compares every digit, and sums have their last ones wrong. */
const lastDigits = 1e-9;

interface Near {
  readonly minute: number;
  readonly formula: string;
  readonly value: number;
  /** How far from the value the answer may be. */
  readonly within?: number;
}

function near({ measure }: Trial, { minute, formula, value, within = lastDigits }: Near): Check {
  const group = Object.fromEntries(measure.slo.groupBy.map((label) => [label, "one"]));
  return {
    minute,
    formula: `abs(${formula} - ${value}) < bool ${within}`,
    answer: { labels: { ...measure.labels, ...group }, value: 1 },
  };
}

/** How many alerts of the fastest burn rate are raised at each of these minutes. */
function firing(
  { measure, objective, fastest }: Trial,
  at: readonly (readonly [minute: number, count: number])[],
): readonly Check[] {
  if (fastest === null) return [];
  const { name, tiers, labels: ofAll } = measure.slo.alerting.wording;
  const { severity, labels: ofTier } = tiers[fastest.severity];
  // What a template comes to is for Prometheus to say.
  const plain = Object.entries({ ...ofAll, ...ofTier }).filter(([, value]) => !value.includes("{{"));
  const labels = {
    alertname: name,
    alertstate: "firing",
    ...Object.fromEntries(plain),
    ...{ severity, burn_window: windowTexts(fastest)[0] },
    ...measure.labels,
    ...objectiveLabel(measure.slo, objective),
  };
  const formula = `count(ALERTS${selectorText(labels)}) or vector(0)`;
  return at.map(([minute, value]) => ({ minute, formula, answer: { labels: {}, value } }));
}

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOpenSlo } from "../../src/core/openslo/openslo.ts";
import { readSlos } from "../../src/core/slo/read-slos.ts";
import { ruleFileTexts, ruleResourceTexts } from "../../src/core/slo/rule-text.ts";
import { ruleTestText } from "../../src/core/slo/rule-test-text.ts";
import { type Check, type RuleTest, ruleTests } from "../../src/core/slo/rule-tests.ts";
import { ruleGroups } from "../../src/core/slo/rules.ts";
import { compositeGroups } from "../../src/core/slo/composite.ts";
import type { RuleGroup } from "../../src/core/slo/prometheus.ts";
import type { CompositeSlo, CompositeWay, Slo } from "../../src/core/slo/slo.ts";
import { instantMs, seconds } from "../../src/core/units/units.ts";

const isThere = spawnSync("promtool", ["--version"]).status === 0;
const skipped = isThere ? "" : " (skipped: promtool of Debian's package prometheus is not here)";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-rules-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function ruleFile(groups: readonly RuleGroup[]): string {
  return [...ruleFileTexts(groups)].join("");
}

type Fields = Readonly<Record<string, unknown>>;

const prometheus = (spec: Fields): Fields => ({ metricSource: { type: "Prometheus", spec } });
const query = (text: string): Fields => prometheus({ query: text });
const failed = 'requests_total{job="chat",code=~"5..|429"}';
const all = 'requests_total{job="chat"}';
const counted: Fields = { ratioMetric: { counter: true, bad: query(failed), total: query(all) } };

/** An SLO that is `counted`, changed in some of its fields. */
function sloOf(sli: Fields, change: Fields = {}, annotations: Fields = {}): Slo {
  const [slo] = read({ indicator: { metadata: { name: "chat" }, spec: sli }, ...change }, annotations).slos;
  if (slo === undefined) throw new Error("that is no SLO of one indicator");
  return slo;
}

function compositeOf(change: Fields, annotations: Fields): CompositeSlo {
  const [composite] = read(change, annotations).composites;
  if (composite === undefined) throw new Error("that is no composite");
  return composite;
}

function read(change: Fields, annotations: Fields): ReturnType<typeof readSlos> {
  const spec = {
    service: "assistant",
    timeWindow: [{ duration: "30d", isRolling: true }],
    budgetingMethod: "Occurrences",
    objectives: [{ target: 0.999 }],
    ...change,
  };
  const document = { apiVersion: "openslo/v1", kind: "SLO", metadata: { name: "chat", annotations }, spec };
  const documents = readOpenSlo({ path: "slo.json", text: JSON.stringify(document) }, "strict");
  const answer = readSlos(documents, instantMs(Date.parse("2026-03-20T00:00:00Z")));
  const problems = [...documents.flatMap((each) => each.problems), ...answer.problems];
  if (problems.length > 0) throw new Error(JSON.stringify(problems));
  return answer;
}

const rolling = (duration: string): Fields => ({ timeWindow: [{ duration, isRolling: true }] });
const above = (op: string, value: number, target = 0.99): Fields => ({ objectives: [{ target, op, value }] });
const sliced = { target: 0.9, timeSliceTarget: 0.95, timeSliceWindow: "1m" };

/** Every way in which something is measured, budgeted and told apart. */
const slos: Readonly<Record<string, Slo>> = {
  "bad of all": sloOf(counted),
  "good of all": sloOf({
    ratioMetric: {
      counter: true,
      good: query('sum(requests_total{job="chat",code!~"5..|429"})'),
      total: query(`sum(${all})`),
    },
  }),
  "two metrics": sloOf({
    ratioMetric: { counter: true, bad: query("errors_total"), total: query("requests_total") },
  }),
  "good of two metrics": sloOf({
    ratioMetric: { counter: true, good: query("answers_total"), total: query("requests_total") },
  }),
  "kept apart by region": sloOf({
    ratioMetric: {
      counter: true,
      bad: query(`sum by (region) (${failed})`),
      total: query(`sum by (region) (${all})`),
    },
  }),
  "over 28 days": sloOf(counted, rolling("28d")),
  "over a week": sloOf(counted, rolling("7d")),
  "over a quarter": sloOf(counted, rolling("90d")),
  "of two nines": sloOf(counted, { objectives: [{ targetPercent: 99 }] }),
  "of six nines": sloOf(counted, { objectives: [{ target: 0.999999 }] }),
  "of several objectives": sloOf(counted, {
    objectives: [{ target: 0.99 }, { target: 0.999 }, { target: 0.999 }],
  }),
  "without alerts": sloOf(counted, {}, { "holdfast.dev/alerting": "none" }),
  "with templates in its text": sloOf(counted, {}, { "holdfast.dev/impact": "shows {{ .Users }} nothing" }),
};

const others: Readonly<Record<string, Slo>> = {
  "a ratio taken elsewhere": sloOf({
    ratioMetric: { counter: false, raw: query("error_ratio"), rawType: "failure" },
  }),
  "a value under a bound": sloOf({ thresholdMetric: query("lag_seconds") }, above("lte", 10)),
  "a histogram": sloOf(
    { thresholdMetric: prometheus({ histogram: 'latency_seconds{job="chat"}' }) },
    above("lte", 1),
  ),
  "a native histogram": sloOf(
    { thresholdMetric: prometheus({ nativeHistogram: "latency_seconds" }) },
    above("lt", 0.25),
  ),
  gauges: sloOf({
    ratioMetric: { counter: false, bad: query("failing_per_second"), total: query("asked_per_second") },
  }),
  slices: sloOf(counted, { budgetingMethod: "Timeslices", objectives: [sliced] }),
  "slices, idle ones left out": sloOf(
    counted,
    { budgetingMethod: "Timeslices", objectives: [sliced] },
    { "holdfast.dev/idle-slices": "skipped" },
  ),
  "ratios of slices": sloOf(counted, { budgetingMethod: "RatioTimeslices", objectives: [sliced] }),
  "a calendar": sloOf(counted, {
    timeWindow: [
      { duration: "1M", calendar: { startTime: "2026-01-01 00:00:00", timeZone: "Europe/Berlin" } },
    ],
  }),
};

/** Those whose rules are tried too. */
const tryable: Readonly<Record<string, Slo>> = {
  ...Object.fromEntries(
    Object.entries(others).filter(([name]) => name !== "a native histogram" && name !== "a calendar"),
  ),
  "a value that shall be high": sloOf({ thresholdMetric: query("free_slots") }, above("gt", 2.5, 0.95)),
  "a histogram cut twice": sloOf(
    { thresholdMetric: prometheus({ histogram: "latency_seconds" }) },
    {
      objectives: [
        { target: 0.99, op: "lte", value: 1 },
        { target: 0.9, op: "lt", value: 0.25 },
      ],
    },
  ),
  "a histogram above its bound": sloOf(
    { thresholdMetric: prometheus({ histogram: "speed" }) },
    above("gt", 30, 0.999),
  ),
  "a ratio of good ones": sloOf(
    { ratioMetric: { counter: false, raw: query("success_ratio"), rawType: "success" } },
    { objectives: [{ target: 0.995 }] },
  ),
  "slices of five minutes": sloOf(counted, {
    budgetingMethod: "Timeslices",
    objectives: [{ target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: "5m" }],
  }),
  "slices of two minutes": sloOf(counted, {
    budgetingMethod: "Timeslices",
    objectives: [{ target: 0.98, timeSliceTarget: 0.9, timeSliceWindow: "2m" }],
  }),
  "ratios of slices of seven minutes": sloOf(counted, {
    budgetingMethod: "RatioTimeslices",
    objectives: [{ target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: "7m" }],
  }),
  "slices of a value": sloOf(
    { thresholdMetric: query("lag_seconds") },
    {
      budgetingMethod: "Timeslices",
      objectives: [{ target: 0.99, op: "lte", value: 10, timeSliceTarget: 0.9, timeSliceWindow: "1m" }],
    },
  ),
  "slices of good ones that just keep their target": sloOf(
    { ratioMetric: { counter: false, raw: query("success_ratio"), rawType: "success" } },
    {
      budgetingMethod: "Timeslices",
      objectives: [{ target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: "5m" }],
    },
  ),
  "slices of five minutes of a value": sloOf(
    { thresholdMetric: query("lag_seconds") },
    {
      budgetingMethod: "Timeslices",
      objectives: [{ target: 0.99, op: "lte", value: 10, timeSliceTarget: 0.5, timeSliceWindow: "5m" }],
    },
  ),
  "slices of five minutes of a ratio": sloOf(
    { ratioMetric: { counter: false, raw: query("error_ratio"), rawType: "failure" } },
    {
      budgetingMethod: "Timeslices",
      objectives: [{ target: 0.99, timeSliceTarget: 0.9, timeSliceWindow: "5m" }],
    },
  ),
  "ratios of slices of three minutes of a ratio": sloOf(
    { ratioMetric: { counter: false, raw: query("error_ratio"), rawType: "failure" } },
    {
      budgetingMethod: "RatioTimeslices",
      objectives: [{ target: 0.99, timeSliceWindow: "3m" }],
    },
  ),
};

function promtool(verb: string, file: string): { readonly status: number | null; readonly told: string } {
  const { status, stdout, stderr } = spawnSync("promtool", [verb, "rules", file], {
    encoding: "utf8",
    cwd: folder,
  });
  return { status, told: stdout + stderr };
}

function testsOf(slo: Slo): readonly RuleTest[] {
  const made = ruleTests(slo);
  if (made.kind === "none") throw new Error(made.because);
  return made.tests;
}

function isCounter({ indicator }: Slo): boolean {
  return indicator.kind === "events" && indicator.metric === "counter";
}

let count = 0;

/** Rules and their tests, tried by promtool. @param spoilt the rules, before they are written */
function tried(
  slo: Slo,
  tests: readonly RuleTest[],
  spoilt = (text: string): string => text,
): ReturnType<typeof promtool> {
  return triedGroups(ruleGroups(slo), tests, spoilt);
}

function triedGroups(
  groups: readonly RuleGroup[],
  tests: readonly RuleTest[],
  spoilt = (text: string): string => text,
): ReturnType<typeof promtool> {
  count += 1;
  const [rules, file] = [`rules-${count}.yaml`, `tests-${count}.yaml`];
  writeFileSync(join(folder, rules), spoilt(ruleFile(groups)));
  writeFileSync(
    join(folder, file),
    ruleTestText(
      rules,
      tests,
      groups.map(({ name }) => name),
    ),
  );
  return promtool("test", file);
}

describe.skipIf(!isThere)(`rules as Prometheus itself reads them${skipped}`, () => {
  it.each(Object.entries({ ...slos, ...others }))("of %s are rules", (_, slo) => {
    count += 1;
    const file = `rules-${count}.yaml`;
    writeFileSync(join(folder, file), ruleFile(ruleGroups(slo)));
    const { status, told } = promtool("check", file);
    expect(status).toBe(0);
    expect(told).not.toMatch(/duplicate|FAILED/);
  });

  it("of several SLOs are told apart", () => {
    const [one, other] = [sloOf(counted), { ...sloOf(counted), name: "other" }];
    count += 1;
    const file = `rules-${count}.yaml`;
    writeFileSync(join(folder, file), ruleFile([...ruleGroups(one), ...ruleGroups(other)]));
    const { status, told } = promtool("check", file);
    expect(status).toBe(0);
    expect(told).not.toContain("duplicate");
  });

  it.each(Object.entries({ ...slos, ...tryable }))("of %s stand their tests", (_, slo) => {
    const tests = testsOf(slo);
    const isCounted = slo.indicator.kind === "histogram" || isCounter(slo);
    expect(tests.length).toBeGreaterThanOrEqual(isCounted ? 3 : 2);
    expect(tried(slo, tests)).toMatchObject({ status: 0 });
  });

  it.each<[string, RegExp, string, RegExp]>([
    [
      "a missing series counts as unknown",
      / or on \(\) 0 \* [^']*/g,
      "",
      /- 0\) < bool 1e-9", time: 2h,[^]*got: nil/,
    ],
    [
      "nothing is divided by nothing",
      /\((sum_over_time\([^)]*\)) > 0\)/g,
      "$1",
      /time: 3h20m,[^]*exp: nil[^]*NaN/,
    ],
    ["the threshold is lower", /0\.0144/g, "0.0104", /time: 2h51m,[^]*exp: {} 0E\+00/],
    ["the threshold is higher", /0\.0144/g, "0.0164", /time: 2h53m,[^]*exp: {} 1E\+00/],
    [
      "the short window is a long one",
      /ratio_rate5m(\{[^}]*\}) > /g,
      "ratio_rate30m$1 > ",
      /time: 3h14m,[^]*exp: {} 0E\+00/,
    ],
    ["more is wanted before it counts", />= 70'/g, ">= 70000000'", /time: 2h53m,[^]*exp: {} 1E\+00/],
    ["growth is taken for a rate", /rate\(requests/g, "delta(requests", /time: 2h20m,[^]*got: nil/],
  ])("go red when %s", (...[, from, to, seen]) => {
    const slo = sloOf(counted);
    const spoilt = (text: string): string => text.replaceAll(from, to);
    expect(spoilt(ruleFile(ruleGroups(slo)))).not.toBe(ruleFile(ruleGroups(slo)));
    const { status, told } = tried(slo, testsOf(slo), spoilt);
    expect(status).not.toBe(0);
    expect(told).toMatch(seen);
  });

  it.each<[name: string, fault: string, RegExp, string, RegExp]>([
    ["a value under a bound", "a value on its bound is bad", /<= bool 10/g, "< bool 10", /0E\+00|got: nil/],
    [
      "a value that shall be high",
      "a value on its bound is good",
      /> bool 2.5/g,
      ">= bool 2.5",
      /- 1\) < bool/,
    ],
    ["a histogram", "it is cut at another edge", /le=~\\"1\(/g, 'le=~\\"2(', /- 0\.005\) < bool/],
    ["a histogram above its bound", "the good ones count as bad", /_bucket\{le=~/g, "_bucket{le!~", /FAILED/],
    ["a ratio of good ones", "it is taken for one of bad ones", /1 - \(\(success/g, "((success", /FAILED/],
    ["gauges", "rates are taken of them", /avg_over_time\(/g, "rate(", /FAILED/],
    ["slices", "fewer bad events spoil a slice", /> bool 0\.05/g, "> bool 0.02", /time: 4h,/],
    [
      "slices of five minutes",
      "more bad events spoil none",
      /> bool 0\.1/g,
      "> bool 0.7",
      /time: 2h39m,[^]*exp: {} 1E/,
    ],
    ["slices of two minutes", "idle ones are left out", / or 0 \* [^']*/g, "", /time: 3h20m,/],
    ["slices of five minutes of a value", "one look is a slice", /\[5m:1m\]/g, "[1m:1m]", /FAILED/],
    ["slices of five minutes of a ratio", "one look is a slice", /\[5m:1m\]/g, "[1m:1m]", /FAILED/],
    ["ratios of slices", "they are judged", /(sliced?1m[^]*?expr: '[^']*> 0\))/g, "$1 > bool 0.05", /FAILED/],
  ])("of %s go red when %s", (...[name, , from, to, seen]) => {
    const slo = tryable[name];
    if (slo === undefined) throw new Error(name);
    const spoilt = (text: string): string => text.replaceAll(from, to);
    expect(spoilt(ruleFile(ruleGroups(slo)))).not.toBe(ruleFile(ruleGroups(slo)));
    const { status, told } = tried(slo, testsOf(slo), spoilt);
    expect(status).not.toBe(0);
    expect(told).toMatch(seen);
  });

  it("of a native histogram, or of queries of several selectors, are told to have none, and why", () => {
    expect(ruleTests(others["a native histogram"] as Slo)).toEqual({
      kind: "none",
      because: "promtool takes no native histograms",
    });
    const computed = sloOf({ thresholdMetric: query("lag_seconds * 1000") }, above("lte", 10));
    const several = sloOf({ thresholdMetric: query("used / size") }, above("lte", 10));
    for (const slo of [computed, several])
      expect(ruleTests(slo)).toEqual({
        kind: "none",
        because: "its queries are not one selector each, without a range of its own",
      });
    const summed = sloOf({ thresholdMetric: query("max by (job) (lag_seconds)") }, above("lte", 10));
    expect(ruleTests(summed).kind).toBe("tests");
  });

  it("are a resource for the operator too", () => {
    const text = [...ruleResourceTexts("slos", ruleGroups(sloOf(counted)))].join("");
    expect(text).toMatch(/^apiVersion: monitoring.coreos.com\/v1\nkind: PrometheusRule\n/);
    expect(text).toContain("    - name: slo-chat\n");
  });
});

const sixHours = { duration: "6h", calendar: { startTime: "1970-01-01 00:00:00", timeZone: "UTC" } };

const labels = { slo: "chat", service: "assistant" };
const selector = '{slo="chat",service="assistant"}';

function is(minute: number, formula: string, value: number): Check {
  return { minute, formula: `abs(${formula} - ${value}) < bool 1e-9`, answer: { labels, value: 1 } };
}

describe.skipIf(!isThere)(`what rules answer${skipped}`, () => {
  it.each<[string, string, RuleTest["series"], readonly Check[]]>([
    [
      "a ratio taken elsewhere",
      "as a mean of its samples, those that are no numbers left out",
      [{ selector: "error_ratio", values: `0.1x60 ${"NaN ".repeat(30)}0.4x28` }],
      [
        is(50, `slo:error:ratio_rate30m${selector}`, 0.1),
        { minute: 85, formula: `slo:error:ratio_rate5m${selector}`, answer: null },
        is(119, `slo:error:ratio_rate5m${selector}`, 0.4),
        // 29 minutes at 0.4 and one without a number.
        is(119, `slo:error:ratio_rate30m${selector}`, 0.4),
      ],
    ],
    [
      "a value under a bound",
      "as the share of samples above it",
      [{ selector: "lag_seconds", values: "10x59 10.1x19" }],
      [
        is(50, `slo:error:ratio_rate30m${selector}`, 0),
        // Samples of minutes 49 to 79, both counted: 20 of 31.
        is(79, `slo:error:ratio_rate30m${selector}`, 20 / 31),
      ],
    ],
    [
      "a histogram",
      "as the share above an edge",
      [
        { selector: 'latency_seconds_bucket{job="chat",le="1.0"}', values: "0+90x120" },
        { selector: 'latency_seconds_bucket{job="chat",le="+Inf"}', values: "0+100x120" },
        { selector: 'latency_seconds_count{job="chat"}', values: "0+100x120" },
      ],
      [is(100, `slo:error:ratio_rate1h${selector}`, 0.1)],
    ],
    [
      "gauges",
      "as means of them",
      [
        { selector: "failing_per_second", values: "2x120" },
        { selector: "asked_per_second", values: "8x120" },
      ],
      [is(100, `slo:error:ratio_rate1h${selector}`, 0.25)],
    ],
    [
      "slices",
      "as the share of slices that were bad, idle ones being good",
      [
        { selector: 'requests_total{job="chat",code="500"}', values: "0+4x60 246+6x29 420+0x30" },
        { selector: 'requests_total{job="chat",code="200"}', values: "0+96x60 5854+94x29 8580+0x30" },
      ],
      [
        is(59, `slo:error:ratio_rate30m${selector}`, 0),
        // Above 5 % were those of minutes 61 to 90: 30 of the 31 samples.
        is(90, `slo:error:ratio_rate30m${selector}`, 30 / 31),
        is(119, `slo:error:ratio_rate5m${selector}`, 0),
      ],
    ],
    [
      "slices of five minutes of a value",
      "as the share of slices of which more than half was above its bound",
      [{ selector: "lag_seconds", values: `${"20 20 0 0 0 ".repeat(12)}${"20 0 20 20 20 ".repeat(12)}` }],
      [is(59, `slo:error:ratio_rate30m${selector}`, 0), is(119, `slo:error:ratio_rate30m${selector}`, 1)],
    ],
    [
      "slices of good ones that just keep their target",
      "as none that were bad, and all that fall short by a little",
      [{ selector: "success_ratio", values: "0.95x59 0.94999x60" }],
      [is(59, `slo:error:ratio_rate30m${selector}`, 0), is(119, `slo:error:ratio_rate30m${selector}`, 1)],
    ],
    [
      "slices",
      "as none that were bad where each just keeps its target",
      [
        { selector: 'requests_total{job="chat",code="500"}', values: "0+3x120" },
        { selector: 'requests_total{job="chat",code="200"}', values: "0+57x120" },
      ],
      [is(119, `slo:error:ratio_rate1h${selector}`, 0)],
    ],
    [
      "ratios of slices",
      "as the mean of their ratios, whatever happened in them",
      [
        { selector: 'requests_total{job="chat",code="500"}', values: "0+10x30 301+1x29" },
        { selector: 'requests_total{job="chat",code="200"}', values: "0+990x30 29709+9x29" },
      ],
      [is(60, `slo:period_error:ratio${selector}`, (30 * 0.01 + 30 * 0.1) / 60)],
    ],
  ])("%s: %s", (...[name, , series, checks]) => {
    const slo = { ...others, ...tryable }[name];
    if (slo === undefined) throw new Error(name);
    expect(tried(slo, [{ name, series, checks }])).toMatchObject({ status: 0 });
  });

  it("of a calendar: the share of the period that runs, and of no other", () => {
    const slo = sloOf(counted, { timeWindow: [sixHours] });
    const calendar = {
      ...slo,
      period: { kind: "calendar", length: slo.period.length, starts: [0, 21_600, 43_200] },
    } as const;
    const series = [
      { selector: 'requests_total{job="chat",code="500"}', values: "0+10x340 3400+0x100" },
      { selector: 'requests_total{job="chat",code="200"}', values: "0+90x340 30700+100x100" },
    ];
    const error = `slo:period_error:ratio${selector}`;
    const start = {
      minute: 400,
      formula: `slo:period_start:timestamp${selector} - 21600`,
      answer: { labels, value: 0 },
    };
    const checks = [is(300, error, 0.1), is(400, error, 0), start];
    expect(tried(calendar, [{ name: "calendar", series, checks }])).toMatchObject({ status: 0 });
    const outdated = (minute: number, answer: Check["answer"]): Check => ({
      ...{ minute, answer },
      formula: 'count(ALERTS{alertname="ObjectiveRulesOutdated"})',
    });
    const known = [outdated(719, null), outdated(720, { labels: {}, value: 1 })];
    expect(tried(calendar, [{ name: "outdated", series: [], checks: known }])).toMatchObject({ status: 0 });
    // The last period's events would still be in it.
    const whole = (text: string): string => text.replaceAll("+ (time() >= bool 21600) * 21600", "");
    expect(tried(calendar, [{ name: "calendar", series, checks }], whole).told).toMatch(/time: 6h40m/);
  });

  it("of a calendar: each minute once it is over, and none of the period before, wherever on the clock it begins", () => {
    const slo = others["a ratio taken elsewhere"];
    if (slo === undefined) throw new Error("there is none");
    // The second begins 361.5 minutes after the clock, so that no sample is taken where two minutes meet.
    const period = { kind: "calendar", length: seconds(21_600), starts: [90, 21_690, 43_290] } as const;
    // All is bad before it begins; then nothing is but three minutes, the 400th to the 402nd, and after the 660th nothing is known.
    const series = [{ selector: "error_ratio", values: "1x361 0x37 1x2 0x257 stale" }];
    const error = `slo:period_error:ratio${selector}`;
    const checks = [
      // Before any step is over.
      is(4, error, 1),
      { minute: 362, formula: error, answer: null },
      is(364, error, 0),
      is(402, error, 2 / 40),
      is(404, error, 3 / 42),
      is(500, error, 3 / 138),
      is(700, error, 3 / 299),
      is(404, `slo:period_step:timestamp${selector} / 60`, 396.5),
    ];
    const calendar = { ...slo, period };
    expect(tried(calendar, [{ name: "calendar", series, checks }])).toMatchObject({ status: 0 });
  });

  it.each<[CompositeWay, number]>([
    // Parts that burn at 5 and at 1 times their rates, the first weighing three times as much.
    ["weighted", (3 * 5 + 1) / 4],
    ["all-of", 5],
    ["series", (1 - 0.95 * 0.9) / (1 - 0.99 * 0.9)],
  ])("of a composite, %s: how fast the budget of all parts burns", (way, burn) => {
    const objectives = [
      { target: 0.99, compositeWeight: 3, indicator: { metadata: { name: "answers" }, spec: counted } },
      {
        target: 0.9,
        indicator: {
          metadata: { name: "lag" },
          spec: { ratioMetric: { counter: false, raw: query("lagging"), rawType: "failure" } },
        },
      },
    ];
    const composite = compositeOf({ objectives, indicator: undefined }, { "holdfast.dev/composite": way });
    const series = [
      { selector: 'requests_total{job="chat",code="500"}', values: "0+5x120" },
      { selector: 'requests_total{job="chat",code="200"}', values: "0+95x120" },
      { selector: "lagging", values: "0.1x120" },
    ];
    const checks = [
      is(100, `slo:burn:rate1h${selector}`, burn),
      is(100, `(1 - slo:error_budget_remaining:ratio{slo="chat",service="assistant",component=""})`, burn),
    ];
    const groups = compositeGroups(composite);
    expect(triedGroups(groups, [{ name: way, series, checks }])).toMatchObject({ status: 0 });
    const alone = [{ minute: 100, formula: `slo:burn:rate1h${selector}`, answer: null }];
    expect(triedGroups(groups, [{ name: "no data", series: [], checks: alone }])).toMatchObject({
      status: 0,
    });
  });

  const twoParts = [
    { target: 0.99, indicator: { metadata: { name: "answers" }, spec: counted } },
    {
      target: 0.99,
      indicator: {
        metadata: { name: "lag" },
        spec: { ratioMetric: { counter: false, raw: query("lagging"), rawType: "failure" } },
      },
    },
  ];
  const policy = {
    kind: "AlertPolicy",
    metadata: { name: "fast" },
    spec: {
      alertWhenBreaching: true,
      conditions: [
        {
          kind: "AlertCondition",
          metadata: { name: "hour" },
          spec: {
            severity: "page",
            condition: {
              kind: "burnrate",
              op: "gte",
              threshold: 14.4,
              lookbackWindow: "1h",
              alertAfter: "0m",
            },
          },
        },
      ],
      notificationTargets: [
        { kind: "AlertNotificationTarget", metadata: { name: "sre" }, spec: { target: "mail" } },
      ],
    },
  };

  it.each<[what: string, way: CompositeWay, annotations: Fields, values: readonly string[], raised: 0 | 1]>([
    ["one bad event of two raises none", "weighted", {}, ["0x100 1x20", "0x80 1x40", "0x120"], 0],
    ["nor as the worst of its parts", "all-of", {}, ["0x100 1x20", "0x80 1x40", "0x120"], 0],
    ["nor where all parts are needed", "series", {}, ["0x100 1x20", "0x80 1x40", "0x120"], 0],
    ["many bad ones of many do", "weighted", {}, ["0x90 4+4x30", "0+1x121", "0x120"], 1],
    ["a part that is a ratio does beside few events", "weighted", {}, ["0x121", "0x80 1x40", "0.4x120"], 1],
    [
      "one bad event of two does where it is said that no number is too small",
      "weighted",
      { "holdfast.dev/events-min": "0" },
      ["0x100 1x20", "0x80 1x40", "0x120"],
      1,
    ],
    [
      "many do not where more are asked for",
      "weighted",
      { "holdfast.dev/events-min": "500" },
      ["0x90 4+4x30", "0+1x121", "0x120"],
      0,
    ],
  ])("of a composite: %s", (...[name, way, annotations, [bad, good, lag], raised]) => {
    const composite = compositeOf(
      { objectives: twoParts, indicator: undefined, alertPolicies: [policy] },
      { "holdfast.dev/composite": way, ...annotations },
    );
    const series = [
      { selector: 'requests_total{job="chat",code="500"}', values: bad ?? "" },
      { selector: 'requests_total{job="chat",code="200"}', values: good ?? "" },
      { selector: "lagging", values: lag ?? "" },
    ];
    const alerts = [
      '{alertname="ErrorBudgetBurn",burn_window="1h"}',
      '{alertname="ErrorBudgetBurnCondition"}',
    ];
    const checks = alerts.map(
      (alert): Check => ({
        minute: 105,
        formula: `count(ALERTS${alert}) or vector(0)`,
        answer: { labels: {}, value: raised },
      }),
    );
    expect(triedGroups(compositeGroups(composite), [{ name, series, checks }])).toMatchObject({ status: 0 });
  });
});

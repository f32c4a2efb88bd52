import { describe, expect, it } from "vitest";
import type { Check, RuleTest } from "../../src/core/slo/rule-tests.ts";
import { type Fields, groupsOf, isPromtoolHere, skipped, triedBy } from "../rule-trial.ts";

const query = (text: string): Fields => ({ metricSource: { spec: { query: text } } });
const sli = (spec: Fields): Fields => ({ indicator: { metadata: { name: "chat" }, spec } });
const ratio = (by: string): Fields => ({
  ratioMetric: { counter: true, bad: query(`${by}(errors)`), total: query(`${by}(requests)`) },
});

/** From half past two to four o'clock. */
const window = "1970-01-01T02:30Z/PT90M";
const [from, to] = [150, 240];

function document(spec: Fields, maintenance: string | null): Fields {
  const annotations = maintenance === null ? {} : { "holdfast.dev/maintenance": maintenance };
  return {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: "chat", annotations },
    spec: {
      service: "assistant",
      timeWindow: [{ duration: "30d", isRolling: true }],
      budgetingMethod: "Occurrences",
      objectives: [{ target: 0.99 }],
      ...spec,
    },
  };
}

const above: Fields = { objectives: [{ target: 0.99, op: "lte", value: 1 }] };
const slices: Fields = {
  budgetingMethod: "Timeslices",
  objectives: [{ target: 0.99, timeSliceTarget: 0.95, timeSliceWindow: "1m" }],
};
const part = (name: string, spec: Fields): Fields => ({
  target: 0.99,
  indicator: { metadata: { name }, spec },
});

const specs: Readonly<Record<string, Fields>> = {
  "events that are counted": sli(ratio("sum")),
  "good events of all": sli({
    ratioMetric: { counter: true, good: query("good"), total: query("requests") },
  }),
  "events kept apart": sli(ratio("sum by (region)")),
  "a ratio taken elsewhere": sli({
    ratioMetric: { counter: false, raw: query("share"), rawType: "failure" },
  }),
  "a value under a bound": { ...sli({ thresholdMetric: query("lag") }), ...above },
  "a histogram": { ...sli({ thresholdMetric: { metricSource: { spec: { histogram: "took" } } } }), ...above },
  slices: { ...sli(ratio("sum")), ...slices },
  "ratios of slices": { ...sli(ratio("sum")), ...slices, budgetingMethod: "RatioTimeslices" },
  "a composite": { objectives: [part("answers", ratio("sum")), part("again", ratio("sum"))] },
};

/** How much of each minute's traffic is bad, from minute 0 to 300; 100 events a minute. */
type Share = (minute: number) => number;

const isBetween = (minute: number, first: number, last: number): boolean => minute > first && minute <= last;
const minutes = Array.from({ length: 301 }, (_, minute) => minute);

function counter(perMinute: (minute: number) => number): string {
  let sum = 0;
  return minutes.map((minute) => (sum += minute === 0 ? 0 : perMinute(minute))).join(" ");
}

function seriesOf(share: Share): RuleTest["series"] {
  const ofMinutes = (of: Share): string => minutes.map(of).join(" ");
  return [
    { selector: 'errors{region="east"}', values: counter((minute) => 100 * share(minute)) },
    { selector: 'good{region="east"}', values: counter((minute) => 100 * (1 - share(minute))) },
    { selector: 'requests{region="east"}', values: counter(() => 100) },
    // What is no counter shows at a minute how the minute is that begins then.
    { selector: "share", values: ofMinutes((minute) => share(minute + 1)) },
    { selector: "lag", values: ofMinutes((minute) => (share(minute + 1) > 0 ? 2 : 0)) },
    { selector: 'took_bucket{le="1"}', values: counter((minute) => 100 * (1 - share(minute))) },
    { selector: "took_count", values: counter(() => 100) },
  ];
}

const nothing = { minute: 300, answer: { labels: {}, value: 1 } };
const noBudgetGone: Check = {
  ...nothing,
  formula: 'count(max by (slo) (slo:error_budget_remaining:ratio{component=""}) == 1)',
};
const noAlert: Check = {
  ...nothing,
  formula: 'absent(count_over_time(ALERTS{alertstate="firing"}[5h]))',
};

describe.skipIf(!isPromtoolHere)(`maintenance windows as Prometheus has them${skipped}`, () => {
  const inside: Share = (minute) => (isBetween(minute, from, to) ? 0.5 : 0);

  it.each(Object.entries(specs))("leave out bad events of %s", (_, spec) => {
    const tests = [{ name: "inside", series: seriesOf(inside), checks: [noBudgetGone, noAlert] }];
    expect(triedBy(groupsOf(document(spec, window)), tests)).toMatchObject({ status: 0 });
    // The same traffic with no window burns, and is told.
    const { status, told } = triedBy(groupsOf(document(spec, null)), tests);
    expect(status).toBe(1);
    expect(told).toMatch(/slo:error_budget_remaining[^]*got: nil[^]*ALERTS[^]*got: nil/);
  });

  it("leave out good events too, and tell of no data that is away within them", () => {
    const selector = '{slo="chat",service="assistant"}';
    const total = `slo:total:rate5m${selector}`;
    const checks: readonly Check[] = [
      { minute: 149, formula: `count(${total})`, answer: { labels: {}, value: 1 } },
      ...[from, 200, to, to + 4].map((minute) => ({ minute, formula: total, answer: null })),
      { minute: to + 5, formula: `count(${total})`, answer: { labels: {}, value: 1 } },
      { ...noAlert, minute: to + 5 },
    ];
    const groups = groupsOf(document(specs["events that are counted"] ?? {}, window));
    expect(triedBy(groups, [{ name: "good", series: seriesOf(() => 0), checks }])).toMatchObject({
      status: 0,
    });
    const lost = [{ selector: "requests", values: `0+100x149` }];
    const told: Check = {
      minute: to,
      formula: 'count(ALERTS{alertname="ObjectiveDataAbsent"}) or vector(0)',
      answer: { labels: {}, value: 0 },
    };
    const firing = { ...told, minute: 280, answer: { labels: {}, value: 1 } };
    const none = [{ name: "lost", series: lost, checks: [told, firing] }];
    expect(triedBy(groups, none)).toMatchObject({ status: 0 });
  });

  it("end with the last event before their end, and begin with the first of theirs", () => {
    const share = '{slo="chat",service="assistant"}';
    const error = (window: string): string => `slo:error:ratio_rate${window}${share}`;
    const is = (minute: number, window: string, value: number): Check => ({
      minute,
      formula: `abs(${error(window)} - ${value}) < bool 1e-9`,
      answer: { labels: { slo: "chat", service: "assistant" }, value: 1 },
    });
    const groups = groupsOf(document(specs["events that are counted"] ?? {}, window));
    const before: Share = (minute) => (isBetween(minute, from - 10, from) ? 0.5 : 0);
    // Rates of the minutes 141 to 149 rise in five steps to the half, and are 7 halves; 30 samples of the hour lie before the window.
    const kept = { name: "before", series: seriesOf(before), checks: [is(180, "1h", (7 * 0.5) / 30)] };
    const last: Share = (minute) => (isBetween(minute, to - 5, to) ? 0.5 : 0);
    const gone = { name: "last of it", series: seriesOf(last), checks: [is(to + 5, "5m", 0), noBudgetGone] };
    const after: Share = (minute) => (isBetween(minute, to, to + 30) ? 0.5 : 0);
    const first = { name: "after", series: seriesOf(after), checks: [is(to + 5, "5m", 0.5)] };
    expect(triedBy(groups, [kept, gone, first])).toMatchObject({ status: 0 });
  });

  it("that come again leave out each of them, and nothing between", () => {
    const groups = groupsOf(
      document(specs["events that are counted"] ?? {}, "R2/1970-01-01T02:00Z/PT10M/PT1H"),
    );
    const active = (minute: number, value: number): Check => ({
      minute,
      formula: "sum(slo:maintenance:active)",
      answer: { labels: {}, value },
    });
    const checks = [
      ...[active(119, 0), active(120, 1), active(134, 1), active(135, 0)],
      ...[active(180, 1), active(195, 0), active(240, 0)],
    ];
    expect(triedBy(groups, [{ name: "again", series: seriesOf(() => 0), checks }])).toMatchObject({
      status: 0,
    });
  });

  it.each<[string, Fields]>([
    ["an SLO", sli(ratio("sum"))],
    ["a composite", specs["a composite"] ?? {}],
  ])("tell by an alert of %s when the last one begins that the rules know", (_, spec) => {
    // The sixtieth begins at minute 30 + 59 · 2.
    const last = 148;
    const raised = (minute: number, count: number): Check => ({
      minute,
      formula: 'count(ALERTS{alertname="ObjectiveRulesOutdated",severity="ticket"}) or vector(0)',
      answer: { labels: {}, value: count },
    });
    const tried = (maintenance: string, checks: readonly Check[]): ReturnType<typeof triedBy> =>
      triedBy(groupsOf(document(spec, maintenance)), [{ name: "outdated", series: [], checks }]);
    const again = "1970-01-01T00:30Z/PT1M/PT2M";
    expect(tried(`R/${again}`, [raised(last - 1, 0), raised(last, 1)])).toMatchObject({ status: 0 });
    expect(tried(`R60/${again}`, [raised(last, 0), raised(300, 0)])).toMatchObject({ status: 0 });
  });
});

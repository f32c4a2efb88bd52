import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOpenSlo } from "../../src/core/openslo/openslo.ts";
import { readSlos } from "../../src/core/slo/read-slos.ts";
import { ruleFileTexts } from "../../src/core/slo/rule-text.ts";
import { ruleTestText } from "../../src/core/slo/rule-test-text.ts";
import type { Check, RuleTest } from "../../src/core/slo/rule-tests.ts";
import { ruleGroups } from "../../src/core/slo/rules.ts";
import { instantMs } from "../../src/core/units/units.ts";

const isThere = spawnSync("promtool", ["--version"]).status === 0;
const skipped = isThere ? "" : " (skipped: promtool of Debian's package prometheus is not here)";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-goodput-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** A request of a long day: when it began and ended, in minutes, and which bounds it missed. */
interface Asked {
  readonly began: number;
  /** `null`: its reader left. */
  readonly ended: number | null;
  readonly isLateToBegin: boolean;
  readonly isSlow: boolean;
  readonly isLateToEnd: boolean;
  readonly isFailed: boolean;
}

const minutes = 300;

/** Requests that last for up to 20 minutes, so that each is seen in several places; the same in every run. */
function requests(count: number): readonly Asked[] {
  let state = 7;
  const chance = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  return Array.from({ length: count }, () => {
    const began = 10 + Math.floor(chance() * (minutes - 60));
    const isLateToBegin = chance() < 0.2;
    // What begins late tends to end late: the bounds are missed together more often than by chance.
    const isLateToEnd = chance() < (isLateToBegin ? 0.7 : 0.05);
    const isSlow = chance() < 0.1;
    const isFailed = chance() < 0.02;
    const ended = chance() < 0.03 ? null : began + Math.floor(chance() * 20);
    return { began, ended, isLateToBegin, isSlow, isLateToEnd, isFailed };
  });
}

const all = requests(400);
const ends = all.filter(({ ended }) => ended !== null);
const count = (of: readonly Asked[], is: (each: Asked) => boolean): number => of.filter(is).length;
const missed = [
  count(all, (each) => each.isLateToBegin),
  count(ends, (each) => each.isSlow),
  count(ends, (each) => each.isLateToEnd),
  count(ends, (each) => each.isFailed),
];
const kept = count(
  all,
  ({ ended, isLateToBegin, isSlow, isLateToEnd, isFailed }) =>
    !isLateToBegin && (ended === null || !(isSlow || isLateToEnd || isFailed)),
);
const guaranteed = Math.max(0, 1 - missed.reduce((sum, each) => sum + each, 0) / all.length);
const possible = 1 - Math.max(...missed) / all.length;

/** A counter, minute by minute. @param at when each event was; `null`: never */
function counter(selector: string, at: readonly (number | null)[]): RuleTest["series"][number] {
  const values = Array.from({ length: minutes + 1 }, (_, minute) =>
    String(at.filter((each) => each !== null && each <= minute).length),
  );
  return { selector, values: values.join(" ") };
}

const histograms = {
  firstToken: { name: "vllm:time_to_first_token_seconds", le: "0.5", seen: "began", bad: "isLateToBegin" },
  perToken: { name: "vllm:request_time_per_output_token_seconds", le: "0.05", seen: "ended", bad: "isSlow" },
  endToEnd: { name: "vllm:e2e_request_latency_seconds", le: "10.0", seen: "ended", bad: "isLateToEnd" },
} as const;

function latency(of: readonly Asked[], which: keyof typeof histograms): RuleTest["series"] {
  const { name, le, seen, bad } = histograms[which];
  const good = of.filter((each) => !each[bad]);
  return [
    counter(
      `${name}_count{model_name="m"}`,
      of.map((each) => each[seen]),
    ),
    counter(
      `${name}_bucket{model_name="m",le="${le}"}`,
      good.map((each) => each[seen]),
    ),
  ];
}

const [firstToken, perToken, endToEnd] = (["firstToken", "perToken", "endToEnd"] as const).map((which) =>
  latency(all, which),
) as [RuleTest["series"], RuleTest["series"], RuleTest["series"]];

function failedOf(of: readonly Asked[]): RuleTest["series"][number] {
  const failing = of.filter(({ isFailed }) => isFailed);
  return counter(
    'vllm:request_success_total{model_name="m",finished_reason="error"}',
    failing.map(({ ended }) => ended),
  );
}

function seriesOf(of: readonly Asked[]): RuleTest["series"] {
  return [...latency(of, "firstToken"), ...latency(of, "perToken"), ...latency(of, "endToEnd"), failedOf(of)];
}

const failed = failedOf(all);

const within = { "time-to-first-token": 0.5, "time-per-output-token": 0.05, "end-to-end": 10 };

function rulesOf(judged: string): string {
  const spec = { llm: "goodput", runtime: "vllm", generation: "v0.12", model: "m", within, judged };
  const document = {
    ...{ apiVersion: "openslo/v1", kind: "SLO", metadata: { name: "goodput" } },
    spec: {
      ...{ service: "chat", budgetingMethod: "Occurrences" },
      indicator: {
        metadata: { name: "goodput" },
        spec: { ratioMetric: { raw: { metricSource: { spec } }, rawType: "success" } },
      },
      timeWindow: [{ duration: "30d", isRolling: true }],
      objectives: [{ target: 0.95 }],
    },
  };
  const read = readOpenSlo({ path: "slo.json", text: JSON.stringify(document) }, "strict");
  const { slos, problems } = readSlos(read, instantMs(0));
  expect(problems).toEqual([]);
  return [...ruleFileTexts(slos.flatMap(ruleGroups))].join("");
}

const labels = { slo: "goodput", service: "chat" };
const selector = '{slo="goodput",service="chat"}';

function near(formula: string, value: number, more = {}): Check {
  return {
    minute: minutes,
    formula: `abs(${formula} - ${value}) < bool 1e-9`,
    answer: { labels: { ...labels, ...more }, value: 1 },
  };
}

let files = 0;

function tried(
  rules: string,
  series: RuleTest["series"],
  checks: readonly Check[],
): { readonly status: number | null; readonly told: string } {
  files += 1;
  writeFileSync(join(folder, `rules-${files}.yaml`), rules);
  writeFileSync(
    join(folder, `tests-${files}.yaml`),
    ruleTestText(`rules-${files}.yaml`, [{ name: "goodput", series, checks }]),
  );
  const { status, stdout, stderr } = spawnSync("promtool", ["test", "rules", `tests-${files}.yaml`], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, told: stdout + stderr };
}

const complete = seriesOf(all);
const between = (formula: string, more = {}): readonly Check[] => [
  near(`${formula}{bound="guaranteed"}`, guaranteed, { ...more, bound: "guaranteed" }),
  near(`${formula}{bound="possible"}`, possible, { ...more, bound: "possible" }),
];

describe.skipIf(!isThere)(`the goodput of requests that last for minutes${skipped}`, () => {
  it("is one that lies between bounds that are not the same, or this test would say nothing", () => {
    expect(kept / all.length).toBeGreaterThan(guaranteed + 0.02);
    expect(kept / all.length).toBeLessThan(possible - 0.02);
  });

  it("is told by both bounds, whichever of them is judged", () => {
    for (const judged of ["guaranteed", "possible"])
      expect(tried(rulesOf(judged), complete, between("slo:period_goodput:ratio"))).toMatchObject({
        status: 0,
      });
  });

  it.each([
    ["guaranteed", 1 - guaranteed],
    ["possible", 1 - possible],
  ])("is judged by what is %s", (judged, error) => {
    const checks = [near(`slo:period_error:ratio${selector}`, error)];
    expect(tried(rulesOf(judged), complete, checks)).toMatchObject({ status: 0 });
  });

  it("would be told too low by the largest of each minute, since the first token is seen long before the end", () => {
    // Whoever is late to begin is late to end, and nobody else is: just as many requests kept all bounds as kept either.
    const late = all.map((each) => ({
      ...each,
      ended: each.began + 15,
      isSlow: false,
      isLateToEnd: each.isLateToBegin,
      isFailed: false,
    }));
    const share = count(late, (each) => each.isLateToBegin) / late.length;
    const largest = `sum_over_time(slo:bad:rate5m${selector}[5h]) / sum_over_time(slo:total:rate5m${selector}[5h])`;
    const checks = [
      near(`slo:period_error:ratio${selector}`, share),
      { minute: minutes, formula: `${largest} > bool ${share * 1.2}`, answer: { labels, value: 1 } },
    ];
    expect(tried(rulesOf("possible"), seriesOf(late), checks)).toMatchObject({ status: 0 });
  });

  it("is unknown while a histogram is away, and that is told", () => {
    const partial = [...firstToken, ...endToEnd, failed];
    const absent = `count(ALERTS{alertname="ObjectiveDataAbsent",alertstate="firing"})`;
    const checks: readonly Check[] = [
      { minute: minutes, formula: `slo:error:ratio_rate1h${selector}`, answer: null },
      { minute: minutes, formula: absent, answer: { labels: {}, value: 1 } },
    ];
    expect(tried(rulesOf("guaranteed"), partial, checks)).toMatchObject({ status: 0 });
    const forgiving = (text: string): string =>
      text.replaceAll(/ and on \(\) slo:missed:rate5m\{[^}]*within="time-per-output-token"\}/g, "");
    expect(tried(forgiving(rulesOf("guaranteed")), partial, checks).told).toContain("got:");
  });

  it("counts requests that failed before any was, as none", () => {
    const formula = 'sum(slo:missed:rate5m{within="request-errors"})';
    const checks = [{ minute: minutes, formula, answer: { labels: {}, value: 0 } }];
    expect(tried(rulesOf("guaranteed"), [...firstToken, ...perToken, ...endToEnd], checks).status).toBe(0);
  });

  it("is all bad where a bound is the edge of no bucket", () => {
    const shifted = endToEnd.map(({ selector: name, values }) => ({
      selector: name.replace('le="10.0"', 'le="9.0"'),
      values,
    }));
    const bad = 1 - Math.max(0, 1 - (missed[0] ?? 0) / all.length - (missed[1] ?? 0) / all.length - 1);
    const checks = [near(`slo:period_error:ratio${selector}`, bad)];
    expect(
      tried(rulesOf("guaranteed"), [...firstToken, ...perToken, ...shifted, failed], checks),
    ).toMatchObject({
      status: 0,
    });
  });
});

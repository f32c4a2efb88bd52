import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readOpenSlo } from "../../src/core/openslo/openslo.ts";
import { readSlos } from "../../src/core/slo/read-slos.ts";
import { ruleGroups } from "../../src/core/slo/rules.ts";
import { instantMs } from "../../src/core/units/units.ts";
import {
  backfill,
  isPrometheusHere,
  skipped,
  type RunningPrometheus,
  runningPrometheus,
} from "../running-prometheus.ts";

const labels = '{slo="chat",service="assistant"}';
const minutes = 30 * 24 * 60;
const end = Math.floor(Date.now() / 60_000) * 60;
/** When a minute's sample was taken: as rules are worked out at odd seconds, never where two parts of time meet. */
function takenAt(minute: number): number {
  return end - (minutes - 1 - minute) * 60 - 23;
}

/** Requests a second in a minute of a month: many by day and few at night, none for two hours of its tenth day. */
function total(minute: number): number {
  const isIdle = minute >= 10 * 1440 && minute < 10 * 1440 + 120;
  return isIdle ? 0 : 100 + Math.round(90 * Math.sin((2 * Math.PI * minute) / 1440));
}

/** One in 5,000 fails, and one in five in an incident of 72 minutes at noon of its twentieth day. */
function bad(minute: number): number {
  const isIncident = minute >= 20 * 1440 + 324 && minute < 20 * 1440 + 396;
  return total(minute) * (isIncident ? 0.2 : 0.0002);
}

const all = Array.from({ length: minutes }, (_, minute) => minute);
const sum = (of: (minute: number) => number): number => all.reduce((soFar, minute) => soFar + of(minute), 0);

/** Since 18 days ago, by a clock that is half an hour beside the steps in which a year is summed. */
const year = {
  duration: "1Y",
  calendar: {
    startTime: `${new Date((end - 18 * 86_400) * 1000).toISOString().slice(0, 10)} 00:00:00`,
    timeZone: "Asia/Kolkata",
  },
};
const month = { duration: "30d", isRolling: true };

function rule(record: string, timeWindow: Readonly<Record<string, unknown>> = month): string {
  const document = {
    apiVersion: "openslo/v1",
    kind: "SLO",
    metadata: { name: "chat" },
    spec: {
      service: "assistant",
      indicator: {
        metadata: { name: "chat" },
        spec: {
          ratioMetric: {
            counter: true,
            bad: { metricSource: { spec: { query: "errors" } } },
            total: { metricSource: { spec: { query: "requests" } } },
          },
        },
      },
      timeWindow: [timeWindow],
      budgetingMethod: "Occurrences",
      objectives: [{ target: 0.999 }],
    },
  };
  const { slos } = readSlos(
    readOpenSlo({ path: "slo.json", text: JSON.stringify(document) }, "strict"),
    instantMs(end * 1000),
  );
  const rules = slos.flatMap(ruleGroups).flatMap((group) => group.rules);
  const found = rules.find((each) => "record" in each && each.record === record);
  if (found === undefined) throw new Error(`no rule records ${record}`);
  return found.expr;
}

let prometheus: RunningPrometheus | null = null;

function backfilled(): string {
  const series = (name: string, of: (minute: number) => number): string => {
    const samples = all.map(
      (minute) => `${name}{slo="chat",service="assistant"} ${of(minute)} ${takenAt(minute)}\n`,
    );
    return `# TYPE ${name} gauge\n${samples.join("")}`;
  };
  return `${series("slo:bad:rate5m", bad)}${series("slo:total:rate5m", total)}# EOF\n`;
}

async function answered(query: string): Promise<number> {
  const asked = new URLSearchParams({ query, time: String(end) });
  const response = await fetch(`${prometheus?.url ?? ""}/api/v1/query?${asked.toString()}`);
  const { data } = (await response.json()) as {
    data: { result: readonly { value: readonly [number, string] }[] };
  };
  return Number(data.result[0]?.value[1]);
}

beforeAll(async () => {
  if (!isPrometheusHere) return;
  const folder = mkdtempSync(join(tmpdir(), "holdfast-months-"));
  backfill(folder, [backfilled()]);
  prometheus = await runningPrometheus(folder, "global: { scrape_interval: 1m }\n");
}, 60_000);

afterAll(async () => prometheus?.stop());

describe.skipIf(!isPrometheusHere)(`a month of uneven traffic in a real Prometheus${skipped}`, () => {
  it("has the share of bad events that its events have, each counted alike", async () => {
    const truth = sum(bad) / sum(total);
    expect(Math.abs((await answered(rule("slo:period_error:ratio"))) / truth - 1)).toBeLessThan(1e-9);
  });

  it("has the share of a year that a calendar began within a step, up to the last minute", async () => {
    const of = async (record: string, known: ReadonlyMap<string, number>): Promise<number> => {
      const formula = [...known].reduce(
        (text, [name, value]) =>
          text
            .replaceAll(`scalar(${name}${labels} @ end())`, String(value))
            .replaceAll(`scalar(${name}${labels})`, String(value))
            .replaceAll(`${name}${labels}`, `vector(${value})`),
        rule(record, year),
      );
      return answered(formula);
    };
    const known = new Map<string, number>();
    for (const record of [
      ...["slo:period_start:timestamp", "slo:period_step:timestamp"],
      ...["slo:period_bad:steps", "slo:period_bad:minutes"],
      ...["slo:period_total:steps", "slo:period_total:minutes"],
    ])
      known.set(record, await of(record, known));
    const start = known.get("slo:period_start:timestamp") ?? 0;
    expect((start / 60) % 60).toBe(30);
    const since = all.filter((minute) => takenAt(minute) > start);
    const [failed, asked] = [bad, total].map((of) => since.reduce((soFar, minute) => soFar + of(minute), 0));
    const share = await of("slo:period_error:ratio", known);
    expect(Math.abs(share / ((failed ?? 0) / (asked ?? 1)) - 1)).toBeLessThan(1e-9);
  });

  it("would have another as a mean of ratios, and none at all after an idle hour", async () => {
    const truth = sum(bad) / sum(total);
    const ratio = `slo:bad:rate5m${labels} / slo:total:rate5m${labels}`;
    expect(await answered(`avg_over_time((${ratio})[30d:1m])`)).toBeNaN();
    const mean = await answered(`avg_over_time((${ratio} >= 0)[30d:1m])`);
    expect(Math.abs(mean / truth - 1)).toBeGreaterThan(0.03);
  });

  it("has the budget left that the share leaves", async () => {
    const left = rule("slo:error_budget_remaining:ratio").replace(
      /slo:period_error:ratio\{[^}]*\}/,
      `(${rule("slo:period_error:ratio")})`,
    );
    expect(await answered(left)).toBeCloseTo(1 - sum(bad) / sum(total) / 0.001, 9);
  });
});

import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { exportedMetrics } from "../../src/core/metrics/exported.ts";
import { metricsText } from "../../src/core/metrics/exposition.ts";
import type { Metric, Sample } from "../../src/core/metrics/metrics.ts";

const isThere = spawnSync("promtool", ["--version"]).status === 0;
const skipped = isThere ? "" : " (skipped: promtool of Debian's package prometheus is not here)";

/** Values that are hard to write: of labels, and of what is told. */
const texts = ["east", "", 'a "quoted" \\ text\nof two lines, é', "\\n"];
const numbers = [0, 1e-9, 1e21, Number.POSITIVE_INFINITY, Number.NaN, -1.5];

function samplesOf(metric: Metric): readonly Sample[] {
  const cases = metric.labels.length === 0 ? numbers.slice(0, 1) : texts;
  return cases.map((_, at): Sample => {
    const labels = Object.fromEntries(metric.labels.map((label) => [label, texts[at] ?? ""]));
    if (metric.kind !== "histogram")
      return { kind: "number", metric, labels, value: numbers[at % numbers.length] ?? 0 };
    const counts = [...metric.bounds, Number.POSITIVE_INFINITY].map((_bound, place) => place + at);
    return { kind: "distribution", metric, labels, value: { counts, sum: 0.5 } };
  });
}

/** What promtool makes of a scrape. */
function judged(text: string): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "metrics"], {
    input: text,
    encoding: "utf8",
  });
  return { status, said: stdout + stderr };
}

describe.skipIf(!isThere)(`promtool${skipped}`, () => {
  it("reads all that Holdfast tells of itself, and has nothing to say about its names", () => {
    const text = metricsText(exportedMetrics.flatMap(samplesOf));
    expect(judged(text)).toEqual({ status: 0, said: "" });
  });

  it("would have something to say", () => {
    const metric: Metric = { kind: "counter", name: "holdfast_failovers", help: "Failovers.", labels: [] };
    const text = metricsText([{ kind: "number", metric, labels: {}, value: 1 }]);
    expect(judged(text).said).toContain('counter metrics should have "_total" suffix');
    expect(judged(text.replace(" 1\n", " one\n")).status).toBe(1);
  });
});

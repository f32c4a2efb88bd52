import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exportedMetrics } from "./exported.ts";
import { metricsText } from "./exposition.ts";
import { type Counter, type Gauge, type Histogram, type Sample, sampleOf, stateSamples } from "./metrics.ts";
import { Tally } from "./tally.ts";

const asked: Counter<"verb"> = { kind: "counter", name: "asked_total", help: "Asked.", labels: ["verb"] };
const depth: Gauge = { kind: "gauge", name: "depth", help: "Depth.", labels: [] };
const took: Histogram<"verb"> = {
  kind: "histogram",
  name: "took_seconds",
  help: "How long\nit took, \\ roughly.",
  labels: ["verb"],
  bounds: [0.5, 1],
};

/** Lines of a metric's own, without what says of which kind it is. */
function linesOf(samples: Iterable<Sample>): readonly string[] {
  return metricsText(samples)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

describe("samples as text", () => {
  it("stand together by metric, each with its help and its kind", () => {
    const text = metricsText([
      sampleOf(asked, { verb: "get" }, 2),
      sampleOf(depth, {}, 0.25),
      sampleOf(asked, { verb: "put" }, 0),
    ]);
    expect(text).toBe(
      `# HELP asked_total Asked.
# TYPE asked_total counter
asked_total{verb="get"} 2
asked_total{verb="put"} 0
# HELP depth Depth.
# TYPE depth gauge
depth 0.25
`,
    );
  });

  it("of a histogram are sums of buckets, with the sum and the count", () => {
    const tally = new Tally();
    for (const seconds of [0.1, 0.5, 0.7, 30]) tally.observe(took, { verb: "get" }, seconds);
    expect(metricsText(tally.samples())).toBe(
      `# HELP took_seconds How long\\nit took, \\\\ roughly.
# TYPE took_seconds histogram
took_seconds_bucket{verb="get",le="0.5"} 2
took_seconds_bucket{verb="get",le="1"} 3
took_seconds_bucket{verb="get",le="+Inf"} 4
took_seconds_sum{verb="get"} 31.3
took_seconds_count{verb="get"} 4
`,
    );
  });

  it.each([
    [Number.POSITIVE_INFINITY, "+Inf"],
    [Number.NEGATIVE_INFINITY, "-Inf"],
    [Number.NaN, "NaN"],
    [1e21, "1e+21"],
    [1.5e-9, "1.5e-9"],
  ])("write %d as Prometheus does", (value, text) => {
    expect(linesOf([sampleOf(depth, {}, value)])).toEqual([`depth ${text}`]);
  });

  it("carry any label through, one line for each", () => {
    const unescaped = { "\\\\": "\\", '\\"': '"', "\\n": "\n" };
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("\\", '"', "\n", "n", "}", "é", " ") }), (verb) => {
        const [line, ...others] = linesOf([sampleOf(asked, { verb }, 1)]);
        const [, value = ""] = /^asked_total\{verb="((?:[^"\\\n]|\\["\\n])*)"\} 1$/.exec(line ?? "") ?? [];
        const read = value.replaceAll(/\\["\\n]/g, (escape) => unescaped[escape as keyof typeof unescaped]);
        return others.length === 0 && read === verb;
      }),
    );
  });

  it("are refused when two are of one series", () => {
    const twice = [sampleOf(asked, { verb: "get" }, 1), sampleOf(asked, { verb: "get" }, 2)];
    expect(() => metricsText(twice)).toThrow('two samples are of asked_total{verb="get"}');
  });
});

describe("a tally", () => {
  it("counts each series by itself, from 0 where it was begun", () => {
    const tally = new Tally();
    tally.begin(asked, [{ verb: "get" }, { verb: "put" }]);
    tally.count(asked, { verb: "get" });
    tally.count(asked, { verb: "get" });
    tally.count(asked, { verb: "list" });
    expect(linesOf(tally.samples())).toEqual([
      'asked_total{verb="get"} 2',
      'asked_total{verb="put"} 0',
      'asked_total{verb="list"} 1',
    ]);
  });

  it("tells what was so when it was asked", () => {
    const tally = new Tally();
    tally.observe(took, { verb: "get" }, 0.1);
    const before = tally.samples();
    tally.observe(took, { verb: "get" }, 0.1);
    expect(linesOf(before)).toContain('took_seconds_count{verb="get"} 1');
  });
});

describe("states that exclude one another", () => {
  it("are a series each, of which one is 1", () => {
    const state: Gauge<"state"> = { kind: "gauge", name: "state", help: "State.", labels: ["state"] };
    const samples = stateSamples(state, ["up", "down"] as const, {
      is: "down",
      labelled: (each) => ({ state: each }),
    });
    expect(linesOf(samples)).toEqual(['state{state="up"} 0', 'state{state="down"} 1']);
  });
});

describe("what Holdfast tells of itself", () => {
  const each = exportedMetrics.map((metric) => [metric.name, metric] as const);

  it("has no name twice", () => {
    expect(new Set(each.map(([name]) => name)).size).toBe(each.length);
    expect(each.length).toBeGreaterThan(40);
  });

  it.each(each)("%s is named and described as Prometheus wants it", (name, { kind, labels, help }) => {
    expect(name).toMatch(/^(holdfast|process)_[a-z_]+$/);
    expect(name.endsWith("_total")).toBe(kind === "counter");
    if (kind === "histogram") expect(name).toMatch(/_(seconds|bytes)$/);
    // Base units, and never a prefix of one; `_count`, `_sum` and `_bucket` are a histogram's own.
    expect(name).not.toMatch(/_(ms|milliseconds|minutes|kb|mb|percent|count|sum|bucket)(_|$)/);
    expect(help).toMatch(/^[A-Z][^\n]*\.$/);
    // A scrape gives its targets `job`, `instance` and `part`; a label of these names would be another's.
    const given = labels.filter((label) => ["job", "instance", "le", "__name__"].includes(label));
    expect(given).toEqual([]);
  });
});

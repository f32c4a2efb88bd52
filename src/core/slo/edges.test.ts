import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { instantMs } from "../units/units.ts";
import { misfitsOf } from "./edges.ts";
import { type Exposition, readExposition } from "./exposition.ts";
import { readSlos } from "./read-slos.ts";
import type { Slo } from "./slo.ts";

type Fields = Readonly<Record<string, unknown>>;

function sloOf(sli: Fields, objective: Fields): Slo {
  const document = {
    ...{ apiVersion: "openslo/v1", kind: "SLO", metadata: { name: "chat" } },
    spec: {
      ...{ service: "chat", budgetingMethod: "Occurrences" },
      indicator: { metadata: { name: "s" }, spec: sli },
      timeWindow: [{ duration: "30d", isRolling: true }],
      objectives: [{ target: 0.9, ...objective }],
    },
  };
  const { slos, problems } = readSlos(
    readOpenSlo({ path: "s.json", text: JSON.stringify(document) }, "strict"),
    instantMs(0),
  );
  expect(problems).toEqual([]);
  const [slo] = slos;
  if (slo === undefined) throw new Error("there is no SLO");
  return slo;
}

const cut = (spec: Fields, value: number): Slo =>
  sloOf({ thresholdMetric: { metricSource: { spec } } }, { op: "lte", value });
const vllm = { llm: "time-to-first-token", runtime: "vllm", generation: "v0.12" };

function told(slo: Slo, exposition: Exposition | null = null): readonly string[] {
  return misfitsOf(slo, exposition).map(({ code, what, mend }) => `${code} ${what}; ${mend}`);
}

function exported(text: string): Exposition {
  const read = readExposition([{ path: "metrics.txt", text }]);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value;
}

describe("a bound of a language model", () => {
  it.each<[string, Slo, readonly string[]]>([
    ["is an edge of its runtime", cut(vllm, 0.5), []],
    [
      "is none, and the nearest two are named",
      cut(vllm, 0.3),
      [
        "slo/no-bucket-edge no bucket of vllm:time_to_first_token_seconds{} of vllm v0.12 ends at 0.3; write 0.25 or 0.5, where the nearest ones end",
      ],
    ],
    [
      "is above all of them",
      cut({ ...vllm, runtime: "envoy-ai-gateway", generation: undefined }, 60),
      [
        'slo/no-bucket-edge no bucket of gen_ai_server_time_to_first_token_seconds{gen_ai_operation_name=~"chat|completion|messages"} of envoy-ai-gateway ends at 60; write 10, where the nearest ones end',
      ],
    ],
    [
      "is told in seconds where the runtime counts milliseconds",
      cut({ ...vllm, runtime: "triton", generation: undefined }, 0.3),
      [
        "slo/no-bucket-edge no bucket of nv_inference_first_response_histogram_ms{} of triton ends at 0.3; write 0.1 or 0.5, where the nearest ones end",
      ],
    ],
    ["of which nothing is known is no mistake", cut({ histogram: "latency_seconds" }, 0.3), []],
  ])("%s", (_, slo, misfits) => {
    expect(told(slo)).toEqual(misfits);
  });

  it("is looked at in goodput too", () => {
    const within = { "time-to-first-token": 0.5, "end-to-end": 9 };
    const raw = { metricSource: { spec: { ...vllm, llm: "goodput", within } } };
    expect(told(sloOf({ ratioMetric: { raw, rawType: "success" } }, {})).join()).toMatch(
      /^slo\/no-bucket-edge no bucket of vllm:e2e_request_latency_seconds\{\} .* ends at 9; write 5 or 10/,
    );
  });
});

const buckets = `# TYPE latency_seconds histogram
latency_seconds_bucket{model="a",le="0.25"} 1
latency_seconds_bucket{model="a",le="1.0"} 1 1700000000000
latency_seconds_bucket{model="a",le="+Inf"} 2 # {trace_id="x}"} 0.5
latency_seconds_bucket{model="b",le="0.5"} 1
latency_seconds_count{model="a"} 2
{"requests.total", code="200",} 7
errors_total NaN
`;

describe("what a server exports", () => {
  it.each<[string, Slo, RegExp]>([
    ["has the edge", cut({ histogram: 'latency_seconds{model="a"}' }, 1), /^$/],
    [
      "has it in other series",
      cut({ histogram: 'latency_seconds{model="a"}' }, 0.5),
      /ends at 0.5; write 0.25 or 1,/,
    ],
    [
      "may be asked by labels of its target",
      cut({ histogram: 'latency_seconds{model="b",job="x"}' }, 0.5),
      /^$/,
    ],
    [
      "has no such series",
      cut({ histogram: 'latency_seconds{model="c"}' }, 0.5),
      /^slo\/absent-metric latency_seconds\{model="c"\}, as a histogram with buckets, is not in metrics.txt/,
    ],
    [
      "has no such histogram",
      cut({ histogram: "latency" }, 0.5),
      /^slo\/absent-metric latency, as a histogram/,
    ],
    ["is believed more than what is known of a runtime", cut(vllm, 0.5), /^slo\/absent-metric vllm:time/],
    ["has the metrics of a query", cut({ query: "max(errors_total) / latency_seconds_count" }, 0.5), /^$/],
    [
      "has not those of another",
      cut({ query: "max(errors_total) / all_total" }, 0.5),
      /^slo\/absent-metric all_total is/,
    ],
    ["does not show native histograms, which are not looked for", cut({ nativeHistogram: "lag" }, 0.3), /^$/],
  ])("%s", (_, slo, expected) => {
    expect(told(slo, exported(buckets)).join("\n")).toMatch(expected);
  });

  it("is read with quoted names, escapes, times and exemplars", () => {
    const { series } = exported(`${buckets}up{path="a\\"b\\n",x="}"} +Inf\n`);
    expect(series.get("requests.total")).toEqual([{ code: "200" }]);
    expect(series.get("up")).toEqual([{ path: 'a"b\n', x: "}" }]);
    expect(series.get("latency_seconds_bucket")).toHaveLength(4);
  });

  it.each(["<html>", "up{a} 1", 'up{a="b" 1', "up", 'up{a="b",c} 1', "1 2"])(
    "is not %s, and its line is told",
    (line) => {
      const read = readExposition([{ path: "m.txt", text: `up 1\n${line}\n` }]);
      expect(read).toMatchObject({
        ok: false,
        problems: [{ code: "slo/unreadable-metrics", where: { file: "m.txt", line: 2 } }],
      });
    },
  );
});

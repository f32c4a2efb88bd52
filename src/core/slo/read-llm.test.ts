import { describe, expect, it } from "vitest";
import { readOpenSlo } from "../openslo/openslo.ts";
import { decimalText } from "../units/exact.ts";
import { instantMs } from "../units/units.ts";
import { type ReadSlos, readSlos } from "./read-slos.ts";
import { ruleGroups } from "./rules.ts";
import type { Indicator } from "./slo.ts";

type Fields = Readonly<Record<string, unknown>>;

const source = (spec: Fields, more: Fields = {}): Fields => ({ metricSource: { ...more, spec } });
const latency = (spec: Fields, value = 0.5): Fields => ({
  indicator: { metadata: { name: "s" }, spec: { thresholdMetric: source(spec) } },
  objectives: [{ target: 0.9, op: "lte", value }],
});
const share = (spec: Fields, rawType: string): Fields => ({
  indicator: { metadata: { name: "s" }, spec: { ratioMetric: { raw: source(spec), rawType } } },
  objectives: [{ target: 0.9 }],
});

function read(change: Fields, annotations: Fields = {}): ReadSlos {
  const spec = {
    ...{ service: "chat", budgetingMethod: "Occurrences" },
    timeWindow: [{ duration: "30d", isRolling: true }],
    ...change,
  };
  const document = { apiVersion: "openslo/v1", kind: "SLO", metadata: { name: "chat", annotations }, spec };
  const given = readOpenSlo({ path: "slo.json", text: JSON.stringify(document) }, "strict");
  expect(given.flatMap(({ problems }) => problems)).toEqual([]);
  return readSlos(given, instantMs(0));
}

function indicatorOf(change: Fields): Indicator {
  const { slos, problems } = read(change);
  expect(problems).toEqual([]);
  const [slo] = slos;
  if (slo === undefined) throw new Error("there is no SLO");
  return slo.indicator;
}

function expressions(change: Fields, record: string, annotations: Fields = {}): readonly string[] {
  const rules = read(change, annotations)
    .slos.flatMap(ruleGroups)
    .flatMap((group) => group.rules);
  return rules.flatMap((rule) => ("record" in rule && rule.record === record ? [rule.expr] : []));
}

const vllm = { runtime: "vllm", generation: "v0.12" };
const within = { "time-to-first-token": 0.5, "end-to-end": 10 };

describe("an indicator of a language model", () => {
  it("is a histogram of the runtime, of the model and where the selector says", () => {
    const asked = { llm: "time-to-first-token", ...vllm, model: 'a "b"', selector: 'job="chat"' };
    expect(indicatorOf(latency(asked))).toMatchObject({
      kind: "histogram",
      selector: {
        text: 'vllm:time_to_first_token_seconds{model_name="a \\"b\\"",job="chat"}',
      },
    });
  });

  it("needs no generation where all of them call it alike, and then has the edges that all of them have", () => {
    const indicator = indicatorOf(latency({ llm: "end-to-end", runtime: "vllm" }));
    expect(indicator).toMatchObject({
      selector: { text: "vllm:e2e_request_latency_seconds{}" },
      known: { of: "every version of vllm", edges: [1, 2.5, 5, 10, 15, 20, 30, 40, 50, 60] },
    });
  });

  it("is cut in milliseconds where the runtime counts in them, exactly", () => {
    const asked = latency({ llm: "time-to-first-token", runtime: "triton" }, 0.0001);
    expect(expressions(asked, "slo:bad:rate5m").join()).toContain('le=~"0\\\\.1"');
    const other = latency({ llm: "time-to-first-token", runtime: "triton" }, 0.57);
    expect(expressions(other, "slo:bad:rate5m").join()).toContain('le=~"570(\\\\.0)?"');
  });

  it.each<["slo:total:rate5m" | "slo:bad:rate5m", Fields, RegExp]>([
    [
      "slo:total:rate5m",
      share({ llm: "request-errors", runtime: "litellm", model: "m" }, "failure"),
      /^sum\(rate\(litellm_proxy_total_requests_metric_total\{status_code!~"[^"]*",requested_model="m"\}\[5m\]\)\)$/,
    ],
    [
      "slo:bad:rate5m",
      share({ llm: "stream-completion", ...vllm }, "success"),
      /^slo:total:rate5m\S* - on \(\) \(sum\(rate\(vllm:request_success_total\{finished_reason=~"stop\|length"\}/,
    ],
    [
      "slo:total:rate5m",
      share({ llm: "request-errors", runtime: "triton", selector: 'job="t"' }, "failure"),
      /^sum\(label_replace\(rate\(nv_inference_request_success\{job="t"\}\[5m\]\), "counter", "1", "", ""\) or label_replace\(rate\(nv_inference_request_failure/,
    ],
  ])("is a share of counters, several of them beside one another: %s", (record, change, formula) => {
    expect(expressions(change, record).join()).toMatch(formula);
  });

  it("raises no alert that more ends than begins where that is so for a while", () => {
    const alerts = (change: Fields): readonly string[] =>
      read(change)
        .slos.flatMap(ruleGroups)
        .flatMap(({ rules }) => rules.flatMap((rule) => ("alert" in rule ? [rule.alert] : [])));
    const ended = share({ llm: "stream-completion", ...vllm }, "success");
    expect(alerts(ended)).not.toContain("ObjectiveDataContradicts");
    expect(alerts(share({ llm: "request-errors", ...vllm }, "failure"))).toContain(
      "ObjectiveDataContradicts",
    );
  });

  it("may be goodput, within bounds of requests, judged by what is guaranteed", () => {
    const indicator = indicatorOf(share({ llm: "goodput", ...vllm, model: "m", within }, "success"));
    if (indicator.kind !== "goodput") throw new Error("it is no goodput");
    expect(indicator.judged).toBe("guaranteed");
    expect(indicator.within.map(({ name, bound }) => [name, decimalText(bound)])).toEqual([
      ["time-to-first-token", "0.5"],
      ["end-to-end", "10"],
    ]);
    expect(indicator.total.text).toBe('vllm:time_to_first_token_seconds_count{model_name="m"}');
  });

  it("adds sums of what missed each bound, or takes the largest of them, and never the samples", () => {
    const asked = (judged: string): string => {
      const change = share({ llm: "goodput", ...vllm, within, judged }, "success");
      return expressions(change, "slo:error:ratio_rate1h").join();
    };
    const missed = 'sum_over_time(slo:missed:rate5m{slo="chat",service="chat"}[1h])';
    expect(asked("guaranteed")).toContain(`sum without (within) (${missed})`);
    expect(asked("possible")).toContain(`max without (within) (${missed})`);
  });

  it("keeps goodput apart by labels", () => {
    const change = share({ llm: "goodput", ...vllm, within }, "success");
    const [first = ""] = expressions(change, "slo:missed:rate5m", { "holdfast.dev/group-by": "model_name" });
    expect(first).toMatch(
      /^sum by \(model_name\) \(rate\([^)]*\)\) - on \(model_name\) \(sum by \(model_name\)/,
    );
  });

  it.each<[string, Fields, RegExp]>([
    [
      "no such indicator is known",
      latency({ llm: "ttft", ...vllm }),
      /slo\/llm .*"ttft".*time-to-first-token/,
    ],
    ["no runtime is named", latency({ llm: "end-to-end" }), /slo\/llm .*which runtime.*vllm, tgi/],
    ["the runtime is not known", latency({ llm: "end-to-end", runtime: "ollama" }), /slo\/llm .*"ollama"/],
    [
      "the generation is not known",
      latency({ llm: "end-to-end", runtime: "vllm", generation: 0.12 }),
      /slo\/llm .*generation 0.12.*v0.12 \(v0.12 and later\)/,
    ],
    [
      "a runtime of one generation is asked for another",
      latency({ llm: "end-to-end", runtime: "tgi", generation: "v3" }),
      /slo\/llm .*"v3".*delete generation/,
    ],
    [
      "the generation decides and is not told",
      latency({ llm: "inter-token-latency", runtime: "vllm" }),
      /slo\/llm .*other names.*v0.4 \(v0.4 to v0.10.1\)/,
    ],
    [
      "it is not measured",
      latency({ llm: "time-per-output-token", runtime: "litellm" }),
      /slo\/llm-unmeasured .*litellm_deployment_latency_per_output_token is, for a stream/,
    ],
    [
      "vLLM had no such metric then",
      latency({ llm: "time-per-output-token", runtime: "vllm", generation: "v0.4" }),
      /slo\/llm-unmeasured .*it is inter-token-latency/,
    ],
    [
      "a key means nothing",
      latency({ llm: "end-to-end", ...vllm, version: "1" }),
      /slo\/llm .*version, which means nothing/,
    ],
    [
      "a time is a ratio",
      share({ llm: "end-to-end", ...vllm }, "success"),
      /slo\/llm .*thresholdMetric, with op/,
    ],
    ["a share is a value", latency({ llm: "token-errors", ...vllm }), /slo\/llm .*rawType: failure/],
    [
      "a share of success is one of failure",
      share({ llm: "stream-completion", ...vllm }, "failure"),
      /slo\/llm .*rawType: success/,
    ],
    [
      "models are not told apart",
      share({ llm: "request-errors", ...vllm, model: "m" }, "failure"),
      /slo\/llm .*http_requests_total does not tell models apart.*selector: job/,
    ],
    [
      "the selector is none",
      latency({ llm: "end-to-end", ...vllm, selector: "job=chat" }),
      /slo\/llm .*selector job=chat is none/,
    ],
    [
      "the selector is more than one",
      latency({ llm: "end-to-end", ...vllm, selector: 'job="a"} or up{job="b"' }),
      /slo\/llm .*ends before its braces do/,
    ],
    [
      "goodput has no bound",
      share({ llm: "goodput", ...vllm }, "success"),
      /slo\/goodput .*no bound.*within: \{ end-to-end: 10 \}/,
    ],
    [
      "goodput mixes tokens and requests",
      share({ llm: "goodput", ...vllm, within: { ...within, "inter-token-latency": 0.1 } }, "success"),
      /slo\/goodput .*counts tokens.*time-per-output-token/,
    ],
    [
      "goodput has a bound of what is no time",
      share({ llm: "goodput", ...vllm, within: { "token-errors": 0.1 } }, "success"),
      /slo\/goodput .*within token-errors: 0.1/,
    ],
    [
      "goodput is judged by no bound",
      share({ llm: "goodput", ...vllm, within, judged: "mean" }, "success"),
      /slo\/goodput .*"mean".*judged: possible/,
    ],
    [
      "goodput is budgeted by slices",
      {
        ...share({ llm: "goodput", ...vllm, within }, "success"),
        budgetingMethod: "RatioTimeslices",
        objectives: [{ target: 0.9, timeSliceWindow: "1m" }],
      },
      /slo\/goodput .*RatioTimeslices/,
    ],
    [
      "it is one side of a ratio",
      {
        indicator: {
          metadata: { name: "s" },
          spec: {
            ratioMetric: {
              counter: true,
              bad: source({ llm: "request-errors", ...vllm }),
              total: source({ query: "all" }),
            },
          },
        },
        objectives: [{ target: 0.9 }],
      },
      /slo\/llm .*one side of a ratio/,
    ],
    [
      "it is measured elsewhere",
      {
        ...latency({}),
        indicator: {
          metadata: { name: "s" },
          spec: { thresholdMetric: source({ llm: "end-to-end", ...vllm }, { type: "Datadog" }) },
        },
      },
      /slo\/foreign-source/,
    ],
  ])("is refused where %s", (_, change, because) => {
    const told = read(change).problems.map(({ code, what, mend }) => `${code} ${what} ${mend}`);
    expect(told.join("\n")).toMatch(because);
  });
});

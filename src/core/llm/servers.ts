import { type Counted, counted, type Latency, type NameSet, type Share } from "./name-set.ts";

const tgiRouter = "huggingface/text-generation-inference router/src/server.rs";
const tgiQueue = "huggingface/text-generation-inference backends/v3/src/backend.rs";

/** The router multiplies 0.0001 s by 1.5, 35 times over: edges that nobody would guess, and that have to be written digit for digit. */
function tgiEdges(): readonly number[] {
  const edges: number[] = [];
  let edge = 0.0001;
  for (let count = 0; count < 35; count += 1) {
    edge *= 1.5;
    edges.push(edge);
  }
  return edges;
}

/** One server serves one model, and none of its metrics names it. */
function ofTgi(metric: string, ...matchers: readonly string[]): Counted {
  return counted(null, metric, ...matchers);
}

const tgiLatencies: readonly Latency[] = [
  {
    ...{ kind: "latency", sli: "time-per-output-token", of: "requests", unit: "seconds", edges: tgiEdges() },
    histogram: ofTgi("tgi_request_mean_time_per_token_duration"),
    note: "inference time over tokens: the time to the first token is in it",
    source: tgiRouter,
  },
  {
    ...{ kind: "latency", sli: "end-to-end", of: "requests", unit: "seconds", edges: tgiEdges() },
    histogram: ofTgi("tgi_request_duration"),
    note: "of requests that succeeded",
    source: tgiRouter,
  },
];

const tgiShares: readonly Share[] = [
  {
    ...{ kind: "share", sli: "request-errors", of: "requests", lag: "none" },
    part: { kind: "bad", counted: ofTgi("tgi_request_failure", 'err!~"validation|template|dropped"') },
    total: [ofTgi("tgi_request_success"), ofTgi("tgi_request_failure", 'err!~"validation|template"')],
    note: "without requests that the caller wrote wrongly",
    source: `${tgiRouter}, router/src/infer/mod.rs`,
  },
  {
    ...{ kind: "share", sli: "stream-completion", of: "requests", lag: "none" },
    part: { kind: "bad", counted: ofTgi("tgi_request_failure", 'err=~"dropped|generation|incomplete"') },
    total: [
      ofTgi("tgi_request_success"),
      ofTgi("tgi_request_failure", 'err=~"dropped|generation|incomplete"'),
    ],
    note: "dropped: its reader left, in the queue too",
    source: tgiQueue,
  },
];

const tgi: NameSet = {
  ...{ runtime: "tgi", generation: null, versions: "as in its source" },
  measured: [...tgiLatencies, ...tgiShares],
  answers: {
    total: [ofTgi("tgi_request_success"), ofTgi("tgi_request_failure", 'err!~"validation|template"')],
    failed: ofTgi("tgi_request_failure", 'err!~"validation|template|dropped"'),
  },
  missing: [
    { sli: "time-to-first-token", because: "its router measures queue and inference, and no first token" },
    { sli: "inter-token-latency", because: "it measures the mean of a request alone" },
    { sli: "token-errors", because: "tokens are counted of requests that succeeded alone" },
  ],
};

const tritonCore = "triton-inference-server/core@05295b7 src/metric_model_reporter.h";
const tritonBackend = "triton-inference-server/vllm_backend@1e66a22 src/utils/metrics.py";

function ofTriton(metric: string, ...matchers: readonly string[]): Counted {
  return counted("model", metric, ...matchers);
}

const tritonSuccess = ofTriton("nv_inference_request_success");

const tritonShares: readonly Share[] = [
  {
    ...{ kind: "share", sli: "request-errors", of: "requests", lag: "none" },
    part: { kind: "bad", counted: ofTriton("nv_inference_request_failure", 'reason!="CANCELED"') },
    total: [tritonSuccess, ofTriton("nv_inference_request_failure")],
    note: "what the front end refuses before a model is asked is not counted",
    source: tritonCore,
  },
  {
    ...{ kind: "share", sli: "stream-completion", of: "requests", lag: "none" },
    part: {
      kind: "bad",
      counted: ofTriton("nv_inference_request_failure", 'reason=~"CANCELED|BACKEND|OTHER"'),
    },
    total: [tritonSuccess, ofTriton("nv_inference_request_failure", 'reason=~"CANCELED|BACKEND|OTHER"')],
    note: "needs failures by reason, which older versions do not tell",
    source: tritonCore,
  },
];

const tritonAnswers = {
  total: [tritonSuccess, ofTriton("nv_inference_request_failure")],
  failed: ofTriton("nv_inference_request_failure", 'reason!="CANCELED"'),
} as const;

const triton: NameSet = {
  ...{
    runtime: "triton",
    generation: null,
    versions: "since its first histogram, of October 2024",
    answers: tritonAnswers,
  },
  measured: [
    {
      ...{ kind: "latency", sli: "time-to-first-token", of: "requests", unit: "milliseconds" },
      histogram: ofTriton("nv_inference_first_response_histogram_ms"),
      edges: [100, 500, 2000, 5000],
      note: "to the first response; only of decoupled models, with --metrics-config histogram_latencies=true",
      source: tritonCore,
    },
    ...tritonShares,
  ],
  missing: [
    { sli: "time-per-output-token", because: "it measures requests, and no tokens" },
    { sli: "inter-token-latency", because: "it measures requests, and no tokens" },
    {
      sli: "end-to-end",
      because:
        "nv_inference_request_duration_us is a sum and nv_inference_request_summary_us has quantiles: neither has a share under a bound",
    },
    { sli: "token-errors", because: "it counts requests, and no tokens" },
  ],
};

const tritonLatency = { kind: "latency", unit: "seconds", source: tritonBackend } as const;

/** vLLM inside Triton has names of its first generation with Triton's labels. */
const tritonVllm: NameSet = {
  ...{ runtime: "triton-vllm", generation: null, versions: "as in its source", answers: tritonAnswers },
  measured: [
    {
      ...{ ...tritonLatency, sli: "time-to-first-token", of: "requests", note: null },
      histogram: ofTriton("vllm:time_to_first_token_seconds"),
      edges: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
    },
    {
      ...{ ...tritonLatency, sli: "inter-token-latency", of: "tokens" },
      note: "between outputs, whatever its name says",
      histogram: ofTriton("vllm:time_per_output_token_seconds"),
      edges: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
    },
    {
      ...{ ...tritonLatency, sli: "end-to-end", of: "requests", note: "of finished requests" },
      histogram: ofTriton("vllm:e2e_request_latency_seconds"),
      edges: [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680],
    },
    ...tritonShares,
    {
      ...{ kind: "share", sli: "token-errors", of: "tokens", lag: "until-the-end" },
      part: { kind: "good", counted: ofTriton("vllm:request_generation_tokens_sum") },
      total: [ofTriton("vllm:generation_tokens_total")],
      note: "tokens of answers that did not finish were made in vain",
      source: tritonBackend,
    },
  ],
  missing: [
    {
      sli: "time-per-output-token",
      because: "vllm:time_per_output_token_seconds is the time between outputs: it is inter-token-latency",
    },
  ],
};

export const servers: readonly NameSet[] = [tgi, triton, tritonVllm];

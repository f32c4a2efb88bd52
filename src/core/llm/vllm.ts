import { type Answers, type Counted, counted, type Latency, type NameSet, type Share } from "./name-set.ts";

// The names of vLLM, in three generations: a per-token histogram was called as if it were one per request until a second one was added.

const legacy = "vllm-project/vllm@00c33e8 vllm/engine/metrics.py";
const loggers = "vllm-project/vllm v0.10.2 to v0.30.0 vllm/v1/metrics/loggers.py";
const buckets = "vllm-project/vllm@139b1c3 vllm/v1/metrics/buckets.py";
const design = "vllm-project/vllm v0.30.0 docs/design/metrics.md";
const aborts = "vllm-project/vllm issues 31503, 55634";

const firstTokenEdges = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640,
  2560,
] as const;
const tokenEdges = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80,
] as const;
const requestEdges = [
  0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1920, 7680,
] as const;
/** Buckets were added in 0.6.4 and 0.8.3: these are in every version. */
const earlyRequestEdges = [1, 2.5, 5, 10, 15, 20, 30, 40, 50, 60] as const;

function ofModel(metric: string, ...matchers: readonly string[]): Counted {
  return counted("model_name", metric, ...matchers);
}

const firstToken: Latency = {
  ...{ kind: "latency", sli: "time-to-first-token", of: "requests", unit: "seconds" },
  histogram: ofModel("vllm:time_to_first_token_seconds"),
  edges: firstTokenEdges,
  note: "from the arrival at the front end",
  source: buckets,
};

const perRequest: Latency = {
  ...{ kind: "latency", sli: "time-per-output-token", of: "requests", unit: "seconds" },
  histogram: ofModel("vllm:request_time_per_output_token_seconds"),
  edges: tokenEdges,
  note: "mean of a finished request; 0 where it has one token",
  source: design,
};

const betweenTokens: Latency = {
  ...{ kind: "latency", sli: "inter-token-latency", of: "tokens", unit: "seconds" },
  histogram: ofModel("vllm:inter_token_latency_seconds"),
  edges: tokenEdges,
  note: "between outputs, which hold several tokens with speculative decoding",
  source: loggers,
};

const endToEnd: Latency = {
  ...{ kind: "latency", sli: "end-to-end", of: "requests", unit: "seconds" },
  histogram: ofModel("vllm:e2e_request_latency_seconds"),
  edges: requestEdges,
  note: "of finished requests; one that its reader left is not among them",
  source: buckets,
};

const inEarly = { edges: [...firstTokenEdges.filter((edge) => edge <= 10)], source: legacy } as const;

const earlyBetweenTokens: Latency = {
  ...betweenTokens,
  histogram: ofModel("vllm:time_per_output_token_seconds"),
  edges: tokenEdges.filter((edge) => edge <= 2.5),
  note: "between outputs, whatever its name says",
  source: legacy,
};

const http = (...matchers: readonly string[]): Counted =>
  counted(null, "http_requests_total", 'handler=~"/v1/chat/completions|/v1/completions"', ...matchers);

const shares: readonly Share[] = [
  {
    ...{ kind: "share", sli: "request-errors", of: "requests", lag: "none" },
    part: { kind: "bad", counted: http('status="5xx"') },
    total: [http()],
    note: "by the status of the answer, which a stream that breaks has told before; models are counted together",
    source: design,
  },
  {
    ...{ kind: "share", sli: "stream-completion", of: "requests", lag: "until-the-end" },
    part: {
      kind: "good",
      counted: ofModel("vllm:request_success_total", 'finished_reason=~"stop|length"'),
    },
    total: [ofModel("vllm:time_to_first_token_seconds_count")],
    note: "of answers that began; finished_reason abort is never counted for one that its reader left",
    source: aborts,
  },
  {
    ...{ kind: "share", sli: "token-errors", of: "tokens", lag: "until-the-end" },
    part: { kind: "good", counted: ofModel("vllm:request_generation_tokens_sum") },
    total: [ofModel("vllm:generation_tokens_total")],
    note: "tokens of answers that did not finish were made in vain",
    source: aborts,
  },
];

/** Of answers that began: each has a first token, whether or not it comes to an end. */
const answers: Answers = {
  total: [ofModel("vllm:time_to_first_token_seconds_count")],
  failed: ofModel("vllm:request_success_total", 'finished_reason="error"'),
};

const runtime = "vllm";

export const vllm: readonly NameSet[] = [
  {
    ...{ runtime, generation: "v0.4", versions: "v0.4 to v0.10.1", answers },
    measured: [
      { ...firstToken, ...inEarly },
      earlyBetweenTokens,
      { ...endToEnd, edges: earlyRequestEdges, source: legacy },
      ...shares,
    ],
    missing: [
      {
        sli: "time-per-output-token",
        because:
          "vllm:time_per_output_token_seconds is the time between outputs here: it is inter-token-latency",
      },
    ],
  },
  {
    ...{ runtime, generation: "v0.10.2", versions: "v0.10.2 and v0.11", answers, missing: [] },
    measured: [
      firstToken,
      perRequest,
      { ...betweenTokens, note: "also exported as vllm:time_per_output_token_seconds" },
      endToEnd,
      ...shares,
    ],
  },
  {
    ...{ runtime, generation: "v0.12", versions: "v0.12 and later", answers, missing: [] },
    measured: [firstToken, perRequest, betweenTokens, endToEnd, ...shares],
  },
];

import { type Counted, counted, type NameSet } from "./name-set.ts";

const litellmSource = "BerriAI/litellm@002de3d litellm/integrations/prometheus.py";
const litellmTypes = "BerriAI/litellm litellm/types/integrations/prometheus.py";

function ofLitellm(metric: string, ...matchers: readonly string[]): Counted {
  return counted("requested_model", metric, ...matchers);
}

const litellmEdges = [
  0.005, 0.00625, 0.0125, 0.025, 0.05, 0.1, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7, 7.5, 8,
  8.5, 9, 9.5, 10, 15, 20, 25, 30, 60, 120, 180, 240, 300,
] as const;

/** Statuses that tell of a mistake of the caller. */
const callersFault = "400|401|403|404|413|422";
const litellmAll = ofLitellm("litellm_proxy_total_requests_metric_total", `status_code!~"${callersFault}"`);
const litellmFailed = ofLitellm(
  "litellm_proxy_failed_requests_metric_total",
  `exception_status!~"${callersFault}"`,
);

const litellm: NameSet = {
  ...{ runtime: "litellm", generation: null, versions: "as in its source" },
  measured: [
    {
      ...{ kind: "latency", sli: "time-to-first-token", of: "requests", unit: "seconds" },
      histogram: ofLitellm("litellm_llm_api_time_to_first_token_metric"),
      edges: litellmEdges,
      note: "of streams, from the call of the model on; without requested_model in older versions",
      source: litellmSource,
    },
    {
      ...{ kind: "latency", sli: "end-to-end", of: "requests", unit: "seconds" },
      histogram: ofLitellm("litellm_request_total_latency_metric"),
      edges: litellmEdges,
      note: "of requests that succeeded; edges may be set with prometheus_latency_buckets",
      source: litellmSource,
    },
    {
      ...{ kind: "share", sli: "request-errors", of: "requests", lag: "none" },
      part: { kind: "bad", counted: litellmFailed },
      total: [litellmAll],
      note: "without requests that the caller wrote wrongly",
      source: litellmTypes,
    },
  ],
  answers: { total: [litellmAll], failed: litellmFailed },
  missing: [
    {
      sli: "time-per-output-token",
      because:
        "litellm_deployment_latency_per_output_token is, for a stream, the time to its first token over its tokens",
    },
    { sli: "inter-token-latency", because: "it measures requests, and no tokens" },
    { sli: "stream-completion", because: "a stream that breaks is not told apart from other failures" },
    { sli: "token-errors", because: "tokens are counted of requests that succeeded alone" },
  ],
};

const envoySource = "envoyproxy/ai-gateway@0a4a25e internal/metrics/genai.go, metrics_impl.go";

/** Embeddings and images are no answers of a language model. */
function ofEnvoy(metric: string, ...matchers: readonly string[]): Counted {
  return counted(
    "gen_ai_request_model",
    metric,
    'gen_ai_operation_name=~"chat|completion|messages"',
    ...matchers,
  );
}

const envoyAll = ofEnvoy("gen_ai_server_request_duration_seconds_count");
const envoyFailed = ofEnvoy("gen_ai_server_request_duration_seconds_count", 'error_type!=""');

const envoy: NameSet = {
  ...{ runtime: "envoy-ai-gateway", generation: null, versions: "as in its source" },
  measured: [
    {
      ...{ kind: "latency", sli: "time-to-first-token", of: "requests", unit: "seconds" },
      histogram: ofEnvoy("gen_ai_server_time_to_first_token_seconds"),
      edges: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
      note: "of streams",
      source: envoySource,
    },
    {
      ...{ kind: "latency", sli: "time-per-output-token", of: "requests", unit: "seconds" },
      histogram: ofEnvoy("gen_ai_server_time_per_output_token_seconds"),
      edges: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
      note: "mean of a stream with more than one token",
      source: envoySource,
    },
    {
      ...{ kind: "latency", sli: "end-to-end", of: "requests", unit: "seconds" },
      histogram: ofEnvoy("gen_ai_server_request_duration_seconds", 'error_type=""'),
      edges: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
      note: "of requests that succeeded",
      source: envoySource,
    },
    {
      ...{ kind: "share", sli: "request-errors", of: "requests", lag: "none" },
      part: { kind: "bad", counted: envoyFailed },
      total: [envoyAll],
      note: "whoever is at fault: every failure is _OTHER",
      source: envoySource,
    },
  ],
  answers: { total: [envoyAll], failed: envoyFailed },
  missing: [
    { sli: "inter-token-latency", because: "it measures the mean of a stream alone" },
    { sli: "stream-completion", because: "a stream that breaks is not told apart from other failures" },
    { sli: "token-errors", because: "tokens are counted without telling what became of their request" },
  ],
};

export const gateways: readonly NameSet[] = [litellm, envoy];

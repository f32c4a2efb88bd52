import { bucketsOf, counter, type Exposed, histogram } from "./exposed.ts";
import type { Metrics, Standing } from "./metrics.ts";

type Buckets = Parameters<typeof bucketsOf>;

/** As LiteLLM exports them by its Python client, with one caller. What became of an answer that its reader left is not told. */
export function litellmNames(metrics: Metrics, { model }: Standing): readonly Exposed[] {
  const labels = { requested_model: model, team: "none" };
  const set = { runtime: "litellm", generation: null };
  const latency = (name: string, measured: Metrics["queue"], like: Buckets[1]): Exposed =>
    histogram(name, { ...labels, model }, { measured, buckets: bucketsOf(set, like, "1.0") });
  const failed = [...metrics.refused, [500, metrics.broken] as const];
  return [
    counter(
      "litellm_proxy_total_requests_metric_total",
      [{ ...labels, status_code: "200" }, metrics.finishedAnswers],
      ...failed.map(([status, count]) => [{ ...labels, status_code: String(status) }, count] as const),
    ),
    counter(
      "litellm_proxy_failed_requests_metric_total",
      ...failed.map(([status, count]) => [{ ...labels, exception_status: String(status) }, count] as const),
    ),
    latency("litellm_llm_api_time_to_first_token_metric", metrics.firstTokenOfStreams, "time-to-first-token"),
    latency("litellm_request_total_latency_metric", metrics.endToEnd, "end-to-end"),
  ];
}

/** As Envoy AI Gateway exports them, by OpenTelemetry's names for generative AI. */
export function envoyNames(metrics: Metrics, { model }: Standing): readonly Exposed[] {
  const labels = { gen_ai_operation_name: "chat", gen_ai_request_model: model };
  const set = { runtime: "envoy-ai-gateway", generation: null };
  const latency = (name: string, measured: Metrics["queue"], like: Buckets[1]): Exposed =>
    histogram(name, labels, { measured, buckets: bucketsOf(set, like, "1") });
  const failed = [...metrics.refused.values()].reduce((sum, count) => sum + count, metrics.broken);
  const duration = latency("gen_ai_server_request_duration_seconds", metrics.endToEnd, "end-to-end");
  const failures = counter("gen_ai_server_request_duration_seconds_count", [
    { ...labels, error_type: "_OTHER" },
    failed,
  ]);
  return [
    latency("gen_ai_server_time_to_first_token_seconds", metrics.firstTokenOfStreams, "time-to-first-token"),
    latency(
      "gen_ai_server_time_per_output_token_seconds",
      metrics.perOutputTokenOfStreams,
      "time-per-output-token",
    ),
    { ...duration, lines: [...duration.lines, ...failures.lines] },
  ];
}

import { bucketsOf, counter, type Exposed, histogram } from "./exposed.ts";
import type { Metrics, Standing } from "./metrics.ts";

function refusedAs(metrics: Metrics, is: (status: number) => boolean): number {
  return [...metrics.refused].reduce((sum, [status, count]) => sum + (is(status) ? count : 0), 0);
}

/** As the router of TGI exports them: no counter ends in `_total`, and no label names the model. */
export function tgiNames(metrics: Metrics): readonly Exposed[] {
  const set = { runtime: "tgi", generation: null };
  const failures = {
    dropped: metrics.left,
    generation: metrics.broken,
    overloaded: refusedAs(metrics, (status) => status === 429),
    validation: refusedAs(metrics, (status) => status < 429),
  };
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  const latency = (
    name: string,
    measured: Metrics["queue"],
    like: Parameters<typeof bucketsOf>[1],
  ): Exposed => histogram(name, {}, { measured, buckets: bucketsOf(set, like, "1") });
  return [
    counter("tgi_request_count", [{}, metrics.finishedAnswers + failed]),
    counter("tgi_request_success", [{}, metrics.finishedAnswers]),
    counter(
      "tgi_request_failure",
      ...Object.entries(failures).map(([err, count]) => [{ err }, count] as const),
    ),
    latency("tgi_request_duration", metrics.endToEnd, "end-to-end"),
    latency("tgi_request_queue_duration", metrics.queue, "end-to-end"),
    latency("tgi_request_mean_time_per_token_duration", metrics.perTokenOfInference, "time-per-output-token"),
  ];
}

/** As Triton exports them of a decoupled model, with `histogram_latencies=true`. */
export function tritonNames(metrics: Metrics, { model }: Standing): readonly Exposed[] {
  const labels = { model, version: "1" };
  const buckets = bucketsOf({ runtime: "triton", generation: null }, "time-to-first-token", "1");
  return [
    ...tritonCounters(metrics, labels),
    histogram("nv_inference_first_response_histogram_ms", labels, {
      measured: metrics.firstResponse,
      buckets,
    }),
  ];
}

function tritonCounters(metrics: Metrics, labels: Readonly<Record<string, string>>): readonly Exposed[] {
  const failures = {
    CANCELED: metrics.left,
    BACKEND: metrics.broken,
    REJECTED: refusedAs(metrics, (status) => status === 429),
    OTHER: 0,
  };
  return [
    counter("nv_inference_request_success", [labels, metrics.finishedAnswers]),
    counter(
      "nv_inference_request_failure",
      ...Object.entries(failures).map(([reason, count]) => [{ ...labels, reason }, count] as const),
    ),
  ];
}

/** As vLLM's backend in Triton exports them, beside Triton's own. */
export function tritonVllmNames(metrics: Metrics, { model }: Standing): readonly Exposed[] {
  const labels = { model, version: "1" };
  const set = { runtime: "triton-vllm", generation: null };
  const latency = (
    name: string,
    measured: Metrics["queue"],
    like: Parameters<typeof bucketsOf>[1],
  ): Exposed => histogram(name, labels, { measured, buckets: bucketsOf(set, like, "1") });
  return [
    ...tritonCounters(metrics, labels),
    counter("vllm:generation_tokens_total", [labels, metrics.generationTokens]),
    counter("vllm:request_generation_tokens_sum", [labels, metrics.finishedTokens]),
    latency("vllm:time_to_first_token_seconds", metrics.firstToken, "time-to-first-token"),
    latency("vllm:time_per_output_token_seconds", metrics.betweenTokens, "inter-token-latency"),
    latency("vllm:e2e_request_latency_seconds", metrics.endToEnd, "end-to-end"),
  ];
}

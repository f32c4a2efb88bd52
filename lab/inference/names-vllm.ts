import { bucketsOf, counter, type Exposed, gauge, histogram } from "./exposed.ts";
import type { Metrics, Standing } from "./metrics.ts";

/** As vLLM exports them (vllm/v1/metrics/loggers.py); counters carry `_total` on the wire. An answer that its reader left is nowhere. */
export function vllmNames(
  generation: "v0.4" | "v0.10.2" | "v0.12",
  metrics: Metrics,
  { model, running, waiting }: Standing,
): readonly Exposed[] {
  const engine = generation === "v0.4" ? {} : { engine: "0" };
  const labels = { ...engine, model_name: model };
  const set = { runtime: "vllm", generation };
  const latency = (
    name: string,
    measured: Metrics["queue"],
    like: Parameters<typeof bucketsOf>[1],
  ): Exposed => histogram(name, labels, { measured, buckets: bucketsOf(set, like, "1.0") });
  const renamed = [
    latency("vllm:inter_token_latency_seconds", metrics.betweenTokens, "inter-token-latency"),
    ...(generation === "v0.4"
      ? []
      : [
          latency(
            "vllm:request_time_per_output_token_seconds",
            metrics.perOutputToken,
            "time-per-output-token",
          ),
        ]),
  ];
  return [
    gauge("vllm:num_requests_running", labels, running),
    gauge("vllm:num_requests_waiting", labels, waiting),
    counter("vllm:prompt_tokens_total", [labels, metrics.promptTokens]),
    counter("vllm:generation_tokens_total", [labels, metrics.generationTokens]),
    counter(
      "vllm:request_success_total",
      ...Object.entries(metrics.finished).map(
        ([reason, count]) => [{ ...labels, finished_reason: reason }, count] as const,
      ),
      ...["abort", "error"].map((reason) => [{ ...labels, finished_reason: reason }, 0] as const),
    ),
    counter("vllm:request_generation_tokens_sum", [labels, metrics.finishedTokens]),
    latency("vllm:time_to_first_token_seconds", metrics.firstToken, "time-to-first-token"),
    ...(generation === "v0.4" ? [] : renamed),
    ...(generation === "v0.12"
      ? []
      : [latency("vllm:time_per_output_token_seconds", metrics.betweenTokens, "inter-token-latency")]),
    latency("vllm:e2e_request_latency_seconds", metrics.endToEnd, "end-to-end"),
    latency("vllm:request_queue_time_seconds", metrics.queue, "end-to-end"),
    counter("http_requests_total", ...httpCounts(metrics)),
  ];
}

/** As prometheus-fastapi-instrumentator counts them, by the first digit of their status. */
function httpCounts(metrics: Metrics): readonly (readonly [Readonly<Record<string, string>>, number])[] {
  const refused = (digit: number): number =>
    [...metrics.refused].reduce(
      (sum, [status, count]) => sum + (Math.floor(status / 100) === digit ? count : 0),
      0,
    );
  const counts = { "2xx": metrics.finishedAnswers, "4xx": refused(4), "5xx": refused(5) + metrics.broken };
  return Object.entries(counts).map(([status, count]) => [
    { handler: "/v1/chat/completions", method: "POST", status },
    count,
  ]);
}

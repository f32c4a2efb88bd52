import type { FinishReason } from "./language-model.ts";

/** Upper bounds in seconds; a threshold of an objective must be one of them. */
const latencyBucketsSeconds = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 1, 2, 2.5, 5, 10, 30];

/** Names as vLLM exports them (vllm/v1/metrics/loggers.py); counters carry `_total` on the wire. */
const histograms = {
  timeToFirstToken: ["vllm:time_to_first_token_seconds", "From arrival to the first token."],
  interToken: ["vllm:inter_token_latency_seconds", "Between two tokens of one stream; paced."],
  endToEnd: ["vllm:e2e_request_latency_seconds", "From arrival to the last token."],
  queue: ["vllm:request_queue_time_seconds", "From arrival to the start of computing."],
} as const;

export type LatencyName = keyof typeof histograms;

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** What the server has done since it started, as Prometheus text. */
export class Metrics {
  readonly #model: string;
  readonly #latencies: Record<LatencyName, Histogram> = {
    timeToFirstToken: emptyHistogram(),
    interToken: emptyHistogram(),
    endToEnd: emptyHistogram(),
    queue: emptyHistogram(),
  };
  readonly #finished: Record<FinishReason | "abort", number> = { stop: 0, length: 0, abort: 0 };
  #promptTokens = 0;
  #generationTokens = 0;

  constructor(model: string) {
    this.#model = model;
  }

  observe(name: LatencyName, seconds: number): void {
    const histogram = this.#latencies[name];
    const bucket = latencyBucketsSeconds.findIndex((bound) => seconds <= bound);
    const index = bucket === -1 ? latencyBucketsSeconds.length : bucket;
    histogram.counts[index] = (histogram.counts[index] ?? 0) + 1;
    histogram.sum += seconds;
    histogram.count += 1;
  }

  countPrompt(tokens: number): void {
    this.#promptTokens += tokens;
  }

  countToken(): void {
    this.#generationTokens += 1;
  }

  countFinished(reason: FinishReason | "abort"): void {
    this.#finished[reason] += 1;
  }

  text({ running, waiting }: { readonly running: number; readonly waiting: number }): string {
    const labels = `engine="0",model_name="${this.#model}"`;
    const lines = [
      ...header("vllm:num_requests_running", "gauge", "Completions being computed."),
      `vllm:num_requests_running{${labels}} ${running}`,
      ...header("vllm:num_requests_waiting", "gauge", "Completions waiting for a slot."),
      `vllm:num_requests_waiting{${labels}} ${waiting}`,
      ...header("vllm:prompt_tokens_total", "counter", "Prompt tokens computed."),
      `vllm:prompt_tokens_total{${labels}} ${this.#promptTokens}`,
      ...header("vllm:generation_tokens_total", "counter", "Tokens generated."),
      `vllm:generation_tokens_total{${labels}} ${this.#generationTokens}`,
      ...header("vllm:request_success_total", "counter", "Completions ended, by reason."),
      ...Object.entries(this.#finished).map(
        ([reason, count]) => `vllm:request_success_total{${labels},finished_reason="${reason}"} ${count}`,
      ),
      ...Object.entries(histograms).flatMap(([name, [metric, help]]) => [
        ...header(metric, "histogram", help),
        ...histogramLines(metric, labels, this.#latencies[name as LatencyName]),
      ]),
    ];
    return `${lines.join("\n")}\n`;
  }
}

function emptyHistogram(): Histogram {
  return { counts: latencyBucketsSeconds.map(() => 0).concat(0), sum: 0, count: 0 };
}

function header(name: string, kind: string, help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`];
}

function histogramLines(metric: string, labels: string, histogram: Histogram): string[] {
  let below = 0;
  const buckets = [...latencyBucketsSeconds.map(bound), "+Inf"].map((le, index) => {
    below += histogram.counts[index] ?? 0;
    return `${metric}_bucket{${labels},le="${le}"} ${below}`;
  });
  return [
    ...buckets,
    `${metric}_sum{${labels}} ${histogram.sum}`,
    `${metric}_count{${labels}} ${histogram.count}`,
  ];
}

/** Prometheus clients in Python, vLLM's among them, write a whole bound as `1.0`; a query matches the text. */
function bound(seconds: number): string {
  return Number.isInteger(seconds) ? seconds.toFixed(1) : String(seconds);
}

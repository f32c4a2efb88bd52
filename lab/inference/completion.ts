import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { FinishReason, Step } from "./language-model.ts";
import type { Metrics } from "./metrics.ts";
import {
  type ChatRequest,
  completionChunk,
  type Envelope,
  streamEnd,
  usageOf,
  wholeCompletion,
} from "./openai.ts";

interface Outlets {
  readonly response: ServerResponse;
  readonly metrics: Metrics;
  readonly envelope: Envelope;
}

/** One accepted completion on its way to the client, whole or as server-sent events. */
export class Completion {
  readonly #delivery: ChatRequest["delivery"];
  readonly #promptTokens: number;
  readonly #arrivedMs: number;
  readonly #startedMs = performance.now();
  readonly #outlets: Outlets;
  #text = "";
  #tokens = 0;

  /** `arrivedMs`: when the request came, by the monotonic clock. */
  constructor(
    request: {
      readonly delivery: ChatRequest["delivery"];
      readonly promptTokens: number;
      readonly arrivedMs: number;
    },
    outlets: Outlets,
  ) {
    this.#delivery = request.delivery;
    this.#promptTokens = request.promptTokens;
    this.#arrivedMs = request.arrivedMs;
    this.#outlets = outlets;
  }

  /** Lets the tokens out at the given pace until they end. Rejects with the signal's reason when it is aborted. */
  async run(steps: AsyncIterable<Step>, tokensPerSecond: number, gone: AbortSignal): Promise<void> {
    const { metrics } = this.#outlets;
    const isStream = this.#delivery !== "whole";
    let firstMs: number | null = null;
    let lastMs = this.#arrivedMs;
    metrics.promptTokens += this.#promptTokens;
    for await (const step of steps) {
      if (step.kind === "end") {
        this.#finish(step.reason, { firstMs: firstMs ?? lastMs, lastMs });
        continue;
      }
      if (firstMs !== null) await until(firstMs + (this.#tokens / tokensPerSecond) * 1000, gone);
      const nowMs = performance.now();
      metrics.countToken((nowMs - lastMs) / 1000, { isFirst: firstMs === null, isStream });
      firstMs ??= nowMs;
      lastMs = nowMs;
      this.#add(step.text);
    }
  }

  #add(text: string): void {
    const { response, envelope } = this.#outlets;
    this.#beginStream();
    this.#tokens += 1;
    this.#text += text;
    if (this.#delivery !== "whole") response.write(completionChunk(envelope, { kind: "text", text }));
  }

  /** At the first token, not before: until then a failure can still be told as one. */
  #beginStream(): void {
    const { response, envelope } = this.#outlets;
    if (this.#delivery === "whole" || response.headersSent) return;
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
    response.write(completionChunk(envelope, { kind: "role" }));
  }

  #finish(
    reason: FinishReason,
    { firstMs, lastMs }: { readonly firstMs: number; readonly lastMs: number },
  ): void {
    const { response, metrics, envelope } = this.#outlets;
    const usage = usageOf(this.#promptTokens, this.#tokens);
    metrics.countFinished({
      reason,
      isStream: this.#delivery !== "whole",
      tokens: this.#tokens,
      endToEnd: (lastMs - this.#arrivedMs) / 1000,
      inference: (lastMs - this.#startedMs) / 1000,
      decode: (lastMs - firstMs) / 1000,
    });
    if (this.#delivery === "whole") {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(wholeCompletion(envelope, { text: this.#text, reason, usage })));
      return;
    }
    this.#beginStream();
    response.write(completionChunk(envelope, { kind: "finish", reason }));
    if (this.#delivery === "stream-with-usage")
      response.write(completionChunk(envelope, { kind: "usage", usage }));
    response.end(streamEnd);
  }
}

async function until(instantMs: number, gone: AbortSignal): Promise<void> {
  const leftMs = instantMs - performance.now();
  if (leftMs > 0) await wait(leftMs, undefined, { signal: gone });
}

export function newEnvelope(digest: string): Envelope {
  return {
    id: `chatcmpl-${randomUUID()}`,
    created: Math.floor(Date.now() / 1000),
    system_fingerprint: `fp_${digest.slice(0, 12)}`,
  };
}

import { randomUUID } from "node:crypto";
import { createParser } from "eventsource-parser";

export interface StreamRequest {
  /** Without `/v1`. */
  readonly httpUrl: string;
  readonly prompt: string;
  readonly tokens: number;
  readonly onFirstToken: () => void;
}

/** `running`: the signal ended it before it was over. */
export type StreamEnd = "finished" | "failed" | "running";

const silentMsMax = 5_000;
const lastWord = "[DONE]";

/**
 * One chat completion, streamed. It carries an idempotency key, so the edge may try it in another region as long as nothing of
 * it has been told; a stream that breaks in the middle has failed.
 */
export async function streamCompletion(request: StreamRequest, signal: AbortSignal): Promise<StreamEnd> {
  const silent = new AbortController();
  let timer = setTimeout(() => {
    silent.abort();
  }, silentMsMax);
  const seen = { first: false, last: false };
  const parser = createParser({
    onEvent: ({ data }) => {
      if (!seen.first && data !== lastWord) request.onFirstToken();
      seen.first = true;
      seen.last ||= data === lastWord;
    },
  });
  try {
    const answer = await fetch(`${request.httpUrl}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": randomUUID() },
      body: JSON.stringify({
        model: "holdfast-demo",
        messages: [{ role: "user", content: request.prompt }],
        max_tokens: request.tokens,
        stream: true,
      }),
      signal: AbortSignal.any([signal, silent.signal]),
    });
    if (!answer.ok || answer.body === null) {
      await answer.body?.cancel();
      return "failed";
    }
    const text = new TextDecoder();
    for await (const chunk of answer.body) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        silent.abort();
      }, silentMsMax);
      parser.feed(text.decode(chunk as Uint8Array, { stream: true }));
    }
    return seen.last ? "finished" : "failed";
  } catch {
    return signal.aborted ? "running" : "failed";
  } finally {
    clearTimeout(timer);
  }
}

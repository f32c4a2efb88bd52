import { z } from "zod";
import type { FinishReason } from "./language-model.ts";
import { invalid, type Read, type Refusal, unknownModel } from "./refusal.ts";

export const modelId = "holdfast-demo";
/** Stands wherever the model is listed. */
const modelNote = "demo model, synthetic text";

const tokensDefault = 128;

const contentPart = z.object({ type: z.literal("text"), text: z.string() });
const message = z.object({
  role: z.enum(["system", "developer", "user", "assistant"]),
  content: z.union([z.string(), z.array(contentPart).min(1)]),
  name: z.string().optional(),
});

/** What of OpenAI's request this server acts on; anything else is refused by name rather than ignored. */
const chatRequest = z.strictObject({
  model: z.string(),
  messages: z.array(message).min(1),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().optional() }).nullish(),
  max_tokens: z.int().min(1).nullish(),
  max_completion_tokens: z.int().min(1).nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  top_p: z.number().gt(0).max(1).nullish(),
  seed: z.int().min(0).max(0xffff_ffff).nullish(),
  n: z.literal(1).nullish(),
  user: z.string().nullish(),
});

/** A chat request as the server uses it, with every default filled in. */
export interface ChatRequest {
  /** The last message of the user, which the model continues: it was trained on text, not on conversations. */
  readonly prompt: string;
  readonly delivery: "whole" | "stream" | "stream-with-usage";
  readonly tokensMax: number;
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
}

export function readChatRequest(text: string): Read<ChatRequest> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    return { ok: false, refusal: invalid(`the body is not JSON: ${(cause as SyntaxError).message}`) };
  }
  const parsed = chatRequest.safeParse(json);
  if (!parsed.success) return { ok: false, refusal: refusalOf(parsed.error) };
  return parsed.data.model === modelId
    ? withDefaults(parsed.data)
    : { ok: false, refusal: unknownModel(parsed.data.model, modelId) };
}

function withDefaults(data: z.infer<typeof chatRequest>): Read<ChatRequest> {
  const prompt = data.messages.filter(({ role }) => role === "user").at(-1)?.content;
  if (prompt === undefined) {
    return {
      ok: false,
      refusal: invalid("messages hold none of role user; add one to be continued", "messages"),
    };
  }
  return {
    ok: true,
    value: {
      prompt: typeof prompt === "string" ? prompt : prompt.map((part) => part.text).join(""),
      delivery: deliveryOf(data),
      tokensMax: data.max_completion_tokens ?? data.max_tokens ?? tokensDefault,
      temperature: data.temperature ?? 0,
      topP: data.top_p ?? 1,
      seed: data.seed ?? 0,
    },
  };
}

function deliveryOf(data: z.infer<typeof chatRequest>): ChatRequest["delivery"] {
  if (data.stream !== true) return "whole";
  return data.stream_options?.include_usage === true ? "stream-with-usage" : "stream";
}

function refusalOf(error: z.ZodError): Refusal {
  const issue = error.issues[0];
  if (issue === undefined) return invalid("the request is not understood");
  const param = issue.code === "unrecognized_keys" ? (issue.keys[0] ?? null) : issue.path.join(".") || null;
  return invalid(issue.message, param);
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
}

export function usageOf(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
  };
}

/** What every part of one answer repeats. */
export interface Envelope {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** Names the weights, so that answers of two regions can be known to come from the same ones. */
  readonly system_fingerprint: string;
}

export function wholeCompletion(
  envelope: Envelope,
  answer: { readonly text: string; readonly reason: FinishReason; readonly usage: Usage },
): object {
  return {
    ...envelope,
    object: "chat.completion",
    model: modelId,
    choices: [
      {
        index: 0,
        message: { role: "assistant", content: answer.text },
        logprobs: null,
        finish_reason: answer.reason,
      },
    ],
    usage: answer.usage,
  };
}

export type ChunkDelta =
  | { readonly kind: "role" }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "finish"; readonly reason: FinishReason }
  | { readonly kind: "usage"; readonly usage: Usage };

/** One server-sent event of a streamed completion. */
export function completionChunk(envelope: Envelope, part: ChunkDelta): string {
  const body = {
    ...envelope,
    object: "chat.completion.chunk",
    model: modelId,
    choices: part.kind === "usage" ? [] : [choiceOf(part)],
    ...(part.kind === "usage" ? { usage: part.usage } : {}),
  };
  return `data: ${JSON.stringify(body)}\n\n`;
}

function choiceOf(part: Exclude<ChunkDelta, { readonly kind: "usage" }>): object {
  const reason = part.kind === "finish" ? part.reason : null;
  return { index: 0, delta: deltaOf(part), logprobs: null, finish_reason: reason };
}

function deltaOf(part: Exclude<ChunkDelta, { readonly kind: "usage" }>): object {
  if (part.kind === "role") return { role: "assistant", content: "" };
  return part.kind === "text" ? { content: part.text } : {};
}

export const streamEnd = "data: [DONE]\n\n";

/** `GET /v1/models`, with what a reader must know of this one. */
export function modelList(digest: string): object {
  return {
    object: "list",
    data: [
      { id: modelId, object: "model", created: 0, owned_by: "holdfast", note: modelNote, sha256: digest },
    ],
  };
}

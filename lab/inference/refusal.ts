import type { ServerResponse } from "node:http";

/** Why a request is not served, as OpenAI's API says it. */
export interface Refusal {
  readonly status: 400 | 404 | 413 | 429 | 500;
  readonly message: string;
  readonly type: "invalid_request_error" | "rate_limit_error" | "server_error";
  /** The parameter at fault. */
  readonly param: string | null;
  readonly code: string | null;
}

export type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

const retryAfterSeconds = 1;

export function refuse(response: ServerResponse, { status, ...error }: Refusal): void {
  if (status === 429) response.setHeader("retry-after", retryAfterSeconds);
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error }));
}

export function invalid(message: string, param: string | null = null): Refusal {
  return { status: 400, message, type: "invalid_request_error", param, code: null };
}

export function unknownModel(name: string, served: string): Refusal {
  const message = `the model ${JSON.stringify(name)} does not exist here; the one served is ${served}`;
  return { ...invalid(message, "model"), status: 404, code: "model_not_found" };
}

export function unknownRoute(route: string): Refusal {
  return { ...invalid(`there is no ${route} here; see GET /v1/models`), status: 404 };
}

export function tooLarge(bytes: number, bytesMax: number): Refusal {
  return { ...invalid(`the body has ${bytes} bytes, more than ${bytesMax}`), status: 413 };
}

export function tooLong(tokens: number, tokensMax: number): Refusal {
  const message = `the prompt has ${tokens} tokens; with its completion it must fit into ${tokensMax}`;
  return { ...invalid(message, "messages"), code: "context_length_exceeded" };
}

export function busy(waiting: number): Refusal {
  const message = `${waiting} completions are waiting already; try again in ${retryAfterSeconds} s`;
  return { status: 429, message, type: "rate_limit_error", param: null, code: "rate_limit_exceeded" };
}

export function failure(error: unknown): Refusal {
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, message, type: "server_error", param: null, code: null };
}

import { request } from "node:https";
import type { IncomingMessage } from "node:http";
import { lastLines } from "../../core/plan/passed-on.ts";
import { within } from "../../waiting/deadline.ts";
import { rest } from "../../waiting/rest.ts";
import type { Answer } from "./answer.ts";
import type { Connection } from "./connection.ts";
import { type JsonMap, parsedMap, textAt } from "./json.ts";

/** What is asked of a cluster's API, and in whose name a change is written down there. */
export interface Question {
  readonly method: "GET" | "PATCH";
  /** With its query, from `/api` or `/apis`. */
  readonly path: string;
  readonly body?: JsonMap;
  /** Permitted to all whom the cluster believes: one that refuses it has not read its roles yet. */
  readonly isForAll?: boolean;
}

export interface Api {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  /** How long one answer is waited for. */
  readonly answerMsMax: number;
  /** How often something is asked that was not answered, or was answered that it will do later. */
  readonly asksMax: number;
}

/** The name under which a cluster keeps which fields we have set. */
export const fieldManager = "holdfast";
/** A list of all autoscalers of a namespace is longer than one object, of which etcd takes 1.5 MiB. */
const answerBytesMax = 32 * 1024 * 1024;
const pauseMs = 200;
const pauseMsMax = 5_000;

/**
 * Asks, and asks again what passes by itself: no answer, half of one, 429 and the 5xx. A change names the version that was
 * seen, so asking for it twice changes nothing twice.
 */
export async function ask(api: Api, question: Question): Promise<Answer> {
  let mayBeStarting = question.isForAll === true;
  for (let asked = 1; ; asked += 1) {
    const sent = await send(api, question);
    const answer = mayBeStarting ? fromItsStart(sent.answer) : sent.answer;
    mayBeStarting ||= answer.kind === "unanswered";
    const isLast = asked >= api.asksMax || isOver(api);
    if (isLast || !isPassing(answer)) return answer;
    const pause = Math.min(pauseMs * 2 ** (asked - 1), pauseMsMax);
    await rest(sent.retryAfterMs ?? pause, api.signal);
    if (isOver(api)) return answer;
  }
}

/** A server that has just started answers before it has read its roles, and permits nobody anything until then. */
function fromItsStart(answer: Answer): Answer {
  if (answer.kind !== "refused" || answer.status !== 403) return answer;
  return {
    kind: "unanswered",
    because: `it permits nothing yet, as when it has just started (403: ${answer.said})`,
  };
}

function isOver({ signal }: Api): boolean {
  return signal.aborted;
}

/** 410: what was looked at is gone from the server's memory, and is looked at anew. */
function isPassing(answer: Answer): boolean {
  if (answer.kind !== "refused") return answer.kind === "unanswered";
  return answer.status === 429 || answer.status === 410 || answer.status >= 500;
}

interface Sent {
  readonly answer: Answer;
  /** The server's own wish; `null`: it has none. */
  readonly retryAfterMs: number | null;
}

async function send(api: Api, question: Question): Promise<Sent> {
  try {
    return await within({ signals: [api.signal], ms: api.answerMsMax }, async (deadline) => {
      const incoming = await begun(api.connection, question, deadline);
      const text = await wholeText(incoming, deadline);
      const { statusCode = 0, headers } = incoming;
      return {
        answer: answerOf(statusCode, text, api.connection),
        retryAfterMs: retryAfterMs(headers["retry-after"]),
      };
    });
  } catch (cause) {
    const because = lastLines(cause instanceof Error ? cause.message : String(cause), api.connection.hidden);
    return { answer: { kind: "unanswered", because }, retryAfterMs: null };
  }
}

function begun(
  { server, options, headers: own }: Connection,
  { method, path, body }: Question,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const text = body === undefined ? null : JSON.stringify(body);
    const headers = {
      ...own,
      Accept: "application/json",
      "User-Agent": fieldManager,
      ...(text === null
        ? {}
        : {
            "Content-Type": "application/merge-patch+json",
            "Content-Length": String(Buffer.byteLength(text)),
          }),
    };
    // A server may stand below a path, as behind Rancher.
    const url = new URL(`${server.pathname.replace(/\/+$/, "")}${path}`, server);
    const asked = request(url, { ...options, method, headers, signal });
    asked.once("error", (cause) => {
      reject(signal.aborted && signal.reason instanceof Error ? signal.reason : cause);
    });
    asked.once("response", resolve);
    asked.end(text ?? undefined);
  });
}

async function wholeText(incoming: IncomingMessage, signal: AbortSignal): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of incoming as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > answerBytesMax) throw new Error(`it answers more than ${answerBytesMax} bytes`);
    }
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw incoming.complete ? cause : new Error("its answer broke off", { cause });
  }
  return Buffer.concat(chunks).toString("utf8");
}

function answerOf(status: number, text: string, { hidden }: Connection): Answer {
  const object = parsedMap(text);
  if (status >= 200 && status < 300)
    return object === null ? { kind: "strange", said: lastLines(text, hidden) } : { kind: "told", object };
  if (status < 400) return { kind: "strange", said: `it has the status ${status}` };
  return {
    kind: "refused",
    status,
    said: lastLines(withoutObject(textAt(object, "message") ?? text), hidden),
  };
}

/** A value of another type than its field is refused with the whole object said again, which may hold what is secret. */
function withoutObject(message: string): string {
  return message.replace(/Invalid value: "\{.*\}":/s, "Invalid value: (the object):");
}

/** In seconds, or until when (RFC 9110, 10.2.3). */
function retryAfterMs(header: string | undefined): number | null {
  if (header === undefined) return null;
  if (/^\d+$/.test(header)) return 1_000 * Number(header);
  const until = Date.parse(header);
  return Number.isNaN(until) ? null : Math.max(0, until - Date.now());
}

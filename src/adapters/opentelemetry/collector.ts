import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { Problem } from "../../core/problem/problem.ts";
import { otlpOf } from "../../core/trace/otlp.ts";
import type { Destination, Sent } from "../../core/trace/ports.ts";
import type { Trace } from "../../core/trace/trace.ts";
import { rest } from "../../waiting/rest.ts";
import { type CollectorSettings, collectorIn } from "./environment.ts";
import { rejectionIn } from "./partial-success.ts";
import { tracesBytes } from "./protobuf.ts";

type Environment = Parameters<typeof collectorIn>[0];

/** How often the same is sent before it is given up, and how long is waited after the first time; then twice as long. */
const attemptsMax = 3;
const backoffMs = 500;
/** Statuses after which OTLP asks to try again. */
const passing = [429, 502, 503, 504];
/** Of an answer, this much is read. */
const answerBytesMax = 64 * 1024;

/** The collector that the environment names; none where it names none. */
export function collectorsIn(env: Environment): readonly Destination[] {
  const settings = collectorIn(env);
  if (!settings.ok) {
    const [problem] = settings.problems;
    return [{ send: () => Promise.resolve({ kind: "failed", problem }) }];
  }
  const { value } = settings;
  return value === null ? [] : [{ send: (traces, signal) => send(traces, value, signal) }];
}

/** https://opentelemetry.io/docs/specs/otlp/#otlphttp */
async function send(
  traces: readonly Trace[],
  settings: CollectorSettings,
  signal: AbortSignal,
): Promise<Sent> {
  const given = AbortSignal.timeout(settings.timeout);
  const until = AbortSignal.any([signal, given]);
  const request = await requestOf(traces, settings);
  let heard = "nothing was heard of it";
  for (let attempt = 1; ; attempt += 1) {
    const tried = await tryOnce(request, settings, until);
    if (tried.kind === "sent") return { kind: "sent", to: withoutQuery(settings.url) };
    if (!given.aborted) heard = tried.because;
    if (!tried.isPassing || attempt === attemptsMax || until.aborted) {
      const because = given.aborted ? `it was given ${settings.timeout} ms, and ${heard}` : heard;
      return { kind: "failed", problem: notTaken(settings, because) };
    }
    const waitMs = tried.retryAfterMs ?? backoffMs * 2 ** (attempt - 1) * (0.8 + 0.4 * Math.random());
    await rest(waitMs, until);
  }
}

interface Request {
  readonly body: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

async function requestOf(traces: readonly Trace[], settings: CollectorSettings): Promise<Request> {
  const { protocol, compression, resource, headers } = settings;
  const document = otlpOf(traces, resource);
  const plain = protocol === "http/json" ? Buffer.from(JSON.stringify(document)) : tracesBytes(document);
  const body = compression === "gzip" ? await promisify(gzip)(plain) : plain;
  return {
    body: Uint8Array.from(body),
    headers: {
      "content-type": protocol === "http/json" ? "application/json" : "application/x-protobuf",
      ...(compression === "gzip" ? { "content-encoding": "gzip" } : {}),
      ...headers,
    },
  };
}

type Tried =
  | { readonly kind: "sent" }
  /** `isPassing`: the same may be taken in a moment. */
  | {
      readonly kind: "not-sent";
      readonly because: string;
      readonly isPassing: boolean;
      readonly retryAfterMs: number | null;
    };

async function tryOnce(
  { body, headers }: Request,
  { url, protocol }: CollectorSettings,
  signal: AbortSignal,
): Promise<Tried> {
  try {
    // A redirect would carry the headers, and what is secret in them, to somebody else.
    const answer = await fetch(url, { method: "POST", body, headers, redirect: "manual", signal });
    const said = await readUpTo(answer, answerBytesMax);
    if (!answer.ok) {
      return {
        kind: "not-sent",
        because: `it answers ${answer.status} ${answer.statusText}`.trim(),
        isPassing: passing.includes(answer.status),
        retryAfterMs: retryAfterMsIn(answer),
      };
    }
    const rejection = rejectionIn(said, protocol);
    if (rejection === null) return { kind: "sent" };
    return { kind: "not-sent", because: rejection, isPassing: false, retryAfterMs: null };
  } catch (error) {
    return { kind: "not-sent", because: causeText(error), isPassing: !signal.aborted, retryAfterMs: null };
  }
}

async function readUpTo(answer: Response, bytesMax: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  // The types of the web say less of a body than Node's, which is read like any stream.
  for await (const part of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
    parts.push(part);
    bytes += part.length;
    if (bytes > bytesMax) break;
  }
  return Buffer.concat(parts);
}

/** Seconds, or a date, which is not heeded: `null`. */
function retryAfterMsIn({ headers }: Response): number | null {
  const text = headers.get("retry-after") ?? "";
  return /^\d{1,6}$/.test(text) ? Number(text) * 1_000 : null;
}

/** What `fetch` says is that it failed; why is one level below. */
function causeText(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (!(cause instanceof Error)) return String(cause);
  return cause.message !== "" ? cause.message : "code" in cause ? String(cause.code) : cause.name;
}

function notTaken({ url }: CollectorSettings, because: string): Problem {
  return {
    code: "trace/not-taken",
    what: `the trace was not taken by ${withoutQuery(url)}: ${because}`,
    where: null,
    why: "Whoever looks there will not find it. What it tells stands in the evidence, and no verdict depends on it.",
    mend: "see that a collector listens there, then send it again from the evidence: `holdfast evidence trace DIR --send`",
  };
}

/** A key may stand in a query. */
function withoutQuery(url: string): string {
  const shown = new URL(url);
  shown.search = "";
  return shown.href;
}

import type { Problems } from "../../core/problem/problem.ts";
import type { Answered, Sample, SampledSeries, SeriesStore, Span } from "../../core/slo/ports.ts";
import { matrixIn, readReply, vectorIn } from "./reply.ts";
import { awayProblem, refusedProblem, slowProblem, wrongProblem } from "./problems.ts";

export interface PrometheusSettings {
  /** Where its API begins: `/api/v1` follows. A name and a password in it are sent as basic authentication. */
  readonly url: URL;
  /** Sent as a bearer token; `null`: none. */
  readonly token: string | null;
  /** How long one answer may take. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Whatever speaks the HTTP API of Prometheus: Prometheus itself, Thanos, Mimir, VictoriaMetrics. */
export function prometheusStore(settings: PrometheusSettings): SeriesStore {
  return {
    instant: async (query) => asked(settings, { path: "query", query, form: {} }, vectorIn),
    range: async (query, { from, to, step }: Span) =>
      asked(
        settings,
        { path: "query_range", query, form: { start: String(from), end: String(to), step: String(step) } },
        matrixIn,
      ),
  };
}

interface Question {
  readonly path: "query" | "query_range";
  readonly query: string;
  readonly form: Readonly<Record<string, string>>;
}

async function asked<Value extends readonly Sample[] | readonly SampledSeries[]>(
  settings: PrometheusSettings,
  question: Question,
  valueIn: (data: unknown) => Value | null,
): Promise<Answered<Value>> {
  const { url, signal, timeoutMs } = settings;
  const shown = shownUrl(url);
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await fetch(apiUrl(url, question.path), {
      method: "POST",
      headers: headersFor(settings),
      body: new URLSearchParams({ query: question.query, ...question.form }),
      signal: AbortSignal.any([signal, timeout]),
      // A proxy that sends to its page for signing in is no store.
      redirect: "manual",
    });
    const text = await answer.text();
    return heard({ shown, status: answer.status, text, query: question.query }, valueIn);
  } catch (cause) {
    if (signal.aborted) throw cause;
    return failed(timeout.aborted ? slowProblem(shown, timeoutMs) : awayProblem(shown, cause));
  }
}

interface Heard {
  readonly shown: string;
  readonly status: number;
  readonly text: string;
  readonly query: string;
}

function heard<Value>(
  { shown, status, text, query }: Heard,
  valueIn: (data: unknown) => Value | null,
): Answered<Value> {
  if (status === 401 || status === 403 || (status >= 300 && status < 400))
    return failed(refusedProblem(shown, status));
  const reply = readReply(text);
  if (reply === null) return failed(wrongProblem(shown, { status, text }));
  if (reply.status === "error") return failed(wrongProblem(shown, { status, text: reply.error, query }));
  const value = valueIn(reply.data);
  if (value === null) return failed(wrongProblem(shown, { status, text }));
  return { ok: true, value, warnings: reply.warnings };
}

function failed(problem: Problems[0]): { readonly ok: false; readonly problems: Problems } {
  return { ok: false, problems: [problem] };
}

function apiUrl(url: URL, path: Question["path"]): URL {
  const api = new URL(url);
  api.pathname = `${url.pathname.replace(/\/+$/, "")}/api/v1/${path}`;
  [api.username, api.password] = ["", ""];
  return api;
}

/** Without what is secret in it. */
function shownUrl(url: URL): string {
  const shown = new URL(url);
  [shown.username, shown.password, shown.search] = ["", "", ""];
  return shown.href.replace(/\/$/, "");
}

function headersFor({ url, token }: PrometheusSettings): Readonly<Record<string, string>> {
  const accepted = { accept: "application/json" };
  if (token !== null) return { ...accepted, authorization: `Bearer ${token}` };
  if (url.username === "") return accepted;
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { ...accepted, authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
}

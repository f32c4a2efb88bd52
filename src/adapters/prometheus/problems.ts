import type { Problem } from "../../core/problem/problem.ts";

const why =
  "nothing can be said of an objective without its measurements, neither that it is met nor that it is missed";

/** @param url without what is secret in it, as in all of these */
export function awayProblem(url: string, cause: unknown): Problem {
  return {
    code: "prometheus/away",
    what: `${url} cannot be reached: ${reasonOf(cause)}`,
    where: null,
    why,
    mend: "name where Prometheus answers: --prometheus http://HOST:9090",
  };
}

/** Node tells "fetch failed", and the reason in what caused it. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const deeper = cause.cause;
  if (deeper instanceof Error && "code" in deeper) return `${String(deeper.code)} ${deeper.message}`.trim();
  return deeper instanceof Error ? deeper.message : cause.message;
}

export function slowProblem(url: string, timeoutMs: number): Problem {
  return {
    code: "prometheus/slow",
    what: `${url} did not answer within ${timeoutMs / 1000} s`,
    where: null,
    why,
    mend: "give it more time with --timeout 60s, or ask for fewer objectives",
  };
}

export function refusedProblem(url: string, status: number): Problem {
  const what =
    status < 400
      ? `${url} sends elsewhere (${status}), most likely to sign in`
      : `${url} does not let you in (${status})`;
  return {
    code: "prometheus/not-permitted",
    what,
    where: null,
    why,
    mend: "put a token into HOLDFAST_PROMETHEUS_TOKEN, or a name and a password into the address: https://NAME:PASSWORD@HOST",
  };
}

interface Said {
  readonly status: number;
  readonly text: string;
  /** `undefined`: the answer is not one of Prometheus. */
  readonly query?: string;
}

/** Longer answers are cut off. */
const shownMax = 200;

export function wrongProblem(url: string, { status, text, query }: Said): Problem {
  const said = text.trim().replaceAll(/\s+/g, " ").slice(0, shownMax);
  if (query !== undefined) {
    return {
      code: "prometheus/query-refused",
      what: `${url} refused a query (${status}): ${said}`,
      where: null,
      why,
      mend: `try it by hand: ${query.slice(0, shownMax)}`,
    };
  }
  return {
    code: "prometheus/other-answer",
    what: `${url} answered ${status} with what is no answer of Prometheus: ${said === "" ? "nothing" : said}`,
    where: null,
    why,
    mend: "name the address below which Prometheus's /api/v1/query is, such as http://HOST:9090 or https://HOST/prometheus",
  };
}

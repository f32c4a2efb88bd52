import type { Problem } from "../../core/problem/problem.ts";
import { type Annotation, annotationsOf } from "../../core/trace/annotation.ts";
import type { Destination, Sent } from "../../core/trace/ports.ts";
import type { Trace } from "../../core/trace/trace.ts";
import { within } from "../../waiting/deadline.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** For all annotations of one sending. */
const sendMsMax = 5_000;

interface GrafanaSettings {
  readonly url: URL;
  readonly token: string;
}

/** The Grafana that `GRAFANA_URL` and `GRAFANA_TOKEN` name; none where one of them is missing: other programs read them too. */
export function grafanasIn(env: Environment): readonly Destination[] {
  const [address, token] = [env["GRAFANA_URL"]?.trim() ?? "", env["GRAFANA_TOKEN"]?.trim() ?? ""];
  if (address === "" || token === "") return [];
  const url = usableUrl(address);
  if (url === null || !/^[\x21-\x7e]+$/.test(token))
    return [{ send: () => Promise.resolve({ kind: "failed", problem: unusable }) }];
  return [{ send: (traces, signal) => send(traces, { url, token }, signal) }];
}

/** `null` for one that is no web address, or holds a password: the token is what Grafana asks for. */
function usableUrl(address: string): URL | null {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  return isWeb && url.username === "" && url.password === "" ? url : null;
}

/** One after another, all within the time that is given; the first that is not taken ends it. */
function send(traces: readonly Trace[], settings: GrafanaSettings, signal: AbortSignal): Promise<Sent> {
  return within({ signals: [signal], ms: sendMsMax }, (until) => sendEach(traces, settings, until));
}

async function sendEach(
  traces: readonly Trace[],
  settings: GrafanaSettings,
  until: AbortSignal,
): Promise<Sent> {
  const annotations = traces.flatMap(annotationsOf);
  const to = endpointOf(settings.url);
  for (const [done, annotation] of annotations.entries()) {
    const because = await trouble(annotation, { ...settings, url: to }, until);
    if (because === null) continue;
    return {
      kind: "failed",
      problem: notTaken(to.href, `${because}; ${done} of ${annotations.length} are there`),
    };
  }
  return { kind: "sent", to: to.href };
}

/** Why it was not taken; `null` when it was. */
async function trouble(
  annotation: Annotation,
  { url, token }: GrafanaSettings,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const answer = await fetch(url, {
      method: "POST",
      headers: {
        authorization: `Bearer ${token}`,
        "content-type": "application/json",
        accept: "application/json",
      },
      body: JSON.stringify(annotation),
      // A redirect would carry the token to somebody else.
      redirect: "manual",
      signal,
    });
    await answer.body?.cancel();
    return answer.ok ? null : `it answers ${answer.status} ${answer.statusText}`.trim();
  } catch (error) {
    if (signal.aborted) return `it did not answer within ${sendMsMax} ms`;
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return cause instanceof Error && cause.message !== "" ? cause.message : String(cause);
  }
}

/** Grafana may stand below a path. */
function endpointOf(url: URL): URL {
  const base = new URL(url);
  base.pathname = `${base.pathname.replace(/\/$/, "")}/api/annotations`;
  base.search = "";
  return base;
}

const unusable: Problem = {
  code: "grafana/setting-unreadable",
  what: "GRAFANA_URL and GRAFANA_TOKEN name no Grafana",
  where: null,
  why: "Without an address and a token no chart can be marked; nothing was sent, and nothing else has changed.",
  mend: "give GRAFANA_URL an address that begins with http:// or https://, and GRAFANA_TOKEN the token of a service account that may write annotations",
};

function notTaken(url: string, because: string): Problem {
  return {
    code: "grafana/not-taken",
    what: `the annotations were not taken by ${url}: ${because}`,
    where: null,
    why: "Charts there will not show what happened. What it tells stands in the evidence, and no verdict depends on it.",
    mend: "see that Grafana answers there and that the token may write annotations, then send them again: `holdfast evidence trace DIR --send`",
  };
}

import type { MetricWish } from "../../core/model/verify-wish.ts";
import { headersNamedIn, lastLines } from "../../core/plan/passed-on.ts";
import { cannotWithout, notSo, unmet, type Verifier } from "../../core/plan/verifier.ts";
import type { Sample } from "../../core/slo/ports.ts";
import { prometheusStore } from "./prometheus-store.ts";

/** Shows by a metric that something is as it is to be. @param environment ours, which holds the token */
export function metricVerifier(
  environment: Readonly<Record<string, string | undefined>>,
): Verifier<MetricWish> {
  return {
    async try({ url, tokenFrom, query, expected, timeoutSeconds }, signal) {
      const named = headersNamedIn(environment, tokenFrom === null ? {} : { token: tokenFrom });
      if (named.kind === "missing") return cannotWithout(named.name);
      const token = named.headers["token"] ?? null;
      const timeoutMs = 1_000 * timeoutSeconds;
      const answer = await prometheusStore({ url: new URL(url), token, timeoutMs, signal }).instant(query);
      if (!answer.ok) return notSo(lastLines(answer.problems[0].what, named.values));
      if (answer.value.length === 0) return notSo(`${query} finds nothing`);
      const [because] = answer.value.flatMap(
        (sample) => unmet(valueText(sample), expected, shownSeries(query, sample)) ?? [],
      );
      return because === undefined ? { kind: "so" } : notSo(because);
    },
  };
}

/** As Prometheus writes it. */
function valueText({ value }: Sample): string {
  if (Math.abs(value) !== Infinity) return String(value);
  return value < 0 ? "-Inf" : "+Inf";
}

/** The question, and of several series which one. */
function shownSeries(query: string, { labels }: Sample): string {
  const shown = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return shown.length === 0 ? query : `${query}, for ${shown.join(", ")},`;
}

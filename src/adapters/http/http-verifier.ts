import type { HttpWish } from "../../core/model/verify-wish.ts";
import { headersNamedIn, lastLines } from "../../core/plan/passed-on.ts";
import { cannotWithout, missingIn, notSo, type Verifier } from "../../core/plan/verifier.ts";
import { sendRequest } from "./send-request.ts";

/** Shows that something answers a GET as it is to. @param environment ours, which holds the values of headers */
export function httpVerifier(environment: Readonly<Record<string, string | undefined>>): Verifier<HttpWish> {
  return {
    async try({ url, headers, expectedStatus, contains, timeoutSeconds }, signal) {
      const named = headersNamedIn(environment, headers);
      if (named.kind === "missing") return cannotWithout(named.name);
      const timeoutMs = 1_000 * timeoutSeconds;
      const request = { method: "GET", url, headers: named.headers, body: null, timeoutMs };
      const answer = await sendRequest(request, signal);
      const shown = (text: string): string => lastLines(text, named.values);
      if (answer.kind === "unanswered") return notSo(`${url} does not answer: ${shown(answer.because)}`);
      const { status, text } = answer;
      if (!expectedStatus.includes(status)) return notSo(`${url} answers ${status}: ${shown(text)}`);
      const [missing] = missingIn(text, contains);
      return missing === undefined
        ? { kind: "so" }
        : notSo(`${url} answers without ${JSON.stringify(missing)}: ${shown(text)}`);
    },
  };
}

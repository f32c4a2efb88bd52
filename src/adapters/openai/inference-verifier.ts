import { z } from "zod";
import type { GoldenPrompt, InferenceWish } from "../../core/model/verify-wish.ts";
import { headersNamedIn, lastLines, type PassedOn } from "../../core/plan/passed-on.ts";
import type { SendRequest } from "../../core/plan/request.ts";
import { completionsUrl } from "./completions-url.ts";
import { cannotWithout, missingIn, notSo, type Verifier } from "../../core/plan/verifier.ts";

interface Settings {
  readonly send: SendRequest;
  /** Ours, which holds the values of headers. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
  system_fingerprint: z.string().nullish(),
});

/** Shows by golden prompts that a language model answers well, and that it is the one that is meant. */
export function inferenceVerifier({ send, environment }: Settings): Verifier<InferenceWish> {
  return {
    async try(wish, signal) {
      const named = headersNamedIn(environment, wish.headers);
      if (named.kind === "missing") return cannotWithout(named.name);
      const asking = { wish, signal, send, headers: named.headers, values: named.values };
      const tried = await Promise.all(wish.prompts.map(async (prompt) => ask(prompt, asking)));
      const stranger = tried.find(({ kind }) => kind === "stranger");
      if (stranger !== undefined) return notSo(stranger.because);
      const bad = tried.flatMap((each) => (each.kind === "good" ? [] : [each.because]));
      const good = tried.length - bad.length;
      if (good >= wish.goodMin) return { kind: "so" };
      return notSo(
        `${good} of ${tried.length} answers are good, and ${wish.goodMin} are to be; ${bad[0] ?? ""}`,
      );
    },
  };
}

interface Asking {
  readonly wish: InferenceWish;
  readonly signal: AbortSignal;
  readonly send: SendRequest;
  readonly headers: Readonly<Record<string, string>>;
  readonly values: PassedOn;
}

type Judged =
  | { readonly kind: "good"; readonly because: "" }
  | { readonly kind: "bad"; readonly because: string }
  /** Another model answers, or none of which that can be told. */
  | { readonly kind: "stranger"; readonly because: string };

async function ask(prompt: GoldenPrompt, { wish, signal, send, headers, values }: Asking): Promise<Judged> {
  const { model, fingerprint } = wish;
  const url = completionsUrl(wish.url);
  const body = JSON.stringify({
    model,
    messages: [{ role: "user", content: prompt.ask }],
    max_tokens: prompt.tokensMax,
    temperature: 0,
  });
  const answer = await send(
    {
      ...{ method: "POST", url, body, timeoutMs: 1_000 * wish.timeoutSeconds },
      headers: { ...headers, "content-type": "application/json" },
    },
    signal,
  );
  const bad = (because: string): Judged => ({ kind: "bad", because });
  if (answer.kind === "unanswered")
    return bad(`${url} does not answer: ${lastLines(answer.because, values)}`);
  const { status, text } = answer;
  if (status !== 200) return bad(`${url} answers ${status}: ${lastLines(text, values)}`);
  const read = completionIn(text);
  if (read === null) return bad(`${url} answers with no completion: ${lastLines(text, values)}`);
  const own = read.system_fingerprint ?? "none";
  if (fingerprint !== null && own !== fingerprint)
    return { kind: "stranger", because: `${model} answers as ${own}, and not as ${fingerprint}` };
  const said = read.choices[0]?.message.content ?? "";
  const [missing] = missingIn(said, prompt.contains);
  if (missing === undefined) return { kind: "good", because: "" };
  const shown = lastLines(said, values);
  return bad(`${JSON.stringify(prompt.ask)} is answered without ${JSON.stringify(missing)}: ${shown}`);
}

function completionIn(text: string): z.infer<typeof completion> | null {
  try {
    return completion.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

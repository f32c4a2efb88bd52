import { createParser } from "eventsource-parser";
import { z } from "zod";
import type { PromptedWish } from "../../core/model/warm-wish.ts";
import { headersNamedIn, lastLines } from "../../core/plan/passed-on.ts";
import { cannotWithout, notSo, type Tried, type Verifier } from "../../core/plan/verifier.ts";
import { within } from "../../waiting/deadline.ts";
import { completionsUrl } from "./completions-url.ts";

const chunkForm = z.object({
  choices: z
    .array(
      z.object({
        delta: z.object({ content: z.string().nullish(), reasoning_content: z.string().nullish() }),
      }),
    )
    .default([]),
  system_fingerprint: z.string().nullish(),
});

/** What a cold model needs may be much longer than what is wished for: it goes on loading meanwhile, and is prompted again. */
const answerMsMax = 60_000;
const tokensMax = 1;

/**
 * Shows that a language model streams the first token of an answer soon enough, so many times in a row, and that it is the one that is
 * meant. What it answers is not looked at. @param environment ours, which holds the values of headers
 */
export function firstTokenVerifier(
  environment: Readonly<Record<string, string | undefined>>,
): Verifier<PromptedWish> {
  return {
    async try(wish, signal) {
      const named = headersNamedIn(environment, wish.headers);
      if (named.kind === "missing") return cannotWithout(named.name);
      const { inARow, prompts } = wish;
      for (let time = 0; time < inARow; time += 1) {
        const prompt = prompts[time % prompts.length] ?? "";
        const tried = await promptOnce({ wish, prompt, headers: named.headers }, signal);
        if (tried.kind !== "so") {
          const because = "because" in tried ? lastLines(tried.because, named.values) : "";
          return notSo(`${because} (${time + 1} of ${inARow} in a row)`);
        }
      }
      return { kind: "so" };
    },
  };
}

interface Prompted {
  readonly wish: PromptedWish;
  readonly prompt: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function promptOnce({ wish, prompt, headers }: Prompted, signal: AbortSignal): Promise<Tried> {
  const url = completionsUrl(wish.url);
  const sentAt = performance.now();
  try {
    return await within({ signals: [signal], ms: answerMsMax }, async (deadline) => {
      const answer = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({
          model: wish.model,
          messages: [{ role: "user", content: prompt }],
          max_tokens: tokensMax,
          temperature: 0,
          stream: true,
        }),
        redirect: "manual",
        signal: deadline,
      });
      if (answer.status !== 200) return notSo(`${url} answers ${answer.status}: ${await beginning(answer)}`);
      const first = await firstToken(answer);
      return first === null
        ? notSo(`${url} ends without a token`)
        : judged(wish, first, (performance.now() - sentAt) / 1_000);
    });
  } catch (cause) {
    return notSo(`${url} does not answer: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}

interface FirstToken {
  /** What the model tells of itself; `null`: nothing. */
  readonly fingerprint: string | null;
}

function judged(
  { model, fingerprint, firstTokenWithinSeconds }: PromptedWish,
  first: FirstToken,
  tookSeconds: number,
): Tried {
  const own = first.fingerprint ?? "none";
  if (fingerprint !== null && own !== fingerprint)
    return notSo(`${model} answers as ${own}, and not as ${fingerprint}`);
  if (tookSeconds <= firstTokenWithinSeconds) return { kind: "so" };
  const took = tookSeconds.toPrecision(2);
  return notSo(`the first token of ${model} took ${took} s, longer than ${firstTokenWithinSeconds} s`);
}

/** Reads until the first token, and lets go of the rest. `null`: there is none. */
async function firstToken({ body }: Response): Promise<FirstToken | null> {
  const seen: { first: FirstToken | null } = { first: null };
  const parser = createParser({
    onEvent: ({ data }) => {
      seen.first ??= tokenIn(data);
    },
  });
  const text = new TextDecoder();
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    parser.feed(text.decode(piece, { stream: true }));
    if (seen.first !== null) break;
  }
  return seen.first;
}

/** A chunk that tells the role alone, or the usage, holds no token. */
function tokenIn(data: string): FirstToken | null {
  try {
    const chunk = chunkForm.parse(JSON.parse(data));
    const { content, reasoning_content: thought } = chunk.choices[0]?.delta ?? {};
    return (content ?? "") + (thought ?? "") === ""
      ? null
      : { fingerprint: chunk.system_fingerprint ?? null };
  } catch {
    return null;
  }
}

const charactersMax = 1_000;

async function beginning({ body }: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece, { stream: true });
    if (text.length >= charactersMax) break;
  }
  return text.slice(0, charactersMax);
}

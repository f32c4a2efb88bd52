import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { LlamaContext, LlamaModel, Token } from "node-llama-cpp";

/** How the next token is chosen. At temperature 0 it is always the likeliest, so the text is the same in every run. */
export interface Sampling {
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
}

/** `stop`: the model ended its text. `length`: the caller's bound did. */
export type FinishReason = "stop" | "length";

export type Step =
  /** One token; its text may be empty while a character is not complete. */
  { readonly kind: "token"; readonly text: string } | { readonly kind: "end"; readonly reason: FinishReason };

/** Why the weights cannot be used, in the words of the file system or of llama.cpp. */
export class ModelUnusable extends Error {
  override readonly name = "ModelUnusable";
}

/** Tokens that a prompt and its completion share; the length that the model was trained with. */
export const contextTokens = 512;
/** Completions computed side by side; each holds a context of its own. */
export const runningMax = 4;
const batchTokens = 64;

/** The lab's model, loaded once per process and computed on one thread: more of them spin and stall a small machine. */
export class LanguageModel {
  /** SHA-256 of the weights, in hex. */
  readonly digest: string;
  readonly #model: LlamaModel;
  readonly #context: LlamaContext;
  readonly #close: () => Promise<void>;

  private constructor(parts: {
    readonly digest: string;
    readonly model: LlamaModel;
    readonly context: LlamaContext;
    readonly close: () => Promise<void>;
  }) {
    this.digest = parts.digest;
    this.#model = parts.model;
    this.#context = parts.context;
    this.#close = parts.close;
  }

  /** @throws ModelUnusable when the file cannot be read or is no model */
  static async load(path: string, signal: AbortSignal): Promise<LanguageModel> {
    try {
      const weights = await readFile(path, { signal });
      // Loaded here, not with this file: it takes 0.3 s and 40 MB that no other command should pay.
      const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
      const llama = await getLlama({
        gpu: false,
        build: "never",
        skipDownload: true,
        progressLogs: false,
        logLevel: LlamaLogLevel.error,
        maxThreads: 1,
      });
      const model = await llama.loadModel({ modelPath: path, loadSignal: signal });
      const context = await model.createContext({
        contextSize: contextTokens,
        batchSize: batchTokens,
        sequences: runningMax,
        threads: 1,
        createSignal: signal,
      });
      const digest = createHash("sha256").update(weights).digest("hex");
      return new LanguageModel({ digest, model, context, close: () => llama.dispose() });
    } catch (cause) {
      signal.throwIfAborted();
      throw new ModelUnusable(cause instanceof Error ? cause.message : String(cause), { cause });
    }
  }

  /** The tokens of a prompt, led by the one that begins every text. */
  encode(text: string): readonly Token[] {
    const start = this.#model.tokens.bos;
    return [...(start === null ? [] : [start]), ...this.#model.tokenize(text)];
  }

  /**
   * Continues a prompt, token by token, and ends with why it stopped. No more than `runningMax` of these may run at once.
   * Throws the signal's reason when it is aborted.
   */
  async *generate(
    prompt: readonly Token[],
    { tokensMax, ...sampling }: Sampling & { readonly tokensMax: number },
    signal: AbortSignal,
  ): AsyncGenerator<Step, void, undefined> {
    const sequence = this.#context.getSequence();
    try {
      const made: Token[] = [];
      let shown = "";
      for await (const token of sequence.evaluate([...prompt], sampling)) {
        signal.throwIfAborted();
        made.push(token);
        const text = completeCharacters(this.#model.detokenize(made));
        yield { kind: "token", text: text.slice(shown.length) };
        shown = text;
        if (made.length >= tokensMax) break;
      }
      yield { kind: "end", reason: made.length >= tokensMax ? "length" : "stop" };
    } finally {
      await sequence.dispose();
    }
  }

  async close(): Promise<void> {
    await this.#close();
  }
}

/** A character of several bytes may be cut between two tokens; its first part reads as replacement characters. */
function completeCharacters(text: string): string {
  return text.replace(/\uFFFD+$/, "");
}

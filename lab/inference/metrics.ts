import { Distribution } from "./distribution.ts";
import type { FinishReason } from "./language-model.ts";

/** An answer that came to its end. Times in seconds. */
export interface FinishedAnswer {
  readonly reason: FinishReason;
  readonly isStream: boolean;
  readonly tokens: number;
  /** From arrival to the last token. */
  readonly endToEnd: number;
  /** From the start of computing to the last token. */
  readonly inference: number;
  /** From the first token to the last one. */
  readonly decode: number;
}

/** What is told of a server besides what it has done. */
export interface Standing {
  readonly model: string;
  readonly running: number;
  readonly waiting: number;
}

/** What the server has done since it started, whatever it is called. */
export class Metrics {
  /** From arrival to the first token, of all answers and of streams. */
  readonly firstToken = new Distribution();
  readonly firstTokenOfStreams = new Distribution();
  /** The first that a client gets: a token of a stream, or all of an answer. */
  readonly firstResponse = new Distribution();
  readonly betweenTokens = new Distribution();
  /** Of a finished answer, for each token after its first: 0 where it has no other. */
  readonly perOutputToken = new Distribution();
  /** The same of streams that have others. */
  readonly perOutputTokenOfStreams = new Distribution();
  /** Of a finished answer, for each token, its first one with all that came before it. */
  readonly perTokenOfInference = new Distribution();
  readonly endToEnd = new Distribution();
  readonly queue = new Distribution();

  readonly finished: Record<FinishReason, number> = { stop: 0, length: 0 };
  /** By status. A counter that is there from the start has a rate from its first event on. */
  readonly refused = new Map<number, number>([400, 404, 413, 429, 500].map((status) => [status, 0]));
  promptTokens = 0;
  generationTokens = 0;
  finishedTokens = 0;
  /** Answers whose reader went away, and those that broke here. */
  left = 0;
  broken = 0;

  get finishedAnswers(): number {
    return this.finished.stop + this.finished.length;
  }

  /** A token; the first of its answer comes so long after arrival, any other after the one before. */
  countToken(seconds: number, place: { readonly isFirst: boolean; readonly isStream: boolean }): void {
    this.generationTokens += 1;
    if (!place.isFirst) {
      this.betweenTokens.observe(seconds);
      return;
    }
    this.firstToken.observe(seconds);
    if (!place.isStream) return;
    this.firstTokenOfStreams.observe(seconds);
    this.firstResponse.observe(seconds);
  }

  countFinished({ reason, isStream, tokens, endToEnd, inference, decode }: FinishedAnswer): void {
    this.finished[reason] += 1;
    this.finishedTokens += tokens;
    this.endToEnd.observe(endToEnd);
    this.perOutputToken.observe(tokens > 1 ? decode / (tokens - 1) : 0);
    this.perTokenOfInference.observe(inference / Math.max(tokens, 1));
    if (isStream && tokens > 1) this.perOutputTokenOfStreams.observe(decode / (tokens - 1));
    if (!isStream) this.firstResponse.observe(endToEnd);
  }

  countRefused(status: number): void {
    this.refused.set(status, (this.refused.get(status) ?? 0) + 1);
  }
}

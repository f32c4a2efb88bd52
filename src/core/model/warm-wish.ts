import type { HttpWish, SqlWish } from "./verify-wish.ts";
import type { ProgramWish } from "./wishes.ts";

/** What makes ready whatever runs already, and shows that it is: tried again and again until it is so. Plain data. */
export type WarmWish = PromptedWish | AskedWish | FetchedWish | WarmedByProgram;

interface Repeated {
  /** As many times in a row, each within its bound. */
  readonly inARow: number;
}

/** A language model behind the OpenAI API, prompted until it streams the first token of an answer soon enough. */
export interface PromptedWish extends Repeated {
  readonly kind: "inference";
  /** To which `/chat/completions` is added. */
  readonly url: string;
  readonly model: string;
  /** By header the name of what holds its value in our environment. */
  readonly headers: Readonly<Record<string, string>>;
  /** What it tells of itself, as `system_fingerprint`: which weights answer; `null`: any. */
  readonly fingerprint: string | null;
  /** Asked in turn. */
  readonly prompts: readonly string[];
  /** From when the request is sent. */
  readonly firstTokenWithinSeconds: number;
}

/** A database whose caches are filled, and which then answers soon enough. */
export interface AskedWish extends Repeated {
  readonly kind: "sql";
  /** Each is committed once, in this order; harmless however often. */
  readonly statements: readonly SqlWish[];
  /** What is asked then, each time within its own bound; `null`: nothing. */
  readonly question: SqlWish | null;
}

export interface FetchedWish extends Repeated {
  readonly kind: "http";
  readonly request: HttpWish;
}

/** A program of the user's, run again until it ends well. */
export interface WarmedByProgram {
  readonly kind: "exec";
  readonly program: ProgramWish;
}

/** What is measured of a language model's answers. */
export const llmSlis = [
  "time-to-first-token",
  "time-per-output-token",
  "inter-token-latency",
  "end-to-end",
  "request-errors",
  "stream-completion",
  "token-errors",
] as const;

export type LlmSli = (typeof llmSlis)[number];

/** Series of a counter, or of a histogram without `_bucket`. */
export interface Counted {
  readonly metric: string;
  /** As PromQL has them: `finished_reason="error"`. */
  readonly matchers: readonly string[];
  /** The label that tells models apart; `null`: they are counted together. */
  readonly modelLabel: string | null;
}

interface Row {
  readonly sli: LlmSli;
  /** What one event is. Shares of tokens and shares of requests are no shares of one another. */
  readonly of: "requests" | "tokens";
  /** What a reader of its name would not expect; `null`: nothing. */
  readonly note: string | null;
  /** Repository, commit or release, and file. */
  readonly source: string;
}

export interface Latency extends Row {
  readonly kind: "latency";
  readonly histogram: Counted;
  readonly unit: "seconds" | "milliseconds";
  /** Upper bounds of its buckets, in its unit, that every version of these names has where nobody has set others. */
  readonly edges: readonly number[];
}

export interface Share extends Row {
  readonly kind: "share";
  readonly part: { readonly kind: "good" | "bad"; readonly counted: Counted };
  /** Their sum is all events. */
  readonly total: readonly [Counted, ...Counted[]];
  /** `until-the-end`: an answer is counted when it begins, and as good when it ends; until then it looks bad. */
  readonly lag: "none" | "until-the-end";
}

export type Measured = Latency | Share;

/** Every answer once, and the failed ones among them. An answer that its reader left has not failed. */
export interface Answers {
  readonly total: readonly [Counted, ...Counted[]];
  readonly failed: Counted;
}

/** What a runtime calls things, from one of its versions on. */
export interface NameSet {
  readonly runtime: string;
  /** Begins with this version; `null`: no other names are known. */
  readonly generation: string | null;
  /** For people: which versions. */
  readonly versions: string;
  readonly measured: readonly Measured[];
  readonly answers: Answers;
  /** What it does not export. */
  readonly missing: readonly { readonly sli: LlmSli; readonly because: string }[];
}

/** Series of a metric whose models are told apart by a label. */
export function counted(modelLabel: string | null, metric: string, ...matchers: readonly string[]): Counted {
  return { metric, matchers, modelLabel };
}

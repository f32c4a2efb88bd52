import type { Verdict } from "./targets.ts";

/** What a bench hands back to be printed. */
export interface BenchOutput {
  /** Markdown. */
  readonly text: string;
  /** The same for programs. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Programs that took part, with their versions. */
  readonly tookPart: readonly string[];
  readonly verdict: Verdict;
}

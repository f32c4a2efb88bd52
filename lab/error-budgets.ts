import { type ReadAttempts, readAttempts } from "../src/adapters/libsql/attempt-store.ts";
import { labMetrics } from "../src/core/metrics/exported.ts";
import { type Sample, sampleOf } from "../src/core/metrics/metrics.ts";
import type { Slo } from "../src/core/slo/slo.ts";
import { readAttempted } from "../src/runtime/attempt-status.ts";

/** How much of their error budgets SLOs have left by the attempts that a lab keeps, as it was when last looked up. */
export class ErrorBudgets {
  readonly #attemptsFile: string;
  readonly #slos: readonly Slo[];
  #attempts: ReadAttempts | null = null;
  #left: readonly Sample[] = [];

  constructor(attemptsFile: string, slos: readonly Slo[]) {
    this.#attemptsFile = attemptsFile;
    this.#slos = slos;
  }

  /** Of what cannot be read nothing is told, until it can. @param now in seconds since 1970 */
  refresh(now: number): void {
    this.#left = [];
    const attempts = this.#opened();
    if (attempts === null) return;
    try {
      const statuses = readAttempted({ slos: this.#slos, composites: [], now, hasPast: false }, attempts);
      this.#left = statuses.flatMap(({ slo, known }) =>
        known.kind === "known" ? [sampleOf(labMetrics.budgetLeft, { slo }, known.budgetLeft)] : [],
      );
    } catch {
      // A disk that fails costs what is told, and not the lab.
      this.close();
    }
  }

  samples(): readonly Sample[] {
    return this.#left;
  }

  close(): void {
    this.#attempts?.close();
    this.#attempts = null;
  }

  /** Opened once: to see whether a long past is whole takes longer than to read a month of it. */
  #opened(): ReadAttempts | null {
    if (this.#attempts !== null) return this.#attempts;
    const opened = readAttempts(this.#attemptsFile);
    if (opened.ok) this.#attempts = opened.value;
    return this.#attempts;
  }
}

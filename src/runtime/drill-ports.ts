import type { CompletionOutcome } from "../core/drill/completions.ts";
import type { WriteOutcome } from "../core/drill/writes.ts";
import type { EvidenceLog, EvidenceReader, Stamp } from "../core/evidence/ports.ts";
import type { Parsed } from "../core/problem/problem.ts";
import type { MonotonicMs } from "../core/units/units.ts";
import type { LabVerbs } from "./lab.ts";

/** One client's connection to the store; it connects when it is first needed, and again after it broke. */
export interface Writer {
  /** One write with an id of its own, and what its client was told; ends within a second. */
  write(id: string): Promise<WriteOutcome["kind"]>;
  close(): void;
}

/** What users of the platform do, for real. */
export interface Users {
  /** Makes the place that writes go to, once. */
  prepare(postgresUrl: string): Promise<Parsed<null>>;
  writer(postgresUrl: string): Writer;
  /** Every id that the store holds of those that begin with `prefix`. */
  heldIds(postgresUrl: string, prefix: string): Promise<Parsed<ReadonlySet<string>>>;
  /** One streamed completion; ends when its last word has come, or it broke. */
  complete(
    request: { readonly httpUrl: string; readonly tokens: number; readonly onFirstToken: () => void },
    signal: AbortSignal,
  ): Promise<CompletionOutcome["kind"]>;
}

/** Opens the one writer of an evidence log. */
export type OpenLog = (
  settings: { readonly directory: string; readonly log: string; readonly keyPath: string },
  clock: () => Stamp,
) => Promise<Parsed<EvidenceLog>>;

export interface DrillParts {
  readonly lab: LabVerbs;
  readonly users: Users;
  readonly openLog: OpenLog;
  readonly evidence: EvidenceReader;
  readonly now: () => MonotonicMs;
}

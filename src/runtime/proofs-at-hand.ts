import type { Head } from "../core/evidence/evidence.ts";
import type { Fault } from "../core/evidence/fault.ts";
import type { EvidenceReader } from "../core/evidence/ports.ts";
import { lostSince, seenAfter, type SeenHeads } from "../core/evidence/seen-before.ts";
import { type Trust, verifyEvidence } from "../core/evidence/verify.ts";
import { type Proof, provenIn } from "../core/plan/proofs.ts";
import type { Problem } from "../core/problem/problem.ts";

/** A folder of evidence, as the user named it, and what it held when it was read. */
export interface FolderRead {
  readonly folder: string;
  /** In the order in which they were had; of logs that hold whole alone. */
  readonly proofs: readonly Proof[];
  /** What of it does not hold, and what was seen of it before and is there no longer. */
  readonly faults: readonly Fault[];
  /** Why nothing of it can be read; `null`: it can. */
  readonly problem: Problem | null;
}

export interface FolderToRead {
  /** As the user named it. */
  readonly folder: string;
  readonly path: string;
}

/** A log that is written while it is read looks as if it did not hold: it is read again, so often at most. */
const readsMax = 5;

/** What folders of evidence prove of plans, read as often as somebody asks. What was seen of a log is to be there the next time too. */
export class ProofsAtHand {
  readonly #reader: EvidenceReader;
  readonly #trust: Trust;
  readonly #folders: readonly FolderToRead[];
  readonly #seen = new Map<string, SeenHeads>();

  /** @param trust whose signatures count */
  constructor(reader: EvidenceReader, trust: Trust, folders: readonly FolderToRead[]) {
    this.#reader = reader;
    this.#trust = trust;
    this.#folders = folders;
  }

  /** A text that is another whenever one of the folders is. */
  async trace(signal: AbortSignal): Promise<string> {
    const traces = await Promise.all(this.#folders.map(({ path }) => this.#reader.trace(path, signal)));
    return traces.join("\n");
  }

  async read(signal: AbortSignal): Promise<readonly FolderRead[]> {
    const all: FolderRead[] = [];
    for (const folder of this.#folders) all.push(await this.#settled(folder, signal));
    return all;
  }

  async #settled(folder: FolderToRead, signal: AbortSignal): Promise<FolderRead> {
    for (let reads = 1; ; reads += 1) {
      const before = await this.#reader.trace(folder.path, signal);
      const read = await this.#once(folder, signal);
      const isWhole = read.problem === null && read.faults.length === 0;
      if (isWhole || reads === readsMax || before === (await this.#reader.trace(folder.path, signal)))
        return read;
    }
  }

  async #once({ folder, path }: FolderToRead, signal: AbortSignal): Promise<FolderRead> {
    const files = await this.#reader.logs(path, signal);
    if (!files.ok) return { folder, proofs: [], faults: [], problem: files.problems[0] };
    const { logs, faults: own } = verifyEvidence(files.value, this.#trust, this.#reader);
    const seen = this.#seen.get(path) ?? new Map<string, Head>();
    const faults = [...own, ...lostSince(seen, logs)];
    this.#seen.set(path, seenAfter(seen, logs));
    return { folder, proofs: provenIn({ logs, faults }), faults, problem: null };
  }
}

import type { Parsed, Problem } from "../problem/problem.ts";
import type { InstantMs, MonotonicMs } from "../units/units.ts";
import type { EntryName, Head, NewEntry } from "./evidence.ts";

/** SHA-256. */
export type Digest = (bytes: Uint8Array) => Uint8Array;

/** An Ed25519 public key. */
export interface PublicKey {
  /** SHA-256 of its SubjectPublicKeyInfo in DER, as hexadecimal; what people compare. */
  readonly fingerprint: string;
  /** The 32 bytes of the key alone. */
  readonly raw: Uint8Array;
  /** Its one exact PEM text, line end included. */
  readonly pem: string;
  readonly verify: (message: Uint8Array, signature: Uint8Array) => boolean;
}

export interface Signer {
  readonly publicKey: PublicKey;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

/** Reads a PEM text; `null` when it holds no Ed25519 public key. */
type ReadPublicKey = (pem: Uint8Array) => PublicKey | null;

/** What turning bytes into trust needs. */
export interface Cryptography {
  readonly digest: Digest;
  readonly readPublicKey: ReadPublicKey;
}

/** When something was written: two clocks, since the wall's may be set and the other one means nothing elsewhere. */
export interface Stamp {
  readonly at: InstantMs;
  readonly monotonic: MonotonicMs;
}

export type FileContent =
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly cause: string };

/** A log as found on disk: nothing in it is believed yet. */
export interface LogFiles {
  /** The name of its folder. */
  readonly log: string;
  /** By the number in the file's name. */
  readonly entries: ReadonlyMap<number, FileContent>;
  readonly checkpoint: FileContent;
  readonly publicKey: FileContent;
  /** Names of files that no log has: unfinished writes, and whatever else lies there. */
  readonly strays: readonly string[];
}

/** Reads evidence back. Garbage is told as it is found and stops nothing. */
export interface EvidenceReader extends Cryptography {
  /** Every log of an evidence folder, by name. A problem when there is none to read. */
  logs(directory: string, signal: AbortSignal): Promise<Parsed<readonly LogFiles[]>>;
  /**
   * A text that is another whenever a file of an evidence folder was written, put there or taken away, by the folder's own book-keeping: no
   * file is read. A folder that cannot be read has one too.
   */
  trace(directory: string, signal: AbortSignal): Promise<string>;
  publicKey(path: string, signal: AbortSignal): Promise<Parsed<PublicKey>>;
}

/**
 * `sealed`: the entry and the checkpoint over it are on disk. `failed`: not so; an entry that is there all the same is sealed
 * before the next one is written, so that a repeated `append` may leave the same record twice, and never loses one.
 */
export type Appended =
  | { readonly kind: "sealed"; readonly entry: EntryName; readonly head: Head }
  | { readonly kind: "failed"; readonly problem: Problem };

/** The one writer of a log. Appends are carried out in the order of the calls. */
export interface EvidenceLog {
  /** Cannot be interrupted: half an entry helps nobody. */
  append(entry: NewEntry): Promise<Appended>;
  /** The log as last sealed. */
  head(): Head;
  /** Waits for appends under way and lets another writer in. */
  close(): Promise<void>;
}

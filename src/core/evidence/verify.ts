import { hex, isSame, utf8 } from "./bytes.ts";
import { isSignedBy, readCheckpoint } from "./checkpoint.ts";
import { preAuthenticationEncoding, readEnvelope, statementMediaType } from "./dsse.ts";
import { type Entry, entryOf, type Head } from "./evidence.ts";
import type { AnchorFault, CheckpointFault, EntryFault, Fault, KeyFault } from "./fault.ts";
import { emptyTree, grown, leafHash, rootOf, type Tree } from "./merkle.ts";
import type { Cryptography, Digest, FileContent, LogFiles, PublicKey } from "./ports.ts";

/** Whose signatures count: the keys given, or those found beside the logs, which then vouch for themselves. */
export type Trust =
  | { readonly kind: "given"; readonly keys: readonly PublicKey[] }
  | { readonly kind: "beside" };

/** An entry that holds, with the hash by which its log's tree knows it. */
export interface VerifiedEntry {
  readonly entry: Entry;
  readonly leaf: Uint8Array;
}

/** What of a log holds: everything, or what comes before the first fault. */
export interface VerifiedLog {
  readonly log: string;
  readonly key: PublicKey | null;
  readonly entries: readonly VerifiedEntry[];
  /** The tree over `entries`. */
  readonly tree: Tree;
  /** The root after no entry, after one, and so on. */
  readonly roots: readonly string[];
  /** Entries beyond the checkpoint: 0, or 1 when the writer stopped between the two writes. */
  readonly unsealed: number;
  readonly strays: readonly string[];
  readonly fault: Fault | null;
}

export interface VerifiedEvidence {
  readonly logs: readonly VerifiedLog[];
  /** The first of each log, then seals of one log over another that do not fit. Empty: all holds. */
  readonly faults: readonly Fault[];
}

/** Verifies every log and every seal of one log over another. Logs are told in the order given. */
export function verifyEvidence(
  files: readonly LogFiles[],
  trust: Trust,
  cryptography: Cryptography,
): VerifiedEvidence {
  const logs = files.map((log) => verifyLog(log, trust, cryptography));
  const own = logs.flatMap(({ fault }) => (fault === null ? [] : [fault]));
  return { logs, faults: [...own, ...anchorFaults(logs)] };
}

/** Verifies one log from its first entry on, and stops at the first that does not hold. */
export function verifyLog(files: LogFiles, trust: Trust, cryptography: Cryptography): VerifiedLog {
  const { log, strays } = files;
  const { digest } = cryptography;
  const key = keyOf(files.publicKey, trust, cryptography);
  const nothing = { log, key: null, entries: [], tree: emptyTree, roots: [], unsealed: 0, strays };
  if (key.kind === "fault") return { ...nothing, fault: { at: "public-key", log, fault: key.fault } };
  const { entries, tree, roots, broken } = verifiedEntries(files, key.key, digest);
  const holds = { log, key: key.key, entries, tree, roots, strays };
  if (broken !== null) {
    const entry = { log, sequence: tree.size + 1 };
    return { ...holds, unsealed: 0, fault: { at: "entry", entry, fault: broken } };
  }
  const seal = verifiedSeal(files, { key: key.key, roots }, digest);
  if (seal.kind === "sealed") return { ...holds, unsealed: tree.size - seal.size, fault: null };
  if (seal.kind === "fault") {
    return { ...holds, unsealed: 0, fault: { at: "checkpoint", log, fault: seal.fault } };
  }
  const entry = { log, sequence: tree.size + 1 };
  return { ...holds, unsealed: 0, fault: { at: "entry", entry, fault: { kind: "missing" } } };
}

/** Heads of verified logs, for an entry of another log to seal. */
export function headOfVerified({ log, roots, tree }: VerifiedLog): Head {
  return { log, size: tree.size, root: roots[tree.size] ?? "" };
}

/** The log and size at which `root` was the head; `null` when it never was. */
export function stateWithRoot(logs: readonly VerifiedLog[], root: string): Head | null {
  for (const { log, roots } of logs) {
    const size = roots.lastIndexOf(root);
    if (size > 0) return { log, size, root };
  }
  return null;
}

type KeyAnswer =
  | { readonly kind: "key"; readonly key: PublicKey }
  | { readonly kind: "fault"; readonly fault: KeyFault };

function keyOf(file: FileContent, trust: Trust, { readPublicKey }: Cryptography): KeyAnswer {
  if (file.kind !== "read") return { kind: "fault", fault: file };
  const key = readPublicKey(file.bytes);
  if (key === null || !isSame(utf8(key.pem), file.bytes)) {
    return { kind: "fault", fault: { kind: "malformed" } };
  }
  const { fingerprint } = key;
  const isTrusted =
    trust.kind === "beside" || trust.keys.some((trusted) => trusted.fingerprint === fingerprint);
  return isTrusted ? { kind: "key", key } : { kind: "fault", fault: { kind: "not-trusted", fingerprint } };
}

interface Chain {
  readonly entries: readonly VerifiedEntry[];
  readonly tree: Tree;
  readonly roots: readonly string[];
  /** What is wrong with the entry after these. */
  readonly broken: EntryFault | null;
}

function verifiedEntries(files: LogFiles, key: PublicKey, digest: Digest): Chain {
  const last = [...files.entries.keys()].reduce((highest, sequence) => Math.max(highest, sequence), 0);
  const entries: VerifiedEntry[] = [];
  const roots = [hex(rootOf(digest, emptyTree))];
  let tree = emptyTree;
  for (let sequence = 1; sequence <= last; sequence += 1) {
    const expected = { log: files.log, sequence, previousRoot: roots.at(-1) ?? "" };
    const opened = openedEntry(files.entries.get(sequence), key, expected);
    if (opened.kind === "fault") return { entries, tree, roots, broken: opened.fault };
    const leaf = leafHash(digest, opened.bytes);
    tree = grown(digest, tree, leaf);
    roots.push(hex(rootOf(digest, tree)));
    entries.push({ entry: opened.entry, leaf });
  }
  return { entries, tree, roots, broken: null };
}

type Expected = Pick<Entry, "log" | "sequence" | "previousRoot">;
type Opened =
  | { readonly kind: "entry"; readonly entry: Entry; readonly bytes: Uint8Array }
  | { readonly kind: "fault"; readonly fault: EntryFault };

function openedEntry(file: FileContent | undefined, key: PublicKey, expected: Expected): Opened {
  const broken = (fault: EntryFault): Opened => ({ kind: "fault", fault });
  if (file === undefined || file.kind === "absent") return broken({ kind: "missing" });
  if (file.kind === "unreadable") return broken(file);
  const read = readEnvelope(file.bytes);
  if (read.kind !== "envelope") return broken(read);
  const { keyId, payload, payloadType, signature } = read.envelope;
  if (keyId !== key.fingerprint) return broken({ kind: "unknown-key", keyId });
  if (!key.verify(preAuthenticationEncoding(payloadType, payload), signature)) {
    return broken({ kind: "signature-mismatch" });
  }
  const entry = payloadType === statementMediaType ? entryOf(payload) : null;
  if (entry === null) return broken({ kind: "not-an-entry" });
  const misplaced = misplacement(entry, expected);
  return misplaced === null ? { kind: "entry", entry, bytes: file.bytes } : broken(misplaced);
}

function misplacement(entry: Entry, expected: Expected): EntryFault | null {
  if (entry.log !== expected.log) return { kind: "foreign-log", claimed: entry.log };
  if (entry.sequence < expected.sequence) return { kind: "duplicated", claimed: entry.sequence };
  if (entry.sequence > expected.sequence) return { kind: "out-of-order", claimed: entry.sequence };
  return entry.previousRoot === expected.previousRoot ? null : { kind: "previous-root-mismatch" };
}

type Seal =
  | { readonly kind: "sealed"; readonly size: number }
  /** The checkpoint counts more entries than there are. */
  | { readonly kind: "entry-missing" }
  | { readonly kind: "fault"; readonly fault: CheckpointFault };

/** Whether the checkpoint seals the entries whose roots are given, or all but the last of them. */
function verifiedSeal(
  { log, checkpoint: file }: LogFiles,
  { key, roots }: { readonly key: PublicKey; readonly roots: readonly string[] },
  digest: Digest,
): Seal {
  const entries = roots.length - 1;
  // A log whose writer stopped while it was being made.
  if (file.kind === "absent" && entries === 0) return { kind: "sealed", size: 0 };
  if (file.kind !== "read") return { kind: "fault", fault: file };
  const signed = readCheckpoint(file.bytes);
  if (signed === null) return { kind: "fault", fault: { kind: "malformed" } };
  const { origin, size, root } = signed.checkpoint;
  if (origin !== log) return { kind: "fault", fault: { kind: "foreign-log", claimed: origin } };
  if (signed.name !== origin || !isSignedBy(digest, signed, key)) {
    return { kind: "fault", fault: { kind: "signature-mismatch" } };
  }
  return sealed({ size, root: hex(root) }, roots);
}

function sealed({ size, root }: Pick<Head, "size" | "root">, roots: readonly string[]): Seal {
  const entries = roots.length - 1;
  if (size > entries) return { kind: "entry-missing" };
  if (size < entries - 1) return { kind: "fault", fault: { kind: "behind", size, entries } };
  return roots[size] === root
    ? { kind: "sealed", size }
    : { kind: "fault", fault: { kind: "root-mismatch" } };
}

function anchorFaults(logs: readonly VerifiedLog[]): readonly Fault[] {
  const byName = new Map(logs.map((log) => [log.log, log]));
  return logs.flatMap(({ entries }) =>
    entries.flatMap(({ entry: by }) =>
      by.anchors.flatMap((head): readonly Fault[] => {
        const fault = anchorFault(byName.get(head.log), head);
        return fault === null ? [] : [{ at: "anchor", by, head, fault }];
      }),
    ),
  );
}

/** How a log differs from a state that it was in; `null`: it has gone on from there. */
export function anchorFault(found: VerifiedLog | undefined, { size, root }: Head): AnchorFault | null {
  if (found === undefined) return { kind: "log-missing" };
  if (size >= found.roots.length) {
    // A log with a fault of its own is told once.
    return found.fault === null ? { kind: "log-shorter", entries: found.tree.size } : null;
  }
  return found.roots[size] === root ? null : { kind: "other-root" };
}

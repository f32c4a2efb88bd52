import { type Problem, unreachable } from "../problem/problem.ts";
import { entryNameText, type EntryName, type Head } from "./evidence.ts";

/** What is wrong with one entry. */
export type EntryFault =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly cause: string }
  | { readonly kind: "torn" }
  /** Not byte for byte what a writer writes. */
  | { readonly kind: "malformed" }
  | { readonly kind: "unknown-key"; readonly keyId: string }
  | { readonly kind: "signature-mismatch" }
  /** Well signed, and no evidence entry. */
  | { readonly kind: "not-an-entry" }
  | { readonly kind: "foreign-log"; readonly claimed: string }
  | { readonly kind: "duplicated"; readonly claimed: number }
  | { readonly kind: "out-of-order"; readonly claimed: number }
  /** Written after another history than the one before it here. */
  | { readonly kind: "previous-root-mismatch" };

export type CheckpointFault =
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly cause: string }
  | { readonly kind: "malformed" }
  | { readonly kind: "foreign-log"; readonly claimed: string }
  | { readonly kind: "signature-mismatch" }
  /** More than one entry stands beyond it: no crash leaves that. */
  | { readonly kind: "behind"; readonly size: number; readonly entries: number }
  /** It seals other entries than those here. */
  | { readonly kind: "root-mismatch" };

export type KeyFault =
  | { readonly kind: "absent" }
  | { readonly kind: "unreadable"; readonly cause: string }
  | { readonly kind: "malformed" }
  | { readonly kind: "not-trusted"; readonly fingerprint: string };

/** An entry seals a state of a log that is not found, or that state was seen here before. */
export type AnchorFault =
  | { readonly kind: "log-missing" }
  | { readonly kind: "log-shorter"; readonly entries: number }
  | { readonly kind: "other-root" };

/** The first thing in a folder of evidence that does not hold. */
export type Fault =
  | { readonly at: "entry"; readonly entry: EntryName; readonly fault: EntryFault }
  | { readonly at: "checkpoint"; readonly log: string; readonly fault: CheckpointFault }
  | { readonly at: "public-key"; readonly log: string; readonly fault: KeyFault }
  | { readonly at: "anchor"; readonly by: EntryName; readonly head: Head; readonly fault: AnchorFault }
  /** It held when it was read here before: no log loses entries by itself. */
  | { readonly at: "seen-before"; readonly head: Head; readonly fault: AnchorFault };

/** The logs of which it says that they may not be what was written. */
export function logsOf(fault: Fault): readonly string[] {
  switch (fault.at) {
    case "entry":
      return [fault.entry.log];
    case "checkpoint":
    case "public-key":
      return [fault.log];
    case "anchor":
      return [fault.by.log, fault.head.log];
    case "seen-before":
      return [fault.head.log];
    default:
      return unreachable(fault);
  }
}

/** What is at fault, as in `drill/3` or `drill, checkpoint`. */
export function placeOf(fault: Fault): string {
  switch (fault.at) {
    case "entry":
      return entryNameText(fault.entry);
    case "checkpoint":
      return `${fault.log}, checkpoint`;
    case "public-key":
      return `${fault.log}, public-key.pem`;
    case "anchor":
      return `${fault.head.log}, as sealed by ${entryNameText(fault.by)}`;
    case "seen-before":
      return `${fault.head.log}, as seen before`;
    default:
      return unreachable(fault);
  }
}

/** One sentence for people, without the place. */
export function sentenceOf(fault: Fault): string {
  switch (fault.at) {
    case "entry":
      return entrySentence(fault.fault);
    case "checkpoint":
      return checkpointSentence(fault.fault);
    case "public-key":
      return keySentence(fault.fault);
    case "anchor":
      return anchorSentence(fault.head, fault.fault, "sealed");
    case "seen-before":
      return anchorSentence(fault.head, fault.fault, "seen");
    default:
      return unreachable(fault);
  }
}

export function problemOf(fault: Fault): Problem {
  return {
    code: `evidence/${fault.at}-${fault.fault.kind}`,
    what: `${placeOf(fault)}: ${sentenceOf(fault)}`,
    where: null,
    why: "from here on the record is not what its writer left",
    mend: "keep this folder as it is, and compare it with another copy of the same evidence",
  };
}

function entrySentence(fault: EntryFault): string {
  if ("claimed" in fault) return claimSentence(fault);
  switch (fault.kind) {
    case "missing":
      return "the entry is missing, and later ones or the checkpoint count it";
    case "unreadable":
      return `the file cannot be read: ${fault.cause}`;
    case "torn":
      return "the file ends too early";
    case "malformed":
      return "the file is not as a writer leaves it";
    case "unknown-key":
      return `it names the key ${fault.keyId.slice(0, 16)}…, which is not this log's`;
    case "signature-mismatch":
      return "the signature does not fit the payload: one of them was changed";
    case "not-an-entry":
      return "what was signed is no evidence entry of a version known here";
    case "previous-root-mismatch":
      return "it was written after other entries than those before it here";
    default:
      return unreachable(fault);
  }
}

/** An entry that says itself that it belongs elsewhere. */
function claimSentence(fault: Extract<EntryFault, { claimed: unknown }>): string {
  switch (fault.kind) {
    case "foreign-log":
      return `it was written for the log "${fault.claimed}"`;
    case "duplicated":
      return `it repeats entry ${fault.claimed}`;
    case "out-of-order":
      return `entry ${fault.claimed} stands in its place`;
    default:
      return unreachable(fault);
  }
}

function checkpointSentence(fault: CheckpointFault): string {
  switch (fault.kind) {
    case "absent":
      return "there is none, though there are entries";
    case "unreadable":
      return `the file cannot be read: ${fault.cause}`;
    case "malformed":
      return "the file is not as a writer leaves it";
    case "foreign-log":
      return `it was signed for "${fault.claimed}"`;
    case "signature-mismatch":
      return "the signature does not fit the text or is of another key";
    case "behind":
      return `it counts ${fault.size} entries where ${fault.entries} stand; a crash leaves one more at most`;
    case "root-mismatch":
      return "it seals other entries than those here";
    default:
      return unreachable(fault);
  }
}

function keySentence(fault: KeyFault): string {
  switch (fault.kind) {
    case "absent":
      return "the file is missing";
    case "unreadable":
      return `the file cannot be read: ${fault.cause}`;
    case "malformed":
      return "the file is not an Ed25519 public key as a writer leaves it";
    case "not-trusted":
      return `the key ${fault.fingerprint.slice(0, 16)}… is not among those given`;
    default:
      return unreachable(fault);
  }
}

function anchorSentence({ size }: Head, fault: AnchorFault, how: "sealed" | "seen"): string {
  switch (fault.kind) {
    case "log-missing":
      return "the log is missing";
    case "log-shorter":
      return `${size} entries were ${how} and ${fault.entries} are here`;
    case "other-root":
      return `its first ${size} entries are not those that were ${how}`;
    default:
      return unreachable(fault);
  }
}

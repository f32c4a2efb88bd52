import { invariant } from "../problem/problem.ts";
import { type InstantMs, instantMs, type MonotonicMs, monotonicMs } from "../units/units.ts";
import { textOf, utf8 } from "./bytes.ts";

/** What JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

/** Something that an entry is about, known by its content: a manifest, a plan, a report. */
export interface Subject {
  readonly name: string;
  /** 64 hexadecimal digits. */
  readonly sha256: string;
}

/** Where a log stands. */
export interface Head {
  readonly log: string;
  /** How many entries it has. */
  readonly size: number;
  /** The Merkle root over them: 64 hexadecimal digits. */
  readonly root: string;
}

/** Names one entry, as in `controller-east/3`. */
export interface EntryName {
  readonly log: string;
  /** From 1. */
  readonly sequence: number;
}

/** What a writer hands in. */
export interface NewEntry {
  /** What happened, in kebab-case: `failover-decided`. */
  readonly kind: string;
  /** The facts, in fields whose names carry their units. */
  readonly body: JsonObject;
  /** What the entry is about besides its log. */
  readonly subjects?: readonly Subject[];
  /** Heads of other logs that this entry seals. */
  readonly anchors?: readonly Head[];
}

/** One immutable record of a log. */
export interface Entry extends EntryName, Required<NewEntry> {
  /** The log's root before this entry: 64 hexadecimal digits. */
  readonly previousRoot: string;
  readonly at: InstantMs;
  readonly monotonic: MonotonicMs;
  /** Program and version that wrote it. */
  readonly software: string;
}

const statementType = "https://in-toto.io/Statement/v1";
/** A name, not an address: nothing is fetched from anywhere to understand an entry. */
const predicateType = "urn:holdfast:evidence:v1";

/**
 * The entry as the bytes that are signed: an in-toto Statement v1. Its subjects are the log as it stood before (named by its
 * root) and then what the writer named.
 *
 * @throws InvariantBroken when a number of the body is not finite: JSON would turn it into `null`, and the record would lie
 */
export function statementBytes(entry: Entry): Uint8Array {
  const statement = {
    _type: statementType,
    subject: [{ name: entry.log, sha256: entry.previousRoot }, ...entry.subjects].map(({ name, sha256 }) => ({
      name,
      digest: { sha256 },
    })),
    predicateType,
    predicate: {
      log: entry.log,
      sequence: entry.sequence,
      previousRoot: entry.previousRoot,
      at: new Date(entry.at).toISOString(),
      monotonicMs: entry.monotonic,
      software: entry.software,
      kind: entry.kind,
      anchors: entry.anchors.map(({ log, size, root }) => ({ log, size, root })),
      body: entry.body,
    },
  };
  return utf8(JSON.stringify(statement, finite));
}

function finite(key: string, value: unknown): unknown {
  invariant(typeof value !== "number" || Number.isFinite(value), `evidence: "${key}" is ${String(value)}`);
  return value;
}

/** Reads what `statementBytes` wrote; `null` when the bytes are anything else. Give it signed bytes only. */
export function entryOf(statement: Uint8Array): Entry | null {
  const { _type, predicateType: type, subject, predicate } = jsonOf(statement) ?? {};
  if (_type !== statementType || type !== predicateType) return null;
  const [before, ...subjects] = listOf(subject, subjectOf) ?? [];
  const entry = predicateOf(objectIn(predicate) ?? {});
  if (entry === null || before?.name !== entry.log || before.sha256 !== entry.previousRoot) return null;
  return { ...entry, subjects };
}

function predicateOf(predicate: JsonObject): Omit<Entry, "subjects"> | null {
  const scalars = scalarsOf(predicate);
  const anchors = listOf(predicate["anchors"], anchorOf);
  const body = objectIn(predicate["body"]);
  return scalars === null || anchors === null || body === null ? null : { ...scalars, anchors, body };
}

function scalarsOf(predicate: JsonObject): Omit<Entry, "subjects" | "anchors" | "body"> | null {
  const { log, sequence, previousRoot, at, monotonicMs: monotonic, software, kind } = predicate;
  if (typeof log !== "string" || typeof kind !== "string" || typeof software !== "string") return null;
  if (!isCount(sequence) || !isSha256(previousRoot) || typeof monotonic !== "number") return null;
  const instant = typeof at === "string" ? Date.parse(at) : Number.NaN;
  if (Number.isNaN(instant)) return null;
  const times = { at: instantMs(instant), monotonic: monotonicMs(monotonic) };
  return { log, sequence, previousRoot, software, kind, ...times };
}

function subjectOf(value: Json): Subject | null {
  const subject = objectIn(value);
  const [name, sha256] = [subject?.["name"], objectIn(subject?.["digest"])?.["sha256"]];
  return typeof name === "string" && isSha256(sha256) ? { name, sha256 } : null;
}

function anchorOf(value: Json): Head | null {
  const { log, size, root } = objectIn(value) ?? {};
  return typeof log === "string" && isCount(size) && isSha256(root) ? { log, size, root } : null;
}

function jsonOf(bytes: Uint8Array): JsonObject | null {
  try {
    // JSON.parse answers exactly what Json describes.
    return objectIn(JSON.parse(textOf(bytes) ?? "") as Json);
  } catch {
    return null;
  }
}

function objectIn(value: Json | undefined): JsonObject | null {
  if (value === undefined || value === null || typeof value !== "object") return null;
  // `Array.isArray` does not narrow readonly arrays away.
  return Array.isArray(value) ? null : (value as JsonObject);
}

function listOf<Item>(value: Json | undefined, read: (item: Json) => Item | null): readonly Item[] | null {
  if (!Array.isArray(value)) return null;
  const items = (value as readonly Json[]).map(read);
  return items.some((item) => item === null) ? null : items.filter((item) => item !== null);
}

function isCount(value: Json | undefined): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isSha256(value: Json | undefined): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

export function entryNameText({ log, sequence }: EntryName): string {
  return `${log}/${sequence}`;
}

import { isDeepStrictEqual } from "node:util";
import { type Document, isAlias, isPair, isScalar, Scalar, visit } from "yaml";
import type { FileEdit, SettingValue } from "../../core/model/gitops-wish.ts";
import {
  documentsIn,
  type Fault,
  fault,
  type Format,
  isFault,
  isSaid,
  type Place,
  placeOf,
  readings,
} from "./document.ts";

/** A value as it is, and as it is to be. */
export interface Setting {
  readonly path: string;
  readonly now: unknown;
  readonly wanted: SettingValue;
}

export interface EditedText {
  readonly text: string;
  readonly settings: readonly Setting[];
}

/**
 * Sets values in the text of a file. Only the characters of these values are others afterwards, and only these values are read
 * otherwise: both is seen to by reading it again.
 */
export function editedText(text: string, edit: FileEdit, format: Format): EditedText | Fault {
  let edited = text;
  const settings: Setting[] = [];
  for (const { path, value } of edit.set) {
    const done = withValue(edited, { path, value, of: edit.document }, format);
    if (isFault(done)) return inPath(path, done);
    edited = done.text;
    settings.push({ path, now: done.now, wanted: value });
  }
  const missed = edit.set.find(
    ({ path, value }) => !says(edited, { path, value, of: edit.document }, format),
  );
  // Two paths may lead to one value.
  if (missed !== undefined) return fault("not-settable", `${missed.path} is set otherwise by another path`);
  return { text: edited, settings };
}

function inPath(path: string, { kind, because }: Fault): Fault {
  return kind === "not-a-document" ? { kind, because } : { kind, because: `${path}: ${because}` };
}

interface Wanted {
  readonly path: string;
  readonly value: SettingValue;
  readonly of: FileEdit["document"];
}

function found(text: string, { path, of }: Wanted, format: Format): Place | Fault {
  const documents = documentsIn(text, format);
  return isFault(documents) ? documents : placeOf(documents, of, path);
}

function says(text: string, wanted: Wanted, format: Format): boolean {
  const place = found(text, wanted, format);
  return !isFault(place) && isSaid(place, wanted.value, format);
}

interface Spliced {
  readonly text: string;
  readonly now: unknown;
}

function withValue(text: string, wanted: Wanted, format: Format): Spliced | Fault {
  const place = found(text, wanted, format);
  if (isFault(place)) return place;
  const { value: now } = place;
  if (isSaid(place, wanted.value, format)) return { text, now };
  const unfit = unfitness(place, wanted.value);
  if (unfit !== null) return unfit;
  const spliced = splice(text, place, tokenFor(place, wanted.value, format));
  return isOnlyThat(spliced, place, { wanted, format })
    ? { text: spliced, now }
    : fault("not-settable", "it cannot be set without a change of something else in the file");
}

function unfitness({ node, value: now }: Place, wanted: SettingValue): Fault | null {
  if (isScalar(node) && node.tag !== undefined) return fault("not-settable", `it bears the tag ${node.tag}`);
  if (isScalar(node) && (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED"))
    return fault("not-settable", "it is a text of several lines");
  // What is not in quotes is a text to some readers alone: `yes` may become true.
  const isQuoted = isScalar(node) && node.type !== "PLAIN";
  if (!(isQuoted && isConfused(now, wanted)) && !isConfused(wanted, now)) return null;
  return fault("other-type", `it is ${shownTyped(now)}, and is wished for as ${shownTyped(wanted)}`);
}

/** Whether one is a text that looks like what the other is: `"4"` and 4. */
function isConfused(text: unknown, other: unknown): boolean {
  return (
    typeof text === "string" &&
    (typeof other === "number" || typeof other === "boolean") &&
    readings(text).some((reading) => typeof reading === typeof other)
  );
}

function shownTyped(value: unknown): string {
  const words =
    typeof value === "string" ? "a text" : typeof value === "number" ? "a number" : "true or false";
  return `${JSON.stringify(value)} (${words})`;
}

/** Joined by one blank or colon; no such text is taken for anything but itself, in a flow map neither. */
const plainForm = /^[\w./][\w./@+-]*(?:[ :][\w./@+-]+)*$/;

/** How a value is written: a text in quotes as the one before it, or where readers would take it for something else. */
function tokenFor({ node }: Place, value: SettingValue, format: Format): string {
  if (format === "json") return JSON.stringify(value);
  if (typeof value !== "string") return String(value);
  const type = isScalar(node) ? node.type : null;
  const isPlain = type !== "QUOTE_DOUBLE" && type !== "QUOTE_SINGLE";
  if (isPlain && plainForm.test(value) && readings(value).every((reading) => reading === value)) return value;
  return type === "QUOTE_SINGLE" && !control.test(value)
    ? `'${value.replaceAll("'", "''")}'`
    : JSON.stringify(value);
}

/** What single quotes have no way to write. */
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

function splice(text: string, { range: [begin, end] }: Place, token: string): string {
  const isEmpty = begin === end;
  // `key:` and `key: # why` hold nothing, and what is put there must stand apart.
  const before = isEmpty && !/\s$/.test(text.slice(0, begin)) ? " " : "";
  const after = isEmpty && /^[^\s,}\]]/.test(text.slice(end)) ? " " : "";
  return `${text.slice(0, begin)}${before}${token}${after}${text.slice(end)}`;
}

function isOnlyThat(
  spliced: string,
  { documents, document, node }: Place,
  { wanted, format }: { readonly wanted: Wanted; readonly format: Format },
): boolean {
  const after = documentsIn(spliced, format);
  if (isFault(after) || !says(spliced, wanted, format)) return false;
  replace(document, node, wanted.value);
  return isDeepStrictEqual(plain(documents), plain(after));
}

function plain(documents: readonly Document.Parsed[]): readonly unknown[] {
  return documents.map((document) => document.toJS() as unknown);
}

/** Puts a value into what was read, which nobody reads after that. */
function replace(document: Document.Parsed, node: Place["node"], value: SettingValue): void {
  if (!isAlias(node)) {
    node.value = value;
    return;
  }
  visit(document, {
    Pair: (_key, pair) => {
      if (isPair(pair) && pair.value === node) pair.value = new Scalar(value);
    },
  });
}

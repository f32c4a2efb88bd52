import type { z } from "zod";
import {
  type DocumentOfFile,
  manifestProblem,
  type Path,
  readDocuments,
  type SourceFile,
} from "../manifest/document.ts";
import { problemsOf, shownPath, shownValue, type Subject } from "../manifest/issues.ts";
import { isRecord, jsonSchemaOf } from "../manifest/json-schema.ts";
import { didYouMean } from "../problem/nearest.ts";
import type { Place, Problem } from "../problem/problem.ts";
import { lenientlyRead } from "./lenient.ts";
import { withoutNulls } from "./nulls.ts";
import { conflictsIn } from "./rules.ts";
import { v1Schemas } from "./schema-v1.ts";
import { v1alphaSchemas } from "./schema-v1alpha.ts";
import { v2alphaSchemas } from "./schema-v2alpha.ts";

/** As OpenSLO's SDK reads it; or as its prose does, and what the SDK would have refused is told as a warning. */
export type Reading = "strict" | "lenient";

/** One document of a file, and the verdict on it. */
export interface OpenSloDocument {
  readonly file: string;
  /** Counted from 0 through all documents of the file, those in lists too. */
  readonly index: number;
  /** `null`: it has none, or none that can be read. */
  readonly kind: string | null;
  readonly apiVersion: string | null;
  readonly name: string | null;
  /** As it was written, with what a lenient reading mended. */
  readonly value: unknown;
  readonly locate: (path: Path, aim: "key" | "value") => Place;
  /** Empty: it is valid. */
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

const schemas: Readonly<Record<string, Readonly<Record<string, z.ZodType>>>> = {
  "openslo/v1": v1Schemas,
  "openslo/v1alpha": v1alphaSchemas,
  "openslo.com/v2alpha": v2alphaSchemas,
};

/**
 * Reads every document of a file: maps, and lists of maps. Text that is no YAML is a document that cannot be read; a key that stands
 * twice makes the document invalid that it stands in.
 */
export function readOpenSlo(file: SourceFile, reading: Reading): readonly OpenSloDocument[] {
  const { documents, problems } = readDocuments(file);
  const read = documents
    .flatMap(eachOf)
    .map((document, index) => verdictOn(document, { file, index, reading }));
  const ofDocuments = new Set(documents.flatMap(({ duplicates }) => duplicates));
  const unread = problems
    .filter((problem) => !ofDocuments.has(problem))
    .map((problem, at) => unreadable(problem, { file, index: read.length + at }));
  return [...read, ...unread];
}

/** A list holds a document in each of its items. */
function eachOf(document: DocumentOfFile): readonly DocumentOfFile[] {
  const { value, locate, duplicates } = document;
  if (!Array.isArray(value)) return [document];
  const items = (value as readonly unknown[]).map((item, at) => ({
    value: item,
    locate: (path: Path, aim: "key" | "value") => locate([at, ...path], aim),
  }));
  const starts = items.map((item) => item.locate([], "value"));
  const itemOf = (problem: Problem): number =>
    starts.findLastIndex((start) => problem.where === null || isBefore(start, problem.where));
  return items.map((item, at) => ({
    ...item,
    duplicates: duplicates.filter((problem) => itemOf(problem) === at),
  }));
}

function isBefore(a: Place, b: Place): boolean {
  return a.line < b.line || (a.line === b.line && a.column <= b.column);
}

interface Standing {
  readonly file: SourceFile;
  readonly index: number;
}

function unreadable(problem: Problem, { file, index }: Standing): OpenSloDocument {
  const start: Place = problem.where ?? { file: file.path, line: 1, column: 1 };
  return {
    ...{ file: file.path, index, kind: null, apiVersion: null, name: null, value: null },
    ...{ locate: () => start, problems: [problem], warnings: [] },
  };
}

function verdictOn(
  { value: written, locate, duplicates }: DocumentOfFile,
  { file, index, reading }: Standing & { readonly reading: Reading },
): OpenSloDocument {
  const given = withoutNulls(written);
  const kind = textAt(given, "kind");
  const apiVersion = textAt(given, "apiVersion");
  const name = isRecord(given) ? textAt(given["metadata"], "name") : null;
  const subject = subjectOf(kind, name);
  const { value, mended } = reading === "strict" ? { value: given, mended: [] } : lenientlyRead(given);
  const warnings = mended.map(({ path, because, mend }) =>
    told({ subject, value, locate }, { path, because, mend }),
  );
  const found = problemsIn({ subject, value, locate }, { apiVersion, kind });
  const problems = [...duplicates, ...found].toSorted(byPlace);
  return { file: file.path, index, kind, apiVersion, name, value, locate, problems, warnings };
}

function subjectOf(kind: string | null, name: string | null): string {
  if (kind === null) return "the document";
  return name === null ? kind : `${kind} "${name}"`;
}

interface Envelope {
  readonly apiVersion: string | null;
  readonly kind: string | null;
}

function problemsIn(document: Subject, { apiVersion, kind }: Envelope): readonly Problem[] {
  if (!isRecord(document.value)) return [notAMap(document)];
  const kinds = kindsOf(apiVersion);
  if (apiVersion === null || kinds === null) return [unknownVersion(document)];
  const schema = documentSchema({ apiVersion, kind });
  if (kind === null || schema === null) return [unknownKind(document, Object.keys(kinds))];
  const result = schema.safeParse(document.value);
  const shape = result.success ? [] : problemsOf(document, result.error.issues, jsonSchemaOf(schema));
  const conflicts = conflictsIn(apiVersion, kind, document.value).map((each) => told(document, each));
  return [...shape, ...conflicts];
}

function kindsOf(apiVersion: string | null): Readonly<Record<string, z.ZodType>> | null {
  return apiVersion !== null && Object.hasOwn(schemas, apiVersion) ? (schemas[apiVersion] ?? null) : null;
}

/** What documents of a version and kind hold; `null`: OpenSLO has none such. */
export function documentSchema({
  apiVersion,
  kind,
}: Pick<OpenSloDocument, "apiVersion" | "kind">): z.ZodType | null {
  const kinds = kindsOf(apiVersion);
  return kinds !== null && kind !== null && Object.hasOwn(kinds, kind) ? (kinds[kind] ?? null) : null;
}

function told(
  { subject, locate }: Subject,
  { path, because, mend }: { readonly path: Path; readonly because: string; readonly mend: string },
): Problem {
  return manifestProblem("manifest/contradiction", {
    what: `${subject}: ${shownPath(path)} ${because}`,
    where: locate(path, "key"),
    mend,
  });
}

function notAMap({ value, locate }: Subject): Problem {
  const what = `the document is ${shownValue(value)}, not a map`;
  const mend = "write apiVersion, kind, metadata and spec, each with a colon";
  return manifestProblem("manifest/not-a-map", { what, where: locate([], "value"), mend });
}

function unknownVersion({ subject, value, locate }: Subject): Problem {
  const given = isRecord(value) ? value["apiVersion"] : undefined;
  const known = Object.keys(schemas);
  return given === undefined
    ? manifestProblem("manifest/missing-api-version", {
        what: `${subject} has no apiVersion`,
        where: locate([], "value"),
        mend: `add apiVersion: ${known[0] ?? ""}`,
      })
    : manifestProblem("manifest/unknown-api-version", {
        what: `${subject}: apiVersion is ${shownValue(given)}, which is none of OpenSLO's`,
        where: locate(["apiVersion"], "value"),
        mend: `${didYouMean(shownValue(given), known)}write one of ${known.join(", ")}`,
      });
}

function unknownKind({ value, locate }: Subject, known: readonly string[]): Problem {
  const given = isRecord(value) ? value["kind"] : undefined;
  return given === undefined
    ? manifestProblem("manifest/missing-key", {
        what: 'the document needs "kind"',
        where: locate([], "value"),
        mend: `add kind: one of ${known.join(", ")}`,
      })
    : manifestProblem("manifest/unknown-kind", {
        what: `kind is ${shownValue(given)}, which this version does not have`,
        where: locate(["kind"], "value"),
        mend: `${didYouMean(shownValue(given), known)}write one of ${known.join(", ")}`,
      });
}

function textAt(value: unknown, key: string): string | null {
  const text = isRecord(value) ? value[key] : undefined;
  return typeof text === "string" ? text : null;
}

function byPlace({ where: a }: Problem, { where: b }: Problem): number {
  if (a === null || b === null) return Number(a !== null) - Number(b !== null);
  return a.line - b.line || a.column - b.column;
}

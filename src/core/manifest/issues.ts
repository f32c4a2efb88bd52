import type { z } from "zod";
import { didYouMean, nearest } from "../problem/nearest.ts";
import { invariant, type Place, type Problem } from "../problem/problem.ts";
import type { ManifestCode } from "./codes.ts";
import { manifestProblem, type Path } from "./document.ts";
import type { IssueDetail } from "./fields.ts";
import { fieldsAt, isRecord, type JsonSchema, knownKeys } from "./json-schema.ts";
import type { Kind } from "./schema.ts";

type Issue = z.core.$ZodIssue;

/** A document with how a message names it: `Journey "chat-completion"`. */
export interface Subject {
  readonly subject: string;
  readonly value: unknown;
  readonly locate: (path: Path, aim: "key" | "value") => Place;
}

/** One of a kind that this project declares. */
export interface SubjectDocument extends Subject {
  readonly kind: Kind;
}

/** What a schema refused, each as a problem that shows the value and names the next act. @param schema the same, as JSON Schema */
export function problemsOf(
  document: Subject,
  issues: readonly Issue[],
  schema: JsonSchema,
): readonly Problem[] {
  const strays = issues.flatMap((issue) => (issue.code === "unrecognized_keys" ? strayKeys(issue) : []));
  return issues.flatMap((issue): readonly Problem[] => {
    if (issue.code === "unrecognized_keys") {
      return strayKeys(issue).map((path) => unknownKey(document, path, schema));
    }
    const path = pathOf(issue);
    if (valueAt(document.value, path) !== undefined) return [refusedValue(document, issue, schema)];
    // A key mistyped is told once, as unknown with its mending, and not as missing too.
    return strays.some((stray) => isMeant(stray, path)) ? [] : [missingKey(document, path, schema)];
  });
}

function pathOf(issue: Issue): Path {
  return issue.path.filter((segment) => typeof segment !== "symbol");
}

function strayKeys(issue: Issue & { readonly code: "unrecognized_keys" }): readonly Path[] {
  return issue.keys.map((key) => [...pathOf(issue), key]);
}

function isMeant(stray: Path, missing: Path): boolean {
  const isSibling =
    stray.length === missing.length && stray.slice(0, -1).every((part, at) => part === missing[at]);
  return isSibling && nearest(String(stray.at(-1)), [String(missing.at(-1))]) !== null;
}

function unknownKey(document: Subject, path: Path, schema: JsonSchema): Problem {
  const parent = path.slice(0, -1);
  const key = String(path.at(-1));
  const known = knownKeys(fieldsAt(schema, parent), valueAt(document.value, parent));
  return manifestProblem("manifest/unknown-key", {
    what: `${document.subject}: ${shownPath(parent)} has no key "${key}"`,
    where: document.locate(path, "key"),
    mend: `${didYouMean(key, known)}${shownPath(parent)} takes ${known.join(", ")}`,
  });
}

function missingKey(document: Subject, path: Path, schema: JsonSchema): Problem {
  const parent = path.slice(0, -1);
  return manifestProblem("manifest/missing-key", {
    what: `${document.subject}: ${shownPath(parent)} needs "${String(path.at(-1))}"`,
    where: document.locate(parent, "key"),
    mend: `add ${String(path.at(-1))}${exampleOf(fieldsAt(schema, path), ": ")}`,
  });
}

/** What is told of a value that stands there and cannot stay. */
interface Refusal {
  readonly code: ManifestCode;
  /** Goes on from "…: spec.entry is "x"". */
  readonly because: string;
  readonly mend: string;
}

function refusedValue(document: Subject, issue: Issue, schema: JsonSchema): Problem {
  const path = pathOf(issue);
  const value = valueAt(document.value, path);
  const { code, because, mend } = refusalOf(issue, value, fieldsAt(schema, path));
  return manifestProblem(code, {
    what: `${document.subject}: ${shownPath(path)} is ${shownValue(value)}${because}`,
    where: document.locate(path, "value"),
    mend,
  });
}

function refusalOf(issue: Issue, value: unknown, fields: readonly JsonSchema[]): Refusal {
  switch (issue.code) {
    case "invalid_type": {
      const because = value === null ? "" : `, not ${typeWords[issue.expected] ?? issue.expected}`;
      return { code: "manifest/wrong-type", because, mend: `write ${wantedText(issue.expected, fields)}` };
    }
    case "invalid_value":
      return unknownValue(value, issue.values);
    case "invalid_union": {
      const options = optionsOf(issue);
      return options.length === 0 ? ofNoType(issue) : unknownValue(value, options);
    }
    case "invalid_format":
      return {
        code: "manifest/bad-name",
        because: ", which is no name",
        mend: "use lower-case letters, digits and hyphens, with a letter or digit at both ends, at most 63",
      };
    case "too_small":
    case "too_big":
      return outOfRange(issue);
    case "custom": {
      // Only fields.ts adds issues of its own, and gives them these.
      const { code, mend } = issue.params as unknown as IssueDetail;
      return { code, because: `, which ${issue.message}`, mend };
    }
    case "unrecognized_keys":
    case "not_multiple_of":
    case "invalid_key":
    case "invalid_element":
      invariant(false, `the schema raised ${issue.code}, which has no words yet`);
  }
}

function unknownValue(value: unknown, words: readonly unknown[]): Refusal {
  const known = words.map(String);
  const mend = `${didYouMean(String(value), known)}write one of ${known.join(", ")}`;
  return { code: "manifest/unknown-value", because: "", mend };
}

/** It may be of one of several types, and is of none. */
function ofNoType(issue: Issue & { readonly code: "invalid_union" }): Refusal {
  const expected = issue.errors
    .flat()
    .flatMap((each) => (each.code === "invalid_type" ? [each.expected] : []));
  const types = expected.map((each) => typeWords[each] ?? each);
  return { code: "manifest/wrong-type", because: "", mend: `write ${types.join(", or ")}` };
}

function optionsOf(issue: Issue & { readonly code: "invalid_union" }): readonly unknown[] {
  return "options" in issue ? (issue.options ?? []) : [];
}

function outOfRange(issue: Issue & { readonly code: "too_small" | "too_big" }): Refusal {
  const code = "manifest/out-of-range";
  if (issue.origin === "array") return wrongLength(issue);
  if (issue.origin === "string") {
    return issue.code === "too_small"
      ? { code, because: ", which is no text", mend: "write at least one letter" }
      : { code, because: ", which is too long", mend: `write at most ${issue.maximum} characters` };
  }
  const isIncluded = issue.inclusive !== false;
  return issue.code === "too_small"
    ? {
        code,
        because: "",
        mend: `write a number that is ${isIncluded ? "at least" : "above"} ${issue.minimum}`,
      }
    : {
        code,
        because: "",
        mend: `write a number that is ${isIncluded ? "at most" : "below"} ${issue.maximum}`,
      };
}

function wrongLength(issue: Issue & { readonly code: "too_small" | "too_big" }): Refusal {
  const code = "manifest/out-of-range";
  return issue.code === "too_small"
    ? { code, because: ", an empty list", mend: "list at least one" }
    : { code, because: ", which is too many", mend: `list at most ${issue.maximum}` };
}

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  object: "a map",
  array: "a list",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  null: "null",
};

function wantedText(expected: string, fields: readonly JsonSchema[]): string {
  return `${typeWords[expected] ?? expected}${exampleOf(fields, ", such as ")}`;
}

function exampleOf(fields: readonly JsonSchema[], lead: string): string {
  const example = fields.flatMap((field) => field.examples ?? [])[0];
  return example === undefined
    ? ""
    : `${lead}${typeof example === "string" ? example : JSON.stringify(example)}`;
}

export function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const segment of path) {
    if (typeof segment === "number")
      current = Array.isArray(current) ? (current as unknown[])[segment] : undefined;
    else current = isRecord(current) && Object.hasOwn(current, segment) ? current[segment] : undefined;
  }
  return current;
}

/** `spec.steps[2].phase`; the document itself is named as such. */
export function shownPath(path: Path): string {
  if (path.length === 0) return "the document";
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

const shownLengthMax = 60;

/** A value as a message shows it: short, and on one line. */
export function shownValue(value: unknown): string {
  if (value === null) return "empty";
  const text = JSON.stringify(value);
  return text.length <= shownLengthMax ? text : `${text.slice(0, shownLengthMax)}…`;
}

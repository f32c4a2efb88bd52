import type { z } from "zod";
import type { ManifestCode } from "../../manifest/codes.ts";
import { manifestProblem, type Path } from "../../manifest/document.ts";
import { problemsOf, shownPath, type Subject } from "../../manifest/issues.ts";
import { jsonSchemaOf } from "../../manifest/json-schema.ts";
import type { Problem } from "../../problem/problem.ts";
import { labels as labelsField } from "../fields.ts";
import { type ImportedSlo, isCut, nameLengthMax, nameOf, type Texts } from "./slo-document.ts";

/** What could be translated, why the rest could not, and what got lost. */
export interface Translation {
  readonly documents: readonly ImportedSlo[];
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

export function inOne(translations: readonly Translation[]): Translation {
  return {
    documents: translations.flatMap(({ documents }) => documents),
    problems: translations.flatMap(({ problems }) => problems),
    warnings: translations.flatMap(({ warnings }) => warnings),
  };
}

export function refusal(...problems: readonly Problem[]): Translation {
  return { documents: [], problems, warnings: [] };
}

/** A part of an SLO, or why there is none. */
export type Part<Value> =
  | { readonly ok: true; readonly value: Value; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** A spec as its schema reads it. */
export function read<Value>(spec: Subject, schema: z.ZodType<Value>): Part<Value> {
  const result = schema.safeParse(spec.value);
  if (result.success) return { ok: true, value: result.data, warnings: [] };
  return { ok: false, problems: problemsOf(spec, result.error.issues, jsonSchemaOf(schema)) };
}

/** What is told of a place in a spec. */
interface Told {
  readonly path: Path;
  /** Goes on from "Sloth spec "chat": slos[0].sli ". */
  readonly because: string;
  readonly mend: string;
}

export function told(
  { subject, locate }: Subject,
  code: ManifestCode,
  { path, because, mend }: Told,
): Problem {
  const what = `${subject}: ${shownPath(path)} ${because}`;
  return manifestProblem(code, { what, where: locate(path, "key"), mend });
}

const lost = "has no counterpart in OpenSLO and is dropped";

export function dropped(spec: Subject, path: Path, mend: string): Problem {
  return told(spec, "manifest/unknown-key", { path, because: lost, mend });
}

/** Keys beside one another, told at once; none, nothing. */
export function droppedTogether(
  { subject, locate }: Subject,
  paths: readonly Path[],
  mend: string,
): readonly Problem[] {
  const [first] = paths;
  if (first === undefined) return [];
  const each = paths.length === 1 ? lost : "have no counterpart in OpenSLO and are dropped";
  const what = `${subject}: ${paths.map(shownPath).join(", ")} ${each}`;
  return [manifestProblem("manifest/unknown-key", { what, where: locate(first, "key"), mend })];
}

/** Labels that OpenSLO takes, with a warning for each that it does not. */
export function carriedLabels(
  spec: Subject,
  path: Path,
  labels: Texts = {},
): { readonly labels: Texts; readonly warnings: readonly Problem[] } {
  const isTaken = ([key, value]: readonly [string, string]): boolean =>
    labelsField.safeParse({ [key]: value }).success;
  const entries = Object.entries(labels);
  const mend = "use letters, digits, - _ . with a letter or digit at both ends, at most 63";
  return {
    labels: Object.fromEntries(entries.filter(isTaken)),
    warnings: entries
      .filter((entry) => !isTaken(entry))
      .map(([key]) =>
        told(spec, "manifest/bad-name", {
          path: [...path, key],
          because: "cannot be a label of OpenSLO and is dropped",
          mend,
        }),
      ),
  };
}

/** What is wrong with a title, and what of it gets lost. @param path where it stands */
export function checkedTitle(spec: Subject, path: Path, title: string): Part<string> {
  if (nameOf(title) === "") {
    const because = `is "${title}", which has neither letter nor digit to make a name of`;
    const mend = "use lower-case letters, digits and hyphens, with a letter or digit at both ends";
    return { ok: false, problems: [told(spec, "manifest/bad-name", { path, because, mend })] };
  }
  if (!isCut(title)) return { ok: true, value: title, warnings: [] };
  const because = `makes "${title}", which is longer than ${nameLengthMax} and is cut to "${nameOf(title)}"`;
  const warning = told(spec, "manifest/bad-name", { path, because, mend: "choose a shorter name" });
  return { ok: true, value: title, warnings: [warning] };
}

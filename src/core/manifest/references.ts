import type { Catalogue } from "../catalogue/catalogue.ts";
import { didYouMean } from "../problem/nearest.ts";
import type { Problem } from "../problem/problem.ts";
import { manifestProblem, type Path } from "./document.ts";
import { namePattern, rowPattern } from "./fields.ts";
import { type SubjectDocument, shownPath, valueAt } from "./issues.ts";
import { type Kind, kinds } from "./schema.ts";

/** What can be named elsewhere: documents, what the platform lists, and rows of the catalogue. */
type Nameable = Kind | keyof typeof listed | keyof typeof catalogued;

/** Names that the platform lists. */
const listed = {
  region: ["spec", "regions", "*", "name"],
  provider: ["spec", "regions", "*", "provider"],
  cell: ["spec", "cells", "*", "name"],
  fate: ["spec", "fates", "*", "name"],
} as const;

/** Rows of the catalogue, and what they are called. */
const catalogued = { "failure row": "failures", location: "locations", machine: "machines" } as const;

interface Reference {
  readonly from: Kind;
  /** Keys from the document down; `*` is every item of a list. */
  readonly path: readonly string[];
  readonly to: Nameable;
}

/** Every field that names something declared elsewhere; a zone, which is one of a region, is read by `contradictions`. */
const references: readonly Reference[] = [
  { from: "Platform", path: ["spec", "regions", "*", "location"], to: "location" },
  { from: "Platform", path: ["spec", "regions", "*", "failure", "catalogue"], to: "failure row" },
  { from: "Platform", path: ["spec", "regions", "*", "zoneFailure", "catalogue"], to: "failure row" },
  { from: "Platform", path: ["spec", "regions", "*", "takesAlong", "*", "region"], to: "region" },
  { from: "Platform", path: ["spec", "cells", "*", "region"], to: "region" },
  { from: "Platform", path: ["spec", "fates", "*", "covers", "providers", "*"], to: "provider" },
  { from: "Platform", path: ["spec", "fates", "*", "covers", "regions", "*"], to: "region" },
  { from: "Platform", path: ["spec", "fates", "*", "covers", "components", "*"], to: "Component" },
  { from: "Platform", path: ["spec", "fates", "*", "failure", "catalogue"], to: "failure row" },
  { from: "Journey", path: ["spec", "entry"], to: "Component" },
  { from: "Journey", path: ["spec", "policy"], to: "Policy" },
  { from: "Journey", path: ["spec", "degradedModes", "*", "without", "*"], to: "Component" },
  { from: "Journey", path: ["spec", "degradedModes", "*", "instead", "*", "of"], to: "Component" },
  { from: "Journey", path: ["spec", "degradedModes", "*", "instead", "*", "by"], to: "Component" },
  { from: "Policy", path: ["spec", "inherits"], to: "Policy" },
  { from: "Component", path: ["spec", "placements", "*", "region"], to: "region" },
  { from: "Component", path: ["spec", "placements", "*", "cell"], to: "cell" },
  { from: "Component", path: ["spec", "placements", "*", "machine"], to: "machine" },
  { from: "Component", path: ["spec", "placements", "*", "failure", "catalogue"], to: "failure row" },
  { from: "Component", path: ["spec", "failure", "catalogue"], to: "failure row" },
  { from: "Component", path: ["spec", "needs", "*", "component"], to: "Component" },
  { from: "Component", path: ["spec", "needs", "*", "fallbacks", "*"], to: "Component" },
  { from: "Component", path: ["spec", "api", "hostedBy"], to: "provider" },
  { from: "Scenario", path: ["spec", "failures", "*", "region"], to: "region" },
  { from: "Scenario", path: ["spec", "failures", "*", "cell"], to: "cell" },
  { from: "Scenario", path: ["spec", "failures", "*", "provider"], to: "provider" },
  { from: "Scenario", path: ["spec", "failures", "*", "fate"], to: "fate" },
  { from: "Scenario", path: ["spec", "failures", "*", "component"], to: "Component" },
  { from: "Risk", path: ["spec", "scenarios", "*"], to: "Scenario" },
  { from: "RecoveryPlan", path: ["spec", "covers", "journeys", "*"], to: "Journey" },
  { from: "RecoveryPlan", path: ["spec", "covers", "scenarios", "*"], to: "Scenario" },
  { from: "RecoveryPlan", path: ["spec", "controllers", "*"], to: "region" },
  { from: "RecoveryPlan", path: ["spec", "coordination", "*"], to: "region" },
  { from: "RecoveryPlan", path: ["spec", "evidence", "*"], to: "region" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "component"], to: "Component" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "journey"], to: "Journey" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "needs", "*"], to: "Component" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "candidates", "*"], to: "region" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "serving"], to: "region" },
  {
    from: "RecoveryPlan",
    path: ["spec", "interlocks", "gates", "*", "by", "policy"],
    to: "ErrorBudgetPolicy",
  },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "region"], to: "region" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "cell"], to: "cell" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "lost"], to: "cell" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "drains", "*"], to: "cell" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "plan"], to: "RecoveryPlan" },
  { from: "Drill", path: ["spec", "plan"], to: "RecoveryPlan" },
  { from: "Drill", path: ["spec", "scenario"], to: "Scenario" },
  { from: "Drill", path: ["spec", "journey"], to: "Journey" },
  { from: "Options", path: ["spec", "choices", "*", "component"], to: "Component" },
  { from: "Options", path: ["spec", "choices", "*", "added", "*", "region"], to: "region" },
  { from: "Options", path: ["spec", "choices", "*", "added", "*", "machine"], to: "machine" },
  { from: "Options", path: ["spec", "choices", "*", "added", "*", "cell"], to: "cell" },
  { from: "Options", path: ["spec", "choices", "*", "region", "*", "region"], to: "region" },
  { from: "Options", path: ["spec", "choices", "*", "region", "*", "machine"], to: "machine" },
  {
    from: "Options",
    path: ["spec", "choices", "*", "added", "*", "failure", "catalogue"],
    to: "failure row",
  },
];

/** Lists in which saying something twice is a slip: the same region or name must not stand there again. */
const distinct: readonly Omit<Reference, "to">[] = [
  { from: "Platform", path: ["spec", "regions", "*", "name"] },
  { from: "Platform", path: ["spec", "regions", "*", "zones", "*"] },
  { from: "Platform", path: ["spec", "regions", "*", "takesAlong", "*", "region"] },
  { from: "Platform", path: ["spec", "cells", "*", "name"] },
  { from: "Platform", path: ["spec", "fates", "*", "name"] },
  { from: "Journey", path: ["spec", "degradedModes", "*", "name"] },
  { from: "Component", path: ["spec", "placements", "*", "zones", "*"] },
  { from: "Component", path: ["spec", "needs", "*", "component"] },
  { from: "Component", path: ["spec", "needs", "*", "fallbacks", "*"] },
  { from: "Risk", path: ["spec", "scenarios", "*"] },
  { from: "RecoveryPlan", path: ["spec", "covers", "journeys", "*"] },
  { from: "RecoveryPlan", path: ["spec", "covers", "scenarios", "*"] },
  { from: "RecoveryPlan", path: ["spec", "controllers", "*"] },
  { from: "RecoveryPlan", path: ["spec", "coordination", "*"] },
  { from: "RecoveryPlan", path: ["spec", "evidence", "*"] },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "candidates", "*"] },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "name"] },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "plan"] },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "drains", "*"] },
  { from: "RecoveryPlan", path: ["spec", "interlocks", "blocked", "*", "name"] },
  { from: "RecoveryPlan", path: ["spec", "interlocks", "blocked", "*", "days", "*"] },
  { from: "RecoveryPlan", path: ["spec", "interlocks", "gates", "*", "name"] },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "by", "servers", "*", "name"] },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "variables", "*", "name"] },
];

/**
 * Names that stand for nothing. A document that was refused still declares its name, so that one slip is told once; the same
 * care for files that could not be read is the caller's.
 */
export function danglingReferences(
  documents: readonly SubjectDocument[],
  catalogue: Catalogue,
): readonly Problem[] {
  const targets = new Set(references.map((reference) => reference.to));
  const names = new Map([...targets].map((to) => [to, declaredNames(documents, to, catalogue)]));
  const byKind = new Map(kinds.map((kind) => [kind, documents.filter((each) => each.kind === kind)]));
  return references.flatMap((reference) => {
    const known = names.get(reference.to) ?? new Set<string>();
    return (byKind.get(reference.from) ?? []).flatMap((document) =>
      textsAt(document.value, reference.path)
        // What is no name at all was refused as that.
        .filter(({ text }) => !known.has(text) && isNameOf(reference.to, text))
        .map(({ path, text }) => dangling(document, { path, text, to: reference.to, known })),
    );
  });
}

function isNameOf(to: Nameable, text: string): boolean {
  return new RegExp(isCatalogued(to) ? rowPattern : namePattern).test(text);
}

interface Dangling {
  readonly path: Path;
  readonly text: string;
  readonly to: Nameable;
  readonly known: ReadonlySet<string>;
}

/** As many names as can be read at a glance. */
const namesToldMax = 20;

function dangling(document: SubjectDocument, { path, text, to, known }: Dangling): Problem {
  const because = isCatalogued(to) ? "which the catalogue does not have" : "which is not declared";
  return manifestProblem("manifest/dangling-reference", {
    what: `${document.subject}: ${shownPath(path)} names the ${to} "${text}", ${because}`,
    where: document.locate(path, "value"),
    mend: `${didYouMean(text, known)}${isCatalogued(to) ? rowsTold(to, known) : namesTold(to, known)}`,
  });
}

/** Rows are too many to list: where they stand is told, and how to add one. */
function rowsTold(to: keyof typeof catalogued, known: ReadonlySet<string>): string {
  const file = `${catalogued[to]}.tsv`;
  return `it has ${known.size} of this kind, in data/${file}; add your own in catalogue/${file} of the workspace`;
}

function namesTold(to: Nameable, known: ReadonlySet<string>): string {
  const names = [...known].sort();
  const rest = names.length > namesToldMax ? ` and ${names.length - namesToldMax} more` : "";
  return names.length === 0
    ? `no ${to} is declared`
    : `declared are ${names.slice(0, namesToldMax).join(", ")}${rest}`;
}

function declaredNames(
  documents: readonly SubjectDocument[],
  to: Nameable,
  catalogue: Catalogue,
): ReadonlySet<string> {
  if (isCatalogued(to)) return new Set(catalogue[catalogued[to]].keys());
  const kind = isListed(to) ? "Platform" : to;
  const path = isListed(to) ? listed[to] : ["metadata", "name"];
  const declaring = documents.filter((document) => document.kind === kind);
  return new Set(declaring.flatMap((document) => textsAt(document.value, path).map(({ text }) => text)));
}

function isCatalogued(to: Nameable): to is keyof typeof catalogued {
  return Object.hasOwn(catalogued, to);
}

function isListed(to: Nameable): to is keyof typeof listed {
  return Object.hasOwn(listed, to);
}

/** Documents of one kind that share a name, and names that one list says twice. */
export function duplicateNames(documents: readonly SubjectDocument[]): readonly Problem[] {
  return [...duplicateDocuments(documents), ...documents.flatMap(repeatedItems)];
}

function duplicateDocuments(documents: readonly SubjectDocument[]): readonly Problem[] {
  const path: Path = ["metadata", "name"];
  const first = new Map<string, SubjectDocument>();
  return documents.flatMap((document) => {
    const name = valueAt(document.value, path);
    if (typeof name !== "string") return [];
    const earlier = first.get(document.subject);
    if (earlier === undefined) {
      first.set(document.subject, document);
      return [];
    }
    const { file, line } = earlier.locate(path, "value");
    return [
      manifestProblem("manifest/duplicate-name", {
        what: `${document.subject} is declared a second time; the first is at ${file}:${line}`,
        where: document.locate(path, "value"),
        mend: "rename or delete one of the two",
      }),
    ];
  });
}

function repeatedItems(document: SubjectDocument): readonly Problem[] {
  return distinct
    .filter((list) => list.from === document.kind)
    .flatMap((list) => {
      const seen = new Set<string>();
      return textsAt(document.value, list.path).filter(({ path, text }) => {
        const item = JSON.stringify([listOf(path), text]);
        const isRepeated = seen.has(item);
        seen.add(item);
        return isRepeated;
      });
    })
    .map(({ path, text }) =>
      manifestProblem("manifest/duplicate-name", {
        what: `${document.subject}: ${shownPath(path)} says "${text}" again`,
        where: document.locate(path, "value"),
        mend: "delete it or name another",
      }),
    );
}

/** The innermost list that an item at a path stands in. */
function listOf(path: Path): Path {
  return path.slice(
    0,
    path.findLastIndex((segment) => typeof segment === "number"),
  );
}

interface FoundText {
  readonly path: Path;
  readonly text: string;
}

/** The texts that stand at a path of keys and `*`; what is no text is left to the schema. */
function textsAt(value: unknown, pattern: readonly string[]): readonly FoundText[] {
  const found: FoundText[] = [];
  collectTexts(value, { pattern, path: [], found });
  return found;
}

interface Collected {
  readonly pattern: readonly string[];
  /** Where the value stands, as far down the pattern. */
  readonly path: (string | number)[];
  readonly found: FoundText[];
}

function collectTexts(value: unknown, collected: Collected): void {
  const { pattern, path, found } = collected;
  const segment = pattern[path.length];
  if (segment === undefined) {
    if (typeof value === "string") found.push({ path: [...path], text: value });
    return;
  }
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const entries: Iterable<readonly [string | number, unknown]> =
    segment === "*" ? items.entries() : [[segment, valueAt(value, [segment])]];
  for (const [key, item] of entries) {
    path.push(key);
    if (item !== undefined) collectTexts(item, collected);
    path.pop();
  }
}

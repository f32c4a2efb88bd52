import { didYouMean } from "../problem/nearest.ts";
import type { Problem } from "../problem/problem.ts";
import { manifestProblem, type Path } from "./document.ts";
import { type SubjectDocument, shownPath, valueAt } from "./issues.ts";
import type { Kind } from "./schema.ts";

/** What can be named elsewhere: documents, and the regions of the platform. */
type Nameable = Kind | "region";

interface Reference {
  readonly from: Kind;
  /** Keys from the document down; `*` is every item of a list. */
  readonly path: readonly string[];
  readonly to: Nameable;
}

/** Every field that names something declared elsewhere. */
const references: readonly Reference[] = [
  { from: "Journey", path: ["spec", "entry"], to: "Component" },
  { from: "Component", path: ["spec", "placements", "*", "region"], to: "region" },
  { from: "Component", path: ["spec", "needs", "*", "component"], to: "Component" },
  { from: "Scenario", path: ["spec", "failures", "*", "region"], to: "region" },
  { from: "RecoveryPlan", path: ["spec", "covers", "journeys", "*"], to: "Journey" },
  { from: "RecoveryPlan", path: ["spec", "covers", "scenarios", "*"], to: "Scenario" },
  { from: "RecoveryPlan", path: ["spec", "controllers", "*"], to: "region" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "component"], to: "Component" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "journey"], to: "Journey" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "needs", "*"], to: "Component" },
  { from: "RecoveryPlan", path: ["spec", "steps", "*", "candidates", "*"], to: "region" },
  { from: "Drill", path: ["spec", "plan"], to: "RecoveryPlan" },
  { from: "Drill", path: ["spec", "scenario"], to: "Scenario" },
  { from: "Drill", path: ["spec", "journey"], to: "Journey" },
];

/** Lists in which saying something twice is a slip: the same region or name must not stand there again. */
const distinct: readonly Omit<Reference, "to">[] = [
  { from: "Platform", path: ["spec", "regions", "*", "name"] },
  { from: "Component", path: ["spec", "placements", "*", "region"] },
  { from: "Component", path: ["spec", "needs", "*", "component"] },
  { from: "Scenario", path: ["spec", "failures", "*", "region"] },
  { from: "RecoveryPlan", path: ["spec", "covers", "journeys", "*"] },
  { from: "RecoveryPlan", path: ["spec", "covers", "scenarios", "*"] },
  { from: "RecoveryPlan", path: ["spec", "controllers", "*"] },
];

/**
 * Names that stand for nothing. A document that was refused still declares its name, so that one slip is told once; the same
 * care for files that could not be read is the caller's.
 */
export function danglingReferences(documents: readonly SubjectDocument[]): readonly Problem[] {
  return references.flatMap((reference) => {
    const known = declaredNames(documents, reference.to);
    return documents
      .filter((document) => document.kind === reference.from)
      .flatMap((document) =>
        textsAt(document.value, reference.path)
          .filter(({ text }) => !known.has(text))
          .map(({ path, text }) => dangling(document, { path, text, to: reference.to, known })),
      );
  });
}

interface Dangling {
  readonly path: Path;
  readonly text: string;
  readonly to: Nameable;
  readonly known: ReadonlySet<string>;
}

function dangling(document: SubjectDocument, { path, text, to, known }: Dangling): Problem {
  const declared = known.size === 0 ? `no ${to} is declared` : `declared are ${[...known].sort().join(", ")}`;
  return manifestProblem("manifest/dangling-reference", {
    what: `${document.subject}: ${shownPath(path)} names the ${to} "${text}", which is not declared`,
    where: document.locate(path, "value"),
    mend: `${didYouMean(text, known)}${declared}`,
  });
}

function declaredNames(documents: readonly SubjectDocument[], to: Nameable): ReadonlySet<string> {
  const kind = to === "region" ? "Platform" : to;
  const path = to === "region" ? ["spec", "regions", "*", "name"] : ["metadata", "name"];
  const declaring = documents.filter((document) => document.kind === kind);
  return new Set(declaring.flatMap((document) => textsAt(document.value, path).map(({ text }) => text)));
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
      const texts = textsAt(document.value, list.path);
      return texts.filter(({ text }, at) => texts.findIndex((other) => other.text === text) < at);
    })
    .map(({ path, text }) =>
      manifestProblem("manifest/duplicate-name", {
        what: `${document.subject}: ${shownPath(path)} says "${text}" again`,
        where: document.locate(path, "value"),
        mend: "delete it or name another",
      }),
    );
}

interface FoundText {
  readonly path: Path;
  readonly text: string;
}

/** The texts that stand at a path of keys and `*`; what is no text is left to the schema. */
function textsAt(value: unknown, pattern: readonly string[]): readonly FoundText[] {
  let found: readonly { readonly path: Path; readonly value: unknown }[] = [{ path: [], value }];
  for (const segment of pattern) {
    found = found.flatMap((each) => {
      if (segment !== "*") return [{ path: [...each.path, segment], value: valueAt(each.value, [segment]) }];
      const items: readonly unknown[] = Array.isArray(each.value) ? each.value : [];
      return items.map((item, at) => ({ path: [...each.path, at], value: item }));
    });
  }
  return found.flatMap((each) =>
    typeof each.value === "string" ? [{ path: each.path, text: each.value }] : [],
  );
}

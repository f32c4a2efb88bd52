import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Model, Named } from "../model/model.ts";
import { didYouMean } from "../problem/nearest.ts";
import { invariant, type Parsed, type Place, type Problem } from "../problem/problem.ts";
import { budgetPolicyOf, drillOf, planOf, platformOf, riskOf, scenarioOf } from "./build.ts";
import { componentOf } from "./build-component.ts";
import { optionsOf } from "./build-options.ts";
import { journeyOf, policiesOf } from "./build-objectives.ts";
import { joinedPlans } from "./join-plans.ts";
import { manifestCodes } from "./codes.ts";
import type { ReadSubject } from "./contradiction.ts";
import { contradictions } from "./contradictions.ts";
import {
  type ManifestDocument,
  manifestProblem,
  type Path,
  readDocuments,
  type SourceFile,
} from "./document.ts";
import { problemsOf, type SubjectDocument, shownValue, valueAt } from "./issues.ts";
import { isRecord, schemaOf } from "./json-schema.ts";
import { danglingReferences, duplicateNames } from "./references.ts";
import { apiVersion, documentSchemas, isKind, type Kind, kinds, type ReadDocument } from "./schema.ts";

/** A workspace as read: what is declared, and where each part of it stands in the files. */
export interface Workspace {
  readonly model: Model;
  /** Where something was declared: the document of that kind and name, or the part of it at `path`. */
  readonly locate: (kind: Kind, name: string, path?: Path) => Place;
  /** The same of a part that may have been left out: then `null`. */
  readonly written: (kind: Kind, name: string, path: Path) => Place | null;
  /** OpenSLO documents that stand beside; they are left as they are. */
  readonly skipped: number;
}

/**
 * Reads the manifests of one workspace, and answers the model or every problem at once, in the order of files and lines. The
 * order in which files are given does not matter. Rows that manifests name, and those that are assumed where they say nothing, come
 * from the catalogue.
 */
export function readWorkspace(files: readonly SourceFile[], catalogue: Catalogue): Parsed<Workspace> {
  const ordered = [...files].sort((a, b) => compareText(a.path, b.path));
  const texts = ordered.map(readDocuments);
  const envelopes = texts.flatMap((each) => each.documents.map(readEnvelope));
  const documents = envelopes.flatMap((each) => (each.kind === "subject" ? [each.document] : []));
  const read = documents.map(readSubject);
  const subjects = read.flatMap((each) => (each.ok ? [each.value] : []));
  const isComplete =
    texts.every((each) => each.isComplete) && envelopes.every((each) => each.kind !== "refused");
  const problems = [
    ...texts.flatMap((each) => each.problems),
    ...envelopes.flatMap((each) => (each.kind === "refused" ? [each.problem] : [])),
    ...read.flatMap((each) => (each.ok ? [] : each.problems)),
    ...duplicateNames(documents),
    // What an unreadable document declares is not known, and whatever refers to it is not at fault.
    ...(isComplete ? [...danglingReferences(documents, catalogue), ...platformProblems(documents)] : []),
    ...contradictions(subjects),
  ].sort(byPlace);
  const [first, ...others] = problems;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  const skipped = envelopes.filter((each) => each.kind === "skipped").length;
  const model = modelOf(subjects, catalogue);
  return { ok: true, value: { model, locate: locator(documents), written: finder(documents), skipped } };
}

type Envelope =
  | { readonly kind: "subject"; readonly document: SubjectDocument }
  | { readonly kind: "skipped" }
  | { readonly kind: "refused"; readonly problem: Problem };

/** Whose document it is, and of which kind. */
function readEnvelope(document: ManifestDocument): Envelope {
  const { value, locate } = document;
  if (!isRecord(value)) {
    const what = `the document is ${shownValue(value)}, not a map`;
    return refused("manifest/not-a-map", {
      what,
      where: locate([], "value"),
      mend: manifestCodes["manifest/not-a-map"].mend,
    });
  }
  const version = valueAt(value, ["apiVersion"]);
  if (typeof version === "string" && /^openslo(\.com)?\//.test(version)) return { kind: "skipped" };
  const kind = valueAt(value, ["kind"]);
  if (version !== apiVersion) return refusedVersion(document, version);
  if (typeof kind !== "string" || !isKind(kind)) return refusedKind(document, kind);
  const name = valueAt(value, ["metadata", "name"]);
  const subject = typeof name === "string" ? `${kind} "${name}"` : kind;
  return { kind: "subject", document: { kind, subject, value, locate } };
}

function refused(...[code, told]: Parameters<typeof manifestProblem>): Envelope {
  return { kind: "refused", problem: manifestProblem(code, told) };
}

function refusedVersion({ locate }: ManifestDocument, version: unknown): Envelope {
  if (version === undefined) {
    return refused("manifest/missing-api-version", {
      what: "the document has no apiVersion",
      where: locate([], "value"),
      mend: manifestCodes["manifest/missing-api-version"].mend,
    });
  }
  return refused("manifest/unknown-api-version", {
    what: `apiVersion is ${shownValue(version)}, not ${apiVersion}`,
    where: locate(["apiVersion"], "value"),
    mend: `${didYouMean(plainText(version), [apiVersion])}${manifestCodes["manifest/unknown-api-version"].mend}`,
  });
}

function refusedKind({ locate }: ManifestDocument, kind: unknown): Envelope {
  if (kind === undefined) {
    return refused("manifest/missing-key", {
      what: 'the document needs "kind"',
      where: locate([], "value"),
      mend: `add kind: one of ${kinds.join(", ")}`,
    });
  }
  return refused("manifest/unknown-kind", {
    what: `kind is ${shownValue(kind)}`,
    where: locate(["kind"], "value"),
    mend: `${didYouMean(plainText(kind), kinds)}write one of ${kinds.join(", ")}`,
  });
}

function plainText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readSubject(document: SubjectDocument): Parsed<ReadSubject> {
  const result = documentSchemas[document.kind].safeParse(document.value);
  if (result.success) {
    // The schema was chosen by the kind, which the compiler cannot follow through the table.
    const subject = { kind: document.kind, document, read: result.data } as ReadSubject;
    return { ok: true, value: subject };
  }
  const [first, ...others] = problemsOf(document, result.error.issues, schemaOf(document.kind));
  invariant(first !== undefined, "a refused document has at least one problem");
  return { ok: false, problems: [first, ...others] };
}

function platformProblems(documents: readonly SubjectDocument[]): readonly Problem[] {
  const platforms = documents.filter((document) => document.kind === "Platform");
  const [first, ...others] = platforms;
  if (first === undefined) {
    const { mend } = manifestCodes["manifest/no-platform"];
    return [manifestProblem("manifest/no-platform", { what: "no Platform is declared", where: null, mend })];
  }
  return others
    .filter((other) => other.subject !== first.subject)
    .map((other) => {
      const { file, line } = first.locate(["kind"], "value");
      return manifestProblem("manifest/two-platforms", {
        what: `${other.subject} is a second platform; the first, ${first.subject}, is at ${file}:${line}`,
        where: other.locate(["kind"], "value"),
        mend: manifestCodes["manifest/two-platforms"].mend,
      });
    });
}

function modelOf(subjects: readonly ReadSubject[], catalogue: Catalogue): Model {
  const [written] = ofKind(subjects, "Platform");
  invariant(written !== undefined, "a workspace without a platform is a problem");
  const platform = platformOf(written, catalogue);
  const policies = policiesOf(ofKind(subjects, "Policy"));
  const components = byName(
    ofKind(subjects, "Component").map((each) => componentOf(each, { catalogue, platform })),
  );
  const placesOf = (name: string): readonly string[] => [
    ...new Set((components.get(name)?.placements ?? []).map((placement) => placement.region)),
  ];
  return {
    platform,
    policies,
    journeys: byName(ofKind(subjects, "Journey").map((each) => journeyOf(each, policies))),
    components,
    scenarios: byName(ofKind(subjects, "Scenario").map(scenarioOf)),
    risks: byName(ofKind(subjects, "Risk").map(riskOf)),
    plans: byName(joinedPlans(ofKind(subjects, "RecoveryPlan").map((plan) => planOf(plan, placesOf)))),
    drills: byName(ofKind(subjects, "Drill").map(drillOf)),
    budgetPolicies: byName(ofKind(subjects, "ErrorBudgetPolicy").map(budgetPolicyOf)),
    options: byName(
      subjects.flatMap((each) =>
        each.kind === "Options" ? [optionsOf(each, subjects, { catalogue, platform })] : [],
      ),
    ),
  };
}

function ofKind<Of extends Kind>(subjects: readonly ReadSubject[], kind: Of): readonly ReadDocument<Of>[] {
  // Each subject holds the document of its own kind; the compiler does not carry that through the filter.
  return subjects.flatMap((subject) => (subject.kind === kind ? [subject.read as ReadDocument<Of>] : []));
}

function byName<Item extends { readonly name: string }>(items: readonly Item[]): Named<Item> {
  return new Map([...items].sort((a, b) => compareText(a.name, b.name)).map((item) => [item.name, item]));
}

function locator(documents: readonly SubjectDocument[]): Workspace["locate"] {
  const bySubject = new Map(documents.map((document) => [document.subject, document]));
  return (kind, name, path = ["metadata", "name"]) => {
    const document = bySubject.get(`${kind} "${name}"`);
    invariant(document !== undefined, `no ${kind} is named "${name}"`);
    return document.locate(path, "value");
  };
}

function finder(documents: readonly SubjectDocument[]): Workspace["written"] {
  const bySubject = new Map(documents.map((document) => [document.subject, document]));
  return (kind, name, path) => {
    const document = bySubject.get(`${kind} "${name}"`);
    if (document === undefined || valueAt(document.value, path) === undefined) return null;
    return document.locate(path, "value");
  };
}

/** By code unit: the same on every machine, whatever its language. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function byPlace(a: Problem, b: Problem): number {
  if (a.where === null || b.where === null) return Number(a.where !== null) - Number(b.where !== null);
  return (
    compareText(a.where.file, b.where.file) || a.where.line - b.where.line || a.where.column - b.where.column
  );
}

import { manifestProblem, type Path } from "../manifest/document.ts";
import { isRecord } from "../manifest/json-schema.ts";
import { didYouMean } from "../problem/nearest.ts";
import type { Problem } from "../problem/problem.ts";
import type { OpenSloDocument } from "./openslo.ts";
import { upgraded } from "./upgrade.ts";
import { mapAt, textAt, type Written } from "./written.ts";

/** Documents that others name, by kind and name. */
export type Named = ReadonlyMap<string, OpenSloDocument>;

/** Which kind each key names, wherever in a document it stands. */
const namedBy: Readonly<Record<string, string>> = {
  indicatorRef: "SLI",
  sliRef: "SLI",
  metricSourceRef: "DataSource",
  dataSourceRef: "DataSource",
  alertPolicyRef: "AlertPolicy",
  conditionRef: "AlertCondition",
  targetRef: "AlertNotificationTarget",
  serviceRef: "Service",
};

export function namedDocuments(documents: readonly OpenSloDocument[]): Named {
  const named = new Map<string, OpenSloDocument>();
  for (const document of documents) {
    const key = keyOf(document.kind ?? "", document.name ?? "");
    if (!named.has(key)) named.set(key, document);
  }
  return named;
}

export function documentNamed(named: Named, kind: string, name: string): OpenSloDocument | null {
  return named.get(keyOf(kind, name)) ?? null;
}

function keyOf(kind: string, name: string): string {
  return `${kind} ${name}`;
}

/** Names that no document has, and names that two of one kind have. A service is named without being declared. */
export function referenceProblems(documents: readonly OpenSloDocument[]): readonly Problem[] {
  const named = namedDocuments(documents);
  const twice = documents.filter((each) => {
    const first = documentNamed(named, each.kind ?? "", each.name ?? "");
    return each.name !== null && first !== null && first !== each;
  });
  return [
    ...twice.map((each) => saidTwice(each, documentNamed(named, each.kind ?? "", each.name ?? "") ?? each)),
    ...(twice.length > 0 ? [] : becomingTwice(documents)),
    ...documents.flatMap((each) =>
      referencesIn(each.value, []).flatMap((reference) => dangling(each, reference, named)),
    ),
  ];
}

interface Reference {
  readonly path: Path;
  readonly kind: string;
  readonly name: string;
}

function referencesIn(value: unknown, path: Path): readonly Reference[] {
  if (Array.isArray(value)) {
    return (value as readonly unknown[]).flatMap((item, at) => referencesIn(item, [...path, at]));
  }
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, entry]) => {
    const at = [...path, key];
    const kind = Object.hasOwn(namedBy, key) ? namedBy[key] : undefined;
    if (kind === undefined) return referencesIn(entry, at);
    return typeof entry === "string" && entry !== "" ? [{ path: at, kind, name: entry }] : [];
  });
}

function dangling(
  { kind: ofKind, name: ofName, locate }: OpenSloDocument,
  { path, kind, name }: Reference,
  named: Named,
): readonly Problem[] {
  if (kind === "Service" || documentNamed(named, kind, name) !== null) return [];
  const known = [...named.values()].flatMap((each) => (each.kind === kind ? [each.name ?? ""] : []));
  return [
    manifestProblem("manifest/dangling-reference", {
      what: `${ofKind ?? ""} "${ofName ?? ""}": ${String(path.at(-1))} names "${name}", and no ${kind} is called so`,
      where: locate(path, "value"),
      mend: `${didYouMean(name, known)}name one that is given, or give the file that declares ${kind} "${name}" too`,
    }),
  ];
}

/** Each metric of an SLO of the first version becomes an SLO, whose number may make the name of another one. */
function becomingTwice(documents: readonly OpenSloDocument[]): readonly Problem[] {
  const slos = documents.filter(({ kind, problems }) => kind === "SLO" && problems.length === 0);
  const becoming = slos.flatMap((document) =>
    // A document without a problem is a map of a known version.
    upgraded(document.apiVersion ?? "", document.value as Written).map((each) => ({
      document,
      name: textAt(mapAt(each, "metadata"), "name") ?? "",
    })),
  );
  const firsts = new Map(becoming.toReversed().map((each) => [each.name, each.document]));
  return becoming.flatMap(({ document, name }): readonly Problem[] => {
    const first = firsts.get(name);
    if (first === undefined || first === document) return [];
    const { file, line } = first.locate(["metadata", "name"], "value");
    return [
      manifestProblem("manifest/duplicate-name", {
        what: `a second SLO would be called "${name}"; the first is at ${file}:${line}`,
        where: document.locate(["metadata", "name"], "value"),
        mend: "give one of them another name: what has several ratioMetrics becomes an SLO of each, with its number behind the name",
      }),
    ];
  });
}

function saidTwice({ kind, name, locate }: OpenSloDocument, first: OpenSloDocument): Problem {
  const { file, line } = first.locate(["metadata", "name"], "value");
  return manifestProblem("manifest/duplicate-name", {
    what: `a second ${kind ?? ""} is called "${name ?? ""}"; the first is at ${file}:${line}`,
    where: locate(["metadata", "name"], "value"),
    mend: "give one of them another name",
  });
}

import {
  type ManifestDocument,
  manifestProblem,
  readDocuments,
  type SourceFile,
} from "../../manifest/document.ts";
import { shownValue } from "../../manifest/issues.ts";
import { isRecord } from "../../manifest/json-schema.ts";
import { didYouMean } from "../../problem/nearest.ts";
import type { Parsed, Place, Problem } from "../../problem/problem.ts";
import { shortDuration, v2Units } from "../duration.ts";
import { withoutNulls } from "../nulls.ts";
import { fromPyrra } from "./pyrra.ts";
import type { ImportedSlo } from "./slo-document.ts";
import { fromSloth, fromSlothResource } from "./sloth.ts";
import { inOne, refusal, type Translation } from "./translation.ts";

export interface ImportSettings {
  /** Of an SLO that does not say its own, as Sloth's do not: `30d`. */
  readonly period: string;
}

/** What was asked for as the period of SLOs that say none. */
export function readPeriod(text: string): Parsed<string> {
  const length = /^\d+[a-z]$/.test(text) ? shortDuration(text, v2Units) : null;
  if (length !== null && length.count > 0) return { ok: true, value: text };
  const problem = manifestProblem("manifest/impossible-quantity", {
    what: `the period is "${text}", which is no length of time`,
    where: null,
    mend: `write a whole number above 0 and one of ${v2Units.join(", ")}, such as 28d; m is a minute`,
  });
  return { ok: false, problems: [problem] };
}

/**
 * The SLOs of one file of Sloth or Pyrra as documents of OpenSLO v1, all valid where OpenSLO is read strictly. What a spec says and
 * OpenSLO cannot is a warning; a spec that cannot be translated without changing its meaning is a problem, and the others go on.
 * Names that two files have are told by `together`. Of a file that holds no document nothing comes.
 */
export function importSpecs(file: SourceFile, settings: ImportSettings): Translation {
  const { documents, problems } = readDocuments(file);
  const translations = documents.map((each) => translated(each, settings));
  return inOne([refusal(...problems), ...translations]);
}

/** What was imported of several files; of SLOs with one name the first stays, and the others are problems. */
export function together(translations: readonly Translation[]): Translation {
  const { documents, problems, warnings } = inOne(translations);
  const firsts = new Map<string, ImportedSlo>();
  for (const each of documents) {
    const { name } = each.document.metadata;
    if (!firsts.has(name)) firsts.set(name, each);
  }
  const kept = new Set(firsts.values());
  const twice = documents.flatMap((each): readonly Problem[] => {
    const first = firsts.get(each.document.metadata.name);
    return first === undefined || first === each ? [] : [saidTwice(each, first.from)];
  });
  return {
    documents: documents.filter((each) => kept.has(each)),
    problems: [...problems, ...twice],
    warnings,
  };
}

function saidTwice({ document, from }: ImportedSlo, first: Place): Problem {
  const { name } = document.metadata;
  return manifestProblem("manifest/duplicate-name", {
    what: `a second SLO would be called "${name}"; the first is at ${first.file}:${first.line}`,
    where: from,
    mend: "give one of them another name",
  });
}

type Translate = (document: ManifestDocument, settings: ImportSettings) => Translation;

/** By the apiVersion of a resource: its one kind, and who translates it. */
const resources: Readonly<Record<string, { readonly kind: string; readonly translate: Translate }>> = {
  "sloth.slok.dev/v1": { kind: "PrometheusServiceLevel", translate: fromSlothResource },
  "pyrra.dev/v1alpha1": { kind: "ServiceLevelObjective", translate: fromPyrra },
};

const slothVersion = "prometheus/v1";

function translated({ value: written, locate }: ManifestDocument, settings: ImportSettings): Translation {
  const value = withoutNulls(written);
  const document: ManifestDocument = { value, locate };
  if (!isRecord(value)) return refusal(notAMap(document));
  if (value["apiVersion"] !== undefined) return ofResource(document, value, settings);
  const { version } = value;
  if (version === slothVersion) return fromSloth(document, settings);
  return refusal(version === undefined ? noVersion(document) : unknownVersion(document, "version", version));
}

function ofResource(
  document: ManifestDocument,
  { apiVersion, kind }: Readonly<Record<string, unknown>>,
  settings: ImportSettings,
): Translation {
  const isKnown = typeof apiVersion === "string" && Object.hasOwn(resources, apiVersion);
  const resource = isKnown ? resources[apiVersion] : undefined;
  if (resource === undefined) return refusal(unknownVersion(document, "apiVersion", apiVersion));
  if (kind !== resource.kind) return refusal(unknownKind(document, kind, resource.kind));
  return resource.translate(document, settings);
}

function notAMap({ value, locate }: ManifestDocument): Problem {
  return manifestProblem("manifest/not-a-map", {
    what: `the document is ${shownValue(value)}, not a map`,
    where: locate([], "value"),
    mend: "give a file that holds specs of Sloth or Pyrra",
  });
}

const known = [slothVersion, ...Object.keys(resources)];

const versionsText = `version: ${slothVersion} (Sloth), or apiVersion: ${Object.keys(resources).join(" or ")}`;

function noVersion({ locate }: ManifestDocument): Problem {
  return manifestProblem("manifest/missing-api-version", {
    what: "the document has neither version nor apiVersion, so that nobody knows whose it is",
    where: locate([], "value"),
    mend: `write ${versionsText}`,
  });
}

function unknownVersion(
  { locate }: ManifestDocument,
  key: "version" | "apiVersion",
  given: unknown,
): Problem {
  const isOpenSlo = typeof given === "string" && given.startsWith("openslo");
  const text = typeof given === "string" ? given : shownValue(given);
  return manifestProblem("manifest/unknown-api-version", {
    what: `${key} is ${shownValue(given)}, which is none of Sloth's or Pyrra's`,
    where: locate([key], "value"),
    mend: isOpenSlo
      ? "leave this document as it is: it is OpenSLO already"
      : `${didYouMean(text, known)}write ${versionsText}`,
  });
}

function unknownKind({ locate }: ManifestDocument, given: unknown, wanted: string): Problem {
  return given === undefined
    ? manifestProblem("manifest/missing-key", {
        what: 'the document needs "kind"',
        where: locate([], "value"),
        mend: `add kind: ${wanted}`,
      })
    : manifestProblem("manifest/unknown-kind", {
        what: `kind is ${shownValue(given)}, which cannot be translated`,
        where: locate(["kind"], "value"),
        mend: `write kind: ${wanted}`,
      });
}

import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseAllDocuments,
  type Scalar,
  visit,
} from "yaml";
import type { FileEdit, SettingValue } from "../../core/model/gitops-wish.ts";
import { type PathStep, settingPath } from "../../core/model/setting-path.ts";

/** Why a value cannot be told, or not be set where it stands. */
export interface Fault {
  readonly kind: "not-a-document" | "no-value" | "shared-value" | "not-settable" | "other-type";
  readonly because: string;
}

export function fault(kind: Fault["kind"], because: string): Fault {
  return { kind, because };
}

export function isFault(found: object): found is Fault {
  return "because" in found;
}

export type Format = "yaml" | "json";

export function formatOf(file: string): Format {
  return file.endsWith(".json") ? "json" : "yaml";
}

/** Where a value stands in the text of a file. */
export interface Place {
  readonly documents: readonly Document.Parsed[];
  readonly document: Document.Parsed;
  readonly node: Scalar | Alias;
  /** Where in the text it begins and ends; the same of what is empty. */
  readonly range: readonly [number, number];
  /** What it is; that of an alias is what it stands for. */
  readonly value: unknown;
}

/**
 * Reads a text as YAML 1.2, or as JSON, which is YAML too and has its places told by the same reader.
 *
 * @returns its documents, none of which is empty
 */
export function documentsIn(text: string, format: Format): readonly Document.Parsed[] | Fault {
  try {
    if (format === "json") JSON.parse(text);
    const documents = [...parseAllDocuments(text, { merge: true, logLevel: "silent" })];
    const [error] = documents.flatMap(({ errors }) => errors);
    if (error !== undefined) return fault("not-a-document", firstLine(error.message));
    // To read it whole finds an alias of nothing, and one that would grow beyond all bounds.
    for (const document of documents) document.toJS();
    return documents.filter(({ contents }) => contents !== null);
  } catch (cause) {
    return fault("not-a-document", firstLine(cause instanceof Error ? cause.message : String(cause)));
  }
}

function firstLine(text: string): string {
  return (text.split("\n")[0] ?? "").replace(/:$/, "");
}

/** Where a value stands that is to be set. @param which of the documents; `null`: the only one */
export function placeOf(
  documents: readonly Document.Parsed[],
  which: FileEdit["document"],
  path: string,
): Place | Fault {
  const document = documentOf(documents, which);
  if (isFault(document)) return document;
  const walked = nodeAt(document, settingPath(path) ?? []);
  if (isFault(walked)) return walked;
  const { node, passed } = walked;
  if (!isScalar(node) && !isAlias(node))
    return fault("no-value", "a map or a list stands there, and no value");
  const value = isAlias(node) ? node.resolve(document) : node;
  if (!isScalar(value)) return fault("no-value", "it stands for a map or a list, and no value");
  const shared = sharedBy(document, passed);
  // An alias says what stands elsewhere, and may be replaced where it is.
  if (shared !== null)
    return fault("shared-value", `*${shared} says the same elsewhere in the file, and would change too`);
  const [begin, end] = node.range ?? [0, 0];
  return { documents, document, node, range: [begin, end], value: value.value };
}

function documentOf(
  documents: readonly Document.Parsed[],
  which: FileEdit["document"],
): Document.Parsed | Fault {
  const matching =
    which === null
      ? documents
      : documents.filter(
          (each) => each.get("kind") === which.kind && each.getIn(["metadata", "name"]) === which.name,
        );
  const [only] = matching;
  if (only !== undefined && matching.length === 1) return only;
  const words = which === null ? "documents" : `documents of ${which.kind} ${which.name}`;
  return fault("no-value", `it holds ${matching.length} ${words}, and one is needed`);
}

interface Walked {
  readonly node: Node;
  /** Names of the anchors on the way. */
  readonly passed: readonly string[];
}

function nodeAt(document: Document.Parsed, path: readonly PathStep[]): Walked | Fault {
  let node: Node | null = document.contents;
  const passed: string[] = [];
  for (const step of path) {
    const next = below(node, step);
    if (isFault(next)) return next;
    ({ node } = next);
    if (!isAlias(node) && node.anchor !== undefined) passed.push(node.anchor);
  }
  return node === null ? fault("no-value", "nothing stands there") : { node, passed };
}

function below(node: Node | null, step: PathStep): { readonly node: Node } | Fault {
  if (isAlias(node))
    return fault(
      "shared-value",
      `what ${shownStep(step)} is to stand in is *${node.source}, which stands elsewhere`,
    );
  return step.kind === "key" ? valueOf(node, step) : itemOf(node, step);
}

function valueOf(
  node: Node | null,
  step: Extract<PathStep, { kind: "key" }>,
): { readonly node: Node } | Fault {
  if (!isMap(node)) return fault("no-value", `what ${shownStep(step)} is to stand in is no map`);
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step.key);
  if (pair === undefined) return fault("no-value", `there is no ${shownStep(step)} of its own`);
  return isNode(pair.value) ? { node: pair.value } : fault("no-value", `${shownStep(step)} has no value`);
}

function itemOf(
  node: Node | null,
  step: Extract<PathStep, { kind: "item" }>,
): { readonly node: Node } | Fault {
  if (!isSeq(node)) return fault("no-value", `what ${shownStep(step)} is to stand in is no list`);
  const matching = node.items.filter((each) => isMap(each) && String(each.get(step.key)) === step.is);
  const [only] = matching;
  if (matching.length === 1 && isNode(only)) return { node: only };
  return fault("no-value", `${matching.length} items of the list are ${shownStep(step)}, and one is needed`);
}

function isNode(value: unknown): value is Node {
  return isScalar(value) || isAlias(value) || isMap(value) || isSeq(value);
}

function shownStep(step: PathStep): string {
  return step.kind === "key" ? step.key : `[${step.key}=${step.is}]`;
}

/** The first of these anchors that something in the document refers to; `null`: none is. */
function sharedBy(document: Document.Parsed, anchors: readonly string[]): string | null {
  const used = new Set<string>();
  visit(document, {
    Alias: (_key, { source }) => {
      used.add(source);
    },
  });
  return anchors.find((anchor) => used.has(anchor)) ?? null;
}

/** What readers make of a plain text: those of YAML 1.2, and those of 1.1, to which `on` is true and `010` is 8. */
export function readings(plain: string): readonly unknown[] {
  return (["1.2", "1.1"] as const).map((version) => {
    const [document] = parseAllDocuments(plain, { version, logLevel: "silent" });
    const contents = document === undefined || !("contents" in document) ? null : document.contents;
    return isScalar(contents) ? contents.value : undefined;
  });
}

/** Whether every reader finds just this there. */
export function isSaid({ node, value }: Place, wanted: SettingValue, format: Format): boolean {
  if (value !== wanted) return false;
  if (format === "json" || !isScalar(node) || node.type !== "PLAIN" || node.tag !== undefined) return true;
  return readings(node.source ?? "").every((reading) => reading === wanted);
}

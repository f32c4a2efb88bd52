import type { Path } from "../../manifest/document.ts";
import type { Subject } from "../../manifest/issues.ts";
import type { Problem } from "../../problem/problem.ts";
import { type Unfit, unfitAnnotation, unfitLabel, unfitName, unfitSeverity } from "../alert-terms.ts";
import { readTemplate } from "../alert-template.ts";
import type { Texts } from "./slo-document.ts";
import { told } from "./translation.ts";

/** What of a spec is kept for the alerts that are made of it, with a warning for what no alert of rules can have. */
export interface Kept<Value> {
  readonly value: Value;
  readonly warnings: readonly Problem[];
}

export function keptName(spec: Subject, path: Path, name: string): Kept<string> {
  return keptText(spec, path, { text: name, unfit: unfitName(name) });
}

export function keptSeverity(spec: Subject, path: Path, severity: string): Kept<string> {
  return keptText(spec, path, { text: severity, unfit: unfitSeverity(severity) });
}

function keptText(
  spec: Subject,
  path: Path,
  { text, unfit }: { readonly text: string; readonly unfit: Unfit | null },
): Kept<string> {
  if (text === "" || unfit === null) return { value: text, warnings: [] };
  const because = `is "${text}", which ${unfit.because}; it is dropped`;
  return { value: "", warnings: [told(spec, "manifest/bad-name", { path, because, mend: unfit.mend })] };
}

/** @param groupBy labels by which the SLO is kept apart, which none of the whole may stand for */
export function keptLabels(
  spec: Subject,
  path: Path,
  { labels = {}, groupBy }: { readonly labels: Texts | undefined; readonly groupBy: readonly string[] },
): Kept<Texts> {
  const judged = Object.entries(labels).map(([key, text]): Judged => {
    const isApart = groupBy.includes(key);
    return { key, text, unfit: isApart ? keepsApart : unfitLabel(key, text) };
  });
  return keptTexts(spec, path, judged);
}

const keepsApart: Unfit = { because: "keeps parts of the SLO apart", mend: "give it another name" };

export function keptAnnotations(spec: Subject, path: Path, annotations: Texts = {}): Kept<Texts> {
  const judged = Object.entries(annotations).map(
    ([key, text]): Judged => ({ key, text, unfit: unfitAnnotation(key, text) }),
  );
  return keptTexts(spec, path, judged);
}

interface Judged {
  readonly key: string;
  readonly text: string;
  readonly unfit: Unfit | null;
}

function keptTexts(spec: Subject, path: Path, judged: readonly Judged[]): Kept<Texts> {
  const fit = judged.filter(({ unfit }) => unfit === null);
  return {
    value: Object.fromEntries(fit.map(({ key, text }) => [key, text])),
    warnings: judged.flatMap(({ key, text, unfit }): readonly Problem[] => {
      const at = [...path, key];
      if (unfit === null) return foreignLabels(spec, at, text);
      const because = `${unfit.because}; it is dropped`;
      return [told(spec, "manifest/bad-name", { path: at, because, mend: unfit.mend })];
    }),
  };
}

/** What a template reads of Sloth's own series, which are there no more. */
function foreignLabels(spec: Subject, path: Path, text: string): readonly Problem[] {
  const read = readTemplate(text);
  const gone = read.ok ? [...read.labels].filter((label) => label.startsWith("sloth_")) : [];
  if (gone.length === 0) return [];
  const because = `shows ${gone.map((label) => `$labels.${label}`).join(", ")}, which will be empty`;
  const mend = "show $labels.service and $labels.slo, or write the names out";
  return [told(spec, "manifest/contradiction", { path, because, mend })];
}

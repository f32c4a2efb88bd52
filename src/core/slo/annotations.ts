import { didYouMean } from "../problem/nearest.ts";
import type { Told } from "./problems.ts";

/** What an annotation may hold. */
interface Form {
  readonly takes: (text: string) => boolean;
  /** Such values, for people to read. */
  readonly such: string;
}

const beginning = "holdfast.dev/";
const anyText: Form = { takes: () => true, such: "any text" };
const labelNames = /^\s*[a-zA-Z_][a-zA-Z0-9_]*\s*(,\s*[a-zA-Z_][a-zA-Z0-9_]*\s*)*$/;

function oneOf(...words: readonly string[]): Form {
  return { takes: (text) => words.includes(text), such: words.join(" or ") };
}

/** Those that stand under `holdfast.dev/`. What a maintenance window is, a composite, and how alerts may be called, is looked at where it is read. */
const forms: Readonly<Record<string, Form>> = {
  alerting: oneOf("none", "mwmbr", "page", "ticket"),
  "idle-slices": oneOf("skipped", "good"),
  "events-min": {
    takes: (text) => /^\d+(\.\d+)?$/.test(text),
    such: "a number, such as 100, and 0 for none",
  },
  "group-by": { takes: (text) => labelNames.test(text), such: "names of labels, such as route, region" },
  ...{ runbook: anyText, dashboard: anyText, impact: anyText, journey: anyText },
  ...{ maintenance: anyText, composite: anyText },
  ...{ "alert-name": anyText, "alert-labels": anyText, "alert-annotations": anyText },
  ...{ "page-severity": anyText, "page-labels": anyText, "page-annotations": anyText },
  ...{ "ticket-severity": anyText, "ticket-labels": anyText, "ticket-annotations": anyText },
};

/** Tells of annotations that nobody reads, and of values that none of them has: an alert that waits for `NaN` events is never raised. */
export function tellOfAnnotations(annotations: ReadonlyMap<string, string>, told: Told): void {
  for (const [key, text] of annotations) {
    if (!key.startsWith(beginning)) continue;
    const name = key.slice(beginning.length);
    const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
    if (form?.takes(text) === true) continue;
    const what =
      form === undefined ? `nobody reads its annotation ${key}` : `its annotation ${key} is "${text}"`;
    const mend =
      form === undefined
        ? `${didYouMean(name, Object.keys(forms))}known are ${Object.keys(forms).join(", ")}`
        : `write ${form.such}`;
    told(["metadata", "annotations", key], { code: "slo/annotation", what, mend });
  }
}

import { isRecord } from "../manifest/json-schema.ts";
import { readTemplate } from "./alert-template.ts";

// How alerts are called and labelled. What specifications of others say of it is kept only where rules can be made of it, so that the
// one who reads such a specification and the one who makes the rules have to judge alike.

/** What alerts are called where nobody says otherwise, and those that always are. */
export const alertNames = {
  burn: "ErrorBudgetBurn",
  condition: "ErrorBudgetBurnCondition",
  absent: "ObjectiveDataAbsent",
  contradicts: "ObjectiveDataContradicts",
  outdated: "ObjectiveRulesOutdated",
} as const;

/** Labels by which alerts are told apart, sent on and kept quiet. */
export const ownLabels: ReadonlySet<string> = new Set([
  "slo",
  "service",
  "component",
  "objective",
  "severity",
  "burn_window",
  "condition",
  "alertname",
]);

/** As Prometheus had them before version 3. */
export const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/** Why something cannot be; goes on from what it is. */
export interface Unfit {
  readonly because: string;
  readonly mend: string;
}

export function unfitName(name: string): Unfit | null {
  const { burn, ...others } = alertNames;
  if (name.trim() === "" || /\p{Cc}/u.test(name))
    return { because: "is no name on one line", mend: `write a name such as ${burn}` };
  if (name.includes("{{"))
    return { because: "has a template, and names have none", mend: "write the name as it shall be" };
  if (Object.values(others).some((each) => each === name))
    return { because: "is what other alerts are called", mend: `write another name, such as ${burn}` };
  return null;
}

export function unfitSeverity(text: string): Unfit | null {
  if (text.trim() !== "" && !text.includes("{{")) return null;
  return { because: "is no word that alerts are sent on by", mend: "write a word, such as critical" };
}

export function unfitLabel(key: string, value: string): Unfit | null {
  if (ownLabels.has(key)) {
    const mend =
      key === "severity"
        ? "write holdfast.dev/page-severity and holdfast.dev/ticket-severity"
        : "give it another name";
    return { because: "is a label that alerts have already", mend };
  }
  const unfit = unfitKey(key) ?? unfitText(value);
  if (unfit !== null) return unfit;
  const read = readTemplate(value);
  if (!read.ok || !read.readsValue) return null;
  const because = "shows the value of the alert, by which each look at it would raise another alert";
  return { because, mend: "show it in an annotation" };
}

export function unfitAnnotation(key: string, value: string): Unfit | null {
  return unfitKey(key) ?? unfitText(value);
}

function unfitKey(key: string): Unfit | null {
  if (labelName.test(key) && !key.startsWith("__")) return null;
  return {
    because: "is no name that Prometheus takes",
    mend: "use letters, digits and _, with no digit and no __ at its beginning",
  };
}

function unfitText(text: string): Unfit | null {
  const read = readTemplate(text);
  if (read.ok) return null;
  return {
    because: `is a template that Prometheus refuses: it ${read.because}`,
    mend: 'mend the template, or write {{"{{"}} where {{ is meant as it stands',
  };
}

/** @returns `null`: the text is no map of texts in JSON */
export function textsIn(text: string): Readonly<Record<string, string>> | null {
  const map = parsed(text);
  if (!isRecord(map)) return null;
  const entries = Object.entries(map).flatMap(([key, value]) =>
    typeof value === "string" ? [[key, value] as const] : [],
  );
  return entries.length === Object.keys(map).length ? Object.fromEntries(entries) : null;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

import type { Field, JsonSchema } from "../core/manifest/json-schema.ts";
import { ledBy } from "./layout.ts";

/** What a field of a manifest means and may hold, for people. */
export function fieldText(field: Field, columns: number): string {
  const { schema } = field;
  const lines: readonly (readonly [label: string, text: string])[] = [
    ["", schema.description ?? ""],
    ["required:", field.isRequired ? "yes" : "no"],
    ["type:", typeOf(schema)],
    ["one of:", (schema.enum ?? []).join(", ")],
    ["default:", schema.default === undefined ? "" : JSON.stringify(schema.default)],
    ["example:", schema.examples?.[0] === undefined ? "" : JSON.stringify(schema.examples[0])],
    ...keyLines(field),
  ];
  const shown = lines
    .filter(([, text]) => text !== "")
    .map(([label, text]) => `${ledBy(`  ${label === "" ? "" : `${label} `.padEnd(10)}`, text, columns)}\n`);
  return `${field.path}\n${shown.join("")}`;
}

/** All keys that it may hold, in whichever form. */
export function keysOf(field: Field): readonly string[] {
  return [...new Set(formsOf(field).flatMap((form) => Object.keys(form.properties ?? {})))];
}

function formsOf({ schema }: Field): readonly JsonSchema[] {
  return schema.oneOf ?? [schema.items ?? schema].flatMap((each) => each.oneOf ?? [each]);
}

/** Where it takes several forms that a word tells apart, the keys of each of them. */
function keyLines(field: Field): readonly (readonly [string, string])[] {
  const forms = formsOf(field);
  const told = forms.map((form) => ({ word: wordOf(form), keys: Object.keys(form.properties ?? {}) }));
  if (forms.length < 2 || told.some(({ word }) => word === null))
    return [["keys:", keysOf(field).join(", ")]];
  return told.map(({ word, keys }) => [`keys of ${word ?? ""}:`, keys.join(", ")]);
}

/** The word that says which form is meant, such as the phase of a step; `null`: none does. */
function wordOf({ properties = {} }: JsonSchema): string | null {
  const said = properties["phase"] ?? properties["kind"];
  const words = said?.enum ?? (typeof said?.const === "string" ? [said.const] : []);
  return words.length === 0 ? null : words.join(" or ");
}

function typeOf({ type, oneOf, anyOf }: JsonSchema): string {
  if (anyOf !== undefined) return anyOf.map(typeOf).join(", or ");
  return type ?? (oneOf === undefined ? "any" : "one of several forms");
}

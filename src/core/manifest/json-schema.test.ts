import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { exampleFiles, exampleNames } from "../../../test/example-workspaces.ts";
import {
  everyField,
  fieldsNamed,
  isRecord,
  type JsonSchema,
  schemaOf,
  schemaOfAnyKind,
} from "./json-schema.ts";
import { documentSchemas, type Kind } from "./schema.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

interface Bounded extends JsonSchema {
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const rules: Readonly<Record<string, (schema: Bounded, value: unknown) => boolean>> = {
  string: (schema, value) => typeof value === "string" && new RegExp(schema.pattern ?? "").test(value),
  integer: ({ minimum = 0, maximum = 0 }, value) =>
    Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
  number: ({ minimum = 0, maximum = 0 }, value) =>
    typeof value === "number" && value >= minimum && value <= maximum,
  null: (_, value) => value === null,
  boolean: (_, value) => typeof value === "boolean",
  array: ({ minItems = 0, items = {} }, value) =>
    Array.isArray(value) && value.length >= minItems && value.every((item) => follows(items, item)),
  object: ({ properties = {}, required = [] }, value) =>
    isRecord(value) &&
    required.every((key) => Object.hasOwn(value, key)) &&
    Object.entries(value).every(
      ([key, item]) => properties[key] !== undefined && follows(properties[key], item),
    ),
};

/** Whether a value follows a schema, by the keywords that manifests are described with. */
function follows(schema: Bounded, value: unknown): boolean {
  if (schema.oneOf !== undefined) return schema.oneOf.filter((form) => follows(form, value)).length === 1;
  if (schema.anyOf !== undefined) return schema.anyOf.some((form) => follows(form, value));
  if (schema.const !== undefined && value !== schema.const) return false;
  if (schema.enum !== undefined && !schema.enum.includes(String(value))) return false;
  return rules[schema.type ?? ""]?.(schema, value) ?? false;
}

describe("the JSON Schema of manifests", () => {
  it.each(everyField().map((field) => [field.path, field] as const))("describes %s", (_, { schema }) => {
    expect(schema.description ?? "", "a description").not.toBe("");
  });

  it.each(
    everyField()
      .filter((field) => field.path.includes("."))
      .map((field) => [field.path, field] as const),
  )("gives an example of %s that follows it", (_, { schema }) => {
    expect(schema.examples ?? [], "an example").not.toEqual([]);
    for (const example of schema.examples ?? [])
      expect(follows(schema, example), JSON.stringify(example)).toBe(true);
  });

  it("says that no key beside the known ones is taken, in every map", () => {
    const maps = everyField().flatMap((field) => [field.schema, ...(field.schema.oneOf ?? [])]);
    const open = maps.filter(
      (schema) =>
        schema.type === "object" &&
        (schema as { additionalProperties?: unknown }).additionalProperties !== false,
    );
    expect(open).toEqual([]);
  });

  it("is the file that editors are pointed at", async () => {
    const text = `${JSON.stringify(schemaOfAnyKind(), null, 2)}\n`;
    await expect(text).toMatchFileSnapshot(`${root}docs/manual/manifest.schema.json`);
  });

  const manifests = exampleNames.flatMap(exampleFiles).map(({ path, text }) => [path, text] as const);
  it.each(manifests)("accepts every document of %s", (_, text) => {
    for (const document of parseAllDocuments(text)) {
      expect(follows(schemaOfAnyKind(), document.toJS())).toBe(true);
    }
  });

  const wrong: readonly (readonly [string, Kind, unknown])[] = [
    ["an unknown key", "Scenario", { failures: [{ region: "east", how: "lost", why: "rain" }] }],
    ["a missing key", "Scenario", { failures: [{ region: "east" }] }],
    ["an unknown word", "Scenario", { failures: [{ region: "east", how: "gone" }] }],
    ["an empty list", "Scenario", { failures: [] }],
    ["a wrong type", "Platform", { regions: "east" }],
    ["a name that is none", "Platform", { regions: [{ name: "East 1", provider: "a" }] }],
    [
      "a quantity without a unit",
      "Journey",
      { entry: "a", owner: "b", objectives: { region: { rto: "4", rpo: "0 s" } } },
    ],
    [
      "a quantity of another kind",
      "Journey",
      { entry: "a", owner: "b", objectives: { region: { rto: "60 %", rpo: "0 s" } } },
    ],
    [
      "a quantity below zero",
      "Journey",
      { entry: "a", owner: "b", objectives: { region: { rto: "-3s", rpo: "0 s" } } },
    ],
  ];
  it.each(wrong)("refuses %s, as the reader does", (_, kind, spec) => {
    const document = { apiVersion: "holdfast/v1alpha1", kind, metadata: { name: "x" }, spec };
    expect(documentSchemas[kind].safeParse(document).success).toBe(false);
    expect(follows(schemaOf(kind), document)).toBe(false);
    expect(follows(schemaOfAnyKind(), document)).toBe(false);
  });
});

describe("a field to be explained", () => {
  it("is found by its whole path, whatever its case", () => {
    expect(fieldsNamed("journey.spec.objectives.region.rto").found.map((field) => field.path)).toEqual([
      "Journey.spec.objectives.region.rto",
    ]);
  });

  it("is found within lists without naming their items", () => {
    expect(fieldsNamed("Component.spec.placements.region").found.map((field) => field.path)).toEqual([
      "Component.spec.placements[].region",
    ]);
  });

  it("is found by its last name, wherever that stands", () => {
    expect(fieldsNamed("rto").found.map((field) => field.path)).toEqual([
      ...["zone", "region", "provider", "dependency"].map((scope) => `Journey.spec.objectives.${scope}.rto`),
      "Journey.spec.degradedModes[].rto",
      ...["zone", "region", "provider", "dependency"].map((scope) => `Policy.spec.objectives.${scope}.rto`),
    ]);
  });

  it("is guessed when its name is mistyped", () => {
    expect(fieldsNamed("thawAftr")).toEqual({ found: [], hint: 'did you mean "thawAfter"? ' });
  });
});

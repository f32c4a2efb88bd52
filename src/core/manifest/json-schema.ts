import { z } from "zod";
import { didYouMean } from "../problem/nearest.ts";
import type { Path } from "./document.ts";
import { documentSchemas, type Kind, kinds } from "./schema.ts";

/** The part of JSON Schema (draft 2020-12) that manifests are described in. */
export interface JsonSchema {
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly oneOf?: readonly JsonSchema[];
  readonly anyOf?: readonly JsonSchema[];
}

/** What an editor needs to check documents of one kind as they are typed. */
export function schemaOf(kind: Kind): JsonSchema {
  return jsonSchemaOf(documentSchemas[kind]);
}

/** Of what is written, before anything of it is turned into something else. */
export function jsonSchemaOf(documentSchema: z.ZodType): JsonSchema {
  const schema = z.toJSONSchema(documentSchema, {
    target: "draft-2020-12",
    io: "input",
    // Examples are of the text that is written, which zod drops where a field is turned into something else.
    override: ({ zodSchema, jsonSchema }) => {
      const examples = z.globalRegistry.get(zodSchema)?.["examples"];
      if (examples !== undefined) Object.assign(jsonSchema, { examples });
    },
  });
  // What these schemas use of JSON Schema is what the interface names; the walk over every field in the tests holds it.
  return schema as JsonSchema;
}

/** One schema for documents of every kind. */
export function schemaOfAnyKind(): JsonSchema {
  const dialect = { $schema: "https://json-schema.org/draft/2020-12/schema", title: "Holdfast manifest" };
  return {
    ...dialect,
    description: "A document of a Holdfast workspace.",
    oneOf: kinds.map((kind) => ({ ...schemaOf(kind), $schema: undefined })),
  };
}

/** The schemas that a value at `path` may follow: several where the schema offers a choice. */
export function fieldsAt(root: JsonSchema, path: Path): readonly JsonSchema[] {
  let fields = variantsOf(root);
  for (const segment of path) {
    fields = fields.flatMap((field) => {
      const next = typeof segment === "number" ? field.items : field.properties?.[segment];
      return next === undefined ? [] : variantsOf(next);
    });
  }
  return fields;
}

function variantsOf(schema: JsonSchema): readonly JsonSchema[] {
  return schema.oneOf ?? schema.anyOf ?? [schema];
}

/** Keys that a map may have; where there is a choice, only those of what its other values do not rule out. */
export function knownKeys(fields: readonly JsonSchema[], value: unknown): readonly string[] {
  const fitting = fields.filter((field) => !isRuledOut(field, value));
  const keys = (fitting.length === 0 ? fields : fitting).flatMap((field) =>
    Object.keys(field.properties ?? {}),
  );
  return [...new Set(keys)];
}

function isRuledOut(field: JsonSchema, value: unknown): boolean {
  return Object.entries(field.properties ?? {}).some(([key, property]) => {
    const given = isRecord(value) ? value[key] : undefined;
    return property.const !== undefined && given !== property.const;
  });
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One field of the manifest language, as `holdfast explain` shows it. */
export interface Field {
  /** Such as `Journey.spec.objectives.region.rto`; a list's items stand under `[]`. */
  readonly path: string;
  readonly isRequired: boolean;
  readonly schema: JsonSchema;
}

/** Every field of every kind, each kind itself first. */
export function everyField(): readonly Field[] {
  return kinds.flatMap((kind) => {
    const schema = schemaOf(kind);
    return [{ path: kind, isRequired: true, schema }, ...fieldsUnder(schema, kind)];
  });
}

function fieldsUnder(schema: JsonSchema, path: string): readonly Field[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([key, property]): readonly Field[] => {
    const isRequired = schema.required?.includes(key) ?? false;
    return [
      { path: `${path}.${key}`, isRequired, schema: property },
      ...fieldsUnder(property, `${path}.${key}`),
    ];
  });
  const items =
    schema.items === undefined
      ? []
      : [
          { path: `${path}[]`, isRequired: true, schema: schema.items },
          ...fieldsUnder(schema.items, `${path}[]`),
        ];
  return [...own, ...items, ...(schema.oneOf ?? []).flatMap((variant) => fieldsUnder(variant, path))];
}

/** Fields that a user may mean by `wanted`: the whole path, its end, or nothing and a hint. Lists need no `[]`. */
export function fieldsNamed(wanted: string): { readonly found: readonly Field[]; readonly hint: string } {
  const plain = (path: string): string => path.replaceAll("[]", "").toLowerCase();
  const goal = plain(wanted);
  const fields = everyField().filter((field) => !field.path.endsWith("[]"));
  const whole = fields.filter((field) => plain(field.path) === goal);
  if (whole.length > 0) return { found: whole, hint: "" };
  const ending = fields.filter((field) => plain(field.path).endsWith(`.${goal}`));
  if (ending.length > 0) return { found: ending, hint: "" };
  const words = fields.flatMap((field) => [field.path, field.path.slice(field.path.lastIndexOf(".") + 1)]);
  return { found: [], hint: didYouMean(wanted, words) };
}

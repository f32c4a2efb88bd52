import { z } from "zod";
import type { Collection, Key, Tree } from "./tree.ts";

/**
 * A document, or a part of one, with the keys of each map in the order of its schema. Keys that the schema does not have stand behind
 * the others, and keys of what it says nothing about stand as they stood.
 */
export function inOrder(tree: Tree, schema: z.ZodType | null): Tree {
  if (tree.kind !== "map" && tree.kind !== "list") return tree;
  const known = schema === null ? null : unwrapped(schema);
  return tree.kind === "list" ? listInOrder(tree, known) : mapInOrder(tree, known);
}

function listInOrder(list: Collection, schema: z.ZodType | null): Collection {
  const item = schema instanceof z.ZodArray ? (schema.element as z.ZodType) : null;
  return { ...list, parts: list.parts.map((part) => ({ ...part, value: inOrder(part.value, item) })) };
}

function mapInOrder(map: Collection, schema: z.ZodType | null): Collection {
  const fields: Readonly<Record<string, z.ZodType>> = schema instanceof z.ZodObject ? schema.shape : {};
  const keys = Object.keys(fields);
  const parts = map.parts.map((part) => {
    const name = part.key?.name ?? "";
    return {
      ...part,
      value: inOrder(part.value, Object.hasOwn(fields, name) ? (fields[name] ?? null) : null),
    };
  });
  return { ...map, parts: parts.toSorted((a, b) => rank(a.key, keys) - rank(b.key, keys)) };
}

function rank(key: Key | null, keys: readonly string[]): number {
  // What another map gives, this one's own keys take the place of: so it is read first.
  if (key?.name === "<<") return -1;
  const at = keys.indexOf(key?.name ?? "");
  return at < 0 ? keys.length : at;
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

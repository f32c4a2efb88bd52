import type { Json, JsonObject } from "../evidence/evidence.ts";

// What an entry's body tells under a name; `null` where it tells nothing of that kind, as one of another version may.

export function textIn(body: JsonObject, name: string): string | null {
  const value = body[name];
  return typeof value === "string" ? value : null;
}

export function numberIn(body: JsonObject, name: string): number | null {
  const value = body[name];
  return typeof value === "number" ? value : null;
}

/** A count, an epoch or a revision. */
export function wholeIn(body: JsonObject, name: string): bigint | null {
  const value = numberIn(body, name);
  return value !== null && Number.isSafeInteger(value) ? BigInt(value) : null;
}

export function truthIn(body: JsonObject, name: string): boolean | null {
  const value = body[name];
  return typeof value === "boolean" ? value : null;
}

/** Empty when there is none: whatever is asked of it is not told. */
export function objectIn(body: JsonObject, name: string): JsonObject {
  return asObject(body[name]) ?? {};
}

/** The objects of a list; what else stands in it tells nothing. */
export function objectsIn(body: JsonObject, name: string): readonly JsonObject[] {
  const value = body[name];
  if (!Array.isArray(value)) return [];
  return (value as readonly Json[]).map(asObject).filter((item) => item !== null);
}

function asObject(value: Json | undefined): JsonObject | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  // `Array.isArray` does not narrow readonly arrays away.
  return value as JsonObject;
}

import { isRecord } from "../manifest/json-schema.ts";

/** Below these, keys are those of a data source, which may mean something by an empty one. */
const keysOfOthers: ReadonlySet<string> = new Set(["connectionDetails", "metricSource"]);

/** A key without a value, such as `alertPolicies:` alone, counts as left out. What has none is answered itself. */
export function withoutNulls(value: unknown): unknown {
  return hasNull(value) ? stripped(value) : value;
}

function hasNull(value: unknown): boolean {
  if (Array.isArray(value)) return (value as readonly unknown[]).some(hasNull);
  if (!isRecord(value)) return false;
  for (const key in value) {
    if (keysOfOthers.has(key)) continue;
    if (value[key] === null || hasNull(value[key])) return true;
  }
  return false;
}

function stripped(value: unknown): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[]).map(stripped);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => {
      if (keysOfOthers.has(key)) return [[key, entry]];
      return entry === null ? [] : [[key, stripped(entry)]];
    }),
  );
}

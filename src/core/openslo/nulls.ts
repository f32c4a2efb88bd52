import { isRecord } from "../manifest/json-schema.ts";

/** Below these, keys are those of a data source, which may mean something by an empty one. */
const keysOfOthers: ReadonlySet<string> = new Set(["connectionDetails", "metricSource"]);

/** A key without a value, such as `alertPolicies:` alone, counts as left out. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return (value as readonly unknown[]).map(withoutNulls);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]) => {
      if (keysOfOthers.has(key)) return [[key, entry]];
      return entry === null ? [] : [[key, withoutNulls(entry)]];
    }),
  );
}

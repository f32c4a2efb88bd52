import { isRecord } from "../manifest/json-schema.ts";

/** A map of a document that was found valid. */
export type Written = Readonly<Record<string, unknown>>;

/** Of parts of a valid document: what stands under a key, or what a part left out comes to. */
export function mapAt(of: Written, key: string): Written {
  const value = of[key];
  return isRecord(value) ? value : {};
}

export function mapsAt(of: Written, key: string): readonly Written[] {
  const value = of[key];
  return Array.isArray(value) ? (value as readonly unknown[]).filter(isRecord) : [];
}

export function textAt(of: Written, key: string): string | null {
  const value = of[key];
  return typeof value === "string" && value !== "" ? value : null;
}

export function numberAt(of: Written, key: string): number | null {
  const value = of[key];
  return typeof value === "number" ? value : null;
}

/** What reading a quantity answers: the value, or what is wrong with the text, to follow it: `"-3s"` … `is below 0`. */
export type QuantityRead<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly because: string };

/** A kind of quantity as people write it: the unit stands in the text. */
export interface QuantityText<Value> {
  /** What it is, with its article: `a length of time`. */
  readonly name: string;
  /** A regular expression that every readable text matches; a range may refuse more. */
  readonly pattern: string;
  readonly example: string;
  readonly read: (text: string) => QuantityRead<Value>;
  /** The shortest text that reads back as the same value. */
  readonly print: (value: Value) => string;
}

/** A number as it stands in a pattern: digits, with or without a fraction. */
export const decimal = String.raw`\d+(?:\.\d+)?`;

interface NumberAndUnit {
  readonly digits: string;
  readonly unit: string;
}

/** A number and the unit behind it. @param name what the text is meant to be, with its article */
export function splitNumber(text: string, name: string): QuantityRead<NumberAndUnit> {
  const match = /^(-?)(\d+(?:\.\d+)?) ?(\D*|gCO2e\D*)$/.exec(text);
  const [, sign, digits, unit] = match ?? [];
  if (digits === undefined || unit === undefined) return { ok: false, because: `is not ${name}` };
  if (sign === "-") return { ok: false, because: "is below 0" };
  return { ok: true, value: { digits, unit } };
}

export function unitTrouble(unit: string, known: string): string {
  return unit === "" ? "has no unit" : `has the unit "${unit}", not one of ${known}`;
}

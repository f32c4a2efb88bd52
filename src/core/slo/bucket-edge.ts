import { type Exact, formulaText } from "../units/exact.ts";

/**
 * Of a bucket's upper edge every text that clients and Prometheus write of it, to stand in quotes after `le=~`: `1` and `1.0`; from a
 * million on, and below a thousandth, also `1e+06` (Go), `1.0E6` (Java) and `5e-05` (Go, Python).
 */
export function edgePattern(value: Exact): string {
  const text = formulaText(value);
  const plain = text.includes(".") ? text.replace(".", "\\\\.") : `${text}(\\\\.0)?`;
  const scientific = scientificPattern(text);
  return scientific === null ? plain : `(${plain}|${scientific})`;
}

/** @param text digits, with a point or without. @returns `null`: nobody writes it so */
function scientificPattern(text: string): string | null {
  const [whole = "", part = ""] = text.replace("-", "").split(".");
  const digits = `${whole}${part}`;
  const first = digits.search(/[1-9]/);
  const exponent = whole.length - 1 - first;
  if (first < 0 || (exponent > -4 && exponent < 6)) return null;
  const [lead = "", ...rest] = digits.slice(first).replace(/0+$/, "");
  const mantissa = rest.length === 0 ? `${lead}(\\\\.0)?` : `${lead}\\\\.${rest.join("")}`;
  const sign = text.startsWith("-") ? "-" : "";
  return `${sign}${mantissa}[eE]${exponent < 0 ? "-" : "[+]?"}0?${Math.abs(exponent)}`;
}

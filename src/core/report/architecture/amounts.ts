import { roughText } from "../../units/shown.ts";

/** An amount of money, rounded: `12,345 USD`. */
export function moneyText(currency: string, micros: number): string {
  return `${roughText(micros / 1e6)} ${currency}`;
}

/** Emissions, rounded: `12.3 kgCO2e`. */
export function carbonText(grams: number): string {
  return `${roughText(grams / 1_000)} kgCO2e`;
}

import { decimal, type QuantityText, splitNumber, unitTrouble } from "./quantity-text.ts";
import {
  type GramsPerKilowattHour,
  type GramsPerMonth,
  gramsPerKilowattHour,
  gramsPerMonth,
  type Watts,
  watts,
} from "./units.ts";

/** Electric power: `700 W`, `1.2 kW`. */
export const powerText: QuantityText<Watts> = scaled({ W: 1, kW: 1e3 }, "W", {
  name: "a power",
  example: "700 W",
  of: watts,
});

/** What a grid emits per unit of energy: `396 gCO2e/kWh`. */
export const intensityText: QuantityText<GramsPerKilowattHour> = scaled({ "gCO2e/kWh": 1 }, "gCO2e/kWh", {
  name: "a grid intensity",
  example: "396 gCO2e/kWh",
  of: gramsPerKilowattHour,
});

/** Emissions of each month: `800 kg/month`, `20 t/month`. */
export const emissionsText: QuantityText<GramsPerMonth> = scaled(
  { "g/month": 1, "kg/month": 1e3, "t/month": 1e6 },
  "g/month",
  { name: "an emission per month", example: "800 kg/month", of: gramsPerMonth },
);

/** A quantity in one of several units, printed in the one whose factor is 1. */
function scaled<Value extends number>(
  per: Readonly<Record<string, number>>,
  unit: string,
  kind: {
    readonly name: string;
    readonly example: string;
    readonly of: (value: number) => Value;
  },
): QuantityText<Value> {
  const known = Object.keys(per).join(", ");
  return {
    name: kind.name,
    pattern: `^${decimal} ?(?:${Object.keys(per).join("|")})$`,
    example: kind.example,
    read(text) {
      const parts = splitNumber(text, kind.name);
      if (!parts.ok) return parts;
      const factor = Object.hasOwn(per, parts.value.unit) ? per[parts.value.unit] : undefined;
      if (factor === undefined) return { ok: false, because: unitTrouble(parts.value.unit, known) };
      return { ok: true, value: kind.of(Number(parts.value.digits) * factor) };
    },
    print: (value) => `${value} ${unit}`,
  };
}

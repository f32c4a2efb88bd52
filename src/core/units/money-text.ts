import { decimal, type QuantityRead, type QuantityText, splitNumber, unitTrouble } from "./quantity-text.ts";
import {
  type HourlyPrice,
  hourlyPrice,
  type Money,
  type MonthlyPrice,
  money,
  monthlyPrice,
} from "./units.ts";

/** What something costs for each hour: `12 USD/h`. */
export const priceText: QuantityText<HourlyPrice> = moneyPer("/h", {
  name: "a price per hour",
  example: "12 USD/h",
  of: ({ currency, micros }) => hourlyPrice(currency, micros),
  amount: ({ currency, microsPerHour }) => ({ currency, micros: microsPerHour }),
});

/** What something costs for each month: `90000 USD/month`. */
export const monthlyPriceText: QuantityText<MonthlyPrice> = moneyPer("/month", {
  name: "a price per month",
  example: "90000 USD/month",
  of: ({ currency, micros }) => monthlyPrice(currency, micros),
  amount: ({ currency, microsPerMonth }) => ({ currency, micros: microsPerMonth }),
});

/** An amount of money: `50000 USD`. */
export const moneyText: QuantityText<Money> = moneyPer("", {
  name: "an amount of money",
  example: "50000 USD",
  of: ({ currency, micros }) => money(currency, micros),
  amount: (value) => value,
});

interface Amount {
  readonly currency: string;
  readonly micros: number;
}

function moneyPer<Value>(
  per: "" | "/h" | "/month",
  kind: {
    readonly name: string;
    readonly example: string;
    readonly of: (amount: Amount) => Value;
    readonly amount: (value: Value) => Amount;
  },
): QuantityText<Value> {
  return {
    name: kind.name,
    pattern: `^${decimal} ?[A-Z]{3}${per}$`,
    example: kind.example,
    read(text) {
      const amount = readAmount(text, per, kind.name);
      return amount.ok ? { ok: true, value: kind.of(amount.value) } : amount;
    },
    print(value) {
      const { currency, micros } = kind.amount(value);
      return `${Number(`${micros}e-6`)} ${currency}${per}`;
    },
  };
}

function readAmount(text: string, per: string, name: string): QuantityRead<Amount> {
  const parts = splitNumber(text, name);
  if (!parts.ok) return parts;
  const { digits, unit } = parts.value;
  const currency = /^[A-Z]{3}$/.exec(unit.endsWith(per) ? unit.slice(0, unit.length - per.length) : "")?.[0];
  if (currency === undefined) {
    return { ok: false, because: unitTrouble(unit, `USD${per}, EUR${per} and so on`) };
  }
  const micros = Math.round(Number(`${digits}e6`));
  return Number.isSafeInteger(micros)
    ? { ok: true, value: { currency, micros } }
    : { ok: false, because: "is more money than can be counted" };
}

import {
  type Bytes,
  bytes,
  type HourlyPrice,
  hourlyPrice,
  type Ratio,
  ratio,
  type Seconds,
  seconds,
} from "./units.ts";

/** What reading a quantity answers: the value, or what is wrong with the text, to follow it: `"-3s"` … `is below 0`. */
type QuantityRead<Value> =
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

const decimal = String.raw`\d+(?:\.\d+)?`;

const secondsPer = { ms: 1e-3, s: 1, min: 60, h: 3_600, d: 86_400 } as const;
type TimeUnit = keyof typeof secondsPer;

/** Longer than any outage or cadence that a manifest means, and short enough to be added up without loss. */
const durationDaysMax = 36_500;

/** A length of time: `700 ms`, `60s`, `5 min`, `1.5 h`, `30d`. */
export const durationText: QuantityText<Seconds> = {
  name: "a length of time",
  pattern: `^${decimal} ?(?:ms|s|min|h|d)$`,
  example: "60 s",
  read(text) {
    const parts = splitNumber(text, "a length of time");
    if (!parts.ok) return parts;
    const { digits, unit } = parts.value;
    if (!isTimeUnit(unit)) return { ok: false, because: unitTrouble(unit, "ms, s, min, h or d") };
    // "700 ms" is read as "700e-3": the nearest number, where 700 × 0.001 may be its neighbour.
    const value = unit === "ms" ? Number(`${digits}e-3`) : Number(digits) * secondsPer[unit];
    if (value > durationDaysMax * secondsPer.d) {
      return { ok: false, because: `is longer than ${durationDaysMax} d` };
    }
    return { ok: true, value: seconds(value) };
  },
  print(value) {
    for (const unit of ["d", "h", "min"] as const) {
      const count = value / secondsPer[unit];
      if (count >= 1 && Number.isInteger(count)) return `${count} ${unit}`;
    }
    const thousandths = Math.round(value * 1_000);
    const isShort = value > 0 && value < 1 && Number(`${thousandths}e-3`) === value;
    return isShort ? `${thousandths} ms` : `${value} s`;
  },
};

/** A share: `99.95 %`. Outside text it is a ratio from 0 to 1. */
export const percentText: QuantityText<Ratio> = {
  name: "a share",
  pattern: `^${decimal} ?%$`,
  example: "99.95 %",
  read(text) {
    const parts = splitNumber(text, "a share");
    if (!parts.ok) return parts;
    const { digits, unit } = parts.value;
    if (unit !== "%") return { ok: false, because: unitTrouble(unit, "%") };
    const value = Number(`${digits}e-2`);
    if (value > 1) return { ok: false, because: "is above 100 %" };
    return { ok: true, value: ratio(value) };
  },
  print(value) {
    // 0.07 × 100 is 7.000000000000001: the shortest digits that read back as the same ratio are wanted.
    for (let digits = 1; digits <= 17; digits++) {
      const shown = String(Number((value * 100).toPrecision(digits)));
      if (Number(`${shown}e-2`) === value) return `${shown} %`;
    }
    return `${value * 100} %`;
  },
};

const bytesPer = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
} as const;
type DataUnit = keyof typeof bytesPer;

/** An amount of data: `140 GiB` by powers of 1024, `140 GB` by powers of 1000. Read to the nearest byte. */
export const dataText: QuantityText<Bytes> = {
  name: "an amount of data",
  pattern: `^${decimal} ?(?:${Object.keys(bytesPer).join("|")})$`,
  example: "140 GiB",
  read(text) {
    const parts = splitNumber(text, "an amount of data");
    if (!parts.ok) return parts;
    const { digits, unit } = parts.value;
    if (!isDataUnit(unit)) return { ok: false, because: unitTrouble(unit, Object.keys(bytesPer).join(", ")) };
    const value = Math.round(Number(digits) * bytesPer[unit]);
    return Number.isSafeInteger(value)
      ? { ok: true, value: bytes(value) }
      : { ok: false, because: "is more data than can be counted in bytes" };
  },
  print(value) {
    for (const unit of ["TiB", "GiB", "MiB", "KiB", "TB", "GB", "MB", "kB"] as const) {
      const count = value / bytesPer[unit];
      if (count >= 1 && Number.isInteger(count)) return `${count} ${unit}`;
    }
    return `${value} B`;
  },
};

/** What something costs for each hour: `12 USD/h`. */
export const priceText: QuantityText<HourlyPrice> = {
  name: "a price per hour",
  pattern: `^${decimal} ?[A-Z]{3}/h$`,
  example: "12 USD/h",
  read(text) {
    const parts = splitNumber(text, "a price per hour");
    if (!parts.ok) return parts;
    const { digits, unit } = parts.value;
    const currency = /^([A-Z]{3})\/h$/.exec(unit)?.[1];
    if (currency === undefined) return { ok: false, because: unitTrouble(unit, "USD/h, EUR/h and so on") };
    const micros = Math.round(Number(`${digits}e6`));
    return Number.isSafeInteger(micros)
      ? { ok: true, value: hourlyPrice(currency, micros) }
      : { ok: false, because: "is more money than can be counted" };
  },
  print: ({ currency, microsPerHour }) => `${Number(`${microsPerHour}e-6`)} ${currency}/h`,
};

interface NumberAndUnit {
  readonly digits: string;
  readonly unit: string;
}

function splitNumber(text: string, name: string): QuantityRead<NumberAndUnit> {
  const match = /^(-?)(\d+(?:\.\d+)?) ?(\D*)$/.exec(text);
  const [, sign, digits, unit] = match ?? [];
  if (digits === undefined || unit === undefined) return { ok: false, because: `is not ${name}` };
  if (sign === "-") return { ok: false, because: "is below 0" };
  return { ok: true, value: { digits, unit } };
}

function unitTrouble(unit: string, known: string): string {
  return unit === "" ? "has no unit" : `has the unit "${unit}", not one of ${known}`;
}

function isTimeUnit(unit: string): unit is TimeUnit {
  return Object.hasOwn(secondsPer, unit);
}

function isDataUnit(unit: string): unit is DataUnit {
  return Object.hasOwn(bytesPer, unit);
}

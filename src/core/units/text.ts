import { decimal, type QuantityText, splitNumber, unitTrouble } from "./quantity-text.ts";
import {
  type Bytes,
  type BytesPerSecond,
  bytes,
  bytesPerSecond,
  type InstantMs,
  instantMs,
  type Ratio,
  ratio,
  type Seconds,
  seconds,
} from "./units.ts";

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
    // Of units that it is a whole number of, the one that needs the smallest; 140 GB is many KiB too.
    const counts = (["TiB", "GiB", "MiB", "KiB", "TB", "GB", "MB", "kB"] as const)
      .map((unit) => ({ unit, count: value / bytesPer[unit] }))
      .filter(({ count }) => count >= 1 && Number.isInteger(count))
      .sort((one, other) => one.count - other.count);
    const [shortest] = counts;
    if (shortest !== undefined) return `${shortest.count} ${shortest.unit}`;
    return `${value} B`;
  },
};

/** Data carried in a second: `2 GB/s`. */
export const bandwidthText: QuantityText<BytesPerSecond> = {
  name: "an amount of data per second",
  pattern: `^${decimal} ?(?:${Object.keys(bytesPer).join("|")})/s$`,
  example: "2 GB/s",
  read(text) {
    const read = dataText.read(text.replace(/\/s$/, ""));
    if (!text.endsWith("/s")) return { ok: false, because: "does not say per second, as in 2 GB/s" };
    return read.ok ? { ok: true, value: bytesPerSecond(read.value) } : read;
  },
  print: (value) => `${dataText.print(bytes(value))}/s`,
};

/** A day: `2027-03-31`, read as its beginning in UTC. */
export const dateText: QuantityText<InstantMs> = {
  name: "a date",
  pattern: String.raw`^\d{4}-\d{2}-\d{2}$`,
  example: "2027-03-31",
  read(text) {
    if (!new RegExp(dateText.pattern).test(text)) return { ok: false, because: "is not a date" };
    const at = Date.parse(`${text}T00:00:00Z`);
    const isDay = Number.isFinite(at) && new Date(at).toISOString().startsWith(text);
    return isDay ? { ok: true, value: instantMs(at) } : { ok: false, because: "is no day of the calendar" };
  },
  print: (value) => new Date(value).toISOString().slice(0, 10),
};

function isTimeUnit(unit: string): unit is TimeUnit {
  return Object.hasOwn(secondsPer, unit);
}

function isDataUnit(unit: string): unit is DataUnit {
  return Object.hasOwn(bytesPer, unit);
}

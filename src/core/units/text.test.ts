import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emissionsText, intensityText, powerText } from "./energy-text.ts";
import { moneyText, monthlyPriceText, priceText } from "./money-text.ts";
import type { QuantityText } from "./quantity-text.ts";
import { spanText } from "./span.ts";
import { bandwidthText, dataText, dateText, durationText, percentText } from "./text.ts";
import { bytes, hourlyPrice, ratio, seconds } from "./units.ts";

function valueOf<Value>(kind: QuantityText<Value>, text: string): Value | string {
  const read = kind.read(text);
  return read.ok ? read.value : read.because;
}

describe("a length of time", () => {
  it.each([
    ["60s", 60],
    ["60 s", 60],
    ["1.5 h", 5_400],
    ["700 ms", 0.7],
    ["5 min", 300],
    ["30d", 2_592_000],
    ["0 s", 0],
  ])("reads %j", (text, value) => {
    expect(valueOf(durationText, text)).toBe(value);
  });

  it.each([
    ["60 %", 'has the unit "%", not one of ms, s, min, h or d'],
    ["-3s", "is below 0"],
    ["soon", "is not a length of time"],
    ["4", "has no unit"],
    ["1e3 s", "is not a length of time"],
    ["", "is not a length of time"],
    ["99999 d", "is longer than 36500 d"],
  ])("refuses %j and says why", (text, because) => {
    expect(valueOf(durationText, text)).toBe(because);
  });

  it.each([
    [seconds(0.7), "700 ms"],
    [seconds(90), "90 s"],
    [seconds(120), "2 min"],
    [seconds(86_400), "1 d"],
    [seconds(1.5), "1.5 s"],
    [seconds(0), "0 s"],
  ])("prints %d as %j", (value, text) => {
    expect(durationText.print(value)).toBe(text);
  });

  it("reads back what it prints", () => {
    const spans = fc.integer({ min: 0, max: 36_500 * 86_400_000 }).map((ms) => seconds(ms / 1_000));
    fc.assert(fc.property(spans, (span) => valueOf(durationText, durationText.print(span)) === span));
  });
});

describe("a share", () => {
  it("reads three nines without a rounding error", () => {
    expect(valueOf(percentText, "99.9 %")).toBe(0.999);
    expect(valueOf(percentText, "99.999%")).toBe(0.99999);
  });

  it.each([
    ["120 %", "is above 100 %"],
    ["0.999", "has no unit"],
    ["99 s", 'has the unit "s", not one of %'],
  ])("refuses %j and says why", (text, because) => {
    expect(valueOf(percentText, text)).toBe(because);
  });

  it("reads back what it prints", () => {
    const shares = fc.integer({ min: 0, max: 10_000_000 }).map((part) => ratio(part / 10_000_000));
    fc.assert(fc.property(shares, (share) => valueOf(percentText, percentText.print(share)) === share));
    expect(percentText.print(ratio(0.07))).toBe("7 %");
  });
});

describe("an amount of data", () => {
  it("tells powers of 1024 from powers of 1000", () => {
    expect(valueOf(dataText, "140 GiB")).toBe(150_323_855_360);
    expect(valueOf(dataText, "140 GB")).toBe(140_000_000_000);
  });

  it("refuses units of other things", () => {
    expect(valueOf(dataText, "140 Gbit")).toMatch(/unit "Gbit"/);
    expect(valueOf(dataText, "99999999 TiB")).toMatch(/more data/);
  });

  it("reads back what it prints", () => {
    const amounts = fc
      .oneof(
        fc.maxSafeNat(),
        fc.nat(5_000).map((count) => count * 2 ** 30),
      )
      .map(bytes);
    fc.assert(fc.property(amounts, (amount) => valueOf(dataText, dataText.print(amount)) === amount));
  });
});

describe("a price per hour", () => {
  it("is kept in whole micro-units with its currency", () => {
    expect(valueOf(priceText, "12 USD/h")).toEqual(hourlyPrice("USD", 12_000_000));
    expect(valueOf(priceText, "0.0416 EUR/h")).toEqual(hourlyPrice("EUR", 41_600));
  });

  it("refuses money without an hour", () => {
    expect(valueOf(priceText, "12 USD")).toMatch(/unit "USD"/);
  });

  it("reads back what it prints", () => {
    const prices = fc.nat(2_000_000_000).map((micros) => hourlyPrice("USD", micros));
    fc.assert(
      fc.property(prices, (price) => {
        expect(valueOf(priceText, priceText.print(price))).toEqual(price);
      }),
    );
  });
});

describe("a length of time with its spread", () => {
  it.each([
    ["60 s", { kind: "fixed", time: 60 }],
    ["20 s to 1 min", { kind: "between", from: 20, to: 60 }],
    ["20 s, p95 2 min", { kind: "skewed", median: 20, p95: 120 }],
  ])("reads %j, and prints what reads back", (text, value) => {
    expect(valueOf(spanText, text)).toEqual(value);
    expect(valueOf(spanText, spanText.print(value as never))).toEqual(value);
  });

  it.each([
    ["60 s to 20 s", "has its larger time, 60 s, first"],
    ["0 s, p95 2 s", "has a median of 0 s, which nothing spreads about"],
    ["20 s to soon", "is not a length of time"],
    ["20 s to 30 s to 40 s", "is not a length of time"],
  ])("refuses %j and says why", (text, because) => {
    expect(valueOf(spanText, text)).toBe(because);
  });
});

describe("power, intensity and emissions", () => {
  it("reads each in its unit, with or without the prefix", () => {
    expect(valueOf(powerText, "1.2 kW")).toBe(1_200);
    expect(valueOf(intensityText, "396 gCO2e/kWh")).toBe(396);
    expect(valueOf(emissionsText, "20 t/month")).toBe(20_000_000);
  });

  it("refuses a unit of something else", () => {
    expect(valueOf(powerText, "700 kWh")).toBe('has the unit "kWh", not one of W, kW');
    expect(valueOf(intensityText, "396 g/kWh")).toMatch(/unit "g\/kWh"/);
  });
});

describe("a date", () => {
  it("is the beginning of its day in UTC", () => {
    expect(valueOf(dateText, "2027-03-31")).toBe(Date.UTC(2027, 2, 31));
  });

  it.each([
    ["2027-02-30", "is no day of the calendar"],
    ["31.03.2027", "is not a date"],
  ])("refuses %j", (text, because) => {
    expect(valueOf(dateText, text)).toBe(because);
  });
});

describe("the pattern of a quantity", () => {
  type AnyText = Pick<QuantityText<unknown>, "name" | "pattern" | "example" | "read">;
  const kinds: readonly AnyText[] = [
    ...[durationText, percentText, dataText, bandwidthText, dateText, spanText],
    ...[priceText, moneyText, monthlyPriceText, powerText, intensityText, emissionsText],
  ];

  it.each(kinds)("matches its example, which reads: $name", (kind) => {
    expect(kind.example).toMatch(new RegExp(kind.pattern));
    expect(kind.read(kind.example).ok).toBe(true);
  });
});

import { describe, expect, it } from "vitest";
import { availabilityText, perYearText, roundedText, roundedTimeText } from "./rounded.ts";

describe("predicted numbers as people read them", () => {
  it.each([
    [0, "0"],
    [0.012_345, "0.0123"],
    [0.000_001_234, "1.23e-6"],
    [4.567, "4.57"],
    [456.7, "457"],
    [1_234.5, "1,235"],
  ])("rounds %d to %s", (value, text) => {
    expect(roundedText(value)).toBe(text);
  });

  it.each([
    [0, "0 s"],
    [0.0123, "12.3 ms"],
    [84.2, "84.2 s"],
    [320, "5.33 min"],
    [7_200, "2 h"],
    [400_000, "4.63 d"],
  ])("tells %d s as %s", (time, text) => {
    expect(roundedTimeText(time)).toBe(text);
  });

  it.each([
    [0, "never"],
    [0.02, "once in 50 years"],
    [3.14159, "3.14 a year"],
  ])("tells %d a year as %s", (perYear, text) => {
    expect(perYearText(perYear)).toBe(text);
  });

  it.each([
    [0, "100 %"],
    [0.0005, "99.950 %"],
    [0.000_001_23, "99.99988 %"],
    [0.25, "75 %"],
  ])("tells %d of the time down as up %s", (down, text) => {
    expect(availabilityText(down)).toBe(text);
  });
});

import { describe, expect, it } from "vitest";
import { perYearText } from "./shown.ts";

describe("how often something happens", () => {
  it.each([
    [0, "never"],
    [0.02, "once in 50 years"],
    [3.14159, "3.14 a year"],
  ])("tells %d a year as %s", (perYear, text) => {
    expect(perYearText(perYear)).toBe(text);
  });
});

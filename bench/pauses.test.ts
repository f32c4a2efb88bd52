import { describe, expect, it } from "vitest";
import { monotonicMs } from "../src/core/units/units.ts";
import { longestPauseOf } from "./pauses.ts";

describe("the longest pause between acknowledgements", () => {
  it("is that between two neighbours", () => {
    expect(longestPauseOf([0, 100, 350, 400].map(monotonicMs))).toBe(0.25);
  });

  it("is 0 where there are no two", () => {
    expect(longestPauseOf([monotonicMs(7)])).toBe(0);
  });
});

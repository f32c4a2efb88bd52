import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didYouMean, editDistance, nearest } from "./nearest.ts";

describe("the edit distance", () => {
  it.each([
    ["region", "region", 0],
    ["regoin", "region", 1],
    ["region", "regions", 1],
    ["rtp", "rto", 1],
    ["ca", "abc", 3],
    ["", "rpo", 3],
    ["kitten", "sitting", 3],
  ])("from %j to %j is %i", (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it("is the same in both directions", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => editDistance(a, b) === editDistance(b, a)));
  });

  it("is 0 between equal words alone", () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => (editDistance(a, b) === 0) === (a === b)));
  });
});

describe("the nearest known word", () => {
  it("is the one with the fewest slips", () => {
    expect(nearest("scenaro", ["Journey", "Scenario", "Drill"])).toBe("Scenario");
  });

  it("is none when every known word is far", () => {
    expect(nearest("availability", ["rto", "rpo"])).toBeNull();
  });

  it("leads a mending only when there is one", () => {
    expect(didYouMean("wset", ["east", "west"])).toBe('did you mean "west"? ');
    expect(didYouMean("tokyo", ["east", "west"])).toBe("");
  });
});

import { describe, expect, it } from "vitest";
import { missingIn, unmet } from "./verifier.ts";

const number = (atLeast: number | null, atMost: number | null) =>
  ({ kind: "number", atLeast, atMost }) as const;

describe("a value that is expected", () => {
  it.each([
    ["on", { kind: "text", is: "on" }],
    ["3", number(3, 3)],
    ["-0.5", number(null, 0)],
    ["1e3", number(1_000, null)],
    ["Infinity", number(5, null)],
    ["+Inf", number(5, null)],
    ["-Inf", number(null, 5)],
    [" 12. ", number(12, 12)],
    ["+.5E-1", number(0.05, 0.05)],
  ] as const)("may be %s", (value, expected) => {
    expect(unmet(value, expected, "it")).toBeNull();
  });

  it.each([
    ["On", { kind: "text", is: "on" }, "it is On, and not on"],
    ["2.9", number(3, null), "it is 2.9, below 3"],
    ["3.1", number(3, 3), "it is 3.1, above 3"],
    ["", number(null, 5), "it is , which is no number"],
    ["f", number(null, 5), "it is f, which is no number"],
    ["NaN", number(null, 5), "it is NaN, which is no number"],
    ["Infinity", number(null, 5), "it is Infinity, above 5"],
    ["+Inf", number(null, 5), "it is +Inf, above 5"],
    ["0x10", number(null, 50), "it is 0x10, which is no number"],
    ["1_000", number(1, null), "it is 1_000, which is no number"],
  ] as const)("may not be %s where it is %j", (value, expected, because) => {
    expect(unmet(value, expected, "it")).toBe(because);
  });
});

describe("what a text is to hold", () => {
  it("is found whatever the case of its letters", () => {
    expect(missingIn("The capital is PARIS.", ["paris", "The"])).toEqual([]);
  });

  it("is told where it is missing", () => {
    expect(missingIn("The capital is Lyon.", ["Paris", "capital"])).toEqual(["Paris"]);
  });
});

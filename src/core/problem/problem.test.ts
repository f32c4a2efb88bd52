import { describe, expect, it } from "vitest";
import { InvariantBroken, invariant, unreachable } from "./problem.ts";

describe("invariant", () => {
  it("passes in silence when the condition holds", () => {
    expect(() => {
      invariant(true, "never shown");
    }).not.toThrow();
  });

  it("throws its message as InvariantBroken when the condition fails", () => {
    expect(() => {
      invariant(false, "epoch fell from 4 to 3");
    }).toThrow(new InvariantBroken("epoch fell from 4 to 3"));
  });
});

describe("unreachable", () => {
  it("names the case that nobody handled", () => {
    expect(() => unreachable({ kind: "surprise" } as never)).toThrow(/surprise/);
  });
});

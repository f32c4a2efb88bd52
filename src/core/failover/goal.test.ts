import { describe, expect, it } from "vitest";
import { anyOf, reignOf } from "../../../test/example-reigns.ts";
import { goalOf } from "./goal.ts";

describe("what a reign asks", () => {
  it("of every member while it fences: neither serve nor confirm", () => {
    const fencing = reignOf({ phase: "fencing" });
    expect(["east", "west", "central"].map((region) => goalOf(fencing, region).kind)).toEqual([
      "fenced",
      "fenced",
      "fenced",
    ]);
  });

  it.each(["promoting", "steady"] as const)(
    "of the active member while %s: serve, by the newest sync set",
    (phase) => {
      const reign = reignOf({ phase, guards: [anyOf(1, "west", "central"), anyOf(1, "west")] });
      expect(goalOf(reign, "east")).toEqual({ kind: "primary", syncSet: anyOf(1, "west") });
    },
  );

  it.each(["promoting", "steady"] as const)("of the others while %s: follow the active one", (phase) => {
    expect(goalOf(reignOf({ phase }), "central")).toEqual({ kind: "standby", upstream: "east" });
  });
});

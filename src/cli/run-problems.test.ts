import { describe, expect, it } from "vitest";
import { noSuchInterlock } from "./run-problems.ts";

describe("a window or gate that a plan does not have", () => {
  it("is mended by naming one of them, or by leaving it out where there is none", () => {
    expect(noSuchInterlock("nights", []).mend).toBe("leave --despite out: the plan has none");
    expect(noSuchInterlock("nights", ["weekends"]).mend).toContain("it has weekends");
  });
});

import { describe, expect, it } from "vitest";
import { shownSettings } from "./told-settings.ts";

describe("what a check tells", () => {
  it("is shown without what it was given, and without what moves the cursor", () => {
    const told = {
      now: { "quota of correct-horse": "4\u001b[2J", "": "" },
      wanted: { "quota of correct-horse": "correct-horse" },
      epoch: 7,
    };
    expect(shownSettings(told, { QUOTA_TOKEN: "correct-horse" })).toEqual({
      now: { "quota of (QUOTA_TOKEN)": "4\\u001b[2J", "": "" },
      wanted: { "quota of (QUOTA_TOKEN)": "(QUOTA_TOKEN)" },
      epoch: 7,
    });
  });
});

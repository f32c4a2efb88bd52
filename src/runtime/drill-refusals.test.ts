import { describe, expect, it } from "vitest";
import { notActive } from "./drill-refusals.ts";

describe("a drill on a region that does not serve", () => {
  it("names the way back by which that region serves, not one after which the lab stands as before", () => {
    const { mend } = notActive("east", "west", "/srv/lab");
    expect(mend).toContain("`holdfast lab fault kill west --dir /srv/lab`");
    expect(mend).toContain("`holdfast lab restore west --dir /srv/lab`");
    expect(mend).toContain("until east serves");
    expect(mend).toContain("another folder with --dir");
    expect(mend).not.toContain("fresh lab, in which");
  });
});

import { describe, expect, it } from "vitest";
import { shownSafely } from "./foreign-text.ts";

describe("text from files", () => {
  it("cannot ring, move the cursor or turn the text around", () => {
    expect(shownSafely("a\u0007b\u001b]0;title\u0007 \u202eevil\u0000\rover")).toBe(
      "a\\u0007b\\u001b]0;title\\u0007 \\u202eevil\\u0000\\u000dover",
    );
  });

  it("cannot color what follows, nor write a line anew, as the program does itself", () => {
    expect(shownSafely("\r\u001b[2K\u001b[31mred\u001b[0m")).toBe(
      "\\u000d\\u001b[2K\\u001b[31mred\\u001b[0m",
    );
  });

  it("is else shown as it is", () => {
    const text = "line\n\ttabbed – “quoted” ✓";
    expect(shownSafely(text)).toBe(text);
  });
});

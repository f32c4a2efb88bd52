import { describe, expect, it } from "vitest";
import { printable, wrapped } from "./evidence-text.ts";

describe("text that others signed", () => {
  it("cannot repaint a terminal or turn the reading direction", () => {
    expect(printable("\u001b[31mred\u202e\r\n\u009b")).toBe("\\u{1b}[31mred\\u{202e}\\u{d}\\u{a}\\u{9b}");
  });

  it("is left alone where it only says something, in any language", () => {
    expect(printable("naïve – 東京 ✓")).toBe("naïve – 東京 ✓");
  });

  it("is wrapped between words, and a word that is too long stands alone", () => {
    expect(wrapped(["one", "two", "three", "extraordinarily", "x"], 8)).toEqual([
      "one two",
      "three",
      "extraordinarily",
      "x",
    ]);
  });
});

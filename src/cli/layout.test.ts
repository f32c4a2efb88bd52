import { describe, expect, it } from "vitest";
import { commandLines, ledBy, wrapped } from "./layout.ts";

describe("text in lines that fit", () => {
  it("is broken between words", () => {
    expect(wrapped("one two three four five six", { columns: 24, indent: 2 })).toBe(
      "  one two three four\n  five six",
    );
  });

  it("keeps a command between backticks whole, with what is glued to it", () => {
    const text = "end it first (`rm -rf -- '/a b' /c`), then `holdfast lab up --dir d` again";
    expect(wrapped(text, { columns: 30, indent: 0 }).split("\n")).toEqual([
      "end it first",
      "(`rm -rf -- '/a b' /c`), then",
      "`holdfast lab up --dir d`",
      "again",
    ]);
  });

  it("shortens in its middle a word that fits on no line", () => {
    const told = wrapped(`"${"a".repeat(5_000)}" is a name`, { columns: 80, indent: 2 });
    expect(told).toBe(`  "${"a".repeat(38)}…${"a".repeat(37)}"\n  is a name`);
    expect(wrapped("😀".repeat(100), { columns: 74, indent: 0 })).toBe(
      `${"😀".repeat(37)}…${"😀".repeat(36)}`,
    );
  });

  it.each([
    "`holdfast explain " + "a".repeat(100) + "`",
    "/srv/" + "a".repeat(100),
    `sha256:${"0a".repeat(32)}`,
  ])("leaves whole what is copied: %s", (text) => {
    expect(wrapped(text, { columns: 40, indent: 0 })).toBe(text);
  });

  it("is none the less told whole when a backtick stands alone", () => {
    expect(wrapped("a ` b", { columns: 80, indent: 0 })).toBe("a ` b");
  });

  it("hangs behind its lead", () => {
    expect(ledBy("   1.5 s  ", "counting every write there is", 32)).toBe(
      "   1.5 s  counting every write\n          there is",
    );
  });
});

describe("commands and what they do", () => {
  it("stand side by side where there is room", () => {
    const lines = [
      ["a", "does this"],
      ["a b", "does that"],
    ] as const;
    expect(commandLines(lines, { columns: 80, indent: 2 })).toBe("  a     does this\n  a b   does that\n");
  });

  it("stand one below the other where there is none, and a command is never broken", () => {
    const command = "holdfast evidence verify /somewhere/far/away/from/here";
    expect(commandLines([[command, "check the record, offline"]], { columns: 60, indent: 2 })).toBe(
      `  ${command}\n      check the record, offline\n`,
    );
  });
});

import { describe, expect, it } from "vitest";
import type { Problem } from "../core/problem/problem.ts";
import { briefProblem, codeFrame, framedProblem } from "./code-frame.ts";

const text = ["one", "two", "  three: 3", "four", "five", "six", ""].join("\n");
const at = (line: number, column: number): { file: string; line: number; column: number } => ({
  file: "f",
  line,
  column,
});

describe("a code frame", () => {
  it("shows the lines around a place, with a mark under its column", () => {
    expect(codeFrame(text, at(3, 10), 80).split("\n")).toEqual([
      "    1 | one",
      "    2 | two",
      "  > 3 |   three: 3",
      "      |          ^",
      "    4 | four",
      "    5 | five",
    ]);
  });

  it("shows no letter of what may be a key but the first four, and names however long", () => {
    const key = "MC4CAQAwBQYDK2VwBCIEIE/fOntlGHFTH+/1enk51AazRDBAxOlISSAMKxsQ";
    const shown = codeFrame(`name: ${"a-long-name-of-1-thing".repeat(2)}\n- key: ${key}`, at(2, 3), 80);
    expect(shown).toContain("MC4C····");
    expect(shown).not.toContain("AQAwBQ");
    expect(shown).not.toContain("MKxsQ");
    expect(shown).toContain("a-long-name-of-1-thinga-long-name-of-1-thing");
  });

  it("stops at the ends of the text, and aligns numbers of different length", () => {
    const long = Array.from({ length: 10 }, (_, line) => `line ${line + 1}`).join("\r\n");
    expect(codeFrame(long, at(10, 1), 80).split("\n")).toEqual([
      "     8 | line 8",
      "     9 | line 9",
      "  > 10 | line 10",
      "       | ^",
    ]);
  });

  it("shows a long line around the mark, within the columns that there are", () => {
    const frame = codeFrame(`${"a".repeat(500)}HERE${"b".repeat(500)}`, at(1, 501), 60).split("\n");
    expect(Math.max(...frame.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect((frame[0] ?? "")[(frame[1] ?? "").indexOf("^")]).toBe("H");
  });

  it("is empty where the text has no such line", () => {
    expect(codeFrame("", at(9, 1), 80)).toBe("");
  });
});

describe("a problem for people", () => {
  const foreign = "a\u001b[31mb\r\u001b[2Kgone";
  const shown = "a\\u001b[31mb\\u000d\\u001b[2Kgone";
  const problem: Problem = {
    code: "manifest/unknown-key",
    what: `SLO "${foreign}"`,
    where: at(1, foreign.length + 3),
    why: foreign,
    mend: `delete ${foreign}`,
  };

  it("writes out what would move the cursor or color what follows, and marks the place all the same", () => {
    expect(framedProblem(problem, () => `"${foreign}": 1`, 80).split("\n")).toEqual([
      `f:1:${foreign.length + 3} manifest/unknown-key`,
      `  SLO "${shown}"`,
      "",
      `  > 1 | "${shown}": 1`,
      `      | ${" ".repeat(shown.length + 2)}^`,
      "",
      `  why: ${shown}`,
      `  mend: delete ${shown}`,
      "",
    ]);
    expect(briefProblem(problem, 80)).toContain(`  mend: delete ${shown}\n`);
  });
});

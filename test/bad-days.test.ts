import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const folder = "docs/manual";

interface BadDay {
  readonly name: string;
  readonly how: string;
  readonly file: string;
  readonly title: string;
}

function badDays(): readonly BadDay[] {
  return readFileSync(join(folder, "bad-days.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| ---") && !line.startsWith("| bad day"))
    .map((line) => {
      const [, name = "", how = "", where = ""] = line.split("|").map((cell) => cell.trim());
      const [, file = "", title = ""] = /^\[[^\]]+\]\(([^)]+)\) "(.*)"$/.exec(where) ?? [];
      return { name, how, file, title };
    });
}

describe("the table of bad days", () => {
  it.each(badDays())("names where this is tried: $name", ({ how, file, title }) => {
    const path = join(folder, file);
    expect(["real", "simulated"]).toContain(how);
    expect(existsSync(path), path).toBe(true);
    expect(title).not.toBe("");
    // A title that a formatter has broken, or that quotes, stands in the file as it is written there.
    expect(readFileSync(path, "utf8").replaceAll('\\"', '"')).toContain(title);
    expect(how === "simulated").toBe(file.includes("/sim/"));
  });
});

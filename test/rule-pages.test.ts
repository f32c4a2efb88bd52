import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { rules } from "../src/core/lint/rules.ts";
import { projectRoot } from "./built-program.ts";
import { lineDiff } from "./line-diff.ts";
import { indexOf, pageOf } from "./rule-pages.ts";

const folder = join(projectRoot, "docs", "manual", "rules");
describe("the manual of the rules", () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))(
    "has the page of %s as its record says",
    async (id, rule) => {
      await expect(pageOf(rule)).toMatchFileSnapshot(join(folder, `${id}.md`));
    },
  );

  it("lists every rule", async () => {
    await expect(indexOf(rules)).toMatchFileSnapshot(join(folder, "README.md"));
  });

  it("has a page for no other rule", () => {
    const pages = readdirSync(folder).filter((name) => name !== "README.md");
    expect(pages.sort()).toEqual(rules.map(({ id }) => `${id}.md`));
  });
});

describe("the lines that two texts differ in", () => {
  it("are shown with two lines around, apart where they are far from one another", () => {
    const lines = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    const before = lines.join("\n");
    const after = ["x", ...lines.slice(1, 8), "i", "j"].join("\n");
    expect(lineDiff(before, after)).toBe("@@\n-a\n+x\n b\n c\n@@\n h\n i\n+j\n");
  });
});

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { performed } from "./scenario.ts";

const folder = join(import.meta.dirname, "scenarios");

/** Rewrite the right sides with `npx vitest run --project simulation sim/scenarios.test.ts -u`, and review the diff. */
describe("a scenario", () => {
  it.each(readdirSync(folder))("goes as written: %s", async (name) => {
    const path = join(folder, name);
    const text = performed(readFileSync(path, "utf8"));
    expect(text, "a broken invariant is no story to be written down").not.toMatch(/^! invariant/m);
    await expect(text).toMatchFileSnapshot(path);
  });
});

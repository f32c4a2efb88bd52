import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const page = readFileSync(
  join(import.meta.dirname, "..", "..", "..", "docs", "manual", "tracing.md"),
  "utf8",
);

/** Of attributes and events, as the source spells them. */
function namesInSource(): readonly string[] {
  const files = readdirSync(import.meta.dirname).filter((file) => /(?<!\.test)\.ts$/.test(file));
  const texts = files.map((file) => readFileSync(join(import.meta.dirname, file), "utf8"));
  const found = texts.flatMap((text) => [...text.matchAll(/"(holdfast\.[a-z_.]+)"/g)]);
  return [...new Set(found.map(([, name = ""]) => name))];
}

it("names every attribute and every event of a trace in the manual", () => {
  const names = namesInSource();
  expect(names.length).toBeGreaterThan(40);
  expect(names.filter((name) => !page.includes(name))).toEqual([]);
});

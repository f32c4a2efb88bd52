import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { exampleFiles, exampleNames } from "../../../test/example-workspaces.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { lint } from "../lint/lint.ts";
import { instantMs } from "../units/units.ts";
import { everyField, fieldsNamed, isRecord } from "./json-schema.ts";
import { readWorkspace } from "./manifest.ts";

describe.each(exampleNames)("the example %s", (name) => {
  it("is read without a problem, and nothing in it would fail on the day", () => {
    const read = readWorkspace(exampleFiles(name), shippedCatalogue);
    const errors = read.ok
      ? lint(read.value.model, { locate: read.value.locate, now: instantMs(0) }).filter(
          (each) => each.severity === "error",
        )
      : read.problems;
    expect(errors).toEqual([]);
  });
});

function keysIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(keysIn);
  return isRecord(value) ? Object.entries(value).flatMap(([key, item]) => [key, ...keysIn(item)]) : [];
}

describe("between them the examples", () => {
  const documents = exampleNames
    .flatMap(exampleFiles)
    .flatMap(({ text }) => parseAllDocuments(text).map((each) => each.toJS() as unknown));

  it("say every key that there is", () => {
    const said = new Set(documents.flatMap(keysIn));
    const keys = everyField().map(({ path }) => path.split(".").at(-1)?.replaceAll("[]", "") ?? "");
    const wanted = new Set(keys.filter((key) => /^[a-z]/.test(key)));
    expect([...wanted].filter((key) => !said.has(key))).toEqual([]);
  });

  it.each(["Component.spec.pattern", "Scenario.spec.failures.how", "Component.spec.replication.mode"])(
    "say every word of %s",
    (path) => {
      const { found } = fieldsNamed(path);
      const words = found.flatMap(({ schema }): readonly string[] => schema.enum ?? [String(schema.const)]);
      const said = JSON.stringify(documents);
      const key = path.slice(path.lastIndexOf(".") + 1);
      expect(words.length).toBeGreaterThan(2);
      expect(words.filter((word) => !said.includes(`"${key}":"${word}"`))).toEqual([]);
    },
  );
});

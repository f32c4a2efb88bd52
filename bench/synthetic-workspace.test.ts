import { sampleCatalogue } from "../test/sample-catalogue.ts";
import { expect, it } from "vitest";
import { readWorkspace } from "../src/core/manifest/manifest.ts";
import { syntheticWorkspace } from "./synthetic-workspace.ts";

it("the workspace that `check` is measured on has as many components as it says, and no problem", () => {
  const read = readWorkspace([{ path: "all.yaml", text: syntheticWorkspace(50) }], sampleCatalogue);
  expect(read.ok ? read.value.model.components.size : read.problems).toBe(50);
});

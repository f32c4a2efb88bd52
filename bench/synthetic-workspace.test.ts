import { describe, expect, it } from "vitest";
import { lint } from "../src/core/lint/lint.ts";
import { fileBytesMax } from "../src/core/manifest/document.ts";
import { readWorkspace } from "../src/core/manifest/manifest.ts";
import type { Model } from "../src/core/model/model.ts";
import { hardClosure, scopeOf } from "../src/core/model/survival.ts";
import { instantMs } from "../src/core/units/units.ts";
import { shippedCatalogue } from "../test/shipped-catalogue.ts";
import type { WorkspaceSize } from "./synthetic-domains.ts";
import { syntheticWorkspace } from "./synthetic-workspace.ts";

function modelOf(size: Partial<WorkspaceSize>): Model {
  const read = readWorkspace(syntheticWorkspace(size), shippedCatalogue);
  if (!read.ok) throw new Error(JSON.stringify(read.problems.slice(0, 3), null, 2));
  const { model, locate } = read.value;
  const errors = lint(model, { locate, now: instantMs(0) }).filter(({ severity }) => severity === "error");
  expect(errors).toEqual([]);
  return model;
}

describe("the workspace that measurements are made on", () => {
  it.each([
    { components: 50, regions: 12, journeys: 50, scenarios: 40 },
    { components: 1_000, regions: 12, journeys: 50, scenarios: 40 },
    { components: 137, regions: 5, journeys: 3, scenarios: 8 },
  ])("has as many parts as it says, and nothing in it is wrong: %o", (size) => {
    const { components, platform, journeys, scenarios } = modelOf(size);
    expect({
      components: components.size,
      regions: platform.regions.length,
      journeys: journeys.size,
      scenarios: scenarios.size,
    }).toEqual(size);
  });

  it("is one of many layers, in cells too, and its scenarios are of every scope", () => {
    const model = modelOf({ components: 300 });
    const needed = [...model.journeys.values()].map(({ entry }) => hardClosure(model, entry).length);
    expect(Math.max(...needed)).toBeGreaterThan(10);
    const scopes = new Set([...model.scenarios.values()].map((each) => scopeOf(model, each)));
    expect([...scopes].sort()).toEqual(["dependency", "provider", "region", "zone"]);
    expect([...model.components.values()].some(({ placements }) => placements[0]?.cell !== null)).toBe(true);
  });

  it("is the same one for the same size, in files that are read", () => {
    const files = syntheticWorkspace({ components: 10_000 });
    expect(syntheticWorkspace({ components: 10_000 })).toEqual(files);
    expect(files.filter(({ text }) => text.length > fileBytesMax)).toEqual([]);
  });
});

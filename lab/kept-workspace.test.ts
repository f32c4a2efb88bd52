import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keepWorkspace, keptWorkspace } from "./kept-workspace.ts";
import { type LabLayout, layoutOf } from "./layout.ts";

let layout: LabLayout;

beforeEach(async () => {
  layout = layoutOf(await mkdtemp(join(tmpdir(), "holdfast-lab-")));
});

afterEach(async () => {
  await rm(layout.root, { recursive: true });
});

it("knows by which manifests a lab went last, and of a new one that it has its own", async () => {
  expect(await keptWorkspace(layout)).toBeNull();
  await keepWorkspace(layout, "/manifests/ours");
  await keepWorkspace(layout, "/manifests/other ones");
  expect(await keptWorkspace(layout)).toBe("/manifests/other ones");
});

it("does not take a file that cannot be read for a lab that goes by its own", async () => {
  await keepWorkspace(layout, "/manifests/ours");
  await expect(keptWorkspace({ workspaceFile: layout.root })).rejects.toThrow("EISDIR");
});

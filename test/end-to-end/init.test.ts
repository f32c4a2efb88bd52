import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast } from "../built-program.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-init-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("holdfast init", () => {
  it("writes a commented workspace that check accepts, without a terminal", () => {
    const { status, out, err } = holdfast(["init", "mine"], folder);
    expect(status).toBe(0);
    expect(out.split("\n")[0]).toBe("wrote mine/components.yaml");
    expect(err).toContain("Next: holdfast check mine");
    expect(holdfast(["check", "mine"], folder).status).toBe(0);
    expect(readFileSync(join(folder, "mine", "journeys.yaml"), "utf8")).toMatch(/^# .*\n#\n# What users do/);
  });

  it("points editors at a schema that stands beside the manifests", () => {
    holdfast(["init"], folder);
    const modeline = "# yaml-language-server: $schema=manifest.schema.json\n";
    for (const file of readdirSync(folder).filter((name) => name.endsWith(".yaml"))) {
      expect(readFileSync(join(folder, file), "utf8").startsWith(modeline), file).toBe(true);
    }
    expect(readFileSync(join(folder, "manifest.schema.json"), "utf8")).toBe(holdfast(["schema"]).out);
  });

  it("overwrites nothing unless told to, and lists what is there", () => {
    writeFileSync(join(folder, "drills.yaml"), "mine");
    const { status, err } = holdfast(["init"], folder);
    expect(status).toBe(1);
    expect(err).toContain("drills.yaml is there already");
    expect(err).toContain("--force");
    expect(readdirSync(folder)).toEqual(["drills.yaml"]);
    expect(holdfast(["init", "--force"], folder).status).toBe(0);
    expect(readFileSync(join(folder, "drills.yaml"), "utf8")).not.toBe("mine");
  });

  it("suggests a check that works as it is typed, whatever the folder's name", () => {
    const { status, err } = holdfast(["init", "--", "-x"], folder);
    expect(status).toBe(0);
    expect(err).toContain("Next: holdfast check ./-x");
  });

  it("writes nothing where no folder is named", () => {
    const { status, out, err } = holdfast(["init", ""], folder);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toMatch(/^cli\/no-folder-named\n/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("tells programs what it wrote", () => {
    const { out } = holdfast(["init", "mine", "--json"], folder);
    const told = JSON.parse(out) as { formatVersion: number; written: readonly string[] };
    expect(told.formatVersion).toBe(1);
    expect(told.written).toContain("mine/platform.yaml");
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { exportedMetrics } from "./exported.ts";

const manual = readFileSync(new URL("../../../docs/manual/observability.md", import.meta.url), "utf8");

describe("the manual of observability", () => {
  it.each(exportedMetrics.map(({ name }) => name))("tells of %s", (name) => {
    expect(manual).toContain(`\`${name}\``);
  });

  it("tells of no metric that nobody exports", () => {
    const named = [...manual.matchAll(/`((?:holdfast|process)_[a-z_]+)`/g)].map(([, name]) => name ?? "");
    const exported = new Set(exportedMetrics.map(({ name }) => name));
    expect(named.filter((name) => !exported.has(name))).toEqual([]);
  });
});

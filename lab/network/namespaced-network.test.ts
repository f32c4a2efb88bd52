import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { dropsOf } from "./namespaced-network.ts";
import { namespacePlan, namespacePrefix } from "./places.ts";

describe("what a region loses by its network", () => {
  it("is nothing when nothing is done to it", () => {
    expect(dropsOf("east", [])).toEqual([]);
  });

  it.each([
    ["everybody", { kind: "all" }],
    ["coordination", { kind: "of-ports", ports: [2379, 2380] }],
    ["clients", { kind: "of-hosts", hosts: ["198.18.0.4"] }],
    ["peers", { kind: "of-hosts-but-ports", hosts: ["198.18.0.1", "198.18.0.3"], ports: [2379, 2380] }],
  ] as const)("is what comes from %s and what goes there, or one of them", (from, packets) => {
    expect(dropsOf("west", [{ kind: "cut", direction: "both", from }])).toEqual([
      { way: "in", packets },
      { way: "out", packets },
    ]);
    for (const way of ["in", "out"] as const)
      expect(dropsOf("west", [{ kind: "cut", direction: way, from }])).toEqual([{ way, packets }]);
  });
});

describe("the namespaces of a lab", () => {
  it("have an address each, and the edge's one more for the lab itself", () => {
    const { places } = namespacePlan("lab-7");
    expect(places.map(({ name, addresses }) => [name, ...addresses])).toEqual([
      ["east", "198.18.0.1"],
      ["west", "198.18.0.2"],
      ["central", "198.18.0.3"],
      ["edge", "198.18.0.4", "198.18.0.5"],
    ]);
  });

  it("are called by its folder, also when that is moved, and unlike those of any other", async () => {
    const folder = await mkdtemp(join(tmpdir(), "holdfast-places-"));
    for (const name of ["a", "b"]) await mkdir(join(folder, name));
    const prefix = await namespacePrefix(join(folder, "a"));
    expect(prefix).toMatch(/^holdfast-[0-9a-f]{12}$/);
    expect(await namespacePrefix(join(folder, "b"))).not.toBe(prefix);
    await rename(join(folder, "a"), join(folder, "c"));
    expect(await namespacePrefix(join(folder, "c"))).toBe(prefix);
    expect(await namespacePrefix(join(folder, "a"))).toBeNull();
    await rm(folder, { recursive: true });
  });
});

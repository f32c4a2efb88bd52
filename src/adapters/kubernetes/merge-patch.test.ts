import { describe, expect, it } from "vitest";
import { settingPath } from "../../core/model/setting-path.ts";
import type { Json, JsonMap } from "./json.ts";
import { type Edit, mergePatch, type Step, valueAt } from "./merge-patch.ts";

const object: JsonMap = {
  spec: {
    replicas: 2,
    containers: [
      { name: "serve", image: "a:1", env: [{ name: "X", value: "1" }], tty: true },
      { name: "side", image: "b:1" },
      { name: "twin" },
      { name: "twin" },
    ],
    ports: [{ containerPort: 80 }],
  },
};

function edit(path: string, value: Json): Edit {
  return { path: settingPath(path) ?? [], value };
}

describe("a merge patch", () => {
  it("holds only what is edited, with null for what is taken away", () => {
    expect(mergePatch(object, [edit("spec.replicas", 8), edit("metadata.labels.a", null)])).toEqual({
      spec: { replicas: 8 },
      metadata: { labels: { a: null } },
    });
  });

  it("has a list as a whole, as it was seen but for all edits in it, and keeps the object as it is", () => {
    const before = structuredClone(object);
    const patch = mergePatch(object, [
      edit("spec.containers[name=serve].image", "a:2"),
      edit("spec.containers[name=serve].env[name=X].value", "2"),
      edit("spec.containers[name=serve].tty", null),
      edit("spec.containers[name=side].resources.limits.cpu", 1),
    ]);
    expect(patch).toEqual({
      spec: {
        containers: [
          { name: "serve", image: "a:2", env: [{ name: "X", value: "2" }] },
          { name: "side", image: "b:1", resources: { limits: { cpu: 1 } } },
          { name: "twin" },
          { name: "twin" },
        ],
      },
    });
    expect(object).toEqual(before);
  });

  it("changes an item at its place", () => {
    const path: readonly Step[] = [
      { kind: "key", key: "spec" },
      { kind: "key", key: "ports" },
      { kind: "at", index: 0 },
      { kind: "key", key: "name" },
    ];
    expect(mergePatch(object, [{ path, value: "http" }])).toEqual({
      spec: { ports: [{ containerPort: 80, name: "http" }] },
    });
  });
});

describe("what stands at a path", () => {
  it.each<readonly [string, unknown]>([
    ["spec.replicas", { kind: "value", value: 2 }],
    ["spec.containers[name=side].image", { kind: "value", value: "b:1" }],
    ["spec.ports[containerPort=80].containerPort", { kind: "value", value: 80 }],
    ["spec.paused", { kind: "absent" }],
    ["metadata.annotations.a", { kind: "absent" }],
    ["spec.replicas.many", { kind: "fault", because: "many cannot stand in what is no map" }],
    ["spec.containers[name=x].image", { kind: "fault", because: "no item has the name x" }],
    ["spec.containers[name=twin].image", { kind: "fault", because: "2 items have the name twin" }],
    ["spec.paused[name=x].y", { kind: "fault", because: expect.stringContaining("no list") as string }],
    ["spec.constructor", { kind: "absent" }],
  ])("%s", (path, found) => {
    expect(valueAt(object, settingPath(path) ?? [])).toEqual(found);
  });
});

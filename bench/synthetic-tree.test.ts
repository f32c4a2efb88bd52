import { expect, it } from "vitest";
import { faultTreeOf } from "../src/adapters/open-psa/fault-tree-file.ts";
import { syntheticTree } from "./synthetic-tree.ts";

it.each([0.1, 0.5, 0.9])(
  "a synthetic tree has one top, all its events, and the share of shared ones asked for: %d",
  (shared) => {
    const text = syntheticTree({ events: 200, shared, seed: 3 });
    const read = faultTreeOf(text, "synthetic.xml");
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    expect(read.value.roots).toEqual(["g0"]);
    expect(read.value.graph.events).toHaveLength(200);
    const uses = [...text.matchAll(/<basic-event name="(e\d+)"\/>/g)].length;
    expect(uses / 200 - 1).toBeCloseTo(shared, 0);
    expect(syntheticTree({ events: 200, shared, seed: 3 })).toBe(text);
    expect(syntheticTree({ events: 200, shared, seed: 4 })).not.toBe(text);
  },
);

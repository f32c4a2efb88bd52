import { describe, expect, it } from "vitest";
import { alternating, named } from "../../../../test/simulated-subjects.ts";
import type { Gate } from "../fault-graph.ts";
import { GateValues } from "./gate-values.ts";
import { wiringOf } from "./wiring.ts";

const events = named([alternating(10, 1), alternating(10, 1)]);

describe("a wired fault graph", () => {
  it("refuses a circle", () => {
    const gates: readonly Gate[] = [
      { name: "a", kind: "or", inputs: [0, 3] },
      { name: "b", kind: "or", inputs: [2] },
    ];
    expect(() => wiringOf({ events, gates })).toThrow(/circle/);
  });

  it("takes gates in any order, and a chain of 50,000", () => {
    const length = 50_000;
    // Gate j reads gate j + 1, the last one an event.
    const gates = Array.from({ length }, (_, at): Gate => {
      const input = at + 1 < length ? events.length + at + 1 : 0;
      return { name: `gate-${at}`, kind: "and", inputs: [input] };
    });
    const values = new GateValues(wiringOf({ events, gates }), [events.length]);
    values.flip(0);
    expect(values.settle()).toBe(true);
    expect(values.isTrue(events.length)).toBe(true);
  });

  it("has nothing to tell of a node that changes back within one instant", () => {
    const gates: readonly Gate[] = [{ name: "one of two", kind: "xor", inputs: [0, 1] }];
    const values = new GateValues(wiringOf({ events, gates }), [2]);
    values.flip(0);
    values.flip(1);
    expect(values.settle()).toBe(false);
  });
});

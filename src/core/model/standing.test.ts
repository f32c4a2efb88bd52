import { describe, expect, it } from "vitest";
import { componentOf, placementOf } from "../../../test/model-of.ts";
import { standingsOf } from "./standing.ts";

const places = [
  placementOf("east", { replicas: 4, required: 3, spares: 1 }),
  placementOf("west", { replicas: 4, required: 3 }),
];

describe("the least that would serve when nothing fails", () => {
  it("is the required replicas of the first places, as many as are required", () => {
    const one = standingsOf(componentOf("c", places));
    expect(one.map((each) => each.needed)).toEqual([3, 0]);
    const both = standingsOf(componentOf("c", places, { placesRequired: 2 }));
    expect(both.map((each) => each.needed)).toEqual([3, 3]);
  });

  it("counts each cell apart, and a place without a cell for all of them", () => {
    const inCells = [
      placementOf("east", { cell: "a" }),
      placementOf("west", { cell: "a" }),
      placementOf("west", { cell: "b" }),
      placementOf("north"),
    ];
    expect(standingsOf(componentOf("c", inCells)).map((each) => each.needed)).toEqual([1, 0, 1, 0]);
    const two = componentOf("c", inCells, { placesRequired: 2 });
    expect(standingsOf(two).map((each) => each.needed)).toEqual([1, 1, 1, 1]);
  });
});

describe("the places beyond it", () => {
  it.each([
    ["active-active", "serving", 4, 0],
    ["hot-standby", "standby", 4, 0],
    ["warm-standby", "standby", 4, 0],
    ["pilot-light", "off", 0, 4],
    ["backup-and-restore", "off", 0, 4],
  ] as const)("of %s are %s", (pattern, ...[role, running, off]) => {
    const [first, second] = standingsOf(componentOf("c", places, { pattern }));
    expect(first).toMatchObject({ role: "serving", running: 4, off: 1 });
    expect(second).toMatchObject({ role, running, off, needed: 0 });
  });
});

import { describe, expect, it } from "vitest";
import { accepted, type Change, problemsWith, type Refusal } from "../../../test/sample-workspace.ts";

const cases: readonly Refusal[] = [
  [
    "what a shared entry needs, in some cells only",
    [["store", "    - { cell: cell-2, replicas: 2 }\n", ""]],
    {
      at: "store.yaml:8:5",
      what: 'Component "store": spec.placements leave out the users of cell-2, whom the journey buy leads here from gateway',
      mend: "add a place in that cell, or one without a cell, which serves the users of all",
    },
  ],
  [
    "what stands behind something else",
    [
      ["store", "    - { cell: cell-2, replicas: 2 }\n", ""],
      ["database", "  failure:", "  needs:\n    - { component: store }\n  failure:"],
      ["gateway", "    - { component: store }\n", ""],
    ],
    {
      at: "store.yaml:8:5",
      what: 'Component "store": spec.placements leave out the users of cell-2, whom the journey buy leads here from gateway',
      mend: "add a place in that cell, or one without a cell, which serves the users of all",
    },
  ],
];

describe("a journey that leads users of a cell nowhere is refused for", () => {
  it.each(cases)("%s", (_, changes, told) => {
    expect(problemsWith(...changes)).toEqual([{ code: "manifest/contradiction", ...told }]);
  });
});

/** What the gateway needs serves the users of one cell only. */
const oneCell: Change = ["store", "    - { cell: cell-2, replicas: 2 }\n", ""];

const fine = accepted(
  ["the entry lets in the users of that cell alone", oneCell, ["journey", "entry: gateway", "entry: store"]],
  [
    "what needs it can do without it",
    oneCell,
    ["gateway", "component: store", "component: store, strength: soft"],
  ],
  [
    "something else answers in its place",
    oneCell,
    ["gateway", "component: store", "component: store, fallbacks: [database]"],
  ],
  ["a place serves the users of every cell", ["store", "cell: cell-2", "region: west"]],
  [
    "it is needed hard by nothing that the journey reaches",
    oneCell,
    ["gateway", "    - { component: store }\n", ""],
  ],
);

describe("a journey leads the users of every cell somewhere where", () => {
  it.each(fine)("%s", (_, changes) => {
    expect(problemsWith(...changes)).toEqual([]);
  });
});

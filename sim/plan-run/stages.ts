import type { RunStep, Stages } from "../../src/core/plan/run.ts";
import { milliseconds } from "../../src/core/units/units.ts";

/** Who runs the plan, and may not approve what it asks of others. */
export const runner = "ann";

const usual = {
  within: milliseconds(600),
  attemptsMax: 2,
  onFailure: "undo",
  canUndo: true,
  asks: null,
  shows: [],
} satisfies Omit<RunStep, "name">;

export const approval = "approve";
export const engine = "fail over";

/** Steps before, beside and after what the failover engine does. */
export const stages: Stages = [
  [
    { ...usual, name: "announce", onFailure: "go-on" },
    { ...usual, name: "scale" },
  ],
  [
    {
      ...usual,
      name: approval,
      within: null,
      attemptsMax: 1,
      onFailure: "stop",
      asks: { people: 2, within: milliseconds(1_500), approvers: [] },
    },
  ],
  [
    { ...usual, name: engine, within: null, onFailure: "stop" },
    { ...usual, name: "warm" },
  ],
  [
    { ...usual, name: "dns" },
    { ...usual, name: "proxy" },
  ],
  [{ ...usual, name: "publish", canUndo: false }],
];

/** Those that change something outside. */
export const outsideSteps: readonly string[] = stages
  .flat()
  .map(({ name }) => name)
  .filter((name) => name !== approval && name !== engine);

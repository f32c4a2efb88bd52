import { describe, expect, it } from "vitest";
import { type Edit, editedExample } from "../../../test/foreseen-example.ts";
import { instantMs } from "../units/units.ts";
import type { Locate } from "./finding.ts";
import { lint } from "./lint.ts";

/** The document and the part of it, in place of a file. */
const locate: Locate = (kind, name, path = []) => ({
  file: [kind, name, ...path].join(" "),
  line: 1,
  column: 1,
});

function errorsIn(...edits: readonly Edit[]): readonly (readonly [string, string | undefined])[] {
  const model = editedExample("drained-cells", edits);
  return lint(model, { locate, now: instantMs(1_795_000_000_000) })
    .filter(({ severity }) => severity === "error")
    .map(({ what, where }) => [what, where?.file]);
}

describe("what is wrong with a plan that others carry out", () => {
  it("is told once, of that plan, and not of those that carry it out too", () => {
    expect(errorsIn()).toEqual([]);
    expect(errorsIn(["cellsDrainedMax: 2", "cellsDrainedMax: 1"])).toEqual([
      [
        'RecoveryPlan "drain": east-lost takes east-1, east-2: 2 of 4 cells serve nobody, and the interlock allows 1',
        "RecoveryPlan drain spec interlocks cellsDrainedMax",
      ],
    ]);
  });

  it("is told of the whole where that alone asks for more", () => {
    const strict: Edit = [
      "{ placesOnMin: 2, coolDown: 1 h",
      "{ cellsDrainedMax: 1, placesOnMin: 2, coolDown: 1 h",
    ];
    expect(errorsIn(strict)).toEqual([
      [
        expect.stringMatching(/^RecoveryPlan "hand-over": east-lost takes east-1, east-2/),
        "RecoveryPlan hand-over spec interlocks cellsDrainedMax",
      ],
    ]);
  });

  it("is told of the part whose step needs what a scenario takes", () => {
    const desk = `apiVersion: holdfast/v1alpha1
kind: Component
metadata: { name: desk }
spec: { type: control-plane, pattern: active-active, placements: [{ region: east, replicas: 2 }] }
---
`;
    const scenario = "apiVersion: holdfast/v1alpha1\nkind: Scenario\nmetadata: { name: east-1-lost }";
    const needy: Edit = [
      "      drains: [east-1]\n      within: 10 s",
      "      drains: [east-1]\n      needs: [desk]\n      within: 10 s",
    ];
    expect(errorsIn(needy, [scenario, `${desk}${scenario}`])).toEqual([
      [
        'RecoveryPlan "drain": step route needs desk (desk → east), of which east-lost leaves no place',
        "RecoveryPlan drain spec steps 0",
      ],
    ]);
  });

  it("is told of the part that asks more people than may say yes", () => {
    const notify =
      "    - { phase: notify, name: page, needs: [], within: 10 s, by: { kind: exec, command: [page, cells] } }";
    const asking: Edit = [
      notify,
      `${notify}\n    - { phase: approve, name: ok, people: 2, within: 1 min, approvers: [{ name: ada, key: MCowBQYDK2VwAyEAEYo8Qc1ln+XbzaM8V+ylLJKvn35VRzYIhPBSkk3B4PM= }] }`,
    ];
    expect(errorsIn(asking)).toEqual([
      [expect.stringMatching(/^RecoveryPlan "tell": /), "RecoveryPlan tell spec steps 1"],
    ]);
  });
});

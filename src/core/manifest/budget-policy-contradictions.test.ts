import { describe, expect, it } from "vitest";
import { sampleCatalogue } from "../../../test/sample-catalogue.ts";
import { sampleDocuments } from "../../../test/sample-workspace.ts";
import { readWorkspace } from "./manifest.ts";

const open = "{ state: open, budgetLeft: 50 %, allows: [deploy] }";
const careful = "{ state: careful, budgetLeft: 20 %, allows: [] }";
const frozen = "{ state: frozen, allows: [] }";

function told(states: readonly string[], more = ""): readonly string[] {
  const files = Object.entries(sampleDocuments).map(([name, text]) => ({ path: `${name}.yaml`, text }));
  const text = `apiVersion: holdfast/v1alpha1
kind: ErrorBudgetPolicy
metadata: { name: budget }
spec:
  states:
${states.map((each) => `    - ${each}\n`).join("")}${more}`;
  const read = readWorkspace([...files, { path: "policy.yaml", text }], sampleCatalogue);
  return read.ok ? [] : read.problems.map(({ what }) => what);
}

describe("an error budget policy", () => {
  it("has states in order, of which the last asks for nothing", () => {
    expect(told([open, careful, frozen])).toEqual([]);
    expect(told([frozen])).toEqual([]);
  });

  it.each([
    [[open, careful], "is the last and asks for something"],
    [
      [frozen, open, "{ state: end, allows: [] }"],
      "asks for nothing, so none of those below it can ever hold",
    ],
    [[careful, open, frozen], "is more than that of the better state above it"],
    [[open, open, frozen], "as another is called"],
    [[open.replace("50 %", "150 %"), frozen], "150 %"],
    [[open.replace("deploy", "dance"), frozen], "dance"],
  ])("cannot say %s", (states, what) => {
    expect(told(states).join("\n")).toContain(what);
  });

  it.each([
    ["  unknown: away\n", "there is no such state"],
    ["  hold: 1 min\n", "is less than 5 min"],
  ])("cannot say %s", (more, what) => {
    expect(told([open, frozen], more).join("\n")).toContain(what);
  });
});

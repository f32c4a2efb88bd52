import { expect, it } from "vitest";
import { exampleText, findingsInText } from "../../../test/lint-examples.ts";

const cold = "activation/cold-target";

function codesIn(text: string): readonly string[] {
  return findingsInText(text).map(({ code }) => code);
}

it("a cold target is told of plans that people lead clients by, and of none that goes by itself", () => {
  const led = exampleText("HF097", "fails");
  expect(codesIn(led)).toContain(cold);
  const byItself = led.replace(/ {4}- phase: route\n(?: {6}.*\n)+/, "");
  expect(byItself.length).toBeLessThan(led.length);
  expect(codesIn(byItself)).not.toContain(cold);
});

const small = "activation/too-small";

it("a place that is scaled too small is told once, also where steps are for cells, and where a run goes on without the step", () => {
  const fails = exampleText("HF096", "fails");
  const goesOn = fails.replace("      to: 5\n", "      to: 5\n      onFailure: go-on\n");
  const twice = fails
    .replace("scenarios: [east-lost]", "scenarios: [east-lost, east-lost-again]")
    .concat(
      "---\napiVersion: holdfast/v1alpha1\nkind: Scenario\nmetadata: { name: east-lost-again }\nspec:\n  failures:\n    - { region: east, how: lost }\n",
    );
  for (const text of [fails, goesOn, twice])
    expect(codesIn(text).filter((code) => code === small)).toEqual([small]);
});

it("a place that is started after it was promoted is cold", () => {
  const [before, step = "", after] =
    /^([^]*?)( {4}- phase: scale\n(?: {6}.*\n)+)([^]*)$/.exec(exampleText("HF097", "passes"))?.slice(1) ?? [];
  const late = `${before ?? ""}${(after ?? "").replace(/( {4}- \{ phase: verify.*\n)/, `$1${step}`)}`;
  expect(codesIn(exampleText("HF097", "passes"))).not.toContain(cold);
  expect(codesIn(late)).toContain(cold);
});

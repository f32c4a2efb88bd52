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

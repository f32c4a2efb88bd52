import { describe, expect, it } from "vitest";
import { type Edit, editedExample } from "../../../test/foreseen-example.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { seconds } from "../units/units.ts";
import { judgedObjectives } from "./objectives.ts";
import { isAnyMissed, type Prediction, predictionOf } from "./prediction.ts";
import { recoveryMargin } from "./worst-first.ts";

const detection = { probeEvery: seconds(0.1), refusals: 3, silentAfter: seconds(1) };
const stepsMax = 2 ** 22;

function predicted(...edits: readonly Edit[]): Prediction {
  const model = editedExample("degraded-modes", edits);
  return predictionOf(model, { tables: shippedCatalogue, detection, stepsMax });
}

function ofMode(prediction: Prediction, where: string) {
  return judgedObjectives(prediction, stepsMax).find((each) => each.in === where);
}

const strict: Edit = ["rto: { region: 1 min, dependency: 1 min }", "rto: { region: 1 s, dependency: 1 s }"];

describe("the time of a degraded mode", () => {
  it("is an objective of its own, met or missed, whatever becomes of the whole", () => {
    const asDeclared = predicted();
    expect(ofMode(asDeclared, "east-lost, in smaller-model")).toMatchObject({
      ...{ journey: "chat", what: "recovery time", objective: "15 min", verdict: "met", because: [] },
    });
    expect(isAnyMissed(asDeclared)).toBe(false);
    const late = predicted(strict, ["rto: { region: 30 s, dependency: 30 s }", "rto: { region: 1 s }"]);
    expect(ofMode(late, "east-lost, in cached")).toMatchObject({
      ...{ objective: "1 s", predicted: "20.3 s", verdict: "missed" },
      because: [
        "clients are sent to where gateway serves: clients keep an answer for up to the TTL of 20 s",
        expect.stringMatching(/^mend: /),
      ],
    });
    expect(isAnyMissed(late)).toBe(true);
  });

  it("is not judged where none is declared", () => {
    const none = predicted(["      rto: { region: 15 min, dependency: 15 min }\n", ""]);
    expect(ofMode(none, "east-lost, in smaller-model")).toBeUndefined();
    const modes = none.journeys[0]?.recoveries[0]?.modes;
    expect(modes?.map(({ time }) => time)).toEqual(["no-objective", "met", "met"]);
  });

  it("counts for which recovery is worst", () => {
    const marginOf = (prediction: Prediction): number => {
      const [first] = prediction.journeys[0]?.recoveries ?? [];
      if (first === undefined) throw new Error("it meets a scenario");
      return recoveryMargin(first);
    };
    expect(marginOf(predicted())).toBeGreaterThan(0);
    const late = predicted(strict, ["rto: { region: 30 s, dependency: 30 s }", "rto: { region: 1 s }"]);
    expect(marginOf(late)).toBeLessThan(-15);
  });
});

import { describe, expect, it } from "vitest";
import { exampleFiles } from "../../../test/example-workspaces.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { readWorkspace } from "../manifest/manifest.ts";
import type { Model } from "../model/model.ts";
import { seconds } from "../units/units.ts";
import { type Prediction, predictionOf, standing } from "./prediction.ts";

/** Steps of work. */
const tooFew = 8;

const detection = { probeEvery: seconds(0.1), refusals: 3, silentAfter: seconds(1) };

const read = readWorkspace(exampleFiles("assistant"), shippedCatalogue);
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { model } = read.value;

function predicted(of: Model, stepsMax: number): Prediction {
  return predictionOf(of, { tables: shippedCatalogue, detection, stepsMax });
}

describe("an availability that would take more work than is allowed", () => {
  const known = predicted(model, 2 ** 22).journeys;
  const bounded = predicted(model, tooFew).journeys;

  it("lies between bounds", () => {
    const isBounded = bounded.map(({ availability: { run } }) => run === null);
    expect(isBounded).toContain(true);
    for (const [at, { availability }] of bounded.entries()) {
      if (availability.run !== null) continue;
      const exact = known[at]?.availability.run?.unavailability ?? Number.NaN;
      expect(availability.unavailability.lower).toBeLessThanOrEqual(exact * (1 + 1e-12));
      expect(availability.unavailability.upper).toBeGreaterThanOrEqual(exact * (1 - 1e-12));
    }
  });

  it("is judged as the exact one is, as far as the bounds tell", () => {
    const verdicts = ({ journeys }: Prediction) =>
      journeys.flatMap(({ availabilityVerdicts: all }) => all.map(({ verdict }) => verdict));
    expect(verdicts(predicted(model, tooFew))).toEqual(verdicts(predicted(model, 2 ** 22)));
  });

  it("meets or misses its objective where both bounds do, and is not known where they do not agree", () => {
    expect(standing({ lower: 1e-5, upper: 9e-4 }, 0.999)).toBe("met");
    expect(standing({ lower: 1e-5, upper: 2e-3 }, 0.999)).toBe("unknown");
    expect(standing({ lower: 1.1e-3, upper: 2e-3 }, 0.999)).toBe("missed");
  });
});

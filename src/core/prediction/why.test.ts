import { describe, expect, it } from "vitest";
import { exampleFiles } from "../../../test/example-workspaces.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { readWorkspace } from "../manifest/manifest.ts";
import type { Model } from "../model/model.ts";
import { the } from "../model/model.ts";
import { seconds } from "../units/units.ts";
import { type Prediction, predictionOf } from "./prediction.ts";
import { whyComponent } from "./why-component.ts";
import { type JourneyWhy, whyJourney, whyScopes } from "./why-journey.ts";
import { bottleneckOf, whyCoverage, whyPhases } from "./why-recovery.ts";

const stepsMax = 2 ** 20;
const rows = shippedCatalogue.failures;

function predicted(example: string): { readonly model: Model; readonly prediction: Prediction } {
  const read = readWorkspace(exampleFiles(example), shippedCatalogue);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const detection = { probeEvery: seconds(0.1), refusals: 3, silentAfter: seconds(1) };
  const { model } = read.value;
  return { model, prediction: predictionOf(model, { tables: shippedCatalogue, detection, stepsMax }) };
}

const activePassive = predicted("active-passive");
const cells = predicted("cells");

function journeyOf({ model, prediction }: typeof activePassive): JourneyWhy {
  const [name = ""] = model.journeys.keys();
  return whyJourney(model, prediction, { name, rows, stepsMax });
}

const completion = journeyOf(activePassive);

describe("why a journey is as available as predicted", () => {
  it("names what must fail together, in words, the likeliest first", () => {
    const cuts = completion.causes?.cuts ?? [];
    const minutes = cuts.map(({ minutesPerYear }) => minutesPerYear);
    expect(minutes).toEqual(minutes.toSorted((a, b) => b - a));
    expect(cuts.map(({ events }) => events.join(" and "))).toContain("database is switching over");
  });

  it("tells single points of failure, which are among the cuts or less likely than all of them", () => {
    for (const { events } of completion.causes?.singlePoints ?? []) expect(events).toHaveLength(1);
    const names = completion.causes?.singlePoints.flatMap(({ events }) => events);
    expect(names).toContain("api is switching over");
    expect(names).not.toContain("region frankfurt is down");
    const cuts = completion.causes?.cuts.map(({ events }) => events.join(" while "));
    expect(cuts).toContain("region frankfurt is down while fate aws-control-plane is down");
  });

  it("has no cut that comes to more than the whole, and together they come to about the whole", () => {
    const { availability } = completion.prediction;
    if (availability.run === null) throw new Error("unsolved");
    const whole = availability.outages.minutesPerYear;
    const sum = completion.causes?.cuts.reduce((all, { minutesPerYear }) => all + minutesPerYear, 0) ?? 0;
    expect(sum / whole).toBeGreaterThan(0.9);
    expect(sum / whole).toBeLessThan(1.1);
  });

  it("says what would help most against each objective, never more than there is to save", () => {
    const [scope] = completion.causes?.scopes ?? [];
    expect(scope?.minutesAllowed).toBeCloseTo(525.6, 6);
    const saved = scope?.helps.map(({ minutesSaved }) => minutesSaved) ?? [];
    expect(saved).toEqual(saved.toSorted((a, b) => b - a));
    expect(saved[0]).toBeLessThanOrEqual(scope?.minutesPredicted ?? 0);
  });

  it("tells where the figures of each event come from, down to the row and its licence", () => {
    const events = completion.causes?.events ?? [];
    const zone = events.find(({ name }) => name === "zone ireland/a");
    expect(zone?.mtbf).toMatchObject({ kind: "declared", because: "of the zone; declared" });
    const region = events.find(({ name }) => name === "region frankfurt");
    expect(region?.mtbf.kind).toBe("estimated");
    expect(region?.mtbf.because).toMatch(
      /^of the region; assumed, for nothing is written: assumed\/region \(data\/failures\.tsv:\d+; .*; prior\), licence: Apache-2\.0$/,
    );
  });

  it("has the same uncertainty each time, about what is predicted", () => {
    const again = journeyOf(activePassive).causes?.uncertainty;
    expect(again).toEqual(completion.causes?.uncertainty);
    expect(again?.samples).toBe(500);
    expect(again?.p5MinutesPerYear).toBeLessThan(again?.p50MinutesPerYear ?? 0);
    expect(again?.p50MinutesPerYear).toBeLessThan(again?.p95MinutesPerYear ?? 0);
  });

  it("doubts a switch-over as much as what makes it necessary", () => {
    // Nearly all of it is switching over, after failures that are known to a factor of 3 to 6.
    const { p5MinutesPerYear = 0, p95MinutesPerYear = 0 } = completion.causes?.uncertainty ?? {};
    expect(p95MinutesPerYear / p5MinutesPerYear).toBeGreaterThan(3);
  });

  it("tells for which cells a cut counts, when it is not for all of them", () => {
    const cuts = journeyOf(cells).causes?.cuts ?? [];
    expect(cuts.some(({ cells: of }) => of.length === 1)).toBe(true);
  });

  it("tells of a training job its best interval and what it keeps", () => {
    const names = journeyOf(predicted("training-cluster")).training.map(({ name }) => name);
    expect(names.join("\n")).toMatch(/best checkpoint interval/);
    expect(names.join("\n")).toMatch(/effective training time ratio/);
  });
});

describe("why a journey is as available as predicted, where a diagram would take too much work", () => {
  const { model, prediction } = predicted("assistant");
  const [name = ""] = model.journeys.keys();

  it("is not known, though how available it is stays known", () => {
    const { causes, prediction: found } = whyJourney(model, prediction, { name, rows, stepsMax: 8 });
    expect(causes).toBeNull();
    expect(found.availability.run).not.toBeNull();
    expect(whyScopes(prediction, found, 8)).toEqual([]);
  });
});

describe("why a recovery takes as long as predicted", () => {
  const { outcome } = activePassive.prediction.journeys[0]?.recoveries[0]?.recovery ?? {};
  if (outcome?.kind !== "recovers") throw new Error("it recovers");

  it("adds its phases up to the whole", () => {
    const sum = whyPhases(outcome.time).reduce((all, { share }) => all + share, 0);
    expect(sum).toBeCloseTo(outcome.time.p95, 6);
  });

  it("tells the slowest chain of each phase first", () => {
    const promote = whyPhases(outcome.time).find(({ name }) => name === "promote");
    const lengths = (promote?.chains ?? []).map((chain) => chain.reduce((all, { mean }) => all + mean, 0));
    expect(lengths.length).toBeGreaterThan(1);
    expect(lengths).toEqual(lengths.toSorted((a, b) => b - a));
  });

  it("names what the whole waits for most", () => {
    const phases = whyPhases(outcome.time);
    const most = Math.max(...phases.map(({ share }) => share));
    expect(bottleneckOf(outcome.time)).toMatchObject({ phase: "promote", share: most });
  });

  it("multiplies its coverage from factors that tell their sources", () => {
    const factors = whyCoverage(outcome.coverageFactors, rows);
    expect(factors.reduce((product, { value }) => product * value, 1)).toBeCloseTo(outcome.coverage, 12);
    expect(factors.map(({ because }) => because).join("\n")).toMatch(
      /assumed, for nothing is written: a switch that is not drilled/,
    );
  });
});

describe("what is known of a component", () => {
  it("tells who needs it, what it costs and where its figures come from", () => {
    const { model, prediction } = activePassive;
    const why = whyComponent({ model, rows }, prediction, the(model.components, "database").name);
    expect(why.neededBy).toEqual([{ component: "api", strength: "hard", fallbacks: [] }]);
    expect(why.cost?.total).not.toBeNull();
    expect(why.places).toHaveLength(2);
    expect(why.places[0]?.mtbf.because).toMatch(/assumed\/database/);
    expect(why.standby.map(({ name }) => name)).toContain("detected");
  });
});

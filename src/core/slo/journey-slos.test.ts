import { describe, expect, it } from "vitest";
import { componentOf, journeyOf, modelOf, placementOf, regionOf } from "../../../test/model-of.ts";
import type { Journey, Objective } from "../model/model.ts";
import { readOpenSlo } from "../openslo/openslo.ts";
import { instantMs, ratio, seconds } from "../units/units.ts";
import { type JourneySlo, journeySlos } from "./journey-slos.ts";
import { readSlos } from "./read-slos.ts";

function objective(scope: Objective["scope"], availability: number | null): Objective {
  const share = availability === null ? null : ratio(availability);
  return {
    scope,
    rto: seconds(4),
    rpo: seconds(0),
    availability: share,
    maximumTolerableOutage: null,
    sources: {},
  };
}

function made(
  objectives: readonly Objective[],
  name = "chat",
  given: readonly string[] = [],
): readonly JourneySlo[] {
  const journey: Journey = journeyOf(name, "gateway", { objectives });
  const model = modelOf({
    regions: [regionOf("east")],
    components: [componentOf("gateway", [placementOf("east")])],
    journeys: [journey],
  });
  return journeySlos(model, new Set(given));
}

describe("an availability objective of a journey", () => {
  it("becomes a valid SLO, promised to the least that any scope asks for", () => {
    const [only] = made([
      objective("zone", 0.9999),
      objective("region", 0.9995),
      objective("provider", null),
    ]);
    const text = JSON.stringify(only?.document);
    const documents = readOpenSlo({ path: "made.json", text }, "strict");
    expect(documents.flatMap(({ problems }) => problems)).toEqual([]);
    const { slos } = readSlos(documents, instantMs(0));
    expect(slos.map(({ name, objectives }) => [name, objectives[0]?.target])).toEqual([
      ["chat-availability", { over: 1999n, under: 2000n }],
    ]);
    expect(text).toContain('holdfast_journey_failures_total{journey=\\"chat\\"}');
  });

  it("becomes none where an SLO is about the journey, where it promises nothing, and where it promises all", () => {
    expect(made([objective("region", 0.999)], "chat", ["chat"])).toEqual([]);
    expect(made([objective("region", null)])).toEqual([]);
    expect(made([objective("region", 1)])).toEqual([]);
  });

  it("has a name that OpenSLO takes, however long the journey's is", () => {
    const long = "a".repeat(63);
    const [only] = made([objective("region", 0.999)], long);
    const documents = readOpenSlo({ path: "made.json", text: JSON.stringify(only?.document) }, "strict");
    expect(documents.flatMap(({ problems }) => problems)).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { exampleFiles } from "../../../../test/example-workspaces.ts";
import { shippedCatalogue } from "../../../../test/shipped-catalogue.ts";
import {
  exponential,
  holds,
  hour,
  run,
  subjectOf,
  surely,
  top,
} from "../../../../test/simulated-subjects.ts";
import { readWorkspace } from "../../manifest/manifest.ts";
import type { Model } from "../../model/model.ts";
import { ratio, seconds } from "../../units/units.ts";
import { journeyAvailabilities } from "../availability.ts";
import type { Law } from "../law.ts";
import { longRunOf } from "../long-run.ts";
import { platformGraph } from "../platform-graph.ts";
import { estimatesOf } from "./estimate.ts";
import { biasedOutput, runBiased } from "./failure-biasing.ts";
import { whole } from "./part.ts";
import { platformSubject } from "./platform-subject.ts";

const laws: readonly Law[] = [
  {
    kind: "standby",
    units: 3,
    mtbf: seconds(100 * hour),
    mttr: seconds(20 * hour),
    standbyFailureShare: ratio(0.5),
    crews: 1,
    coverage: ratio(0.5),
    switchover: seconds(600),
    manual: seconds(10 * hour),
  },
  {
    kind: "replicas",
    units: 6,
    required: 3,
    active: 4,
    spareFailureShare: ratio(0.2),
    crews: 2,
    mtbf: seconds(100 * hour),
    mttr: seconds(10 * hour),
    repair: exponential,
  },
];

/** Without what the exact engine says that it does not count. */
function exactlyKnown(model: Model): Model {
  const { platform } = model;
  const regions = platform.regions.map((each) => ({ ...each, maintenance: null, takesAlong: [] }));
  return { ...model, platform: { ...platform, regions } };
}

describe("the simulation and the exact engine", () => {
  it.each(laws)("agree on a law, by replications and by failure biasing: $kind", (law) => {
    const { unavailability, failuresPerHour } = longRunOf(law);
    const subject = subjectOf([law], [{ name: "top", kind: "or", inputs: [0] }]);
    const plain = top(run(subject, { seed: 1, replications: 100, years: 40 }));
    expect(plain.method).toBe("replications");
    expect(holds(plain.unavailability, unavailability)).toBe(true);
    expect(holds(plain.outagesPerYear, (failuresPerHour ?? 0) * 8760)).toBe(true);
    const ready = biasedOutput(subject, { name: "top", node: 1, rto: null });
    if (ready === null) throw new Error("not for failure biasing");
    const effort = { seed: 1, replications: 200, years: 1 };
    const outputs = [runBiased(ready, effort, whole)];
    const shards = { count: 1, done: [0] };
    const part = { kind: "simulation-part", subjectDigest: "", effort, shards, events: 0, outputs } as const;
    const [biased] = estimatesOf(part, surely);
    expect(holds(biased?.unavailability ?? null, unavailability)).toBe(true);
    expect(holds(biased?.outagesPerYear ?? null, (failuresPerHour ?? 0) * 8760)).toBe(true);
  });

  it.each(["lab", "assistant"])("agree on every journey of the example %s, share and frequency", (name) => {
    const workspace = readWorkspace(exampleFiles(name), shippedCatalogue);
    if (!workspace.ok) throw new Error("the example is read");
    const model = exactlyKnown(workspace.value.model);
    const platform = platformGraph(model, () => seconds(30));
    const users = platform.journeys.flatMap((each) => each.users);
    const outputs = users.map(({ fails }, at) => ({ name: String(at), node: fails, rto: null }));
    const { graph, conditions } = platformSubject(model, () => seconds(30));
    expect(conditions.recoveries.length).toBeGreaterThan(0);
    const part = run({ graph, outputs, conditions }, { seed: 2, replications: 200, years: 100 });
    const told = estimatesOf(part, surely);
    const exact = journeyAvailabilities(platform, 2 ** 24).flatMap((each) =>
      each.run === null ? [] : each.users.map((user) => user.run),
    );
    expect(exact.length).toBe(told.length);
    for (const [at, { unavailability, failuresPerHour }] of exact.entries()) {
      expect(holds(told[at]?.unavailability ?? null, unavailability)).toBe(true);
      expect(holds(told[at]?.outagesPerYear ?? null, (failuresPerHour ?? 0) * 8760)).toBe(true);
    }
  });
});

import { describe, expect, it } from "vitest";
import { foreseeSettings } from "../../../test/foreseen-example.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { readWorkspace } from "../manifest/manifest.ts";
import { type ForeseenPlan, foreseen } from "./foreseen.ts";
import { sectionsOf } from "./sections.ts";

const regions = ["one", "two", "three", "four", "five"] as const;
const places = regions.map((region) => `    - { region: ${region}, replicas: 1 }\n`).join("");
const lost = (names: readonly string[]): string =>
  `[${names.map((region) => `{ region: ${region}, how: lost }`).join(", ")}]`;

interface Case {
  readonly lost: readonly string[];
  readonly confirmations?: number;
  readonly placesOnMin?: number;
  readonly candidates?: readonly string[];
  readonly controllers?: readonly string[];
}

function foretold({
  lost: gone,
  confirmations = 2,
  placesOnMin = 1,
  candidates = ["four", "three", "two", "five"],
  controllers = regions,
}: Case): ForeseenPlan {
  const head = "apiVersion: holdfast/v1alpha1\nkind:";
  const text = `${head} Platform
metadata: { name: five }
spec:
  regions:
${regions.map((region) => `    - { name: ${region}, provider: ${region} }\n`).join("")}---
${head} Journey
metadata: { name: chat }
spec: { entry: gateway, owner: us, objectives: { region: { rto: 1 h, rpo: 0 s } } }
---
${head} Component
metadata: { name: gateway }
spec:
  type: gateway
  pattern: active-active
  placements:
${places}  routing: { kind: proxy }
  needs: [{ component: database }]
---
${head} Component
metadata: { name: database }
spec:
  type: database
  pattern: hot-standby
  placements:
${places}  replication: { mode: synchronous, confirmations: ${confirmations} }
---
${head} Scenario
metadata: { name: gone }
spec: { failures: ${lost(gone)} }
---
${head} RecoveryPlan
metadata: { name: leave }
spec:
  covers: { journeys: [chat], scenarios: [gone] }
  controllers: [${controllers.join(", ")}]
  steps:
    - { phase: fence, component: database, method: far-side }
    - { phase: promote, component: database, candidates: [${candidates.join(", ")}] }
    - { phase: route, component: gateway }
    - { phase: verify, journey: chat }
  interlocks: { placesOnMin: ${placesOnMin}, coolDown: 1 h }
  automation: { failover: when-armed, proofValidFor: 30 d }
`;
  const read = readWorkspace([{ path: "five.yaml", text }], shippedCatalogue);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return foreseen(read.value.model, { plan: "leave", scenario: "gone" }, foreseeSettings);
}

function stopsOf(of: Case): readonly string[] {
  return foretold(of).obstacles.flatMap(({ effect, what }) => (effect === "stops" ? [what] : []));
}

describe("a plan over five regions", () => {
  it("fences n - k + 1 of the four standbys, and lets the candidates that are left serve in their order", () => {
    const plan = foretold({ lost: ["one", "two"] });
    expect(sectionsOf(plan)[0]?.lines.slice(0, 2)).toEqual([
      "- database in one acknowledges nothing more (3 of two, three, four, five stop confirming, and a commit waits for any 2)",
      "+ database serves in four, or in three, five (whoever holds the most is taken; 2 of the others have every acknowledged write)",
    ]);
    expect(plan.stages[0]?.[0]?.deed).toEqual({ kind: "fail-over", towards: ["four", "three", "five"] });
    expect(stopsOf({ lost: ["one", "two"] })).toEqual([]);
  });

  it.each([
    [1, 4, ["one"], []],
    [1, 4, ["one", "two"], ["fencing database from the far side takes 4 standbys, and gone leaves 3"]],
    [2, 3, ["one", "two"], []],
    [3, 2, ["one", "two"], []],
    [4, 1, ["one", "two"], []],
  ] as const)(
    "closes the fence of k = %i with %i standbys that are left of those that are not lost",
    (...[k, , gone, told]) => {
      expect(stopsOf({ lost: gone, confirmations: k })).toEqual(told);
    },
  );

  it("needs three of five controllers", () => {
    const gone = ["one", "two", "three"];
    expect(stopsOf({ lost: gone, confirmations: 4 })).toEqual([
      "gone leaves 2 of 5 controllers, and 3 are needed (plan → controllers → one, two, three)",
    ]);
    expect(stopsOf({ lost: gone, confirmations: 4, controllers: ["one", "four", "five"] })).toEqual([]);
  });

  it("keeps as many places on as its interlock asks for", () => {
    expect(stopsOf({ lost: ["one", "two"], placesOnMin: 3 })).toEqual([]);
    expect(stopsOf({ lost: ["one", "two"], placesOnMin: 4 })).toEqual([
      "gone leaves 3 places of database, and the interlock asks for 4",
    ]);
  });

  it("stops where every candidate is lost, though others stand", () => {
    expect(stopsOf({ lost: ["one", "two"], candidates: ["two"] })).toEqual([
      "gone leaves no candidate for the promotion of database: two failed",
    ]);
  });

  it("loses nothing while fewer standbys are lost than confirm a write", () => {
    const lossOf = (k: number): number | null | undefined =>
      foretold({ lost: ["one", "two"], confirmations: k }).forecasts[0]?.loss?.p95Seconds;
    expect(lossOf(2)).toBe(0);
    expect(lossOf(1)).toBeNull();
  });
});

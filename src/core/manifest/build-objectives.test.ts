import { describe, expect, it } from "vitest";
import { readSample } from "../../../test/sample-workspace.ts";
import type { Model } from "../model/model.ts";
import { policiesOf } from "./build-objectives.ts";
import { apiVersion, documentSchemas } from "./schema.ts";

function modelOf(read: ReturnType<typeof readSample>): Model {
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.value.model;
}

const declared = { kind: "declared" };
const policy = (name: string) => ({ kind: "policy", policy: name });

describe("an objective", () => {
  // baseline: 1 h, 1 min, 8 h; middle overrules the RPO, strict the RTO, and the journey the availability.
  const model = modelOf(
    readSample(
      [
        "baseline",
        "{ rto: 1 h, rpo: 1 min, maximumTolerableOutage: 8 h }",
        "{ rto: 1 h, rpo: 1 min, availability: 99 %, maximumTolerableOutage: 8 h }",
      ],
      ["strict", "inherits: baseline", "inherits: middle"],
      [
        "strict",
        "    zone: { rto: 1 min, rpo: 0 s }\n",
        "    zone: { rto: 1 min, rpo: 0 s }\n    region: { rto: 30 s }\n---\napiVersion: holdfast/v1alpha1\nkind: Policy\nmetadata: { name: middle }\nspec:\n  inherits: baseline\n  objectives:\n    region: { rpo: 5 s }\n    provider: { rto: 1 d }\n",
      ],
      ["journey", "rto: 4 s, rpo: 0 s, availability: 99.9 %", "availability: 99.9 %"],
      ["journey", "  impact", "    provider: { rpo: 1 h }\n  impact"],
    ),
  );

  it("is inherited value by value over three policies, and each value names the nearest that says it", () => {
    expect(model.journeys.get("buy")?.objectives).toEqual([
      {
        ...{ scope: "zone", rto: 60, rpo: 0, availability: null, maximumTolerableOutage: null },
        sources: { rto: policy("strict"), rpo: policy("strict") },
      },
      {
        ...{ scope: "region", rto: 30, rpo: 5, availability: 0.999, maximumTolerableOutage: 28_800 },
        sources: {
          rto: policy("strict"),
          rpo: policy("middle"),
          availability: declared,
          maximumTolerableOutage: policy("baseline"),
        },
      },
      {
        ...{ scope: "provider", rto: 86_400, rpo: 3_600, availability: null, maximumTolerableOutage: null },
        sources: { rto: policy("middle"), rpo: declared },
      },
    ]);
  });

  it("of a policy has what it inherits in it, and may lack what journeys are to say", () => {
    expect(model.policies.get("middle")).toMatchObject({
      inherits: "baseline",
      objectives: [
        { scope: "region", rto: 3_600, rpo: 5, availability: 0.99, sources: { rto: policy("baseline") } },
        { scope: "provider", rto: 86_400, rpo: null, sources: { rto: policy("middle") } },
      ],
    });
  });

  it("without a policy is what the journey says", () => {
    const alone = modelOf(readSample(["journey", "  policy: strict\n", ""]));
    expect(alone.journeys.get("buy")?.objectives).toEqual([
      {
        ...{ scope: "region", rto: 4, rpo: 0, availability: 0.999, maximumTolerableOutage: null },
        sources: { rto: declared, rpo: declared, availability: declared },
      },
    ]);
  });
});

it("a line of 10,000 policies is inherited through", () => {
  const read = documentSchemas.Policy.parse({
    ...{ apiVersion, kind: "Policy", metadata: { name: "policy-0" } },
    spec: { objectives: { region: { rto: "1 h", rpo: "1 h" } } },
  });
  const line = Array.from({ length: 10_000 }, (_, at) => ({
    ...read,
    metadata: { ...read.metadata, name: `policy-${at}` },
    spec: at === 0 ? read.spec : { inherits: `policy-${at - 1}`, objectives: {} },
  }));
  expect(policiesOf([...line].reverse()).get("policy-9999")?.objectives).toMatchObject([
    { scope: "region", rto: 3_600, sources: { rto: policy("policy-0") } },
  ]);
});

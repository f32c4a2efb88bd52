import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readSample } from "../../../test/sample-workspace.ts";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { lint } from "../lint/lint.ts";
import { instantMs } from "../units/units.ts";
import { readWorkspace } from "./manifest.ts";
import { kinds } from "./schema.ts";

function pageOf(name: string): string {
  return readFileSync(new URL(`../../../docs/manual/${name}`, import.meta.url), "utf8");
}

function blocksIn(text: string): readonly string[] {
  return [...text.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block]) => block ?? "");
}

const page = pageOf("manifests.md");
const blocks = blocksIn(page).map((text, at) => ({ path: `block-${at + 1}.yaml`, text }));

describe("the manual's page on manifests", () => {
  it("shows blocks that together are one workspace, in which nothing would fail on the day", () => {
    const read = readWorkspace(blocks, shippedCatalogue);
    const errors = read.ok
      ? lint(read.value.model, { locate: read.value.locate, now: instantMs(0) }).filter(
          ({ severity }) => severity === "error",
        )
      : read.problems;
    expect(errors).toEqual([]);
  });

  it.each(kinds)("shows a %s, and has it in the table of kinds", (kind) => {
    expect(blocks.some(({ text }) => text.includes(`\nkind: ${kind}\n`))).toBe(true);
    expect(page).toContain(`\n| \`${kind}\` | `);
  });

  it("says of the journey that it shows which policy each value comes from", () => {
    const read = readWorkspace(blocks, shippedCatalogue);
    const journey = read.ok ? read.value.model.journeys.get("chat-completion") : undefined;
    const baseline = { kind: "policy", policy: "baseline" };
    expect(journey?.objectives.find(({ scope }) => scope === "region")).toMatchObject({
      ...{ rto: 4, rpo: 0, maximumTolerableOutage: 28_800 },
      sources: { rto: { kind: "declared" }, rpo: baseline, maximumTolerableOutage: baseline },
    });
  });
});

describe("the manual's page on clouds", () => {
  const recipes = blocksIn(pageOf("cloud-recipes.md"));

  it.each(recipes.map((text, at) => [at + 1, text] as const))(
    "has steps in block %d that a plan may have",
    (_, text) => {
      const steps = text.trimEnd().replaceAll(/^/gm, "    ");
      const verify = "    - { phase: verify, journey: buy, needs: [gateway] }\n";
      const read = readSample(["plan", verify, `${verify}${steps}\n`]);
      expect(read.ok ? [] : read.problems).toEqual([]);
      const plan = read.ok ? read.value.model.plans.get("leave-east") : undefined;
      const outside = (plan?.steps ?? []).filter((step) => step.outside !== null);
      expect(outside).toHaveLength(text.match(/^- phase: run$/gm)?.length ?? -1);
    },
  );

  it("has some for each of three clouds", () => {
    const programs = recipes.flatMap((text) => text.match(/command:\s*(?:\[|- )(\w+)/g) ?? []);
    for (const program of ["aws", "gcloud", "az"])
      expect(programs.filter((each) => each.endsWith(program)).length).toBeGreaterThanOrEqual(3);
  });
});

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shippedCatalogue } from "../../../test/shipped-catalogue.ts";
import { lint } from "../lint/lint.ts";
import { instantMs } from "../units/units.ts";
import { readWorkspace } from "./manifest.ts";
import { kinds } from "./schema.ts";

const page = readFileSync(new URL("../../../docs/manual/manifests.md", import.meta.url), "utf8");
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text], at) => ({
  path: `block-${at + 1}.yaml`,
  text: text ?? "",
}));

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

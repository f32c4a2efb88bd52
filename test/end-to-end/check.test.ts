import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { holdfast, packagesRunBy } from "../built-program.ts";
import { exampleNames } from "../example-workspaces.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-check-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("holdfast check", () => {
  it.each(exampleNames.map((name) => `examples/${name}`))(
    "accepts %s, in lines of 80 columns, and says what to type next",
    (example) => {
      const { status, out, err } = holdfast(["check", example]);
      expect(status).toBe(0);
      expect(out).toContain("fine: every objective met, 0 errors");
      expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
      expect(err).toMatch(/^\nNext: holdfast demo {3}lose a region for real, on this machine\n$/);
    },
  );

  it("counts the time of a degraded mode among the objectives, and answers 2 where it is missed", () => {
    const text = readFileSync("examples/degraded-modes/workspace.yaml", "utf8");
    writeFileSync(
      join(folder, "workspace.yaml"),
      text.replace("rto: { region: 30 s,", "rto: { region: 2 s,"),
    );
    const { status, out } = holdfast(["check", folder]);
    expect(status).toBe(2);
    expect(out).toMatch(/missed +in static +20\.3 s of 2 s/);
    expect(out).toContain("not fine: 1 objective missed, 0 errors");
  });

  it("carries the same for programs, and nothing else on standard output", () => {
    const { status, out, err } = holdfast(["check", "examples/lab", "--json"]);
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject({
      formatVersion: 1,
      ok: true,
      platform: "lab",
      journeys: [
        {
          name: "chat-completion",
          objectives: [{ scope: "region", rtoSeconds: 4, rpoSeconds: 0, availabilityRatio: 0.999 }],
          scenarios: [
            { name: "region-frozen", plans: ["region-failover"], drills: ["region-freeze"] },
            {
              name: "region-lost",
              rtoSeconds: { objective: 4 },
              plans: ["region-failover"],
              drills: ["region-loss"],
            },
          ],
        },
      ],
      // A lab costs nobody anything, and is as reliable as is assumed of its kind of parts.
      findings: [{ rule: "HF079" }, { rule: "HF082" }],
    });
  });

  it("frames every problem in the lines at fault, and answers 1", () => {
    writeFileSync(
      join(folder, "a.yaml"),
      "apiVersion: holdfast/v1alpha1\nkind: Scenario\nmetadata: { name: x }\nspec: { failure: [] }\n",
    );
    const { status, out, err } = holdfast(["check", "."], folder);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain("a.yaml:4:9 manifest/unknown-key\n");
    expect(err).toContain("  > 4 | spec: { failure: [] }\n      |         ^\n");
    expect(err).toContain('mend: did you mean "failures"?');
    expect(err).toContain("`holdfast explain manifest/no-platform` tells more");
  });

  it("answers problems to programs as data", () => {
    const { status, out } = holdfast(["check", "nowhere", "--json"], folder);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      formatVersion: 1,
      ok: false,
      problems: [{ code: "workspace/missing" }],
    });
  });

  it("answers 2 when nothing stands behind an objective", () => {
    expect(holdfast(["init", "w"], folder).status).toBe(0);
    const drills =
      "apiVersion: holdfast/v1alpha1\nkind: Scenario\nmetadata: { name: two-lost }\nspec:\n  failures:\n    - { region: east, how: lost }\n    - { region: west, how: lost }\n";
    writeFileSync(join(folder, "w", "two-lost.yaml"), drills);
    const { status, out } = holdfast(["check", "w"], folder);
    expect(status).toBe(2);
    expect(out).toContain("error w/journeys.yaml:7:9 coverage/no-plan");
    expect(out).toMatch(/not fine: 2 objectives missed, [1-9] errors?, /);
  });

  it.each([
    ["two formats at once", ["--json", "--format", "sarif"], "cannot be used with option '--json'"],
    ["whose a resource is, and no bill", ["--map", "node-1=database"], "cost/map-without-bill"],
  ])("refuses %s", (_what, options, words) => {
    const { status, out, err } = holdfast(["check", "examples/assistant", ...options]);
    expect({ status, out }).toEqual({ status: 1, out: "" });
    expect(err).toContain(words);
  });

  it("runs no package but those that read its files", () => {
    expect(packagesRunBy(["check", "examples/assistant"])).toEqual(["commander", "yaml", "zod"]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import { isTerraformHere, skipped, TerraformFolder } from "../running-terraform.ts";

let lab: LabWorkspace;
beforeAll(async () => {
  lab = await LabWorkspace.make();
});
afterAll(async () => {
  expect(await lab.remove()).toEqual([]);
});

/** Of the plan as it was kept, by `plan show --look` and `plan diff`. */
const of = ["--workspace", "workspace"];
const looked = (): Promise<Ended> =>
  lab.holdfast("plan", "show", "grow", "--scenario", "region-lost", ...of, "--look", "--out", "grow.json");
const diff = (): Promise<Ended> => lab.holdfast("plan", "diff", "grow.json", ...of);

describe.skipIf(!isTerraformHere)(`a plan that changes a folder of Terraform${skipped}`, () => {
  it("is another once the folder has drifted, and what Terraform would do is what people agree to", async () => {
    const made = new TerraformFolder(
      'variable "machines" { type = string }\nresource "terraform_data" "front" { input = var.machines }\n',
    );
    try {
      const folder = `directory: ${made.module}, epochFile: ${made.epochFile}, environment: [PATH]`;
      const variables = 'variables: [{ name: machines, value: "8" }]';
      lab.declare("grow", [
        `- { phase: terraform, name: more-machines, within: 1 min, program: terraform, ${folder}, ${variables} }`,
      ]);
      made.terraform("apply", "-auto-approve", "-var=machines=8");
      const shown = await looked();
      expect(inOneLine(shown.out)).toContain(
        "how it is now (measured) = 1 terraform more-machines: is so already ",
      );
      const same = await diff();
      expect([same.status, inOneLine(same.out)]).toEqual([
        0,
        expect.stringContaining("is as it was kept, and so is all that it changes: sha256:"),
      ]);
      made.terraform("apply", "-auto-approve", "-var=machines=2");
      const drifted = await diff();
      expect(drifted.status).toBe(2);
      const told = inOneLine(drifted.out);
      expect(told).toContain(
        "plan grow in scenario region-lost is what was kept, and what it changes is no longer",
      );
      expect(told).toContain(
        "how it is now (measured) was: = 1 terraform more-machines: is so already now: ~ ",
      );
      expect(told).toContain('now: ~ terraform_data.front input: "2" → "8"');
    } finally {
      made.remove();
    }
  });
});

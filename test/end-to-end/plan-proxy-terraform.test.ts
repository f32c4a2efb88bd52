import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PlanRun } from "../../src/core/plan/run.ts";
import { type Ended, inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import {
  isHaproxyHere,
  type RunningHaproxy,
  runningHaproxy,
  skipped as noProxy,
} from "../running-haproxy.ts";
import { isTerraformHere, skipped as noTerraform, TerraformFolder } from "../running-terraform.ts";

const module = `
variable "machines" { type = string }
variable "holdfast_epoch" {
  type    = number
  default = null
}
resource "terraform_data" "front" { input = var.machines }
resource "terraform_data" "holdfast_epoch" { input = var.holdfast_epoch }
`;

const areBothHere = isHaproxyHere && isTerraformHere;
const skipped = `${noProxy}${noTerraform}`;

describe.skipIf(!areBothHere)(
  `a plan that changes a real HAProxy and a folder of Terraform${skipped}`,
  () => {
    let lab: LabWorkspace;
    let proxy: RunningHaproxy;
    let made: TerraformFolder;
    beforeAll(async () => {
      lab = await LabWorkspace.make();
      await lab.labUp();
    });
    afterAll(async () => {
      expect(await lab.remove()).toEqual([]);
    });
    beforeEach(async () => {
      proxy = await runningHaproxy();
      made = new TerraformFolder(module);
      made.terraform("apply", "-auto-approve", "-var=machines=2");
      lab.declare("leave", [grows(), routes(drained, begun), routes(shut, "{ name: east, state: drain }")]);
    });
    afterEach(async () => {
      await proxy.stop();
      made.remove();
    });

    /** As a manifest names it: from the workspace's folder. */
    const named = (path: string): string => relative(join(lab.folder, "workspace"), path);
    const proxyEpoch = (): string => join(proxy.folder, "epoch.json");

    const begun = "{ name: east, state: ready }, { name: west, state: maint }";
    const drained = "{ name: west, state: ready }, { name: east, state: drain }";
    const shut = "{ name: east, state: maint, sessions: cut }";

    function routes(servers: string, back: string): string {
      const where = `socket: ${named(proxy.socket("admin"))}, backend: web, epochFile: ${named(proxyEpoch())}`;
      return `- { phase: route, component: edge, within: 10 s, by: { kind: haproxy, ${where}, servers: [${servers}], undo: { servers: [${back}] } } }`;
    }

    function grows(): string {
      const where = `directory: ${named(made.module)}, epochFile: ${named(made.epochFile)}, environment: [PATH]`;
      const machines = (count: number): string => `variables: [{ name: machines, value: "${count}" }]`;
      return `- { phase: terraform, name: more-machines, within: 1 min, ${where}, ${machines(8)}, undo: { ${machines(2)} } }`;
    }

    /** By the column `status` of HAProxy's statistics. */
    async function servers(): Promise<Record<string, string>> {
      const rows = (await proxy.ask("show stat web 4 -1")).split("\n").map((line) => line.split(","));
      const own = rows.filter(([name]) => name === "web");
      return Object.fromEntries(own.map((row): [string, string] => [row[1] ?? "", row[17] ?? ""]));
    }

    const machines = (): unknown => made.state()["terraform_data.front"]?.["input"];
    const epochIn = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
    const served = async (): Promise<string> => (await fetch(proxy.url)).text();

    function keepLooked(): Promise<Ended> {
      const of = ["leave", "--scenario", "region-lost", "--workspace", "workspace", "--dir", "lab"];
      return lab.holdfast("plan", "show", ...of, "--look", "--out", "leave.json");
    }

    async function runNow(): Promise<PlanRun | null> {
      const { out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
      return (JSON.parse(out) as { readonly run: PlanRun | null }).run;
    }

    it("is not begun once somebody else has changed the state of Terraform, and nothing is changed", async () => {
      expect(await keepLooked()).toMatchObject({ status: 0 });
      made.terraform("apply", "-auto-approve", "-var=machines=3");
      const refused = await lab.run("leave.json").ended();
      expect(refused.status).toBe(2);
      const told = inOneLine(refused.out);
      expect(told).toContain('terraform_data.front input: "2" → "8"');
      expect(told).toContain('terraform_data.front input: "3" → "8"');
      expect(await runNow()).toBeNull();
      expect(machines()).toBe("3");
      expect(await servers()).toEqual({ east: "no check", west: "MAINT" });
    });

    it("drains one place and takes it out under one epoch, which all of them keep, and is undone to what was", async () => {
      const checked = await lab.holdfast("plan", "check", "workspace");
      expect([checked.status, inOneLine(checked.out)]).toEqual([
        0,
        expect.stringContaining("carries out no terraform more-machines, route edge, route edge"),
      ]);
      expect(await keepLooked()).toMatchObject({ status: 0 });
      const stream = await fetch(`${proxy.url}/stream`);
      const done = await lab.run("leave.json").ended();
      expect([done.status, inOneLine(done.err)]).toEqual([
        0,
        expect.stringContaining('~ terraform_data.front input: "2" → "8"'),
      ]);
      const run = await runNow();
      expect(run).toMatchObject({ end: "done" });
      expect(machines()).toBe("8");
      expect(await servers()).toEqual({ east: "MAINT", west: "no check" });
      expect(await served()).toBe("west");
      await expect(stream.text()).rejects.toThrow();
      for (const file of [proxyEpoch(), made.epochFile])
        expect(epochIn(file)).toMatchObject({ epoch: run?.epoch });
      expect(made.state()["terraform_data.holdfast_epoch"]).toMatchObject({ input: run?.epoch });
      expect(await lab.run("leave.json", "--resume", "--undo").ended()).toMatchObject({ status: 0 });
      expect(machines()).toBe("2");
      expect(await servers()).toEqual({ east: "no check", west: "MAINT" });
      expect(await served()).toBe("east");
      for (const file of [proxyEpoch(), made.epochFile])
        expect(epochIn(file)).toMatchObject({ epoch: run?.epoch });
    });
  },
);

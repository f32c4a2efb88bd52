import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { epochFiles } from "../../src/adapters/files/epoch-files.ts";
import { startProgram } from "../../src/adapters/processes/start-program.ts";
import { terraformActuator } from "../../src/adapters/terraform/terraform-actuator.ts";
import type { Applied, Look } from "../../src/core/plan/actuator.ts";
import type { TerraformWish } from "../../src/core/model/wishes.ts";
import type { Problem } from "../../src/core/problem/problem.ts";
import { bundled } from "../bundled.ts";
import { isTerraformHere, skipped, TerraformFolder } from "../running-terraform.ts";

const life = new AbortController().signal;
const path = process.env["PATH"] ?? "";
const settings = { epochs: epochFiles, start: startProgram, lockSecondsMax: 0 };
const actuator = terraformActuator({ ...settings, environment: { PATH: path, TF_VAR_key: "hush-hush" } });

const module = `
variable "colour" { type = string }
variable "key" {
  type      = string
  default   = "hush"
  sensitive = true
}
variable "places" {
  type    = list(string)
  default = ["east"]
}
resource "terraform_data" "front" {
  input = { colour = var.colour, key = var.key }
}
resource "terraform_data" "database" {
  triggers_replace = [var.colour]
}
resource "terraform_data" "place" {
  for_each = toset(var.places)
  input    = each.key
}
output "colour" { value = var.colour }
`;

/** A resource that takes as long as a file is there. */
const slow = `
variable "colour" { type = string }
resource "terraform_data" "first" { input = var.colour }
resource "terraform_data" "slow" {
  triggers_replace = [var.colour, terraform_data.first.output]
  provisioner "local-exec" { command = "touch begun; while [ -e wait ]; do sleep 0.05; done" }
}
resource "terraform_data" "last" {
  input      = var.colour
  depends_on = [terraform_data.slow]
}
`;

const withEpoch = `${module}
variable "holdfast_epoch" {
  type    = number
  default = null
}
resource "terraform_data" "holdfast_epoch" { input = var.holdfast_epoch }
`;

function problemIn(outcome: Applied | Look): Problem {
  if (outcome.kind !== "failed" && outcome.kind !== "unseen")
    throw new Error(`it did not fail: ${JSON.stringify(outcome)}`);
  return outcome.problem;
}

// Each starts Terraform a few times, which on a busy machine takes its seconds.
const testMsMax = 60_000;

describe.skipIf(!isTerraformHere)(`a folder of a real Terraform${skipped}`, { timeout: testMsMax }, () => {
  let made: TerraformFolder;
  beforeEach(() => {
    made = new TerraformFolder(module);
  });
  afterEach(() => {
    made.remove();
  });

  const wished = (colour: string, over: Partial<TerraformWish> = {}): TerraformWish => ({
    ...{ program: "terraform", directory: made.module, variables: { colour } },
    ...{ environment: ["PATH"], epochFile: made.epochFile },
    ...over,
  });

  async function brought(wish: TerraformWish, epoch: number): Promise<Applied> {
    expect(await actuator.look(wish, life)).toMatchObject({ kind: "seen" });
    return actuator.apply(wish, epoch, life);
  }

  const colourNow = (): unknown => made.state()["terraform_data.database"]?.["triggers_replace"];

  it("is looked at: what is created, changed in place, replaced and deleted", async () => {
    const both = wished("red", { variables: { colour: "red", places: '["east", "west"]' } });
    expect(await actuator.look(both, life)).toEqual({
      kind: "seen",
      now: expect.objectContaining({
        "terraform_data.front": "(absent)",
        "terraform_data.front input.colour": "(absent)",
        "output.colour": "(absent)",
      }) as unknown,
      wanted: expect.objectContaining({
        "terraform_data.front": "+ created",
        "terraform_data.front id": "(known after apply)",
        "terraform_data.front input.colour": '"red"',
        "terraform_data.front input.key": "(sensitive)",
        'terraform_data.place["west"]': "+ created",
        "output.colour": '"red"',
      }) as unknown,
      epoch: null,
    });
    expect(existsSync(made.stateFile)).toBe(false);
    expect(await actuator.apply(both, 7, life)).toMatchObject({
      kind: "done",
      now: {
        "terraform_data.front": "there",
        "terraform_data.front input.colour": '"red"',
        "terraform_data.front input.key": "(sensitive)",
        "output.colour": '"red"',
      },
    });

    const blue = await actuator.look(wished("blue"), life);
    expect(blue).toMatchObject({
      epoch: 7,
      now: { "terraform_data.front input.colour": '"red"', 'terraform_data.place["west"]': "there" },
      wanted: {
        "terraform_data.front": "~ updated in place",
        "terraform_data.front input.colour": '"blue"',
        "terraform_data.database": "-/+ deleted, then created anew",
        "terraform_data.database triggers_replace[0]": '"blue"',
        'terraform_data.place["west"]': "- deleted",
        "output.colour": '"blue"',
      },
    });
    expect(JSON.stringify(blue)).not.toContain("hush");
    expect(blue).not.toHaveProperty(["now", 'terraform_data.place["east"]']);
  });

  it("has exactly that applied which was looked at, whatever stands in the folder by then", async () => {
    const wish = wished("red");
    await actuator.look(wish, life);
    made.write(module.replace("var.colour, key", '"green", key').replaceAll('"east"', '"north"'));
    // It is applied, and what has been written since is found to be left over.
    const { code, what } = problemIn(await actuator.apply(wish, 7, life));
    expect(code).toBe("terraform/not-as-wished");
    expect(what).toContain('terraform_data.place["north"]: + created');
    expect(made.state()).toMatchObject({
      "terraform_data.front": { input: { colour: "red" } },
      'terraform_data.place["east"]': { input: "east" },
    });
  });

  it("has nothing applied that was not looked at, and nothing of another wish", async () => {
    expect(problemIn(await actuator.apply(wished("red"), 7, life)).code).toBe("terraform/not-looked-at");
    await actuator.look(wished("red"), life);
    expect(problemIn(await actuator.apply(wished("blue"), 7, life)).code).toBe("terraform/not-looked-at");
    expect(existsSync(made.stateFile)).toBe(false);
    expect(await actuator.look(wished("red"), life)).toMatchObject({ epoch: null });
  });

  it("is applied twice as once, also by another process that finds the plan", async () => {
    const wish = wished("red");
    await actuator.look(wish, life);
    const plan = readdirSync(made.folder).find((name) => name.endsWith(".looked-at.plan")) ?? "";
    const kept = readFileSync(join(made.folder, plan));
    const other = terraformActuator({ ...settings, environment: { PATH: path } });
    expect(await other.apply(wish, 7, life)).toMatchObject({ kind: "done" });
    const id = made.state()["terraform_data.database"]?.["id"];
    expect(await actuator.apply(wish, 7, life)).toEqual({ kind: "done", now: {} });
    // As after an end in between: the plan still lies there, and Terraform calls it stale.
    writeFileSync(join(made.folder, plan), kept);
    expect(await actuator.apply(wish, 7, life)).toMatchObject({ kind: "done" });
    expect(made.state()["terraform_data.database"]?.["id"]).toBe(id);
  });

  it("is not changed under a lower epoch, also after a restart of ourselves", async () => {
    expect(await brought(wished("red"), 8)).toMatchObject({ kind: "done" });
    expect(await brought(wished("blue"), 7)).toEqual({ kind: "outdated", epoch: 8 });
    const other = terraformActuator({ ...settings, environment: { PATH: path } });
    expect(await other.apply(wished("blue"), 7, life)).toEqual({ kind: "outdated", epoch: 8 });
    expect(colourNow()).toEqual(["red"]);
    expect(await other.apply(wished("blue"), 9, life)).toMatchObject({ kind: "done" });
    expect(colourNow()).toEqual(["blue"]);
  });

  it("is not changed by a plan that is stale, and its epoch is the new one by then", async () => {
    const wish = wished("blue");
    await brought(wished("red"), 6);
    await actuator.look(wish, life);
    made.terraform("apply", "-auto-approve", "-input=false", "-var=colour=green");
    const { code, what } = problemIn(await actuator.apply(wish, 7, life));
    expect(code).toBe("terraform/stale-plan");
    expect(what).toMatch(/the world changed .* Saved plan is stale/);
    expect(colourNow()).toEqual(["green"]);
    expect(await actuator.look(wish, life)).toMatchObject({
      epoch: 7,
      now: { "terraform_data.front input.colour": '"green"' },
    });
  });

  it("is told to have drifted where somebody edited it", async () => {
    const wish = wished("red");
    await brought(wish, 7);
    expect(await actuator.look(wish, life)).toEqual({ kind: "seen", now: {}, wanted: {}, epoch: 7 });
    made.editState((text) => text.replaceAll('"colour": "red"', '"colour": "mauve"'));
    expect(await actuator.look(wish, life)).toMatchObject({
      now: { "terraform_data.front input.colour": '"mauve"' },
      wanted: { "terraform_data.front input.colour": '"red"' },
    });
    expect(await actuator.apply(wish, 8, life)).toMatchObject({ kind: "done" });
    expect(made.state()["terraform_data.front"]).toMatchObject({ input: { colour: "red" } });
  });

  it("changes only what is targeted", async () => {
    const wish = wished("red", { targets: ["terraform_data.front"] });
    expect(await brought(wish, 7)).toMatchObject({ kind: "done" });
    expect(Object.keys(made.state())).toEqual(["terraform_data.front"]);
  });

  it("is given the environment that is named, and nothing else of ours", async () => {
    await brought(wished("red"), 7);
    expect(made.state()["terraform_data.front"]).toMatchObject({ input: { key: "hush" } });
    await brought(wished("red", { environment: ["PATH", "TF_VAR_key"] }), 8);
    expect(made.state()["terraform_data.front"]).toMatchObject({ input: { key: "hush-hush" } });
    const added = wished("red", { environment: ["PATH", "TF_CLI_ARGS_apply"] });
    expect(problemIn(await actuator.look(added, life)).code).toBe("terraform/wish-unusable");
  });

  it("keeps plans, which hold secrets, for their owner alone, and leaves no log behind", async () => {
    const wish = wished("red");
    await actuator.look(wish, life);
    const files = readdirSync(made.folder).filter((name) => name !== "module");
    expect(files).toEqual([expect.stringMatching(/^epoch\.json\.[0-9a-f]{16}\.looked-at\.plan$/)]);
    expect(statSync(join(made.folder, files[0] ?? "")).mode & 0o777).toBe(0o600);
    await actuator.apply(wish, 7, life);
    expect(readdirSync(made.folder).sort()).toEqual(["epoch.json", "module"]);
  });

  describe("with its epoch in the state", () => {
    beforeEach(() => {
      made.write(withEpoch);
    });

    const elsewhere = (wish: TerraformWish): TerraformWish => ({
      ...wish,
      epochFile: join(made.folder, "elsewhere.json"),
    });
    const inState = (): unknown => made.state()["terraform_data.holdfast_epoch"]?.["input"];

    it("does not show the epoch as a change, and keeps it", async () => {
      const wish = wished("red");
      const seen = await actuator.look(wish, life);
      expect(JSON.stringify(seen)).not.toContain("holdfast_epoch");
      expect(await actuator.apply(wish, 7, life)).toMatchObject({ kind: "done" });
      expect(inState()).toBe(7);
      expect(await actuator.look(elsewhere(wish), life)).toEqual({
        ...{ kind: "seen", now: {}, wanted: {}, epoch: 7 },
      });
      expect(await actuator.apply(wish, 8, life)).toEqual({ kind: "done", now: {} });
      expect(inState()).toBe(8);
      const one = wished("blue", { targets: ["terraform_data.front"] });
      expect(await brought(one, 9)).toMatchObject({ kind: "done" });
      expect(inState()).toBe(9);
    });

    it("is not changed under a lower epoch by whoever keeps another file", async () => {
      await brought(wished("red"), 8);
      expect(await brought(elsewhere(wished("blue")), 7)).toEqual({ kind: "outdated", epoch: 8 });
      expect(colourNow()).toEqual(["red"]);
      expect(inState()).toBe(8);
    });

    it("is not changed by a plan that would change something else by now", async () => {
      await brought(wished("red"), 6);
      await actuator.look(wished("blue"), life);
      await brought(elsewhere(wished("green")), 7);
      const { code } = problemIn(await actuator.apply(wished("blue"), 8, life));
      expect(code).toBe("terraform/stale-plan");
      expect(colourNow()).toEqual(["green"]);
    });

    it("is refused when it has no place for the epoch", async () => {
      made.write(withEpoch.replace(/resource "terraform_data" "holdfast_epoch".*/, ""));
      expect(problemIn(await actuator.look(wished("red"), life)).code).toBe("terraform/epoch-variable");
    });
  });

  it.each<readonly [string, string, RegExp, (text: string) => string]>([
    [
      "not initialised",
      "terraform/not-initialised",
      /terraform init/,
      (text) => `${text}\nmodule "m" { source = "./m" }`,
    ],
    [
      "of a provider that is not there",
      "terraform/not-initialised",
      /hashicorp\/aws/,
      (text) => `${text}\nresource "aws_vpc" "x" {}`,
    ],
    [
      "misspelt",
      "terraform/invalid-configuration",
      /Did you mean "input"\? \(main.tf:13\)/,
      (text) => text.replace("input =", "inptu ="),
    ],
    ["cut off", "terraform/invalid-configuration", /main.tf/, (text) => text.slice(0, -5)],
    [
      "of a variable more",
      "terraform/variables",
      /"more" is not set/,
      (text) => `${text}\nvariable "more" {}`,
    ],
    ["of another variable", "terraform/variables", /colour/, () => "# nothing"],
    [
      "without what it reads",
      "terraform/plan-failed",
      /no file exists/,
      (text) => text.replace("each.key", "file(var.colour)"),
    ],
  ])("cannot be looked at while it is %s", async (...[, code, said, edit]) => {
    made.write(edit(module));
    const problem = problemIn(await actuator.look(wished("red"), life));
    expect(problem.code).toBe(code);
    expect(problem.what).toMatch(said);
  });

  it("cannot be looked at without the program, the folder, or names that are some", async () => {
    const codeOf = async (over: Partial<TerraformWish>): Promise<string> =>
      problemIn(await actuator.look(wished("red", over), life)).code;
    expect(await codeOf({ program: "/none/terraform" })).toBe("terraform/missing-program");
    expect(await codeOf({ directory: join(made.folder, "none") })).toBe("terraform/wish-unusable");
    expect(await codeOf({ variables: { "colour=red -destroy": "" } })).toBe("terraform/wish-unusable");
    expect(await codeOf({ variables: { colour: "red", holdfast_epoch: "9" } })).toBe(
      "terraform/wish-unusable",
    );
    expect(await codeOf({ epochFile: join(made.folder, "none", "epoch.json") })).toBe("terraform/plan-file");
    writeFileSync(made.epochFile, "{}");
    expect(await codeOf({})).toBe("plan/epoch-file");
  });

  it("tells where an apply failed, and is applied again after the next look", async () => {
    made.write(`${module}
resource "terraform_data" "broken" {
  provisioner "local-exec" { command = "echo out of stock; test -e ready" }
}`);
    const wish = wished("red");
    await actuator.look(wish, life);
    const { code, what } = problemIn(await actuator.apply(wish, 7, life));
    expect(code).toBe("terraform/apply-failed");
    expect(what).toContain("out of stock");
    writeFileSync(join(made.module, "ready"), "");
    expect(await brought(wish, 7)).toMatchObject({ kind: "done" });
  });

  describe("that takes its time", () => {
    const begun = async (): Promise<void> => {
      for (let tries = 0; tries < 400 && !existsSync(join(made.module, "begun")); tries += 1) await pause(25);
      expect(existsSync(join(made.module, "begun"))).toBe(true);
    };
    beforeEach(() => {
      made.write(slow);
      writeFileSync(join(made.module, "wait"), "");
    });

    it("is locked while somebody else changes it", async () => {
      const args = ["apply", "-auto-approve", "-input=false", "-var=colour=green"];
      const other = spawn("terraform", args, { cwd: made.module, stdio: "ignore" });
      const ended = once(other, "exit");
      try {
        await begun();
        const { code, what } = problemIn(await actuator.look(wished("red"), life));
        expect(code).toBe("terraform/locked");
        expect(what).toContain("OperationTypeApply");
      } finally {
        rmSync(join(made.module, "wait"));
        await ended;
      }
    });

    it("ends cleanly when it is aborted in the middle: what was done is kept, and no lock is left", async () => {
      const wish = wished("red");
      await actuator.look(wish, life);
      const abort = new AbortController();
      const applying = actuator.apply(wish, 7, abort.signal);
      await begun();
      abort.abort(new Error("a newer plan"));
      const { code, what } = problemIn(await applying);
      expect(code).toBe("terraform/interrupted");
      expect(what).toContain("a newer plan");
      expect(Object.keys(made.state()).sort()).toEqual(["terraform_data.first", "terraform_data.slow"]);
      expect(readdirSync(made.module).filter((name) => name.includes("lock"))).toEqual([]);
      const stopped = await actuator.look(wish, abort.signal);
      expect(problemIn(stopped).code).toBe("terraform/interrupted");
      rmSync(join(made.module, "wait"));
      expect(await brought(wish, 7)).toMatchObject({ kind: "done" });
      expect(Object.keys(made.state())).toContain("terraform_data.last");
    });

    it("goes on to its end when we are killed in the middle, and the step can be applied again", async () => {
      const wish = wished("red");
      const program = await bundled(new URL("../terraform-process.ts", import.meta.url), made.folder);
      const other = spawn(process.execPath, [program, JSON.stringify(wish)], { stdio: "ignore" });
      const ended = once(other, "exit");
      await begun();
      other.kill("SIGKILL");
      await ended;
      expect(problemIn(await actuator.look(wish, life)).code).toBe("terraform/locked");
      rmSync(join(made.module, "wait"));
      const patient = terraformActuator({ ...settings, lockSecondsMax: 30, environment: { PATH: path } });
      expect(await patient.look(wish, life)).toEqual({ kind: "seen", now: {}, wanted: {}, epoch: 7 });
      expect(await patient.apply(wish, 7, life)).toEqual({ kind: "done", now: {} });
      expect(Object.keys(made.state())).toContain("terraform_data.last");
    });
  });
});

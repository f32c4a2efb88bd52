import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PlanRun } from "../../src/core/plan/run.ts";
import { BareRepository, isGitHere, skipped } from "../bare-repository.ts";
import { type Ended, inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";

const file = "clusters/west/values.yaml";
const values = "# What west is given.\ninference:\n  replicas:  2  # in quiet times\n";

describe.skipIf(!isGitHere)(`a plan that changes a git repository${skipped}`, () => {
  let lab: LabWorkspace;
  let made: BareRepository;
  beforeAll(async () => {
    lab = await LabWorkspace.make();
    await lab.labUp();
  });
  afterAll(async () => {
    expect(await lab.remove()).toEqual([]);
  });
  beforeEach(() => {
    made = new BareRepository({ [file]: values });
  });
  afterEach(() => {
    made.remove();
  });

  /** A step that sets the replicas, and the words by which it is named and undone. */
  function sets(replicas: number, more = ""): string {
    const edits = (value: number): string =>
      `edits: [{ file: ${file}, set: [{ path: inference.replicas, value: ${value} }] }]`;
    const repository = relative(join(lab.folder, "workspace"), made.bare);
    return `- { phase: gitops, name: west-grows, within: 30 s, repository: ${repository}, ${more}environment: [PATH], ${edits(replicas)}, undo: { ${edits(2)} } }`;
  }

  /** As a reconciler does: it sees what the branch says, and is waited for. */
  function seen(text: string): string {
    const script = `git -C ${made.bare} show main:${file} | grep -q '${text}'`;
    return `- { phase: run, name: seen, within: 30 s, by: { kind: exec, command: [sh, -c, ${JSON.stringify(script)}], environment: [PATH] } }`;
  }

  async function kept(name: string, steps: readonly string[]): Promise<string> {
    lab.declare(name, steps);
    await lab.keep(name, `${name}.json`);
    return `${name}.json`;
  }

  async function runNow(): Promise<PlanRun> {
    const { out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
    return (JSON.parse(out) as { readonly run: PlanRun }).run;
  }

  function told({ err }: Ended): string {
    return inOneLine(err);
  }

  it("says so beforehand; sets the value by one commit under the epoch of the run, and is undone by another", async () => {
    const plan = await kept("grow", [sets(4), seen("replicas:  4  # in")]);
    const shown = await lab.holdfast(
      "plan",
      "show",
      "grow",
      "--scenario",
      "region-lost",
      "--workspace",
      "workspace",
    );
    expect(inOneLine(shown.out)).toContain(
      `~ west-grows: ${file} says inference.replicas: 4 (by a commit on main of ${relative(join(lab.folder, "workspace"), made.bare)}, never by force;`,
    );
    const { head } = made;
    const done = await lab.run(plan).ended();
    expect(told(done)).toContain(`~ ${file} inference.replicas: 2 → 4`);
    expect(done.status).toBe(0);
    expect(made.diff(head)).toEqual([
      "-  replicas:  2  # in quiet times",
      "+  replicas:  4  # in quiet times",
    ]);
    const { epoch } = await runNow();
    const trailers = (): string => made.at("log", "-1", "--format=%s%n%(trailers)", "main");
    expect(trailers()).toBe(
      `grow: west-grows\nHoldfast-Step: grow/west-grows\nHoldfast-Epoch: ${epoch}\nHoldfast-File: ${file}`,
    );
    expect(await lab.run(plan, "--resume", "--undo").ended()).toMatchObject({ status: 0 });
    expect(made.text(file)).toBe(values);
    expect(trailers()).toContain(
      `Undo: grow: west-grows\nHoldfast-Step: grow/west-grows-undo\nHoldfast-Epoch: ${epoch}\n`,
    );
    expect(made.commits).toBe(3);
  });

  it("goes on under the same epoch after it was lost in the midst of a push, and there is one commit", async () => {
    const [begun, hold] = [join(made.folder, "begun"), join(made.folder, "hold")];
    writeFileSync(hold, "");
    made.hook("pre-receive", `touch ${begun}; while [ -e ${hold} ]; do sleep 0.05; done`);
    const plan = await kept("lost", [sets(4)]);
    const running = lab.run(plan);
    while (!existsSync(begun)) await pause(50);
    running.signal("SIGKILL");
    await running.ended();
    expect(made.text(file)).toBe(values);
    rmSync(hold);
    expect(await lab.run(plan, "--resume").ended()).toMatchObject({ status: 0 });
    expect(made.text(file)).toBe(values.replace("  2  ", "  4  "));
    expect(made.at("log", "--format=%s", "main").split("\n")).toEqual(["lost: west-grows", "Begin"]);
  });

  it("stops where a newer attempt was there first, or the server refuses, and tells why", async () => {
    made.commit(`By a newer attempt\n\nHoldfast-Epoch: 999999999\nHoldfast-File: ${file}`);
    const plan = await kept("late", [sets(4)]);
    const late = await lab.run(plan).ended();
    expect(late.status).toBe(2);
    expect(told(late)).toMatch(/1 gitops west-grows/);
    expect(made.text(file)).toBe(values);
    made.hook("pre-receive", "echo main is protected; exit 1");
    const other = { [file.replace("west", "east")]: values };
    made.unhook();
    made.commit("East", other);
    made.hook("pre-receive", "echo main is protected; exit 1");
    const east = sets(4).replaceAll(file, file.replace("west", "east"));
    const refused = await lab.run(await kept("protected", [east])).ended();
    expect(refused.status).toBe(2);
    expect(told(refused)).toContain("main is protected");
    expect(made.text(file.replace("west", "east"))).toBe(values);
  });

  it("is not begun while the environment lacks what git is to be given", async () => {
    const plan = await kept("unset", [sets(4).replace("[PATH]", "[PATH, GIT_SSH_COMMAND]")]);
    const refused = await lab.run(plan).ended();
    expect(refused.status).toBe(1);
    expect(told(refused)).toMatch(/GIT_SSH_COMMAND/);
  });
});

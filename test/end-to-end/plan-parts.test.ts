import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlanRun } from "../../src/core/plan/run.ts";
import { type Ended, inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";

let lab: LabWorkspace;

function made(name: string): string {
  return join(lab.folder, "made", name);
}

function written(name: string): readonly string[] {
  return existsSync(made(name)) ? readFileSync(made(name), "utf8").trimEnd().split("\n") : [];
}

/** A program of one's own, as a step of a plan has it. */
function program(script: string, undo?: string): string {
  const command = (text: string): string => `command: [sh, -c, ${JSON.stringify(text)}]`;
  const back = undo === undefined ? "" : `, undo: { ${command(undo)} }`;
  return `by: { kind: exec, directory: ../made, environment: [PATH], ${command(script)}${back} }`;
}

const scale = `- { phase: scale, component: inference, region: west, within: 20 s, takes: 2 s, ${program(
  'echo "$HOLDFAST_EPOCH" >> scaled',
  "echo undone >> scaled",
)} }`;
/** Ready once somebody says so. */
const warm = `- { phase: warm, component: inference, region: west, within: 60 s, takes: 5 s, ${program(
  "echo tried >> warmed; [ -e ready ]",
)} }`;
const tell = `- { phase: run, name: tell, within: 20 s, ${program("echo told >> told; [ ! -e broken ]", "echo untold >> told")} }`;

beforeAll(async () => {
  lab = await LabWorkspace.make();
  await mkdir(join(lab.folder, "made"));
  lab.declare("start-west", [scale, warm]);
  lab.declare("tell-them", [tell]);
  lab.declare("whole", [
    "- { phase: plan, plan: start-west }",
    "- { phase: plan, plan: tell-them, begins: beside }",
    `- { phase: run, name: last, onFailure: undo, within: 20 s, ${program("echo last >> last; [ ! -e broken-last ]", "echo undone >> last")} }`,
  ]);
  await Promise.all([lab.labUp(), lab.keep("whole", "whole.json")]);
});
afterAll(async () => {
  expect(await lab.remove()).toEqual([]);
});

async function run(): Promise<PlanRun> {
  const { out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
  return (JSON.parse(out) as { readonly run: PlanRun }).run;
}

function stateOf({ steps }: PlanRun): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(steps).map(([step, { kind }]) => [step, kind]));
}

const names = [
  "1 start-west/scale inference in west",
  "2 tell-them/run tell",
  "3 start-west/warm inference in west",
  "4 run last",
];
const all = (kind: string): Readonly<Record<string, string>> =>
  Object.fromEntries(names.map((name) => [name, kind]));

describe("a plan of plans that start a region and warm it", () => {
  let killed: PlanRun;
  let resumed: Ended;

  beforeAll(async () => {
    const running = lab.run("whole.json");
    await running.untilSays("3 start-west/warm inference in west: under way");
    while (written("warmed").length < 2) await pause(50);
    running.signal("SIGKILL");
    await running.ended();
    killed = await run();
    writeFileSync(made("ready"), "");
    resumed = await lab.run("whole.json", "--resume").ended();
  });

  it("is left, where whoever runs it is killed, with what was begun", () => {
    expect(stateOf(killed)).toEqual({
      ...all("done"),
      ...{ "3 start-west/warm inference in west": "under-way", "4 run last": "waiting" },
    });
  });

  it("is gone on with, and does under one epoch what each says, once", async () => {
    expect(resumed.status).toBe(0);
    const end = await run();
    expect(stateOf(end)).toEqual(all("done"));
    expect(written("scaled")).toEqual([String(end.epoch)]);
    expect(written("told")).toEqual(["told"]);
    expect(written("last")).toEqual(["last"]);
    expect(written("warmed").length).toBeGreaterThanOrEqual(3);
  });

  it("is undone from its end, and what was warmed has nothing to undo", async () => {
    for (const name of ["scaled", "told", "last", "warmed"]) rmSync(made(name));
    writeFileSync(made("broken-last"), "");
    const { status } = await lab.run("whole.json").ended();
    expect(status).toBe(2);
    expect(stateOf(await run())).toEqual(all("undone"));
    expect(written("scaled").at(-1)).toBe("undone");
    expect(written("told")).toEqual(["told", "untold"]);
    expect(written("last")).toEqual(["last", "undone"]);
    expect(written("warmed")).toEqual(["tried"]);
    rmSync(made("broken-last"));
  });

  it("is not run as it was kept once a part of it was edited, and the part is named", async () => {
    lab.edit("tell-them.yaml", "echo told >> told", "echo heard >> told");
    const { status, out, err } = await lab.run("whole.json").ended();
    expect(status).toBe(2);
    expect(inOneLine(`${out}${err}`)).toContain("RecoveryPlan tell-them");
  });
});

import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PlanRun } from "../../src/core/plan/run.ts";
import { inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import type { StartedProgram } from "../started-program.ts";

let lab: LabWorkspace;

function made(name: string): string {
  return join(lab.folder, "made", name);
}

/** A program of one's own, as a step of a plan has it. */
function program(name: string, script: string): string {
  const command = (text: string): string => `command: [sh, -c, ${JSON.stringify(text)}]`;
  const by = `kind: exec, directory: ../made, environment: [PATH], ${command(script)}`;
  return `- { phase: run, name: ${name}, within: 60 s, by: { ${by}, undo: { ${command(`echo undone >> ${name}`)} } } }`;
}

beforeAll(async () => {
  lab = await LabWorkspace.make();
  mkdirSync(join(lab.folder, "made"));
  lab.declare("held", [
    program("one", 'echo "$HOLDFAST_EPOCH" >> one; while [ -e hold ]; do sleep 0.05; done'),
  ]);
  lab.declare("dead-man", [
    program("two", 'echo "$HOLDFAST_EPOCH" >> two'),
    "- { phase: approve, name: confirm, people: 1, within: 12 s, onFailure: undo }",
  ]);
  await Promise.all([lab.labUp(), lab.keep("held", "held.json"), lab.keep("dead-man", "dead-man.json")]);
});
afterAll(async () => {
  expect(await lab.remove()).toEqual([]);
});

function standBy(file: string, ...more: readonly string[]): StartedProgram {
  return lab.start(
    ...["failover", "stand-by", file, "--workspace", "workspace", "--dir", "lab", "--after", "5s"],
    ...more,
  );
}

async function run(): Promise<PlanRun> {
  const { out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
  return (JSON.parse(out) as { readonly run: PlanRun }).run;
}

function lines(name: string): readonly string[] {
  return readFileSync(made(name), "utf8").trimEnd().split("\n");
}

describe("somebody who stands by a plan", () => {
  it("leaves a run alone that somebody carries out, however long its step takes", async () => {
    writeFileSync(made("hold"), "");
    const carrier = lab.run("held.json");
    await carrier.untilSays("1 run one: under way");
    const standing = standBy("held.json");
    await standing.untilSays("stands by plan held");
    const { beat, carrier: by } = await run();
    // Longer than it is patient: its patience is over only where nobody shows a beat.
    await pause(9_000);
    const later = await run();
    expect(later.beat).toBeGreaterThan(beat + 2);
    // Whoever goes on with it counts on from there, whatever the wall clocks show.
    const step = later.steps["1 run one"];
    expect(step?.kind === "under-way" ? step.waited : 0).toBeGreaterThan(4_000);
    expect(later.carrier).toBe(by);
    rmSync(made("hold"));
    expect((await carrier.ended()).status).toBe(0);
    standing.signal("SIGINT");
    const { status, err } = await standing.ended();
    expect(status).toBe(130);
    expect(err).not.toContain("gone on with");
    expect(lines("one")).toHaveLength(1);
    rmSync(made("one"));
  });

  it("goes on under the same epoch once whoever carried it out was killed, and stands by again", async () => {
    writeFileSync(made("hold"), "");
    const standing = standBy("held.json", "--by", "eve");
    await standing.untilSays("stands by plan held");
    const carrier = lab.run("held.json");
    await carrier.untilSays("1 run one: under way");
    while (!existsSync(made("one"))) await pause(50);
    carrier.signal("SIGKILL");
    await standing.untilSays("gone on with");
    rmSync(made("hold"));
    await standing.untilSays("1 run one: done");
    const done = await run();
    expect(done).toMatchObject({ by: "ann", end: "done" });
    // Nobody knows how far it had come: it is done again, as what it is.
    expect(new Set(lines("one"))).toEqual(new Set([String(done.epoch)]));
    standing.signal("SIGINT");
    const { err } = await standing.ended();
    expect(inOneLine(err)).toContain("nobody has carried the run of ann out for 5 s");
  });

  it("undoes what nobody confirms in time, though whoever ran it is gone", async () => {
    const standing = [standBy("dead-man.json"), standBy("dead-man.json")];
    for (const each of standing) await each.untilSays("stands by plan dead-man");
    const carrier = lab.run("dead-man.json");
    await carrier.untilSays("2 approve confirm: waits for 1 approval");
    carrier.signal("SIGKILL");
    while ((await run()).end === null) await pause(200);
    expect(await run()).toMatchObject({ course: "back", end: "undone" });
    // Two stood by, and one of them went on.
    expect(lines("two").filter((line) => line === "undone")).toHaveLength(1);
    for (const each of standing) each.signal("SIGINT");
    const said = await Promise.all(standing.map((each) => each.ended()));
    expect(said.filter(({ err }) => err.includes("gone on with"))).toHaveLength(1);
  });

  it("is told what it cannot stand by, and how long it must be patient at least", async () => {
    const impatient = await lab.holdfast("failover", "stand-by", "held.json", "--after", "1s");
    expect(impatient.status).toBe(1);
    expect(impatient.err).toContain("at least 5 s");
    const missing = await lab.holdfast("failover", "stand-by", "nothing.json");
    expect(missing.status).toBe(1);
    expect(missing.err).toContain("nothing.json");
  });
});

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { PlanRun } from "../../src/core/plan/run.ts";
import { type Ended, inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import { isNamedHere, type RunningNamed, runningNamed, skipped } from "../running-named.ts";
import type { StartedProgram } from "../started-program.ts";

let lab: LabWorkspace;

beforeAll(async () => {
  lab = await LabWorkspace.make();
  await mkdir(join(lab.folder, "made"));
  extendLabPlan();
  for (const [name, steps] of Object.entries(plans)) lab.declare(name, steps);
  const kept = ["region-failover", ...Object.keys(plans)].map((name) => keep(name));
  await Promise.all([lab.labUp(), ...kept]);
});
afterAll(async () => {
  expect(await lab.remove()).toEqual([]);
});
afterEach(() => {
  for (const name of ["hold", "broken", "one", "two", "three"]) rmSync(made(name), { force: true });
});

/** A program of one's own, as a step of a plan has it. */
function program(script: string, undo?: string): string {
  const command = (text: string): string => `command: [sh, -c, ${JSON.stringify(text)}]`;
  const back = undo === undefined ? "" : `, undo: { ${command(undo)} }`;
  return `within: 20 s, by: { kind: exec, directory: ../made, environment: [PATH], ${command(script)}${back} }`;
}

const one = `- { phase: run, name: one, ${program(
  'echo "$HOLDFAST_EPOCH" >> one; while [ -e hold ]; do sleep 0.05; done; [ ! -e broken ] || { echo it is broken; exit 4; }',
  "echo undone >> one",
)} }`;
const two = `- { phase: run, name: two, ${program('echo "$HOLDFAST_EPOCH" >> two', "echo undone >> two")} }`;
const plans = {
  small: [one, two],
  agreed: ["- { phase: approve, name: spend, people: 1, within: 2 min }", two],
  careful: [
    two,
    `- { phase: run, name: three, onFailure: undo, ${program("echo three > three; exit 5")} }`,
    one,
  ],
};

/** The plan of the lab's example with more steps: before its own, and after them. */
function extendLabPlan(): void {
  const text = lab.recovery;
  const before = [
    "- { phase: approve, name: spend, people: 2, within: 2 min }",
    `- { phase: run, name: quota, ${program('echo "$HOLDFAST_EPOCH" >> quota', "echo undone >> quota")} }`,
  ];
  const after = [
    ...["west", "central"].map((region) => {
      const { length } = region;
      const script = `echo "$HOLDFAST_EPOCH" > leads-to-${region}`;
      const step = `name: lead-to-${region}, serving: ${region}, ${length > 4 ? "begins: beside, " : ""}`;
      return `- { phase: run, ${step}${program(script, `rm leads-to-${region}`)} }`;
    }),
    `- { phase: notify, name: page, ${program("echo nobody is there; exit 7")} }`,
  ];
  const lines = (steps: readonly string[]): string => steps.map((step) => `    ${step}\n`).join("");
  const extended = text
    .replace("  steps:\n", `  steps:\n${lines(before)}`)
    .replace(/( +- \{ phase: verify,.*\n)/, `$1${lines(after)}`);
  expect(extended.length).toBe(text.length + lines([...before, ...after]).length);
  lab.recovery = extended;
}

async function keep(name: string, file = `${name}.json`): Promise<void> {
  await lab.keep(name, file);
}

function approve(by: string, ...more: readonly string[]): Promise<Ended> {
  return lab.holdfast("failover", "approve", ...more, "--dir", "lab", "--by", by);
}

/** Starts it, and waits until its first step is in the midst of what it does. */
async function heldInStepOne(file: string): Promise<StartedProgram> {
  writeFileSync(made("hold"), "");
  const running = lab.run(file);
  await running.untilSays("1 run one: under way");
  while (!existsSync(made("one"))) await pause(50);
  return running;
}

function letGo(): void {
  rmSync(made("hold"));
}

function made(name: string): string {
  return join(lab.folder, "made", name);
}

function written(name: string): readonly string[] {
  return readFileSync(made(name), "utf8").trimEnd().split("\n");
}

interface Status {
  readonly active: string;
  readonly run: PlanRun;
}

async function status(): Promise<Status> {
  const { status: code, out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
  expect(code).toBe(0);
  return JSON.parse(out) as Status;
}

function stateOf({ steps }: PlanRun): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(steps).map(([step, { kind }]) => [step, kind]));
}

const goOn = (file: string): string =>
  `holdfast failover run ${file} --resume --workspace workspace --dir lab go on`;
const goBack = (file: string): string =>
  `holdfast failover run ${file} --resume --undo --workspace workspace --dir lab go back`;

/** Refused with this problem, by exit status 1. */
function refused({ status: code, err }: Ended): string {
  expect(err).toContain("\n  mend: ");
  expect(code).toBe(1);
  return inOneLine(err);
}

describe("a plan with steps of every kind, carried out whole", () => {
  let answers: Record<"ann" | "other" | "bob" | "bobAgain" | "cleo" | "whole", Ended>;
  beforeAll(async () => {
    const running = lab.run("region-failover.json");
    await running.untilSays("1 approve spend: waits for 2 approvals");
    const [ann, other] = await Promise.all([approve("ann"), approve("bob", "small.json")]);
    const bob = await approve("bob", "region-failover.json", "--json");
    const bobAgain = await approve("bob");
    const cleo = await approve("cleo", "--step", "spend");
    answers = { ann, other, bob, bobAgain, cleo, whole: await running.ended() };
  });

  it("is approved by others than the one who runs it, once each, and as the very plan that it is", () => {
    expect(refused(answers.ann)).toContain("plan/not-approved ann runs the plan, and cannot approve");
    expect(refused(answers.other)).toMatch(/^plan\/other-run .* small.json is another plan/);
    expect(refused(answers.bobAgain)).toContain(
      'plan/not-approved bob has approved step "1 approve spend" already',
    );
    expect(answers.bob.status).toBe(0);
    expect(JSON.parse(answers.bob.out)).toMatchObject({ ok: true, by: "bob", missing: 1 });
    expect(answers.cleo.status).toBe(0);
    expect(inOneLine(answers.cleo.err)).toMatch(
      /^cleo approves "1 approve spend" of sha256:.*: it goes on $/,
    );
  });

  it("has done each step that is called for under one epoch, and goes on without a page", async () => {
    expect(answers.whole.status).toBe(0);
    expect(inOneLine(answers.whole.err)).toMatch(/ done: run of sha256:[0-9a-f]{12}… by ann, under epoch/);
    const now = await status();
    const [served, other] = now.active === "west" ? ["west", "central"] : ["central", "west"];
    expect(now.active).toBe(served);
    expect(now.run.approvals.map(({ by }) => by)).toEqual(["bob", "cleo"]);
    expect(now.run).toMatchObject({ by: "ann", from: "east", end: "done" });
    expect(stateOf(now.run)).toEqual({
      ...{ "1 approve spend": "done", "2 run quota": "done", "3-6 fail over database": "done" },
      ...{ "7 run lead-to-west": "done", "8 run lead-to-central": "done", "9 notify page": "failed" },
      [other === "west" ? "7 run lead-to-west" : "8 run lead-to-central"]: "skipped",
    });
    expect(answers.whole.err).toContain("nobody is there");
    expect(written("quota")).toEqual([String(now.run.epoch)]);
    expect(written(`leads-to-${served}`)).toEqual([String(now.run.epoch)]);
    expect(existsSync(made(`leads-to-${other}`))).toBe(false);
  });

  it("is undone as far as there is a way back, and the first region serves again", async () => {
    const { epoch } = (await status()).run;
    const undone = await lab.run("region-failover.json", "--resume", "--undo").ended();
    expect(undone).toMatchObject({ status: 0 });
    expect(undone.err).toContain("9 notify page: left as it is: there is no way back\n");
    const now = await status();
    expect(now).toMatchObject({ active: "east", run: { end: "undone", epoch } });
    expect(written("quota")).toEqual([String(epoch), "undone"]);
    expect(["west", "central"].filter((region) => existsSync(made(`leads-to-${region}`)))).toEqual([]);
  });
});

describe.skipIf(!isNamedHere)(`a plan that changes a name, in a real BIND${skipped}`, () => {
  let named: RunningNamed;
  beforeAll(async () => {
    named = await runningNamed();
  });
  afterAll(() => named.stop());

  it("leads it to the region that serves, and back", async () => {
    const name = "api.example.test";
    const lead = (region: string, value: string): string =>
      `- { phase: route, component: edge, within: 10 s, serving: ${region}, by: { kind: dns, server: "127.0.0.1:${named.port}",
        zone: example.test, name: ${name}, type: A, ttl: 30 s, values: ["${value}"], keyFile: ${named.keyFile("writer")},
        undo: { values: ["192.0.2.9"] } } }`;
    lab.declare("name", [lead("east", "192.0.2.1"), lead("west", "192.0.2.2")]);
    await keep("name");
    const done = await lab.run("name.json").ended();
    expect(done).toMatchObject({ status: 0 });
    expect(done.err).toContain(`~ ${name} A: none → 192.0.2.1, 30 s\n`);
    expect(done.err).toContain("not called for: east serves, and not west\n");
    expect(named.dig(name, "A")).toBe("192.0.2.1");
    const { epoch } = (await status()).run;
    expect(named.dig(`_holdfast-epoch.${name}`, "TXT")).toBe(`"epoch=${epoch}"`);
    expect(await lab.run("name.json", "--resume", "--undo").ended()).toMatchObject({ status: 0 });
    expect(named.dig(name, "A")).toBe("192.0.2.9");
    rmSync(join(lab.folder, "workspace", "name.yaml"));
  });
});

describe("whoever carries a plan out, when it is lost in the midst of a step", () => {
  it("is followed by another, under the same epoch", async () => {
    const running = await heldInStepOne("small.json");
    running.signal("SIGKILL");
    expect(await running.ended()).toMatchObject({ status: null });
    const lost = (await status()).run;
    expect(lost).toMatchObject({ end: null, steps: { "1 run one": { kind: "under-way" } } });
    const { out, err } = await lab.holdfast("failover", "status", "--dir", "lab");
    expect(inOneLine(out)).toContain("nobody has shown for 5 s that they carry it out");
    expect(inOneLine(err)).toContain("run FILE --resume");
    letGo();
    const resumed = await lab.run("small.json", "--resume").ended();
    expect(resumed).toMatchObject({ status: 0 });
    expect(resumed.err).not.toContain("evidence of this run");
    const epoch = String(lost.epoch);
    expect([written("one"), written("two")]).toEqual([[epoch, epoch], [epoch]]);
    const { run: now } = await status();
    expect(now).toMatchObject({ id: lost.id, epoch: lost.epoch, end: "done" });
    expect(now.carrier).not.toBe(lost.carrier);
  });

  it("ends its step and says how to go on when it is interrupted, and that can be undone", async () => {
    const running = await heldInStepOne("small.json");
    running.signal("SIGINT");
    const { status: code, err } = await running.ended();
    expect(code).toBe(130);
    expect(err).toContain("broken off");
    expect(inOneLine(err)).toContain(goOn("small.json"));
    expect(inOneLine(err)).toContain(goBack("small.json"));
    letGo();
    const undone = await lab.run("small.json", "--resume", "--undo").ended();
    expect(undone).toMatchObject({ status: 0 });
    expect((await status()).run.end).toBe("undone");
    // How far the step had come nobody knows, so it is done again before it is undone.
    expect(written("one").slice(1)).toEqual([written("one")[0], "undone"]);
    expect(existsSync(made("two"))).toBe(false);
  });
});

describe("a run of a plan that is not over", () => {
  it("lets no other begin, stops when it is called off, and goes on when it is told to", async () => {
    const running = await heldInStepOne("small.json");
    const other = await lab.run("careful.json").ended();
    expect(refused(other)).toMatch(/^plan\/another-runs a run that ann has begun is not over/);
    const abort = await lab.holdfast("failover", "abort", "--dir", "lab", "--by", "dora", "--json");
    expect(abort.status).toBe(0);
    letGo();
    const stopped = await running.ended();
    expect(stopped.status).toBe(2);
    expect(inOneLine(stopped.err)).toMatch(
      / stopped: run of \S+ by ann, under epoch \d+: dora has stopped it/,
    );
    expect(existsSync(made("two"))).toBe(false);
    const { epoch } = (await status()).run;
    const gone = await lab.run("small.json", "--resume").ended();
    expect(gone).toMatchObject({ status: 0 });
    // What was under way when it was called off was ended first, and is not done again.
    expect([written("one"), written("two")]).toEqual([[String(epoch)], [String(epoch)]]);
  });
});

describe("a plan that is no longer what was agreed to", () => {
  it("is not begun: not by other manifests, and not from a file that was changed by hand", async () => {
    const before = (await status()).run.id;
    lab.declare("small", [one, two.replace("20 s", "30 s")]);
    try {
      const edited = await lab.run("small.json").ended();
      expect(edited.status).toBe(2);
      expect(inOneLine(edited.out)).toContain(
        "plan small in scenario region-lost is no longer what was kept",
      );
      expect(inOneLine(edited.out)).toMatch(/ was: ~ two: .* up to 20 s; .* now: ~ two: .* up to 30 s; /);
      expect(edited.out).toMatch(/\nkept sha256:[0-9a-f]{64}\nnow {2}sha256:[0-9a-f]{64}\n/);
    } finally {
      lab.declare("small", plans.small);
    }
    const text = readFileSync(join(lab.folder, "small.json"), "utf8");
    writeFileSync(join(lab.folder, "touched.json"), text.replace("it is broken", "it is so"));
    const touched = await lab.run("touched.json").ended();
    expect(refused(touched)).toMatch(/^plan\/touched touched.json is not what its hash says/);
    expect((await status()).run.id).toBe(before);
    expect(existsSync(made("one"))).toBe(false);
  });
});

describe("a plan that is edited while a step of it is under way", () => {
  it("goes on to its end by what was agreed to, and is not begun anew meanwhile", async () => {
    const running = await heldInStepOne("small.json");
    lab.declare("small", [one]);
    try {
      await keep("small", "edited.json");
      expect(refused(await lab.run("edited.json").ended())).toMatch(/^plan\/another-runs /);
      letGo();
      expect(await running.ended()).toMatchObject({ status: 0 });
    } finally {
      lab.declare("small", plans.small);
    }
    const { run: now } = await status();
    expect(stateOf(now)).toEqual({ "1 run one": "done", "2 run two": "done" });
    expect(written("two")).toEqual([String(now.epoch)]);
  });
});

describe("two operators at once", () => {
  it("approve a run and call it off: it stops or goes on, and whoever came second is told", async () => {
    const running = lab.run("agreed.json");
    await running.untilSays("1 approve spend: waits for 1 approval");
    const [yes, no] = await Promise.all([
      approve("bob"),
      lab.holdfast("failover", "abort", "--dir", "lab", "--by", "dora"),
    ]);
    const { status: code, err } = await running.ended();
    const cameToo = (each: Ended): boolean => each.status === 0;
    expect([yes, no].some(cameToo)).toBe(true);
    if (!cameToo(yes)) expect(refused(yes)).toMatch(/^plan\/not-approved .*(dora has stopped it|asks)/);
    if (!cameToo(no)) expect(refused(no)).toContain("no switchover is under way");
    expect([code, inOneLine(err).includes("dora has stopped it")]).toEqual(
      cameToo(no) ? [2, true] : [0, false],
    );
    expect((await status()).run.end).toBe(cameToo(no) ? "stopped" : "done");
  });

  it("go on with a run that was left: one of them does, under its epoch, and the other is told", async () => {
    const lost = await heldInStepOne("small.json");
    lost.signal("SIGKILL");
    await lost.ended();
    const { epoch } = (await status()).run;
    const where = ["--resume", "--workspace", "workspace", "--dir", "lab"];
    const both = ["eve", "dan"].map((by) => lab.start("failover", "run", "small.json", ...where, "--by", by));
    const told = await Promise.race(both.map((each) => each.ended()));
    expect(told.err).toMatch(/^plan\/(taken-over|nothing-to-carry)\n/m);
    expect(told.status).toBe(1);
    letGo();
    const statuses = await Promise.all(both.map(async (each) => (await each.ended()).status));
    expect(statuses.toSorted()).toEqual([0, 1]);
    expect((await status()).run).toMatchObject({ end: "done", epoch });
    expect(new Set(written("one"))).toEqual(new Set([String(epoch)]));
    expect(written("two")).toEqual([String(epoch)]);
  });
});

describe("a step that fails", () => {
  it("stops the run and says what to type next; mended, the same plan and no other goes on", async () => {
    writeFileSync(made("broken"), "");
    const stopped = await lab.run("small.json").ended();
    expect(stopped.status).toBe(2);
    expect(inOneLine(stopped.err)).toMatch(/ stopped: run of .*: 1 run one failed: .* with 4: it is broken/);
    expect(inOneLine(stopped.err)).toContain(goOn("small.json"));
    expect(inOneLine(stopped.err)).toContain(goBack("small.json"));
    lab.declare("small", [one, two.replace("20 s", "30 s")]);
    try {
      await keep("small", "edited.json");
      const edited = await lab.run("edited.json", "--resume").ended();
      expect(refused(edited)).toMatch(/^plan\/other-run .* edited.json is another plan/);
      rmSync(made("broken"));
      // The manifests say something else by now, and the run goes on by what was agreed to.
      expect(await lab.run("small.json", "--resume").ended()).toMatchObject({ status: 0 });
    } finally {
      lab.declare("small", plans.small);
    }
    const { run: now } = await status();
    const epoch = String(now.epoch);
    expect([written("one"), written("two")]).toEqual([[epoch, epoch], [epoch]]);
    expect(stateOf(now)).toEqual({ "1 run one": "done", "2 run two": "done" });
  });

  it("undoes what was done before it where the plan says so", async () => {
    const undone = await lab.run("careful.json", "--json").ended();
    expect(undone.status).toBe(2);
    expect(JSON.parse(undone.out)).toMatchObject({ ok: false, result: "undone" });
    const { run: now } = await status();
    expect(written("two")).toEqual([String(now.epoch), "undone"]);
    expect(stateOf(now)).toEqual({ "1 run two": "undone", "2 run three": "left", "3 run one": "waiting" });
    expect(existsSync(made("one"))).toBe(false);
  });
});

describe("evidence of runs of plans", () => {
  it("holds, and tells who ran a plan, who approved, and what came of it", async () => {
    expect(await lab.holdfast("evidence", "verify", "lab/evidence")).toMatchObject({ status: 0 });
    const { out } = await lab.holdfast("evidence", "list", "lab/evidence/plan", "--json");
    const { entries } = JSON.parse(out) as { entries: readonly { entry: string; kind: string }[] };
    const first = async (kind: string): Promise<unknown> => {
      const { entry = "" } = entries.find((each) => each.kind === kind) ?? {};
      const shown = await lab.holdfast("evidence", "show", "lab/evidence/plan", entry, "--json");
      return (JSON.parse(shown.out) as { entry: { body: unknown } }).entry.body;
    };
    const [carried, over] = await Promise.all([first("plan-run-carried"), first("plan-run-ended")]);
    expect(carried).toMatchObject({ plan: "region-failover", scenario: "region-lost", by: "ann", end: null });
    expect(over).toMatchObject({ end: "done", approvals: [{ by: "bob" }, { by: "cleo" }] });
  });
});

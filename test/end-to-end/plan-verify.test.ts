import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Ended, inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";

let lab: LabWorkspace;
let httpUrl = "";

const engine = [
  "- { phase: fence, component: database, method: far-side }",
  "- { phase: promote, component: database }",
  "- { phase: route, component: edge }",
];

beforeAll(async () => {
  lab = await LabWorkspace.make();
  const { edge } = await lab.labUp();
  httpUrl = edge.httpUrl;
  lab.environment["EDGE"] = edge.postgresUrl;
});
afterAll(async () => {
  expect(await lab.remove()).toEqual([]);
});

/** Declares a plan of these steps, keeps it, and runs it. */
async function carriedOut(name: string, steps: readonly string[]): Promise<Ended> {
  lab.declare(name, steps);
  await lab.keep(name, `${name}.json`);
  return lab.run(`${name}.json`).ended();
}

async function runNow(): Promise<{ readonly plan: string; readonly end: string } | null> {
  const { out } = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
  return (JSON.parse(out) as { readonly run: { readonly plan: string; readonly end: string } | null }).run;
}

/** How far each plan is trusted. */
async function trusted(): Promise<Readonly<Record<string, string>>> {
  const { out } = await lab.holdfast("plan", "trust", "workspace", "--evidence", "lab/evidence", "--json");
  const { plans } = JSON.parse(out) as {
    readonly plans: readonly { readonly plan: string; readonly state: string }[];
  };
  return Object.fromEntries(plans.map(({ plan, state }) => [plan, state]));
}

/** The newest entry of the log of runs. */
function lastEntry(): string {
  const entries = join(lab.folder, "lab", "evidence", "plan", "entries");
  return join(entries, readdirSync(entries).sort().at(-1) ?? "");
}

/** As it stands in the log: an envelope is signed over its payload, in base64. */
function lastEvidence(): string {
  const { payload } = JSON.parse(readFileSync(lastEntry(), "utf8")) as { readonly payload: string };
  return Buffer.from(payload, "base64").toString("utf8");
}

function verify(by: string, more = "within: 20 s"): string {
  return `- { phase: verify, journey: chat-completion, ${more}, by: { ${by} } }`;
}

/** Answers, from whatever the database holds. */
function inMode(): string {
  return verify(asked("leader"), "mode: answers-only, within: 20 s");
}

const rest =
  '- { phase: run, name: rest, needs: [], within: 5 s, by: { kind: exec, command: [sleep, "1"], environment: [PATH] } }';

/** What of a run `failover run --json` tells. */
interface TimedRun {
  readonly ok: boolean;
  readonly back: readonly { readonly mode: string | null; readonly after: number }[];
  readonly notShown: readonly unknown[];
  readonly objectives: readonly unknown[];
}

function asked(contains: string): string {
  return `kind: inference, url: "${httpUrl}/v1", model: holdfast-demo, timeout: 10 s,
      prompts: [{ ask: "Why did the chat gateway fail?", contains: ["${contains}"] }]`;
}

describe("a plan that proves by using it that the platform is back", () => {
  it("lets another region serve, and ends when a write and a golden prompt pass through the edge", async () => {
    const written = verify(
      'kind: sql, urlFrom: EDGE, write: "create temporary table probe (at int)", read: { query: select pg_is_in_recovery(), is: f }',
    );
    const done = await carriedOut("proven", [
      ...engine,
      written,
      verify(asked("leader"), "begins: beside, within: 20 s"),
    ]);
    expect(inOneLine(done.err)).toContain("4 verify chat-completion: done");
    expect(inOneLine(done.err)).toContain("5 verify chat-completion: done");
    expect(done.status).toBe(0);
  });

  it("does not take for back what answers 200 and wrongly, tells what it answered, and undoes what it is told to", async () => {
    const moved =
      '- { phase: run, name: mark, within: 5 s, by: { kind: exec, command: ["true"], environment: [PATH], undo: { command: [touch, unmarked] } } }';
    const fooled = await carriedOut("fooled", [
      moved,
      verify(asked("kangaroo"), "within: 2 s, onFailure: undo"),
    ]);
    expect(inOneLine(fooled.err)).toMatch(
      /2 verify chat-completion: .*0 of 1 answers are good, and 1 are to be; "Why did the chat gateway fail\?" is answered without "kangaroo": It lost its leader.* \(tried \d+ times?\)/,
    );
    expect(inOneLine(fooled.err)).toContain("1 run mark: undone");
    expect(fooled.status).toBe(2);
    expect(await runNow()).toMatchObject({ end: "undone" });
  });

  it("tells when each degraded mode was back, and that the whole was not shown, in its words, its status and its evidence", async () => {
    lab.edit("journeys.yaml", "      rto: 4 s", "      rto: 1 s");
    lab.edit(
      "journeys.yaml",
      "      availability: 99.9 %\n",
      "      availability: 99.9 %\n  degradedModes:\n    - { name: answers-only, without: [database], rto: { region: 1 s } }\n",
    );
    const wrong = verify(
      "kind: sql, urlFrom: EDGE, read: { query: select pg_is_in_recovery(), is: t }",
      "within: 2 s, onFailure: go-on",
    );
    const answered = await carriedOut("by-stages", [inMode(), rest, wrong]);
    const told = inOneLine(answered.err);
    expect(told).toContain("1 verify chat-completion in answers-only: done");
    expect(told).toMatch(
      /chat-completion in answers-only is back, [\d.]+ m?s after the run began \(measured\)/,
    );
    expect(told).toContain("not shown to be back: chat-completion");
    // Of a wrong answer nothing is back, and so no RTO is shown to be met.
    expect(told).toContain("chat-completion: RTO 1 s not shown to be met");
    expect(told).toMatch(/chat-completion in answers-only: RTO 1 s (met|missed by [\d.]+ s)/);
    expect(told).toContain("each RTO is counted from when the run began, by wall clocks; the loss was");
    expect(answered.status).toBe(2);
  });

  it("holds what it has shown against the RTO of the whole and of the mode, and is done all the same where one is missed", async () => {
    lab.declare("whole", [inMode(), rest, verify("kind: sql, urlFrom: EDGE, write: select 1")]);
    await lab.keep("whole", "whole.json");
    const whole = await lab.run("whole.json", "--json").ended();
    const { ok, back, notShown, objectives } = JSON.parse(whole.out) as TimedRun;
    expect({ ok, notShown, status: whole.status }).toEqual({ ok: true, notShown: [], status: 0 });
    expect(back.map(({ mode }) => mode)).toEqual(["answers-only", null]);
    const [inModeAfter = 0, after = 0] = back.map((each) => each.after);
    // What came between took a second, which is all that the whole may take.
    expect(after - inModeAfter).toBeGreaterThanOrEqual(1_000);
    const missedBy = after - 1_000;
    const verdict = inModeAfter <= 1_000 ? "met" : "missed";
    expect(objectives).toMatchObject([
      { mode: null, rto: 1_000, verdict: "missed", after, missedBy },
      { mode: "answers-only", rto: 1_000, verdict, after: inModeAfter },
    ]);
    const status = await lab.holdfast("failover", "status", "--dir", "lab", "--json");
    expect(JSON.parse(status.out)).toMatchObject({ objectives });
    expect(lastEvidence()).toMatch(/"countedFrom":\s*"begunAt"/);
    expect(lastEvidence()).toMatch(new RegExp(`"missedByMs":\\s*${missedBy}\\b`));
    const { out } = await lab.holdfast("failover", "status", "--dir", "lab");
    expect(inOneLine(out)).toMatch(/chat-completion is back, [\d.]+ s after the run began \(measured\)/);
    expect(inOneLine(out)).toMatch(/chat-completion: RTO 1 s missed by [\d.]+ s/);
    // A run that has not shown the whole proves nothing.
    expect(await trusted()).toMatchObject({ "by-stages": "SIMULATED", whole: "DRILLED" });
  });

  it("proves nothing by a log that was cut off, where a run may stand that did not end well", async () => {
    expect(await lab.run("whole.json").ended()).toMatchObject({ status: 0 });
    expect(await trusted()).toMatchObject({ whole: "DRILLED" });
    const last = lastEntry();
    const text = readFileSync(last);
    rmSync(last);
    try {
      // The run before it ended well, and stands there whole.
      expect(await trusted()).toMatchObject({ whole: "SIMULATED" });
    } finally {
      writeFileSync(last, text);
    }
  });

  it("is not begun where what it is given of the environment is not set", async () => {
    const before = await runNow();
    const refused = await carriedOut("blind", [verify("kind: sql, urlFrom: NOT_THERE, write: select 1")]);
    expect(refused.status).toBe(1);
    expect(inOneLine(refused.err)).toMatch(
      /^plan\/environment-unset steps of the plan are given NOT_THERE, which is not set here/,
    );
    expect(await runNow()).toEqual(before);
  });
});

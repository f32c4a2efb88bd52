import { cpSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { openEvidenceLog } from "../../src/adapters/files/evidence-log.ts";
import { planSubject } from "../../src/core/plan/proofs.ts";
import { instantMs, monotonicMs } from "../../src/core/units/units.ts";
import { inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import type { StartedProgram } from "../started-program.ts";

const day = 86_400_000;
const [lost, frozen] = ["region-lost", "region-frozen"] as const;
let lab: LabWorkspace;
let evidence: string;
let watching: StartedProgram | null = null;

beforeAll(async () => {
  lab = await LabWorkspace.make();
  evidence = join(lab.folder, "evidence");
});
afterEach(async () => {
  watching?.signal("SIGINT");
  expect((await watching?.ended())?.status ?? 130).toBe(130);
  watching = null;
  rmSync(evidence, { recursive: true, force: true });
});
afterAll(async () => {
  expect(await lab.remove()).toEqual([]);
});

interface DrillToWrite {
  readonly scenario: string;
  /** So many milliseconds before now it ended. */
  readonly ago: number;
  readonly verdict?: "met" | "missed";
}

/** Writes a drill of the plan as it stands into a log, as a drill does. */
async function drilled({ scenario, ago, verdict = "met" }: DrillToWrite, log = "drill"): Promise<void> {
  const file = `${scenario}.json`;
  const show = ["plan", "show", "region-failover", "--scenario", scenario, "--workspace", "workspace"];
  expect(await lab.holdfast(...show, "--out", file)).toMatchObject({ status: 0 });
  const { hash } = JSON.parse(readFileSync(join(lab.folder, file), "utf8")) as { readonly hash: string };
  const opened = await openEvidenceLog({
    ...{ directory: evidence, log, keyPath: join(lab.folder, "keys", `${log}.pem`), software: "holdfast" },
    clock: () => ({ at: instantMs(Date.now() - ago), monotonic: monotonicMs(0) }),
  });
  if (!opened.ok) throw new Error(opened.problems[0].what);
  const plan = { drill: "a-drill", plan: "region-failover", scenario };
  const subjects = [planSubject("region-failover", hash)];
  await opened.value.append({ kind: "drill-started", body: plan, subjects });
  await opened.value.append({ kind: "drill-finished", body: { verdict } });
  await opened.value.close();
}

interface Told {
  readonly ok: boolean;
  readonly plans: readonly {
    readonly standing: string;
    readonly trust: {
      readonly before: string | null;
      readonly state: string;
      readonly because: string | null;
    };
  }[];
  readonly evidence: readonly {
    readonly directory: string;
    readonly holds: boolean;
    readonly because: readonly string[];
  }[];
}

function watch(...more: readonly string[]): void {
  watching = lab.start("plan", "watch", "workspace", "--evidence", "evidence", "--json", ...more);
}

function lines(): readonly Told[] {
  const said = watching?.said().split("\n") ?? [];
  return said.flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Told]));
}

/** What is told in the line of this number, counted from 1, of the loss of a region. */
async function told(number: number): Promise<Told["plans"][number]["trust"] & Pick<Told, "evidence" | "ok">> {
  for (let tries = 0; lines().length < number && tries < 600; tries += 1) await pause(50);
  const line = lines()[number - 1];
  const trust = line?.plans[0]?.trust;
  if (line === undefined || trust === undefined) throw new Error(`line ${number} was never told`);
  return { ...trust, evidence: line.evidence, ok: line.ok };
}

const holds = [{ directory: "evidence", holds: true, because: [] }];

describe("the trust of a plan that is watched", () => {
  it("is told at first, once when the plan is edited, and once when that is taken back", async () => {
    await drilled({ scenario: lost, ago: day });
    watch();
    expect(await told(1)).toMatchObject({ before: null, state: "ARMED", because: null, evidence: holds });
    expect(lines()[0]?.plans[1]?.trust).toMatchObject({ state: "SIMULATED" });
    const text = lab.recovery;
    try {
      lab.recovery = text.replace("coolDown: 3 s", "coolDown: 4 s");
      expect(await told(2)).toMatchObject({
        ...{ before: "ARMED", state: "SIMULATED", ok: true, evidence: holds },
        because: expect.stringMatching(/^it has changed since the drill of \S+ \(drill\/2\)$/) as string,
      });
    } finally {
      lab.recovery = text;
    }
    expect(await told(3)).toMatchObject({ before: "SIMULATED", state: "ARMED" });
    // Looked at again and again, and told once.
    lab.recovery = text.replace("description: Another", "description: A further");
    await pause(2_500);
    lab.recovery = text;
    expect(lines()).toHaveLength(3);
  });

  it("rises and falls with what is written down, also where there was no evidence at first", async () => {
    watch();
    const nowhere = await told(1);
    expect(nowhere.state).toBe("SIMULATED");
    expect(nowhere.because).toMatch(/^no evidence that holds shows that it was carried out: .*evidence/);
    expect(nowhere.evidence[0]).toMatchObject({ directory: "evidence", holds: false });
    await drilled({ scenario: lost, ago: day });
    await untilState("ARMED");
    await drilled({ scenario: frozen, ago: day });
    await drilled({ scenario: lost, ago: 0, verdict: "missed" });
    const fallen = await untilState("SIMULATED");
    expect(fallen).toMatchObject({ before: "ARMED", evidence: holds });
    expect(fallen.because).toMatch(/^the drill of \S+ \(drill\/6\) did not end well$/);
    expect(lines().at(-1)?.plans[1]?.trust).toMatchObject({ state: "ARMED" });
  });

  it("falls back when its log is cut off, and is told whole again when that is put back", async () => {
    await drilled({ scenario: lost, ago: day });
    watch();
    expect(await told(1)).toMatchObject({ state: "ARMED" });
    const entries = join(evidence, "drill", "entries");
    const last = join(entries, readdirSync(entries).sort().at(-1) ?? "");
    renameSync(last, join(lab.folder, "taken.json"));
    const cut = await told(2);
    const missing = "drill/2: the entry is missing, and later ones or the checkpoint count it";
    expect(cut).toMatchObject({ before: "ARMED", state: "SIMULATED" });
    expect(cut.because).toContain(`no drill, and no run; evidence: ${missing}; nothing of drill proves`);
    expect(cut.evidence).toEqual([
      { directory: "evidence", holds: false, because: [`${missing}; nothing of drill proves anything`] },
    ]);
    renameSync(join(lab.folder, "taken.json"), last);
    expect(await told(3)).toMatchObject({ before: "SIMULATED", state: "ARMED", evidence: holds });
    expect(lines()).toHaveLength(3);
  });

  it("falls back when a log is put back to what it was before, which holds by itself, and when all is taken away", async () => {
    await drilled({ scenario: lost, ago: 2 * day });
    const earlier = join(lab.folder, "earlier");
    const whole = join(lab.folder, "whole");
    cpSync(evidence, earlier, { recursive: true });
    await drilled({ scenario: lost, ago: day });
    cpSync(evidence, whole, { recursive: true });
    watch();
    expect(await told(1)).toMatchObject({ state: "ARMED" });
    replacedBy(earlier);
    const shorter = await untilState("SIMULATED");
    expect(shorter.because).toContain("drill, as seen before: 4 entries were seen and 2 are here");
    replacedBy(whole);
    expect(await untilState("ARMED")).toMatchObject({ before: "SIMULATED", evidence: holds });
    rmSync(join(evidence, "drill"), { recursive: true });
    const gone = await untilState("SIMULATED");
    expect(gone.evidence[0]?.because[0]).toMatch(
      /^nothing of it proves anything: .*no evidence log in this folder/,
    );
    replacedBy(whole);
    expect(await untilState("ARMED")).toMatchObject({ evidence: holds });
  });

  it("falls back when what proves it has grown too old, though nothing was changed", async () => {
    watch();
    expect(await told(1)).toMatchObject({ state: "SIMULATED" });
    // It is 30 days old in a few seconds.
    await drilled({ scenario: lost, ago: 30 * day - 10_000 });
    const armed = await untilState("ARMED");
    expect(armed.evidence).toEqual(holds);
    const old = await untilState("SIMULATED");
    expect(old).toMatchObject({ before: "ARMED", evidence: holds });
    expect(old.because).toMatch(/^the drill of \S+ \(drill\/2\) is older than 30 d$/);
  });

  it("goes by the keys that are given alone, and is not watched where one of them cannot be read", async () => {
    await drilled({ scenario: lost, ago: day });
    await drilled({ scenario: frozen, ago: day }, "other");
    const refused = await lab.holdfast(
      ...["plan", "watch", "workspace", "--evidence", "evidence", "--key", "nowhere.pem"],
    );
    expect(refused).toMatchObject({ status: 1, out: "" });
    watch("--key", join("evidence", "other", "public-key.pem"));
    const disbelieved = await told(1);
    expect(disbelieved.state).toBe("SIMULATED");
    expect(disbelieved.evidence[0]?.because).toEqual([
      expect.stringMatching(
        /^drill, public-key\.pem: the key \S+ is not among those given; nothing of drill /,
      ),
    ]);
  });

  it("is told in words that fit a terminal", async () => {
    await drilled({ scenario: lost, ago: day });
    watching = lab.start("plan", "watch", "workspace", "--evidence", "evidence");
    const says = async (words: string): Promise<void> => {
      for (let tries = 0; !inOneLine(watching?.said() ?? "").includes(words) && tries < 600; tries += 1)
        await pause(50);
      expect(inOneLine(watching?.said() ?? "")).toContain(words);
    };
    await says("its trust is ARMED: proven by the drill drill/2, until ");
    await says("evidence in evidence holds");
    rmSync(join(evidence, "drill", "checkpoint"));
    await says("its trust fell from ARMED to SIMULATED: no further, for no evidence that holds shows that");
    await says("evidence in evidence: drill, checkpoint: there is none, though there are entries;");
    const said = watching.said().split("\n");
    expect(Math.max(...said.map((line) => line.length))).toBeLessThanOrEqual(80);
  });
});

function replacedBy(folder: string): void {
  rmSync(evidence, { recursive: true });
  cpSync(folder, evidence, { recursive: true });
}

/** The next line in which the plan has come to a state: what is changed file by file may be told in between. */
async function untilState(state: string): ReturnType<typeof told> {
  const from = lines().length;
  for (let number = from; ; number += 1) {
    const line = await told(Math.max(number, 1));
    if (line.state === state) return line;
  }
}

import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { labVerbs } from "../../lab/lab.ts";
import { milliseconds } from "../../src/core/units/units.ts";
import type { PlanRun } from "../../src/core/plan/run.ts";
import { runText, type SeenRun } from "../../src/runtime/run-record.ts";
import { lookUpRun, type RunStore, writeRun } from "../../src/runtime/run-store.ts";
import { type Ended, inOneLine } from "../built-program.ts";
import { LabWorkspace } from "../lab-workspace.ts";
import type { StartedProgram } from "../started-program.ts";

const life = new AbortController().signal;
const step = "1 approve spend";
const doors =
  "by: { kind: exec, directory: ., environment: [PATH], command: [sh, -c, 'echo $HOLDFAST_EPOCH >> doors'] }";

let lab: LabWorkspace;
let store: RunStore;
const publicKeys: Record<string, string> = {};

beforeAll(async () => {
  lab = await LabWorkspace.make();
  for (const name of ["ann", "bob", "cleo", "eve"]) {
    const made = await lab.holdfast("failover", "key", "--out", `${name}.pem`);
    expect(made.status).toBe(0);
    publicKeys[name] = made.out.trim();
  }
  const approvers = ["ann", "bob", "cleo"].map((name) => `{ name: ${name}, key: ${publicKeys[name] ?? ""} }`);
  const asks = (within: string, people: number): string =>
    `- { phase: approve, name: spend, people: ${people}, within: ${within}, approvers: [${approvers.join(", ")}] }`;
  const run = `- { phase: run, name: doors, within: 20 s, ${doors} }`;
  lab.declare("guarded", [asks("2 min", 2), run]);
  lab.declare("hasty", [asks("1 s", 1), run]);
  lab.declare("slow", [asks("2 min", 1), "- { phase: wait, name: pause, time: 60 s }"]);
  const kept = ["guarded", "hasty", "slow"].map((name) => lab.keep(name, `${name}.json`));
  await Promise.all([lab.labUp(), ...kept]);
  store = labVerbs("").runStore(join(lab.folder, "lab"));
});
afterAll(async () => {
  expect(await lab.remove()).toEqual([]);
});

/** Who has been let through: a line for each run that came so far. */
function letThrough(): number {
  const file = join(lab.folder, "workspace", "doors");
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").length : 0;
}

function approve(who: string, ...more: readonly string[]): Promise<Ended> {
  return lab.holdfast("failover", "approve", "--dir", "lab", "--key", `${who}.pem`, ...more);
}

function refused({ status, err }: Ended): string {
  expect(err).toContain("\n  mend: ");
  expect(status).toBe(1);
  return inOneLine(err);
}

async function asking(file: string, ...more: readonly string[]): Promise<StartedProgram> {
  const running = lab.run(file, ...more);
  await running.untilSays(`${step}: waits for`);
  return running;
}

async function present(): Promise<SeenRun> {
  const seen = await lookUpRun(store, life);
  if (seen === null || seen === "unreachable") throw new Error("a run stands there");
  return seen;
}

/** Writes straight into the store, as whoever has got hold of it would. */
async function forge(change: (run: PlanRun) => PlanRun): Promise<void> {
  const { run, revision } = await present();
  const written = await writeRun(store, { text: runText(change(run)), expected: revision, signal: life });
  expect(written.kind).toBe("written");
}

async function abort(running: StartedProgram): Promise<void> {
  await lab.holdfast("failover", "abort", "--dir", "lab");
  expect((await running.ended()).status).toBe(2);
}

describe("a plan that declares who may approve it", () => {
  it("is not begun with one's key in the name of somebody else", async () => {
    const running = lab.run("guarded.json", "--key", "bob.pem");
    expect(refused(await running.ended())).toContain(
      "plan/not-their-key the key is bob's by the plan, and --by says ann",
    );
    expect(letThrough()).toBe(0);
  });

  it("goes on once two of them have signed, both at once, and tells an auditor who", async () => {
    const running = await asking("guarded.json", "--key", "ann.pem");
    const unsigned = await lab.holdfast("failover", "approve", "--dir", "lab", "--by", "bob");
    expect(refused(unsigned)).toContain("is approved by ann, bob, cleo alone, each by a signature");
    expect(refused(await approve("eve"))).toContain("this key is of none who may approve");
    expect(refused(await approve("ann"))).toContain("ann runs the plan, and cannot approve");
    expect(refused(await approve("bob", "--by", "cleo"))).toContain("this key is bob's, and not cleo's");
    const both = await Promise.all([approve("bob"), approve("cleo")]);
    expect(both.map(({ status }) => status)).toEqual([0, 0]);
    expect(inOneLine(both[0].err)).toMatch(/^bob approves, signed, "1 approve spend" of sha256:/);
    expect(await running.ended()).toMatchObject({ status: 0 });
    expect(letThrough()).toBe(1);

    const verified = await lab.holdfast("evidence", "verify", "lab/evidence", "--json");
    expect(verified.status).toBe(0);
    const { approvals } = JSON.parse(verified.out) as { approvals: readonly unknown[] };
    expect(approvals).toMatchObject([
      { step: null, by: "ann", doubt: null },
      { step, doubt: null },
      { step, doubt: null },
    ]);
    const text = await lab.holdfast("evidence", "verify", "lab/evidence");
    expect(inOneLine(text.out)).toMatch(/bob approved "1 approve spend", signed with the key [0-9a-f]{64}/);
  });

  it("is confirmed by openssl alone: the signature in the evidence is over plan, run, epoch, step and time", async () => {
    const { run } = await present();
    const bobs = run.approvals.find(({ by }) => by === "bob");
    const proof = bobs?.proof ?? null;
    if (bobs === undefined || proof === null) throw new Error("bob has signed");
    const [askedAt, until, at] = [proof.askedAt, proof.until, bobs.at].map((each) =>
      new Date(each).toISOString(),
    );
    const { plan, id, epoch } = run;
    const payload = JSON.stringify({ plan, run: id, epoch, step, askedAt, until, by: "bob", at });
    const type = "application/vnd.holdfast.approval+json";
    const file = (name: string, content: string | Buffer): string => {
      writeFileSync(join(lab.folder, name), content);
      return join(lab.folder, name);
    };
    const message = file("message", `DSSEv1 ${type.length} ${type} ${payload.length} ${payload}`);
    const signature = file("signature", Buffer.from(proof.signature, "base64"));
    const key = file(
      "bob-public.pem",
      `-----BEGIN PUBLIC KEY-----\n${proof.key}\n-----END PUBLIC KEY-----\n`,
    );
    const args = [
      "pkeyutl",
      "-verify",
      "-pubin",
      "-inkey",
      key,
      "-rawin",
      "-in",
      message,
      "-sigfile",
      signature,
    ];
    expect(spawnSync("openssl", args, { encoding: "utf8" }).stdout).toContain("Verified Successfully");
  });

  it("waits for another again where one takes back what they have signed, until that one or another says yes", async () => {
    const withdraw = (who: string, ...more: readonly string[]): Promise<Ended> =>
      lab.holdfast("failover", "withdraw", "--dir", "lab", "--key", `${who}.pem`, ...more);
    const before = letThrough();
    const running = await asking("guarded.json");
    expect(refused(await withdraw("bob"))).toContain(
      `plan/not-withdrawn bob has not approved step "${step}"`,
    );
    expect((await approve("bob")).status).toBe(0);
    await running.untilSays("has that of bob");
    expect(refused(await withdraw("cleo", "--by", "bob"))).toContain("this key is cleo's, and not bob's");
    await forge((run) => ({
      ...run,
      approvals: run.approvals.map((each) => ({ ...each, withdrawn: { at: each.at, proof: null } })),
    }));
    const doubted = await lab.holdfast("failover", "status", "--dir", "lab");
    expect(inOneLine(doubted.out)).toContain("waits for 1 approval, has that of bob: `");
    expect(inOneLine(doubted.out)).toContain("does not count: nothing proves that bob has withdrawn");

    const withdrawn = await withdraw("bob", "guarded.json", "--json");
    expect(JSON.parse(withdrawn.out)).toMatchObject({
      ok: true,
      step,
      by: "bob",
      isSigned: true,
      missing: 2,
    });
    await running.untilSays("that of bob withdrawn at");
    expect((await approve("cleo")).status).toBe(0);
    const status = await lab.holdfast("failover", "status", "--dir", "lab");
    expect(inOneLine(status.out)).toMatch(
      /waits for 1 approval, has that of cleo, that of bob withdrawn at 20[-0-9]+T[:0-9.]+Z: `/,
    );
    expect(refused(await withdraw("bob"))).toContain("bob has withdrawn the approval");
    expect(letThrough()).toBe(before);
    expect((await approve("bob")).status).toBe(0);
    expect(await running.ended()).toMatchObject({ status: 0 });
    expect(letThrough()).toBe(before + 1);

    const late = refused(await withdraw("bob"));
    expect(late).toContain(`plan/withdrawn-too-late step "${step}" has been approved`);
    expect(late).toContain("mend: the run is over; go back: `holdfast failover run FILE --resume --undo");
    const verified = await lab.holdfast("evidence", "verify", "lab/evidence", "--json");
    const { approvals } = JSON.parse(verified.out) as { approvals: readonly { deed: string; by: string }[] };
    expect(approvals.slice(-5)).toMatchObject([
      { deed: "approved", by: "bob", doubt: null },
      { deed: "withdrew", by: "bob", doubt: expect.stringContaining("nothing proves") as string },
      { deed: "withdrew", by: "bob", doubt: null },
      { deed: "approved", by: "cleo", doubt: null },
      { deed: "approved", by: "bob", doubt: null },
    ]);
  });

  it("tells whoever takes it back too late, while the run goes on, to stop the run", async () => {
    const running = await asking("slow.json");
    expect((await approve("bob")).status).toBe(0);
    await running.untilSays("2 wait pause: under way");
    const late = refused(
      await lab.holdfast("failover", "withdraw", "--dir", "lab", "--key", "bob.pem", "--step", "spend"),
    );
    expect(late).toContain("plan/withdrawn-too-late");
    expect(late).toContain("mend: stop the run: `holdfast failover abort --dir lab`");
    await abort(running);
  });

  it("counts nothing that was written straight into the store, nor what was said in an earlier run", async () => {
    const { run: earlier } = await present();
    const before = letThrough();
    const running = await asking("guarded.json");
    const at = (await present()).run.begunAt;
    const forged = [
      ...earlier.approvals,
      { step, by: "bob", at: earlier.begunAt, proof: null, withdrawn: null },
      ...earlier.approvals.map((each) => ({ ...each, at: at })),
    ];
    await forge((run) => ({
      ...run,
      approvals: forged,
      asks: { [step]: { people: 0, approvers: [], within: milliseconds(120_000) } },
    }));
    await approve("bob");
    await forge((run) => ({ ...run, asks: earlier.asks }));
    const status = await lab.holdfast("failover", "status", "--dir", "lab");
    expect(inOneLine(status.out)).toContain(
      "does not count: the signature of bob is not over this step of this run",
    );
    expect(inOneLine(status.out)).toContain(
      "does not count: nothing proves that bob has approved 1 approve spend",
    );
    expect(refused(await approve("bob", "--step", "nothing"))).toContain("no step");
    expect((await approve("bob")).status).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect((await present()).run.steps[step]).toMatchObject({ kind: "under-way" });
    await abort(running);
    expect(letThrough()).toBe(before);
  });

  it("is not gone on with where the store says that it is approved, and nobody has signed that", async () => {
    const before = letThrough();
    const running = await asking("guarded.json");
    running.signal("SIGKILL");
    await running.ended();
    const { run } = await present();
    await forge(() => ({ ...run, steps: { ...run.steps, [step]: { kind: "done", at: run.begunAt } } }));
    const resumed = await lab.run("guarded.json", "--resume").ended();
    expect(resumed.status).toBe(2);
    expect(inOneLine(resumed.err)).toContain("those who may approve it have not signed that");
    expect(letThrough()).toBe(before);
  });

  it("takes no approval that comes late", async () => {
    const running = await asking("hasty.json");
    expect((await running.ended()).status).toBe(2);
    expect(refused(await approve("bob"))).toContain(
      'step "1 approve spend" asks no more: not enough people have said yes in time',
    );
  });

  it("is not approved with a key that others can read, that is none, or that is not there", async () => {
    const running = await asking("guarded.json");
    expect(statSync(join(lab.folder, "bob.pem")).mode & 0o777).toBe(0o600);
    const openssl = (...args: readonly string[]): void => {
      expect(spawnSync("openssl", args, { cwd: lab.folder }).status).toBe(0);
    };
    openssl("genpkey", "-algorithm", "rsa", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "rsa.pem");
    openssl("pkey", "-in", "bob.pem", "-aes256", "-passout", "pass:secret", "-out", "locked.pem");
    openssl("pkey", "-in", "bob.pem", "-pubout", "-out", "public.pem");
    for (const name of ["rsa", "locked", "public"]) chmodSync(join(lab.folder, `${name}.pem`), 0o600);
    for (const name of ["rsa", "locked", "public"])
      expect(refused(await approve(name))).toContain("plan/key-unusable");
    expect(refused(await approve("nobody"))).toContain("plan/key-unread");
    chmodSync(join(lab.folder, "cleo.pem"), 0o644);
    expect(refused(await approve("cleo"))).toContain("plan/key-readable-by-others");
    chmodSync(join(lab.folder, "cleo.pem"), 0o600);
    await abort(running);
  });

  it("would stop where it asks more people than may approve it, and is refused a key that is private or told twice", async () => {
    const approver = (name: string, key: string): string => `{ name: ${name}, key: ${key} }`;
    const bob = publicKeys["bob"] ?? "";
    const check = async (...approvers: readonly string[]): Promise<Ended> => {
      lab.declare("narrow", [
        `- { phase: approve, name: spend, people: 2, within: 2 min, approvers: [${approvers.join(", ")}] }`,
      ]);
      return lab.holdfast("plan", "check", "workspace");
    };
    const narrow = await check(approver("bob", bob));
    expect(narrow.status).toBe(2);
    expect(inOneLine(narrow.out)).toContain("stops: approve spend asks 2 people, and 1 approver may say yes");
    const [, secret = ""] = readFileSync(join(lab.folder, "bob.pem"), "utf8").split("\n");
    const leaked = await check(approver("bob", secret), approver("cleo", bob));
    expect(refused(leaked)).toContain("is a private key");
    expect(leaked.err).not.toContain(secret);
    expect(refused(await check(approver("bob", bob), approver("cleo", bob)))).toContain(
      "is the key of bob too",
    );
  });
});

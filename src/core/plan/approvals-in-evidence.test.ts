import { describe, expect, it } from "vitest";
import { newRun, runStep } from "../../../test/sample-run.ts";
import { declared, person } from "../../../test/sample-signers.ts";
import { cryptography } from "../../adapters/files/evidence-cryptography.ts";
import { RunRecorder } from "../../runtime/run-recorder.ts";
import { type Entry, entryNameText, type NewEntry } from "../evidence/evidence.ts";
import { instantMs, milliseconds, monotonicMs } from "../units/units.ts";
import { approvedRun } from "./approval.ts";
import { approvalsIn } from "./approvals-in-evidence.ts";
import { decideRun, type PlanRun, runOf } from "./run.ts";
import { signRun } from "./signed-approval.ts";
import { withdrawnRun } from "./withdrawal.ts";

const { readPublicKey: readKey } = cryptography;
const now = instantMs(1_000_000);
const hash = `sha256:${"ab".repeat(32)}`;
const [ada, bob] = [person("ada"), person("bob")];
const asks = { people: 1, approvers: declared([bob]), within: milliseconds(60_000) };
const stages = [[runStep("spend", { asks })]];

function approved(): readonly PlanRun[] {
  const statement = { plan: hash, run: newRun.id, by: "ada", begunAt: newRun.begunAt };
  const fresh = runOf(stages, { ...newRun, plan: hash, runner: signRun(statement, ada.signer) });
  const asking = decideRun(stages, fresh, now).next ?? fresh;
  const yes = approvedRun(
    asking,
    { step: "spend", by: null, login: "root", signer: bob.signer, at: now },
    readKey,
  );
  if (yes.kind === "refused") throw new Error(yes.because);
  return [fresh, asking, yes.run];
}

/** What the recorder writes down of these. @param proven the hash of the plan that they prove */
async function recorded(runs: readonly PlanRun[], proven = hash): Promise<readonly Entry[]> {
  const entries: Entry[] = [];
  const head = { log: "plan", size: 0, root: "" };
  const log = {
    append: (entry: NewEntry) => {
      const name = { log: "plan", sequence: entries.length + 1 };
      const written = { at: now, monotonic: monotonicMs(0), software: "", previousRoot: "" };
      entries.push({ subjects: [], anchors: [], ...entry, ...name, ...written });
      return Promise.resolve({ kind: "sealed" as const, entry: name, head });
    },
    head: () => head,
    close: () => Promise.resolve(),
  };
  const recorder = new RunRecorder(
    () => Promise.resolve({ ok: true, value: log }),
    { name: "leave", scenario: "east-lost", hash: proven },
    () => undefined,
  );
  for (const run of runs) recorder.note(run);
  await recorder.close();
  return entries;
}

describe("approvals in evidence", () => {
  it("are verified by it alone, each told once, with the key that has signed it", async () => {
    const entries = await recorded([...approved(), ...approved().slice(-1)]);
    expect(approvalsIn(entries, readKey)).toEqual([
      {
        ...{ entry: "plan/1", deed: "began", step: null, by: "ada", at: newRun.begunAt },
        ...{ keySha256: ada.signer.publicKey.fingerprint, doubt: null },
      },
      {
        ...{ entry: "plan/3", deed: "approved", step: "spend", by: "bob", at: now },
        ...{ keySha256: bob.signer.publicKey.fingerprint, doubt: null },
      },
    ]);
    expect(entries.map(entryNameText)).toContain("plan/3");
  });

  it("are verified by what people agreed to, which may be more than the plan that they prove", async () => {
    const proven = `sha256:${"cd".repeat(32)}`;
    const entries = await recorded(approved(), proven);
    expect(entries[0]?.subjects).toEqual([{ name: "plan leave", sha256: "cd".repeat(32) }]);
    expect(approvalsIn(entries, readKey).map(({ doubt }) => doubt)).toEqual([null, null]);
    const older = (await recorded(approved())).map(({ body, ...entry }) => ({
      ...entry,
      body: Object.fromEntries(Object.entries(body).filter(([key]) => key !== "agreed")),
    }));
    expect(approvalsIn(older, readKey).map(({ doubt }) => doubt)).toEqual([null, null]);
  });

  it("that were withdrawn stand beside their withdrawal, and beside what was approved again", async () => {
    const said = { step: "spend", by: null, login: "root", signer: bob.signer, at: now };
    const [fresh, asking, yes] = approved();
    if (yes === undefined) throw new Error("bob has approved");
    const withdrawn = withdrawnRun(yes, { ...said, at: instantMs(now + 5) }, readKey);
    if (withdrawn.kind !== "withdrawn") throw new Error(withdrawn.kind);
    const again = approvedRun(withdrawn.run, { ...said, at: instantMs(now + 9) }, readKey);
    if (again.kind === "refused") throw new Error(again.because);
    const runs = [fresh, asking, yes, withdrawn.run, again.run].flatMap((run) => run ?? []);
    const keySha256 = bob.signer.publicKey.fingerprint;
    expect(approvalsIn(await recorded(runs), readKey).slice(1)).toEqual([
      { entry: "plan/3", deed: "approved", step: "spend", by: "bob", at: now, keySha256, doubt: null },
      { entry: "plan/4", deed: "withdrew", step: "spend", by: "bob", at: now + 5, keySha256, doubt: null },
      { entry: "plan/5", deed: "approved", step: "spend", by: "bob", at: now + 9, keySha256, doubt: null },
    ]);
    const forged = {
      ...yes,
      approvals: yes.approvals.map((each) => ({ ...each, withdrawn: { at: now, proof: null } })),
    };
    expect(approvalsIn(await recorded([forged]), readKey).slice(1)).toMatchObject([
      { deed: "approved", doubt: null },
      {
        deed: "withdrew",
        keySha256: null,
        doubt: expect.stringContaining("nothing proves that bob") as string,
      },
    ]);
  });

  it("that are forged are told as that, and who ran it under a false name too", async () => {
    const runs = approved().map((run) => ({
      ...run,
      by: "root",
      approvals: run.approvals.map((each) => ({ ...each, at: instantMs(each.at + 1) })),
    }));
    expect(approvalsIn(await recorded(runs), readKey)).toMatchObject([
      { step: null, by: "root", doubt: "the signature of root is not over this run" },
      {
        step: "spend",
        doubt: "the signature of bob is not over this step of this run, its plan and its epoch",
      },
    ]);
  });

  it("of a plan that declares no approvers are told with nothing that proves them", async () => {
    const runs = approved().map((run) => ({
      ...run,
      runner: null,
      asks: { spend: { ...asks, approvers: [] } },
      approvals: run.approvals.map((each) => ({ ...each, proof: null })),
    }));
    expect(approvalsIn(await recorded(runs), readKey)).toMatchObject([
      { by: "ada", keySha256: null, doubt: null },
      { by: "bob", keySha256: null, doubt: null },
    ]);
  });
});

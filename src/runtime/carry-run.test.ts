import { setTimeout as pause } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { cryptography } from "../adapters/files/evidence-cryptography.ts";
import { systemClock } from "../adapters/memory/clock.ts";
import { MemoryCoordinator } from "../adapters/memory/memory-coordinator.ts";
import type { DeedResult, PlanRun, RunDeed, RunStep, Stages, StepStanding } from "../core/plan/run.ts";
import { instantMs, milliseconds } from "../core/units/units.ts";
import { runStep } from "../../test/sample-run.ts";
import { declared, type Person, person } from "../../test/sample-signers.ts";
import { type CarryOutDeed, carryRun, freshMsMax, type RunOutcome } from "./carry-run.ts";
import { readSystemClock } from "./clocks.ts";
import { runText } from "./run-record.ts";
import {
  approveRun,
  type BegunRun,
  beginRun,
  lookUpRun,
  orderRun,
  type RunStore,
  type SaidNow,
  takeOverRun,
  withdrawFromRun,
  writeRun,
} from "./run-store.ts";

const patience = new AbortController().signal;

const stages: Stages = [[runStep("fence")], [runStep("promote"), runStep("warm")], [runStep("route")]];

/** A promise that is kept when a test says so. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

const { readPublicKey: readKey } = cryptography;

describe("a run of a plan in the coordination store", () => {
  let store: MemoryCoordinator;
  let did: string[];

  beforeEach(() => {
    store = new MemoryCoordinator({ clock: systemClock });
    did = [];
  });

  async function begun(of: Stages = stages): Promise<Extract<BegunRun, { kind: "begun" }>> {
    const answer = await beginRun(store, of, {
      ...{ plan: "sha256:1", by: "ada", from: "east", form: "graceful", despite: [] },
      signer: null,
      signal: patience,
    });
    if (answer.kind !== "begun") throw new Error(answer.kind);
    return answer;
  }

  interface Carried {
    readonly of?: Stages;
    readonly by?: CarryOutDeed;
    readonly signal?: AbortSignal;
  }

  const does: CarryOutDeed = (deed) => {
    did.push(`${deed.kind} ${deed.step}`);
    return Promise.resolve({ kind: "done" });
  };

  async function carried(
    seen: Extract<BegunRun, { kind: "begun" }>["seen"],
    { of = stages, by = does, signal = patience }: Carried = {},
  ): Promise<RunOutcome> {
    return carryRun(
      { store, readKey, carryOut: by, onChange: () => undefined, onSilence: () => undefined },
      { stages: of, seen },
      signal,
    );
  }

  it("is carried out under one epoch, the revision at which it was written down", async () => {
    const { seen } = await begun();
    const epochs = new Set<number>();
    const outcome = await carried(seen, {
      by: (deed, run, signal) => {
        epochs.add(run.epoch);
        return does(deed, run, signal);
      },
    });
    expect(did).toEqual(["do fence", "do promote", "do warm", "do route"]);
    expect(outcome).toMatchObject({ kind: "over", run: { end: "done" } });
    expect([...epochs]).toEqual([seen.revision]);
  });

  it("keeps another from beginning until it is over", async () => {
    const { seen } = await begun();
    const other = await beginRun(store, stages, {
      plan: "sha256:2",
      by: "bob",
      from: "east",
      form: "graceful",
      despite: [],
      signer: null,
      signal: patience,
    });
    expect(other).toMatchObject({ kind: "another", run: { by: "ada" } });
    await carried(seen);
    expect(
      await beginRun(store, stages, {
        plan: "sha256:2",
        by: "bob",
        from: "east",
        form: "graceful",
        despite: [],
        signer: null,
        signal: patience,
      }),
    ).toMatchObject({
      kind: "begun",
    });
  });

  it("lets one of two begin who begin at once", async () => {
    const ask = (by: string): Promise<BegunRun> =>
      beginRun(store, stages, {
        plan: "sha256:1",
        by,
        from: "east",
        form: "graceful",
        despite: [],
        signer: null,
        signal: patience,
      });
    const both = await Promise.all([ask("ada"), ask("bob")]);
    expect(both.map(({ kind }) => kind).sort()).toEqual(["another", "begun"]);
  });

  it("is let go by whoever is in the midst of a long step when somebody else goes on with it", async () => {
    const { seen } = await begun();
    let isCalledOff = false;
    const slow = carried(seen, {
      by: (_deed, _run, signal) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => {
            isCalledOff = true;
            resolve({ kind: "failed", because: "it was called off" });
          });
        }),
    });
    const taken = await takeOverRun(store, { form: null, by: "eve" }, patience);
    if (taken === null || taken === "unreachable") throw new Error("it is taken over");
    expect(await slow).toMatchObject({ kind: "taken-over" });
    expect(isCalledOff).toBe(true);
    expect(await carried(taken)).toMatchObject({ kind: "over", run: { end: "done" } });
  });

  it("is gone on with by somebody else, under its epoch; whoever was slow writes nothing more", async () => {
    const { seen } = await begun();
    const stuck = gate();
    const slow = carried(seen, {
      by: async (): Promise<DeedResult> => stuck.opened.then(() => ({ kind: "done" })),
    });
    await new Promise((resolve) => setImmediate(resolve));
    const taken = await takeOverRun(store, { form: null, by: "eve" }, patience);
    if (taken === null || taken === "unreachable") throw new Error("it can be taken over");
    expect(taken.run.epoch).toBe(seen.run.epoch);
    const outcome = await carried(taken);
    stuck.open();
    expect(outcome).toMatchObject({ kind: "over", run: { end: "done", epoch: seen.run.epoch } });
    expect(await slow).toMatchObject({ kind: "taken-over", by: { end: "done" } });
    // What was under way when it was taken over is begun again.
    expect(did).toEqual(["do fence", "do promote", "do warm", "do route"]);
  });

  describe("with a step whose approvers are declared", () => {
    const [bob, carl] = [person("bob"), person("carl")];
    const asks = { people: 2, approvers: declared([bob, carl]), within: milliseconds(60_000) };
    const guarded: Stages = [[runStep("spend", { asks })], [runStep("route")]];

    /** Goes on with the run after somebody has written into the store that its first step is done. */
    async function goneOn(approvals: PlanRun["approvals"], route: StepStanding): Promise<RunOutcome> {
      const { seen } = await begun(guarded);
      const at = readSystemClock().wall;
      const run: PlanRun = { ...seen.run, approvals, steps: { spend: { kind: "done", at }, route } };
      await writeRun(store, { text: runText(run), expected: seen.revision, signal: patience });
      const taken = await takeOverRun(store, { form: null, by: "eve" }, patience);
      if (taken === null || taken === "unreachable") throw new Error("it can be taken over");
      return carried(taken, { of: guarded });
    }

    it("is not gone on with because the store says that it is approved", async () => {
      const at = readSystemClock().wall;
      const forged = [bob, carl].map(({ name, key }) => ({
        ...{ step: "spend", by: name, at },
        proof: { askedAt: at, until: instantMs(at + asks.within), key, signature: "AAAA" },
        withdrawn: null,
      }));
      const standings: readonly StepStanding[] = [
        { kind: "waiting" },
        { kind: "under-way", attempt: 1, since: at },
      ];
      for (const route of standings) {
        store = new MemoryCoordinator({ clock: systemClock });
        const outcome = await goneOn(forged, route);
        expect(outcome).toMatchObject({
          kind: "over",
          run: { end: "stopped", steps: { spend: { kind: "failed" } } },
        });
      }
      expect(did).toEqual([]);
    });

    it("is not gone on with when the store says so while it is carried out", async () => {
      const { seen } = await begun(guarded);
      const outcome = await carried(seen, {
        of: guarded,
        by: async (deed, run, signal) => {
          if (deed.step !== "spend") return does(deed, run, signal);
          const present = await lookUpRun(store, patience);
          if (present === null || present === "unreachable") throw new Error("the run stands there");
          const spend: StepStanding = { kind: "done", at: readSystemClock().wall };
          const forged = { ...present.run, steps: { ...present.run.steps, spend } };
          const write = { text: runText(forged), expected: present.revision, signal: patience };
          expect(await writeRun(store, write)).toMatchObject({ kind: "written" });
          return { kind: "failed", because: "nobody has said yes" };
        },
      });
      expect(outcome).toMatchObject({ run: { end: "stopped", steps: { spend: { kind: "failed" } } } });
      expect(did).toEqual([]);
    });

    it("is gone on with where they have signed it, two of them at once", async () => {
      const { seen } = await begun(guarded);
      const outcome = carried(seen, {
        of: guarded,
        by: async (deed, run, signal) => {
          if (deed.step !== "spend") return does(deed, run, signal);
          const both = [bob, carl].map(({ signer }) =>
            approveRun(store, { step: "spend", by: null, login: "root", signer, readKey, signal: patience }),
          );
          for (const each of await Promise.all(both)) expect(each).toMatchObject({ kind: "approved" });
          return { kind: "done" };
        },
      });
      expect(await outcome).toMatchObject({ kind: "over", run: { end: "done" } });
      expect(did).toEqual(["do route"]);
    });

    /** What somebody says of the step that asks. */
    const said = ({ signer }: Person): SaidNow => ({
      ...{ step: "spend", by: null, login: "root", signer, readKey, signal: patience },
    });

    it("asks again where one is withdrawn just before the step would be written down as done", async () => {
      const { seen } = await begun(guarded);
      const told: PlanRun[] = [];
      let withdrawn = 0;
      const interrupted: RunStore = {
        get: (key, signal) => store.get(key, signal),
        compareAndSet: async (write, signal) => {
          if (withdrawn === 0 && (write.value ?? "").includes('"spend":{"kind":"done"')) {
            withdrawn += 1;
            expect(await withdrawFromRun(store, said(bob))).toMatchObject({ kind: "withdrawn", missing: 1 });
          }
          return store.compareAndSet(write, signal);
        },
      };
      let asked = 0;
      const carryOut: CarryOutDeed = async (deed, run, signal) => {
        if (deed.step !== "spend") return does(deed, run, signal);
        asked += 1;
        for (const who of asked === 1 ? [bob, carl] : [bob])
          expect(await approveRun(store, said(who))).toMatchObject({ kind: "approved" });
        return { kind: "done" };
      };
      const onChange = (run: PlanRun): void => void told.push(run);
      const parts = { store: interrupted, readKey, carryOut, onChange, onSilence: () => undefined };
      const outcome = await carryRun(parts, { stages: guarded, seen }, patience);
      expect(outcome).toMatchObject({ kind: "over", run: { end: "done" } });
      expect([withdrawn, asked]).toEqual([1, 2]);
      expect(did).toEqual(["do route"]);
      const last = told.at(-1)?.approvals.map(({ by, withdrawn: back }) => [by, back !== null]);
      expect(last).toEqual([
        ["bob", true],
        ["carl", false],
        ["bob", false],
      ]);
    });

    it("tells what people say while it is waited for, so that an approval that is withdrawn is recorded too", async () => {
      const { seen } = await begun(guarded);
      const told: (readonly boolean[])[] = [];
      const outcome = await carryRun(
        {
          ...{ store, readKey, onSilence: () => undefined },
          onChange: ({ approvals }) => told.push(approvals.map(({ withdrawn }) => withdrawn !== null)),
          carryOut: async (deed) => {
            if (deed.step !== "spend") return { kind: "done" };
            await approveRun(store, said(bob));
            await withdrawFromRun(store, said(bob));
            return { kind: "failed", because: "not enough people have said yes in time" };
          },
        },
        { stages: guarded, seen },
        patience,
      );
      expect(outcome).toMatchObject({ run: { end: "stopped" } });
      expect(told).toContainEqual([true]);
    });
  });

  it("is not gone on with by whoever stood still while the store answered, and was replaced meanwhile", async () => {
    const { seen } = await begun();
    const stoodStill: RunStore = {
      get: (key, signal) => store.get(key, signal),
      compareAndSet: async (write, signal) => {
        const answer = await store.compareAndSet(write, signal);
        const taken = await takeOverRun(store, { form: null, by: "eve" }, patience);
        expect(taken).toMatchObject({ run: { steps: { fence: { kind: "under-way" } } } });
        await pause(freshMsMax + 100);
        return answer;
      },
    };
    const outcome = await carryRun(
      { store: stoodStill, readKey, carryOut: does, onChange: () => undefined, onSilence: () => undefined },
      { stages, seen },
      patience,
    );
    expect(outcome.kind).toBe("taken-over");
    expect(did).toEqual([]);
  });

  it("is stopped by a person once what is under way has ended, and taken back by another word", async () => {
    const { seen } = await begun();
    const outcome = await carried(seen, {
      by: async (deed, epoch, signal) => {
        if (deed.step === "promote") await orderRun(store, { order: "stop", by: "bob", signal: patience });
        return does(deed, epoch, signal);
      },
    });
    expect(did).toEqual(["do fence", "do warm", "do promote"]);
    expect(outcome).toMatchObject({
      kind: "over",
      run: { end: "stopped", stoppedBecause: "bob has stopped it" },
    });
    expect(await orderRun(store, { order: "go-back", by: "bob", signal: patience })).toMatchObject({
      course: "back",
    });
    const taken = await takeOverRun(store, { form: null, by: "eve" }, patience);
    if (taken === null || taken === "unreachable") throw new Error("it can be taken over");
    expect(await carried(taken)).toMatchObject({ kind: "over", run: { end: "undone" } });
    expect(did.slice(3)).toEqual(["undo promote", "undo warm", "undo fence"]);
  });

  describe("that two people decide upon at once", () => {
    const asks = { people: 1, approvers: [], within: milliseconds(60_000) };
    const asking: Stages = [[runStep("spend", { asks })], [runStep("route")]];
    const stopped = { stoppedBecause: "dora has stopped it" };
    const stop = (): Promise<unknown> => orderRun(store, { order: "stop", by: "dora", signal: patience });
    const yes = (): Promise<unknown> =>
      approveRun(store, {
        ...{ step: "spend", by: "bob", login: "root", signer: null },
        ...{ readKey, signal: patience },
      });

    it.each([
      [
        "whoever approves it after it was stopped is told so",
        [stop, yes],
        [stopped, { kind: "refused", because: "the run does not go on: dora has stopped it" }],
      ],
      ["whoever stops it stops it, though it was approved", [yes, stop], [{ kind: "approved" }, stopped]],
    ] as const)("begins nothing more: %s", async (_, acts, answers) => {
      const { seen } = await begun(asking);
      let told: readonly unknown[] = [];
      const outcome = await carried(seen, {
        of: asking,
        by: async (deed, run, signal) => {
          if (deed.step !== "spend") return does(deed, run, signal);
          told = await Promise.all(acts.map((act) => act()));
          return { kind: "done" };
        },
      });
      expect(told).toMatchObject(answers);
      expect(outcome).toMatchObject({ kind: "over", run: { end: "stopped" } });
      expect(did).toEqual([]);
    });

    it("is gone on with by one of two who take it over, and the other is told that nobody need", async () => {
      const { seen } = await begun();
      const both = await Promise.all(
        ["eve", "dan"].map((by) => takeOverRun(store, { form: null, by }, patience)),
      );
      expect(both.filter((each) => each === null)).toHaveLength(1);
      const taken = both.find((each) => each !== null) ?? null;
      if (taken === null || taken === "unreachable") throw new Error("one has taken it over");
      const outcome = await carried(taken);
      expect(outcome).toMatchObject({ kind: "over", run: { end: "done", epoch: seen.run.epoch } });
      expect(taken.run.alsoBy).toHaveLength(1);
    });
  });

  it("calls off a step that takes longer than it may, and whatever it throws has failed", async () => {
    const bounded: Stages = [[{ ...runStep("wait", { attemptsMax: 2 }), within: 20 as RunStep["within"] }]];
    const { seen } = await begun(bounded);
    const tried: number[] = [];
    const outcome = await carried(seen, {
      of: bounded,
      by: async (deed: RunDeed, _, signal) => {
        if (deed.kind === "do") tried.push(deed.attempt);
        return new Promise((__, reject) => {
          signal.addEventListener("abort", () => {
            reject(new Error("told to give up"));
          });
        });
      },
    });
    expect(tried).toEqual([1, 2]);
    expect(outcome).toMatchObject({
      kind: "over",
      run: { end: "stopped", stoppedBecause: "wait failed: told to give up" },
    });
  });

  it("begins nothing that nobody can write down", async () => {
    const { seen } = await begun();
    store.close();
    const soon = AbortSignal.timeout(50);
    expect(await carried(seen, { signal: soon })).toEqual({ kind: "broken-off" });
    expect(did).toEqual([]);
  });

  it("is none where none was begun", async () => {
    expect(await takeOverRun(store, { form: null, by: "eve" }, patience)).toBeNull();
    expect(await orderRun(store, { order: "stop", by: "bob", signal: patience })).toBeNull();
  });
});
